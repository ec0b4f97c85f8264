"""The state of an execution: how far each step is, and what the machine wants done next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from mlops_gitops.executor.graph import Graph, Node
from mlops_gitops.executor.retries import Tries


class Status(Enum):
    """How far a step or an execution is; the words are SageMaker's where it has one."""

    WAITING = "Waiting"
    EXECUTING = "Executing"
    RETRYING = "Retrying"
    STOPPING = "Stopping"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPED = "Stopped"
    SKIPPED = "Skipped"

    @property
    def is_running(self) -> bool:
        """Whether work is going on."""
        return self in {Status.EXECUTING, Status.STOPPING}

    @property
    def is_over(self) -> bool:
        """Whether nothing will come of it any more."""
        return self in _OVER


_OVER = frozenset({Status.SUCCEEDED, Status.FAILED, Status.STOPPED, Status.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Succeeded:
    """A step has succeeded.

    Attributes:
        step: its name.
        branch: which branch a `Condition` takes.
    """

    step: str
    branch: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """A `ForEach` knows how many items it has."""

    step: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A step has failed; `error` is a retry policy's word for why."""

    step: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A step was told to stop, and has."""

    step: str


@dataclass(frozen=True, slots=True)
class StopRequested:
    """Somebody wants the execution to stop."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed."""


Event = Succeeded | Expanded | Failed | Stopped | StopRequested | Ticked


@dataclass(frozen=True, slots=True)
class Start:
    """Start a step."""

    step: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Tell a step to stop."""

    step: str


@dataclass(frozen=True, slots=True)
class End:
    """Nothing is left to do."""

    status: Status


Effect = Start | Stop | End


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """One step.

    Attributes:
        status: how far it is.
        attempts: how often it was started.
        tries: what its retry policies have been used for.
        due: when it is tried again.
        branch: which branch it took.
    """

    status: Status = Status.WAITING
    attempts: int = 0
    tries: Tries | None = None
    due: float | None = None
    branch: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One execution.

    Attributes:
        graph: its steps; iterations come to it when their loop starts.
        parallelism: how many steps may run at a time.
        steps: how far each is.
        loops: the iterations of each `ForEach` that has started.
        stopping: whether it was told to stop.
        halted: whether a `Fail` step has ended it, so that nothing new starts.
        late: whether a Lambda function ran out of time while the execution stopped.
        ended: how it ended.
    """

    graph: Graph
    parallelism: int
    steps: Mapping[str, StepState]
    loops: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stopping: bool = False
    halted: bool = False
    late: bool = False
    ended: Status | None = None

    @property
    def running(self) -> tuple[str, ...]:
        """The steps that take up one of the places; a loop itself takes none."""
        return tuple(
            name
            for name, step in self.steps.items()
            if step.status.is_running and self.graph[name].type != "ForEach"
        )

    @property
    def next_due(self) -> float | None:
        """When the next step is tried again."""
        return min((step.due for step in self.steps.values() if step.due is not None), default=None)

    def put(self, name: str, step: StepState) -> "State":
        """Change one step."""
        return replace(self, steps={**self.steps, name: step})

    def mark(self, name: str, status: Status) -> "State":
        """Change one step's status; it is not due any more."""
        return self.put(name, replace(self.steps[name], status=status, due=None))

    def iterations(self, loop: str) -> tuple[Node, ...]:
        """Give the iterations of a loop."""
        return tuple(self.graph[name] for name in self.loops.get(loop, ()))
