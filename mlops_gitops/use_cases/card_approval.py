"""Approvals that would take another approval back: of a model card, by hand, since the plan."""

from collections.abc import Mapping

from mlops_gitops.config.card import CARD_STATUS
from mlops_gitops.config.said import quoted
from mlops_gitops.config.settings import Stage
from mlops_gitops.desired.card import NAME_PARAMETER, STATUS_PARAMETER
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.errors import Blocked
from mlops_gitops.use_cases.world import World


def refuse_stale_status(
    world: World, workload: str, stage: Stage, parameters: Mapping[str, str], hint: str
) -> None:
    """Refuse to deploy a looked-up status that is not the card's any more.

    Args:
        world: the repository and AWS.
        workload: full name.
        stage: where it waits.
        parameters: what would be deployed; of other types nothing is asked.
        hint: the next thing to do.

    Raises:
        Blocked: the card's status was changed since it was looked up.
    """
    if STATUS_PARAMETER not in parameters or _is_written(world, workload, stage):
        return
    name, planned = parameters[NAME_PARAMETER], parameters[STATUS_PARAMETER]
    found = world.model_cards.status(stage.account, name)
    if found is not None and found != planned:
        message = (
            f"Model card {quoted(name)} in {stage.name} is {found} by now, and this would make it"
            f" {planned}."
        )
        raise Blocked(message, hint=hint)


def _is_written(world: World, workload: str, stage: Stage) -> bool:
    """Whether the config says the status, so that it holds whatever the card is."""
    return any(
        config.value(CARD_STATUS, stage.name) is not None
        for config in world.repository.configs
        if workload_stack(world.settings, config) == workload
    )
