"""Reading run folders: what came of an execution, also of one whose process is gone."""

import fcntl
import json
from pathlib import Path

from mlops_gitops.errors import Blocked, UsageError
from mlops_gitops.executor.folder import LOCK, STOP, RunFolder, read_json
from mlops_gitops.executor.language import Json, Unresolved, follow
from mlops_gitops.executor.storage import BadUri, Storage
from mlops_gitops.executor.work.desk import Object, an_object, objects

IN_DOCKER = "docker"
"""What `Isolation` is of a run whose steps ran in containers, by the SageMaker SDK."""
_GONE = "The process that ran it is gone."


def read_run(path: Path) -> Object:
    """Read `run.json`; an execution that nobody works at any more has stopped.

    Raises:
        UsageError: it is no run folder.
    """
    run = an_object(RunFolder(path).read("run.json"))
    if run.get("PipelineExecutionStatus") in {"Executing", "Stopping"} and not at_work(path):
        run |= {"PipelineExecutionStatus": "Stopped", "FailureReason": _GONE}
    return run


def read_steps(path: Path) -> list[Object]:
    """Read `steps.json`; what ran when the process went has stopped.

    Raises:
        UsageError: it is no run folder.
    """
    steps = objects(RunFolder(path).read("steps.json"))
    if not at_work(path):
        for step in steps:
            if step.get("StepStatus") in {"Executing", "Stopping"}:
                step |= {"StepStatus": "Stopped", "FailureReason": _GONE}
    return steps


def read_log(path: Path, step: str) -> bytes | None:
    """Read what a step's program wrote; None if it wrote nothing."""
    log = RunFolder(path).log(step)
    return log.read_bytes() if log.is_file() else None


def read_result(path: Path, step: str) -> Json:
    """Read what a function step gave: the JSON that its model's folder holds.

    Raises:
        UsageError: the step has not succeeded or gives no result, or it ran in a container.
    """
    if read_run(path).get("Isolation") == IN_DOCKER:
        hint = f"Its log is in {RunFolder(path).log(step)}; `--local` runs keep results."
        raise UsageError("`pipeline result` is not supported with --docker.", hint=hint)
    file = RunFolder(path).properties(step)
    if not file.is_file():
        known = ", ".join(str(each.get("StepName")) for each in read_steps(path))
        message = f"Step {step} has no result in {path}."
        raise UsageError(message, hint=f"It has to have succeeded. Steps: {known}.")
    hint = "Only function steps have one; their log and their objects are in the run folder."
    no_result = UsageError(f"Step {step} gives no JSON result.", hint=hint)
    try:
        model = follow(read_json(file), ("ModelArtifacts", "S3ModelArtifacts"), f"Step {step}")
        data = Storage(RunFolder(path).storage).read(f"{model}/result.json")
    except (Unresolved, BadUri):
        raise no_result from None
    if data is None:
        raise no_result
    try:
        value: Json = json.loads(data)
    except ValueError as error:
        raise UsageError(f"The result of {step} is not JSON: {error}.", hint=hint) from error
    return value


def ask_to_stop(path: Path) -> None:
    """Ask whoever runs an execution to stop it, as `StopPipelineExecution` does.

    Raises:
        UsageError: it is no run folder.
        Blocked: nobody is at work.
    """
    status = read_run(path).get("PipelineExecutionStatus")
    if not at_work(path):
        message = f"The execution in {path} does not run: it is {status}."
        raise Blocked(message, hint="Nothing is to be done.")
    (path / STOP).touch()


def at_work(path: Path) -> bool:
    """Tell whether the process of an execution is there: it holds the lock."""
    try:
        with (path / LOCK).open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
