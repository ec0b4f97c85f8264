"""Gates: where a delivery pipeline waits for an answer, and by which role it may be given."""

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.settings import ORCHESTRATOR, Approval, Settings, Stage

GATE = "Approve"
"""Name of the action that waits."""


def stage_name(settings: Settings, stage: str) -> str:
    """Name the pipeline's stage that deploys one of ours."""
    if settings.is_single_account or stage == ORCHESTRATOR:
        return "DeployPipeline"
    return f"Deploy{stage[:1].upper()}{stage[1:]}"


def approver_role_name(stage: str) -> str:
    """Name the role that answers at a stage's gates, where its settings name approvers."""
    return f"mlops-gitops-approve-{stage}"


def passable(settings: Settings) -> tuple[Stage, ...]:
    """Give the stages with gates that settings let somebody pass who is no person."""
    return tuple(
        each
        for each in settings.stages
        if each.approval is Approval.MANUAL and each.require_approval_for is not None
    )


def gate_arn(settings: Settings, stage: Stage) -> str:
    """Name the gates of a stage in all delivery pipelines.

    Source: "Actions, resources, and condition keys for AWS CodePipeline", Service Authorization
    Reference.
    """
    partition, account = partition_of(settings.region), settings.orchestrator_account
    pipelines = f"arn:{partition}:codepipeline:{settings.region}:{account}:{settings.prefix}-*"
    return f"{pipelines}/{stage_name(settings, stage.name)}/{GATE}"
