"""Pipeline state: what CodePipeline tells of one delivery pipeline, by the name of its stack."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from mlops_gitops.desired.names import INSTALLATION_TAG, delivery_stack
from mlops_gitops.desired.stack import StackId
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.use_cases.entrance import Entrance, Submitter
from mlops_gitops.use_cases.validate import Repository

_ENDING = delivery_stack("")


class NotMade(Enum):
    """Why there is no state to tell."""

    NO_STACK = "there is no such stack of this installation"
    NOT_YET = "its pipeline is not made yet"


def pipeline_state(entrance: Entrance, stack: str, by: Submitter) -> Mapping[str, Any] | NotMade:
    """Give what GetPipelineState tells of the pipeline in a stack.

    Raises:
        AwsError: AWS refuses.
    """
    settings = entrance.settings
    world = entrance.open(Repository(settings=settings, configs=(), since=by.door), by)
    id_ = StackId(settings.orchestrator_account, settings.region, stack)
    there = world.stacks.find(id_) if stack.endswith(_ENDING) else None
    if there is None or there.tags.get(INSTALLATION_TAG) != settings.prefix:
        return NotMade.NO_STACK
    state = entrance.states.told(pipeline_name(stack.removesuffix(_ENDING)))
    return NotMade.NOT_YET if state is None else state
