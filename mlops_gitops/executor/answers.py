"""Answers to callbacks of an execution that another process runs, by its run folder."""

from collections.abc import Mapping
from pathlib import Path

from mlops_gitops.errors import Blocked, UsageError
from mlops_gitops.executor.folder import RunFolder, read_json
from mlops_gitops.executor.language import all_steps
from mlops_gitops.executor.reading import at_work, read_run
from mlops_gitops.executor.work.callback import answer
from mlops_gitops.executor.work.desk import Object, StepFailed, an_object, objects, text
from mlops_gitops.executor.work.outputs import declared_outputs, listed


def answer_success(path: Path, which: str, outputs: Mapping[str, str]) -> None:
    """Answer a callback with its outputs.

    An answer is final, so one that would fail the step is refused.

    Args:
        path: of the run folder.
        which: the step's name, or the token of its message.
        outputs: values by name, as texts.

    Raises:
        UsageError: nobody waits for this answer, or it does not fit; nothing was answered.
        Blocked: the execution does not run.
    """
    folder, token = _waiting(path, which)
    _refuse_unfitting(folder, token, outputs)
    answer(folder, token, "Success", {"OutputParameters": listed(outputs)})


def answer_failure(path: Path, which: str, reason: str) -> None:
    """Answer a callback with a failure; its step fails with this reason.

    Raises:
        UsageError: nobody waits for this answer.
        Blocked: the execution does not run.
    """
    folder, token = _waiting(path, which)
    answer(folder, token, "Failure", {"FailureReason": reason})


def _waiting(path: Path, which: str) -> tuple[RunFolder, str]:
    """Find the token of the newest message of a step; a token is its own."""
    status = read_run(path).get("PipelineExecutionStatus")
    folder = RunFolder(path)
    tokens = _tokens(folder)
    if which not in tokens and which not in tokens.values():
        hint = f"Steps that have asked: {', '.join(tokens)}." if tokens else "None has asked yet."
        raise UsageError(f"No callback step {which!r} has asked in {path}.", hint=hint)
    if not at_work(path):
        message = f"The execution in {path} does not run: it is {status}."
        raise Blocked(message, hint="Nobody waits for an answer any more.")
    return folder, tokens.get(which, which)


def _tokens(folder: RunFolder) -> dict[str, str]:
    files = sorted((folder.queue / "steps").glob("[!.]*.json"))
    return {file.stem: text(an_object(read_json(file)).get("token")) for file in files}


def _refuse_unfitting(folder: RunFolder, token: str, outputs: Mapping[str, str]) -> None:
    """Compare with what the step declares; a step of a loop has a name of its own, and is not."""
    names = {known: step for step, known in _tokens(folder).items()}
    for step in _declared(folder, names[token]):
        declared = [text(each.get("OutputName")) for each in objects(step.get("OutputParameters"))]
        hint = f"Its outputs: {', '.join(declared)}." if declared else "It has no outputs."
        for name in outputs:
            if name not in declared:
                raise UsageError(f"Step {names[token]} has no output {name!r}.", hint=hint)
        try:
            declared_outputs(step, dict(outputs))
        except StepFailed as error:
            said = error.reason.removeprefix("ClientError: ")
            raise UsageError(f"{said} Nothing was answered.", hint=hint) from error


def _declared(folder: RunFolder, name: str) -> list[Object]:
    steps = an_object(folder.read("definition.json")).get("Steps")
    return [dict(step) for step, _ in all_steps(steps) if step.get("Name") == name]
