"""What to run, and what came of it."""

import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from mlops_gitops.executor.references import Json
from mlops_gitops.executor.sandbox import Isolation
from mlops_gitops.executor.state import Status
from mlops_gitops.executor.storage import Elsewhere
from mlops_gitops.executor.work.desk import Catalog, How, LocalFunction


class Clock(Protocol):
    """Time, so that a test can drive it."""

    def now(self) -> float:
        """Give the time, in seconds since 1970."""
        ...

    def wait(self, something: threading.Event, seconds: float | None) -> None:
        """Wait until something happens, or so many seconds; None is for as long as it takes."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        """Give the time."""
        return time.time()

    def wait(self, something: threading.Event, seconds: float | None) -> None:
        """Wait."""
        something.wait(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What to run.

    Attributes:
        definition: the definition, parsed.
        pipeline: its name.
        parent: the folder in which the run folder is made.
        parameters: values by name, as texts.
        parallelism: how many steps may run at a time.
        sources: folders or files by the S3 URI that they stand for; they are only read.
        elsewhere: where objects come from and go to besides; None for this machine alone.
        catalog: where models are made and registered besides; None for the run folder alone.
        selected: the steps to run; None for all.
        previous: run folder of an earlier execution, for what the selected steps need of others.
        cache: where results are kept from run to run; None for no cache.
        execution: the execution's id; None for a new one.
        functions: code of Lambda functions, by name or ARN.
        faults: errors that a step's first attempts end with, as if the service had failed.
        python: what runs the user's programs.
        environment: further variables for them; they get none of this process.
        isolation: how programs find `/opt/ml`; None for the best that the machine allows.
        region: where it would run.
        account: whose it would be.
        grace: how many seconds a program may take to end after it was told to.
        clock: the time.
    """

    definition: Json
    pipeline: str
    parent: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    parallelism: int = 4
    sources: Mapping[str, Path] = field(default_factory=dict)
    elsewhere: Elsewhere | None = None
    catalog: Catalog | None = None
    selected: tuple[str, ...] | None = None
    previous: Path | None = None
    cache: Path | None = None
    execution: str | None = None
    functions: Mapping[str, LocalFunction] = field(default_factory=dict)
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    python: Path = Path(sys.executable)
    environment: Mapping[str, str] = field(default_factory=dict)
    isolation: Isolation | None = None
    region: str = "us-east-1"
    account: str = "000000000000"
    grace: float = 10
    clock: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """What came of one step.

    Attributes:
        name: the step's.
        type: such as `Training`.
        status: how far it is, or how it ended.
        how: what was really done; None while it is not over.
        why: a sentence about that; "" where nothing has to be said.
        reason: why it failed.
        started: in seconds since 1970.
        ended: the same.
        attempts: how often it was started.
        metadata: as `ListPipelineExecutionSteps` has it.
        source: ARN of the execution whose result was used instead.
    """

    name: str
    type: str
    status: Status
    how: How | None = None
    why: str = ""
    reason: str = ""
    started: float | None = None
    ended: float | None = None
    attempts: int = 0
    metadata: dict[str, Json] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What came of an execution, so far.

    Attributes:
        folder: its run folder.
        arn: its ARN.
        status: how far it is, or how it ended.
        reason: why it failed.
        steps: in the order of the definition; iterations after everything else.
        isolation: how programs found `/opt/ml`.
        can_retry: whether SageMaker would retry it: not after a Fail step.
    """

    folder: Path
    arn: str
    status: Status
    reason: str
    steps: tuple[StepReport, ...]
    isolation: Isolation
    can_retry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that happened, for who watches.

    Attributes:
        at: when, in seconds since 1970.
        step: whose; "" for the execution's own.
        status: its status now.
        text: what is to be said about it; "" for nothing more.
    """

    at: float
    step: str
    status: Status
    text: str = ""


Listener: TypeAlias = Callable[[Notice], None]
"""Is told what happens; one notice at a time, from threads of the executor."""
