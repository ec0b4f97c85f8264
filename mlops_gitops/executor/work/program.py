"""A job's program: which of the user's Python it is, what it is given, and how it ended."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from mlops_gitops.executor.child import OPT_ML
from mlops_gitops.executor.logs import Log
from mlops_gitops.executor.references import Json
from mlops_gitops.executor.retries import ALGORITHM_ERROR, INTERNAL_ERROR
from mlops_gitops.executor.sandbox import CannotStart, Exit, Isolation, Program, run_program
from mlops_gitops.executor.work.desk import Desk, Object, StepFailed, StepStopped
from mlops_gitops.executor.work.opt_ml import OptMl

DEFAULT_SECONDS = 86_400
"""`MaxRuntimeInSeconds` where a request does not say it: a day, SageMaker's own default."""
_PYTHON = re.compile(r"python(\d+(\.\d+)?)?")
_SHELLS = {"bash", "sh"}
_REASON = 1024
_KILLED = 9


def own_program(command: Sequence[str]) -> str:
    """Tell why a command is not the user's own Python; "" if it is.

    Args:
        command: `ContainerEntrypoint` and `ContainerArguments`.
    """
    if not command:
        return "The program inside the image would run; only code that the job brings runs here."
    name, scripts = PurePosixPath(command[0]).name, command[1:]
    if (_PYTHON.fullmatch(name) or name in _SHELLS) and scripts:
        if scripts[0].startswith(f"{OPT_ML}/"):
            return ""
        if scripts[0] == "-m" and name not in _SHELLS:
            return ""
    return f"{' '.join(command[:2])} is a program of the image, which does not run here."


def alone(count: Json) -> str:
    """Say that a job ran on one instance where it asked for several; "" if it did not.

    Args:
        count: `InstanceCount`.
    """
    several = isinstance(count, int) and count > 1
    return f"One instance ran instead of {count}, with all of the data." if several else ""


def run(
    desk: Desk,
    opt_ml: OptMl,
    command: Sequence[str],
    environment: Mapping[str, str],
    limit: Object,
) -> None:
    """Run a job's program to a good end.

    Args:
        desk: what the step has.
        opt_ml: its folders.
        command: the program and its arguments.
        environment: variables of its own.
        limit: `StoppingCondition`.

    Raises:
        StepFailed: it failed, ran out of time, or could not be started.
        StepStopped: it was told to stop, and has.
    """
    house = desk.house
    home = opt_ml.root.with_name("home")
    seconds = limit.get("MaxRuntimeInSeconds")
    allowed = float(seconds) if isinstance(seconds, int | float) else float(DEFAULT_SECONDS)
    program = Program(
        argv=_argv(command, house.python),
        environment={**surroundings(desk, home), **environment},
        opt_ml=opt_ml.root,
        cwd=_cwd(opt_ml),
        seconds=allowed,
        grace=house.grace,
    )
    log = Log(house.folder.log(desk.name))
    log.say(f"{desk.job}: {' '.join(command)}")
    try:
        ended = run_program(program, house.isolation, log, desk.stop)
    except CannotStart as error:
        reason = f"InternalServerError: the program could not be started: {error}."
        raise StepFailed(reason, error=INTERNAL_ERROR) from error
    finally:
        log.close()
    _judge(ended, allowed, opt_ml)


def _judge(ended: Exit, allowed: float, opt_ml: OptMl) -> None:
    if ended.late:
        raise StepFailed(f"MaxRuntimeExceeded: the job ran for longer than {allowed:g} s.")
    if ended.stopped:
        raise StepStopped
    if ended.code != 0:
        killed = ended.code == -_KILLED
        raise StepFailed(
            _reason(ended.code, opt_ml.failure() or ended.last_words),
            error=INTERNAL_ERROR if killed else ALGORITHM_ERROR,
        )


def _reason(code: int, words: str) -> str:
    """Say why a program failed, as SageMaker words it; a signal's code as a shell has it."""
    if code == -_KILLED:
        return "InternalServerError: the program was killed by the machine (signal 9)."
    shown = code if code >= 0 else 128 - code
    said = words[-(_REASON - 60) :] or "See job logs for more information"
    return f"AlgorithmError: {said}, exit code: {shown}"


def _argv(command: Sequence[str], python: Path) -> tuple[str, ...]:
    name = PurePosixPath(command[0]).name
    first = f"/bin/{name}" if name in _SHELLS else str(python)
    return (first, *command[1:])


def _cwd(opt_ml: OptMl) -> str:
    return f"{OPT_ML}/code" if (opt_ml.root / "code").is_dir() else OPT_ML


def surroundings(desk: Desk, home: Path) -> dict[str, str]:
    """Give a program what it needs to run, and nothing of ours: no credentials, no settings."""
    found = {
        "PATH": f"{desk.house.python.parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # What a job installs is its own, as in a container: never the interpreter's.
        "PIP_TARGET": str(home / "packages"),
        "PYTHONPATH": str(home / "packages"),
        "AWS_REGION": desk.house.identity.region,
        "AWS_DEFAULT_REGION": desk.house.identity.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    if desk.house.isolation is Isolation.REDIRECTION:
        # What SageMaker's own training toolkit asks for another place than /opt/ml.
        found["SAGEMAKER_BASE_DIR"] = OPT_ML
    return {**found, **desk.house.environment}
