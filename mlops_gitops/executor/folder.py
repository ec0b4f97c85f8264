"""The run folder: everything about one execution, readable while it runs and ever after.

::

    definition.json   what runs
    run.json          execution: id, ARN, status, times, parameters, how it was run
    steps.json        steps as ListPipelineExecutionSteps gives them, each with `Local`: what of it
                      was executed, and what was not
    steps/<step>/     properties.json: what references to the step find
    logs/<step>.log   what the step's program wrote
    s3/<bucket>/...   objects that were written
    registry/         models, and model packages by group and version
    queue/            messages of Callback steps, answers to them, and the token of each step
    run.lock          locked while somebody is at work
    stop              written by who wants the execution to stop

Files are replaced whole, so that a reader never sees half of one.
"""

import json
import os
import re
import secrets
from pathlib import Path

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.references import Json

LOCK, STOP = "run.lock", "stop"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{0,63}")


class RunFolder:
    """The files of one execution.

    Args:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def storage(self) -> Path:
        """Where objects are."""
        return self.path / "s3"

    @property
    def registry(self) -> Path:
        """Where models and model packages are."""
        return self.path / "registry"

    @property
    def queue(self) -> Path:
        """Where messages of Callback steps are."""
        return self.path / "queue"

    @property
    def work(self) -> Path:
        """Where jobs have their `/opt/ml` while they run."""
        return self.path / "work"

    def log(self, step: str) -> Path:
        """Name a step's log."""
        return self.path / "logs" / f"{_plain(step)}.log"

    def properties(self, step: str) -> Path:
        """Name the file of what references to a step find."""
        return self.path / "steps" / _plain(step) / "properties.json"

    def token_of(self, step: str) -> Path:
        """Name the file of the token that the newest message of a Callback step has."""
        return self.queue / "steps" / f"{_plain(step)}.json"

    def read(self, name: str) -> Json:
        """Read one of the JSON files.

        Raises:
            UsageError: it is not there, or is no JSON: this is no run folder.
        """
        return read_json(self.path / name)

    def write(self, name: str, value: Json) -> None:
        """Write one of the JSON files."""
        write_json(self.path / name, value)


def create(parent: Path, execution_id: str | None) -> RunFolder:
    """Make the folder of a new execution.

    Args:
        parent: where; other executions may be there, and start at the same moment.
        execution_id: its name; without one, twelve letters and digits, as SageMaker has them.

    Raises:
        UsageError: there is an execution of that name, or the folder cannot be made.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        while True:
            name = execution_id or token(12)
            try:
                (parent / _plain(name)).mkdir()
            except FileExistsError:
                if execution_id:
                    message = f"{parent / name} is there already."
                    raise UsageError(message, hint="Choose another folder.") from None
            else:
                return RunFolder(parent / name)
    except OSError as error:
        message = f"A run folder cannot be made in {parent}: {error.strerror}."
        raise UsageError(message, hint="Choose a folder that can be written.") from error


def token(length: int) -> str:
    """Make a name that nobody else has."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def write_json(path: Path, value: Json) -> None:
    """Replace a file by this value, all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{token(6)}")
    beside.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)


def read_json(path: Path) -> Json:
    """Read a JSON file.

    Raises:
        UsageError: it is not there, or is none.
    """
    try:
        value: Json = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read: {error}."
        raise UsageError(message, hint="Name the folder of a local run.") from error
    return value


def _plain(name: str) -> str:
    if not _ID.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a file.", hint="Use letters, digits, - and _.")
    return name
