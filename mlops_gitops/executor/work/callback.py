"""Callback steps: a message in a local queue, and an answer to it.

The message is `queue/messages/<token>.<status>.json` with the body that SageMaker sends to SQS:
token, pipelineExecutionArn, arguments, status. The answer is `queue/answers/<token>.json`:
`{"Status": "Success", "OutputParameters": [{"Name", "Value"}]}` or `{"Status": "Failure",
"FailureReason"}`, what `SendPipelineExecutionStepSuccess` and `…Failure` carry.
"""

from collections.abc import Mapping

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.folder import RunFolder, read_json, token, write_json
from mlops_gitops.executor.references import Json
from mlops_gitops.executor.work.desk import (
    Desk,
    Done,
    Object,
    StepFailed,
    StepStopped,
    an_object,
    objects,
    text,
)
from mlops_gitops.executor.work.outputs import declared_outputs, listed

_TOKEN = 10


def work(desk: Desk) -> Done:
    """Send a message, and wait until somebody answers it.

    When the execution stops, a second message says so, and the answer is still waited for.

    Raises:
        StepFailed: the answer says so, or does not fit.
        StepStopped: the answer came after the second message, or is not waited for any more.
    """
    name = token(_TOKEN)
    queue = desk.house.folder.queue
    known: Object = {"CallbackToken": name, "SqsQueueUrl": desk.step.get("SqsQueueUrl")}
    (queue / "answers").mkdir(parents=True, exist_ok=True)
    _send(desk, name, "Executing")
    write_json(desk.house.folder.token_of(desk.name), {"token": name})
    answer, stopping = queue / "answers" / f"{name}.json", False
    while not answer.exists():
        if desk.house.abandon.is_set():
            raise StepStopped({"Callback": known})
        if desk.stop.is_set() and not stopping:
            stopping = True
            _send(desk, name, "Stopping")
        desk.house.abandon.wait(desk.house.pause)
    if stopping:
        raise StepStopped({"Callback": known})
    return _answered(desk, known, an_object(read_json(answer)))


def answer(folder: RunFolder, name: str, status: str, details: Mapping[str, Json]) -> None:
    """Answer a message.

    Args:
        folder: of the execution.
        name: the message's token.
        status: `Success` or `Failure`.
        details: `OutputParameters`, or `FailureReason`.

    Raises:
        UsageError: no message has this token, or it has been answered.
    """
    sent = folder.queue / "messages" / f"{name}.Executing.json"
    file = folder.queue / "answers" / f"{name}.json"
    if not name.isalnum() or not sent.exists():
        hint = f"Messages are in {folder.queue / 'messages'}."
        raise UsageError(f"No message has the token {name!r}.", hint=hint)
    if file.exists():
        raise UsageError(f"The message {name} has been answered.", hint="Nothing is to be done.")
    write_json(file, {**details, "Status": status})


def _send(desk: Desk, name: str, status: str) -> None:
    message: Object = {
        "token": name,
        "pipelineExecutionArn": desk.house.identity.arn_of_execution,
        "arguments": desk.arguments,
        "status": status,
    }
    path = desk.house.folder.queue / "messages" / f"{name}.{status}.json"
    write_json(path, message)
    desk.tell(f"{status}: {path} waits for an answer in {path.parent.parent}/answers/{name}.json.")


def _answered(desk: Desk, known: Object, given: Object) -> Done:
    if given.get("Status") != "Success":
        reason = text(given.get("FailureReason")) or "The callback was answered with a failure."
        raise StepFailed(reason, metadata={"Callback": known})
    values = {
        text(each.get("Name")): each.get("Value") for each in objects(given.get("OutputParameters"))
    }
    outputs = declared_outputs(desk.step, values)
    return Done(
        properties={"OutputParameters": outputs},
        metadata={"Callback": {**known, "OutputParameters": listed(outputs)}},
    )
