"""Names of stacks: the predecessor's rule, so its stacks can be adopted.

They come from what the user wrote and from nothing else; equal repositories give equal names.
"""

from mlops_gitops.config.declared import Config, Workload
from mlops_gitops.config.settings import ORCHESTRATOR, Settings, Stage
from mlops_gitops.definitions.shortened import shortened
from mlops_gitops.desired.stack import StackId

INSTALLATION_TAG = "mlops-gitops:installation"
WORKLOAD_TAG = "mlops-gitops:workload"
STAGE_TAG = "mlops-gitops:stage"
DELIVERY = "delivery"
"""Stands where a stage's name would, in tags of delivery stacks."""

_STATE_MACHINE_LIMIT = 80


def workload_stack(settings: Settings, config: Config) -> str:
    """Name a workload: `<prefix>-<model_name>-<postfix>`, lower case."""
    return f"{settings.prefix}-{config.workload.model_name}-{config.type.stack_postfix}".lower()


def stage_stack(settings: Settings, workload: str, stage: Stage) -> StackId:
    """Name a workload's stack in one stage; where there is only one, the workload's own name.

    Args:
        settings: the region, and how many stages there are.
        workload: the workload's full name.
        stage: where.
    """
    only = settings.is_single_account or stage.name == ORCHESTRATOR
    name = workload if only else f"{workload}-{stage.name}"
    return StackId(stage.account, settings.region, name)


def delivery_stack(workload_stack_name: str) -> str:
    """Name the stack that holds a workload's delivery pipeline."""
    return f"{workload_stack_name}-codepipeline"


def run_name(stack: str) -> str:
    """Name the state machine that a stage ends with; over 80 characters cut, unique by a hash.

    Source: CreateStateMachine, `name`, in the Step Functions API reference.
    """
    return shortened(stack, _STATE_MACHINE_LIMIT)


OURS = "mlops-gitops:"
"""What the keys of our tags begin with; no key of the settings does."""


def tags_of(settings: Settings, workload: Workload, stage: str) -> dict[str, str]:
    """Give a stack's tags: the settings' and ours, which nobody overwrites.

    Ours never vary: SageMaker replaces job definitions when tags do.
    """
    return {
        **settings.tags,
        INSTALLATION_TAG: settings.prefix,
        WORKLOAD_TAG: f"{workload.model_name}/{workload.pipeline_type}",
        STAGE_TAG: stage,
    }
