"""`POST /pipelinestatus`: what CodePipeline tells of a delivery pipeline."""

import re
from http import HTTPStatus

from mlops_gitops.api.answer import Answer, ok, refusal
from mlops_gitops.api.request import Request, members_of
from mlops_gitops.use_cases.entrance import Entrance, Submitter
from mlops_gitops.use_cases.pipeline_state import NotMade, pipeline_state

_ARN = re.compile(
    r"arn:[\w-]+:cloudformation:[\w-]+:\d{12}:stack/(?P<name>[A-Za-z][A-Za-z0-9-]*)/.+"
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")


def pipeline_status(entrance: Entrance, request: Request) -> Answer:
    """Answer a request.

    Raises:
        InvalidRepository: the body is no JSON object.
        MlopsError: AWS refuses.
    """
    stack = _stack(members_of(request).get("pipeline_id"))
    if stack is None:
        hint = "Send the pipeline_id that /provisionpipeline answered with."
        message = "The body lacks pipeline_id, the ARN or the name of a stack."
        return refusal(HTTPStatus.BAD_REQUEST, message, hint)
    state = pipeline_state(entrance, stack, Submitter(door="api", name=request.caller))
    match state:
        case NotMade.NO_STACK:
            hint = "Send the pipeline_id that /provisionpipeline answered with."
            message = f"There is no delivery pipeline {stack} of this installation."
            return refusal(HTTPStatus.NOT_FOUND, message, hint)
        case NotMade.NOT_YET:
            return ok(message="pipeline cloudformation stack has not provisioned the pipeline yet.")
        case _:
            return ok(**state)


def _stack(said: object) -> str | None:
    if not isinstance(said, str):
        return None
    found = _ARN.fullmatch(said)
    if found is not None:
        return found["name"]
    return said if _NAME.fullmatch(said) else None
