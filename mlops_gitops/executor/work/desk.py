"""The desk: what a step has to work with, and what it hands back."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

from mlops_gitops.executor.facts import Facts, Identity
from mlops_gitops.executor.folder import RunFolder
from mlops_gitops.executor.references import Json
from mlops_gitops.executor.retries import ALGORITHM_ERROR
from mlops_gitops.executor.sandbox import Isolation
from mlops_gitops.executor.storage import Writer

Object = dict[str, Json]


class How(Enum):
    """What of a step was really done on this machine."""

    EXECUTED = "executed"
    STUBBED = "stubbed"
    CACHED = "cached"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFunction:
    """A Lambda function's code on this machine.

    Attributes:
        folder: where its files are.
        handler: `file.function`.
        seconds: its timeout.
    """

    folder: Path
    handler: str
    seconds: float = 120


class Catalog(Protocol):
    """Where models are made and registered besides; raises `StepFailed` if it refuses."""

    def create_model(self, request: Object) -> str:
        """Make a model; give its ARN."""
        ...

    def register_model(self, request: Object) -> str:
        """Make the next version of a group; give its ARN, whose last part is the version."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What all steps of an execution share.

    Attributes:
        identity: who the execution is.
        folder: its run folder.
        python: the interpreter that runs the user's programs.
        environment: further variables for them.
        isolation: how programs find `/opt/ml`.
        functions: code of Lambda functions, by name or ARN.
        grace: how many seconds a program may take to end after it was told to.
        now: the clock, in seconds.
        abandon: set when nothing is to be waited for any more, not even an answer.
        catalog: where models are made and registered besides; None for the run folder alone.
        pause: how long to wait between two looks at a queue, in seconds.
    """

    identity: Identity
    folder: RunFolder
    python: Path
    environment: Mapping[str, str]
    isolation: Isolation
    functions: Mapping[str, LocalFunction]
    grace: float
    now: Callable[[], float]
    abandon: threading.Event
    catalog: Catalog | None = None
    pause: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What one attempt at a step has.

    Attributes:
        house: what it shares with the others.
        name: the step's name.
        step: the step as the definition has it.
        arguments: its arguments, with all references resolved.
        facts: what references name.
        job: the name of the job that it starts.
        writer: where its objects go.
        stop: set when it has to stop.
        tell: says something to whoever watches.
    """

    house: House
    name: str
    step: Mapping[str, Json]
    arguments: Object
    facts: Facts
    job: str
    writer: Writer
    stop: threading.Event
    tell: Callable[[str], None]

    def arn(self, kind: str, name: str) -> str:
        """Give the ARN that something would have."""
        return self.house.identity.arn(kind, name)

    @property
    def short_name(self) -> str:
        """A job's name where names have at most 32 characters: tuning and AutoML."""
        execution, suffix = self.house.identity.execution[:12], self.job.rpartition("-")[2]
        return f"{execution}-{self.name[: 30 - len(execution) - len(suffix)]}-{suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step has succeeded.

    Attributes:
        properties: what references to it find.
        metadata: what `ListPipelineExecutionSteps` tells of it.
        how: what was really done.
        why: a sentence about that; "" where nothing has to be said.
        branch: which branch a `Condition` takes.
        items: what a `ForEach` goes through.
    """

    properties: Object = field(default_factory=dict)
    metadata: Object = field(default_factory=dict)
    how: How = How.EXECUTED
    why: str = ""
    branch: bool | None = None
    items: tuple[Json, ...] | None = None


class StepFailed(Exception):
    """A step has failed.

    Args:
        reason: as `FailureReason` would say it.
        error: what retry policies call it.
        metadata: what is known of the step all the same.
    """

    def __init__(
        self, reason: str, *, error: str = ALGORITHM_ERROR, metadata: Object | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error
        self.metadata = metadata or {}


class StepStopped(Exception):
    """A step was told to stop, and has."""

    def __init__(self, metadata: Object | None = None) -> None:
        super().__init__("stopped")
        self.metadata = metadata or {}


def an_object(value: Json) -> Object:
    """Take a member that is an object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Json) -> list[Object]:
    """Take a member that is a list of objects; anything else is not in it."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: Json) -> list[str]:
    """Take a member that is a list of texts; numbers become texts."""
    return [str(each) for each in value] if isinstance(value, list) else []


def text(value: Json) -> str:
    """Take a member that is a text; nothing is an empty one."""
    return "" if value is None else str(value)
