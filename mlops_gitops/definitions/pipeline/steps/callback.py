"""Callback: a message to a queue, and an answer that is waited for.

The message is JSON: `token`, `pipelineExecutionArn`, `arguments` and `status`. Who got it answers
with SendPipelineExecutionStepSuccess or SendPipelineExecutionStepFailure.
"""

from collections.abc import Iterator

from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.outputs import output_parameters
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Callback`."""
    made = single(
        step,
        "Callback",
        step.mapped("inputs"),
        SqsQueueUrl=step.scalar("sqs_queue_url"),
    )
    # An empty list is written, too: the SDK does so.
    (callback,) = made.steps
    callback["OutputParameters"] = output_parameters(step)
    return made


def mistakes(_step: Shorthand) -> Iterator[Mistake]:
    """Nothing can be wrong with one but its shape."""
    yield from ()
