"""Card bodies: what the predecessor's clients send about model cards, as configs of one."""

from collections.abc import Mapping

from mlops_gitops.config.card import SECTIONS
from mlops_gitops.config.document import Json
from mlops_gitops.config.said import quoted
from mlops_gitops.desired.names import WORKLOAD_TAG
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.errors import Blocked, UsageError
from mlops_gitops.use_cases.model_cards import describe_card, keeper_of
from mlops_gitops.use_cases.world import World

CREATE, UPDATE = "create_model_card", "update_model_card"
_TYPE = "model_card"
_KEPT_BY_SAGEMAKER = frozenset({"arn", "version", "created_by", "last_modified_by"})


def card_config(world: World, body: Mapping[str, Json], name: str) -> dict[str, Json]:
    """Make a config of a body that creates or updates a card; its members are not checked here.

    An update names what differs. The rest stays as it is in SageMaker.

    Raises:
        Blocked: SageMaker has such a card, and no config keeps it.
        UsageError: there is no such card to be updated.
    """
    account = world.settings.orchestrator_account
    keeper = keeper_of(world, account, name)
    if keeper is None and world.model_cards.status(account, name) is not None:
        message = f"Model card {quoted(name)} is there, and no config keeps it."
        raise Blocked(message, hint="Delete it first with delete_model_card, or take another name.")
    before: Mapping[str, Json] = {}
    if body.get("pipeline_type") == UPDATE:
        if keeper is None:
            hint = f"Create it first: a body with pipeline_type {CREATE}."
            raise UsageError(f"There is no model card {quoted(name)}.", hint=hint)
        before = describe_card(world, name, None, None).content
    workload = _workload(keeper, name)
    said = {key: each for key, each in body.items() if key not in _KEPT_BY_SAGEMAKER}
    kept = {key: before[key] for key in SECTIONS if key in before}
    return {**kept, **said, "pipeline_type": _TYPE, "model_name": workload, "name": name}


def _workload(keeper: DeployedStack | None, name: str) -> str:
    """Name the model of whatever keeps a card; as the card is written, where that is the same."""
    kept = keeper.tags.get(WORKLOAD_TAG, "").partition("/")[0] if keeper else name
    return name if kept == name.lower() else kept
