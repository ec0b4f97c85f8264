"""Callbacks of pipelines on AWS: answered by hand."""

import re

from mlops_gitops.config.said import quoted
from mlops_gitops.errors import AwsError, UsageError
from mlops_gitops.runs.pipeline_execution import CallbackAnswer
from mlops_gitops.use_cases.sagemaker_pipelines import Place
from mlops_gitops.use_cases.world import World

_TOKEN = re.compile(r"[a-zA-Z0-9]{10}")
"""Source: `CallbackToken` in the SageMaker API reference."""
_MISSING = frozenset({"ResourceNotFound", "ResourceNotFoundException"})


def answer_callback(world: World, place: Place, answer: CallbackAnswer, request: str) -> str:
    """Answer a step that waits; give the id of its execution.

    Args:
        world: the repository and AWS.
        place: the pipeline.
        answer: with its token.
        request: the same answer with the same one counts once.

    Raises:
        UsageError: no step waits for this token.
    """
    hint = "Take it from the message in SQS: its member `token`."
    if not _TOKEN.fullmatch(answer.token):
        message = f"{quoted(answer.token)} is no token: it has ten letters and digits."
        raise UsageError(message, hint=hint)
    try:
        arn = world.sagemaker_pipelines.answer(place.account, answer, request)
    except AwsError as error:
        if error.code in _MISSING:
            message = f"No step in {place.stage} waits for an answer with {quoted(answer.token)}."
            raise UsageError(message, hint=hint) from error
        raise
    return arn.rpartition("/")[2]
