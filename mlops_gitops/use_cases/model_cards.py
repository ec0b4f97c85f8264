"""Model cards by hand: list, read, export and delete what SageMaker has, whoever made it."""

from dataclasses import dataclass

from mlops_gitops.config.said import quoted
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.definitions.shortened import shortened
from mlops_gitops.desired.card import NAME_PARAMETER
from mlops_gitops.desired.names import INSTALLATION_TAG, WORKLOAD_TAG
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.errors import AwsError, Blocked, UsageError
from mlops_gitops.status.model_card import CardSummary, ModelCard
from mlops_gitops.use_cases.find import find_stage
from mlops_gitops.use_cases.world import World

EXPORTS = "model_card_exports"
"""Folder of the assets bucket that exports are written to, as the predecessor's were."""

_IN_PROGRESS, _COMPLETED = "InProgress", "Completed"
_EVERY, _LONGEST = 2.0, 600.0
_JOB_LIMIT = 63
_TIME = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A document that was written, and what of."""

    name: str
    version: int
    location: str


def place_of(settings: Settings, stage: str | None) -> Stage:
    """Say where cards are looked for: in a stage, by default in the orchestrator account.

    Raises:
        UsageError: no stage has that name.
    """
    return settings.orchestrator_stage if stage is None else find_stage(settings, stage)


def list_cards(world: World, stage: str | None) -> tuple[CardSummary, ...]:
    """List the cards of an account, those that no config keeps included."""
    return world.model_cards.cards(place_of(world.settings, stage).account)


def describe_card(world: World, name: str, stage: str | None, version: int | None) -> ModelCard:
    """Read a card.

    Raises:
        UsageError: there is no such card or version.
    """
    account = place_of(world.settings, stage).account
    found = world.model_cards.describe(account, name, version)
    if found is not None:
        return found
    which = "" if version is None else f"version {version} of "
    message = f"There is no {which}model card {quoted(name)} in account {account}."
    where = "" if stage is None else f" --stage {stage}"
    raise UsageError(message, hint=f"List what there is: mlops-gitops model-card list{where}")


def export_card(
    world: World,
    name: str,
    stage: str | None,
    version: int | None,
    *,
    job: str = "",
    longest: float = _LONGEST,
) -> Exported:
    """Have SageMaker write a card as PDF into the assets bucket, and wait for it.

    Args:
        world: settings and AWS.
        name: of the card.
        stage: whose account; by default the orchestrator's.
        version: by default the newest.
        job: name of the export job; by default one that is not there yet.
        longest: how many seconds to wait.

    Raises:
        UsageError: there is no such card or version.
        AwsError: SageMaker could not write it, or takes too long.
    """
    card = describe_card(world, name, stage, version)
    account = place_of(world.settings, stage).account
    folder = f"s3://{world.settings.assets_bucket}/{EXPORTS}"
    end = f"-{card.version}-{world.clock.now():{_TIME}}"
    named = job or shortened(card.name, _JOB_LIMIT - len(end)) + end
    arn = world.model_cards.export(account, card, named, folder)
    location = _written(world, account, arn, card, longest)
    return Exported(name=name, version=card.version, location=location)


def _written(world: World, account: str, arn: str, card: ModelCard, longest: float) -> str:
    where = f"While exporting model card {card.name} in {account}"
    waited = 0.0
    while (job := world.model_cards.export_job(account, arn)).status == _IN_PROGRESS:
        if waited >= longest:
            message = f"{where}, SageMaker was not done after {longest:.0f} seconds."
            raise AwsError(message, hint=f"Look after the export job {arn} in SageMaker.")
        world.clock.sleep(_EVERY)
        waited += _EVERY
    if job.status != _COMPLETED:
        hint = "Mend what SageMaker names, then export it again."
        raise AwsError(f"{where}, SageMaker said: {job.reason or job.status}", hint=hint)
    return job.location


def refuse_kept(world: World, name: str, stage: str | None) -> None:
    """Refuse to delete a card that there is not, or that a stack keeps.

    Raises:
        UsageError: there is no such card.
        Blocked: a stack keeps it.
    """
    account = place_of(world.settings, stage).account
    if world.model_cards.status(account, name) is None:
        describe_card(world, name, stage, None)
    keeper = keeper_of(world, account, name)
    if keeper is not None:
        message = f"Model card {quoted(name)} is kept by stack {keeper.id}."
        workload = keeper.tags.get(WORKLOAD_TAG, keeper.id.name)
        hint = f"Remove the config of {workload} instead, then its stack; the card goes with it."
        raise Blocked(message, hint=hint)


def delete_card(world: World, name: str, stage: str | None) -> None:
    """Delete a card that no stack keeps, with all its versions.

    Raises:
        UsageError: there is no such card.
        Blocked: a stack keeps it.
    """
    refuse_kept(world, name, stage)
    world.model_cards.delete(place_of(world.settings, stage).account, name)


def keeper_of(world: World, account: str, name: str) -> DeployedStack | None:
    """Find the stack that keeps a card; None where no config does."""
    return next((each for each in world.stacks.overview(account) if _keeps(each, name)), None)


def _keeps(stack: DeployedStack, name: str) -> bool:
    return INSTALLATION_TAG in stack.tags and stack.parameters.get(NAME_PARAMETER) == name
