"""Marks: which workloads may have executions that `apply` has to know of.

They are empty objects of the assets bucket, named so that one listing tells all of them. Below
`mlops_gitops_started/<workload>/` there is one for each start, put there before CodePipeline is
called, and `settled`, which says that executions were read, and that none was under way and the
newest had succeeded. A workload that is settled and has no start beside that needs no reading.
Where there is no mark at all, nothing is known, and executions are read: marks may be deleted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from mlops_gitops.runs.execution import CREATED_WITH_PIPELINE, Execution, ExecutionStatus
from mlops_gitops.runs.start import last_to_arrive, newest_over

MARKS = "mlops_gitops_started/"
"""Folder of the assets bucket."""

_SETTLED = "settled"
_NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A start that was about to be made.

    Attributes:
        workload: its full name.
        after: id of the newest execution that was over; of what has none yet, `nothing`.
        version: S3 version id of the bundle.
    """

    workload: str
    after: str
    version: str

    @property
    def key(self) -> str:
        """Key of the mark."""
        return f"{MARKS}{self.workload}/{self.after}/{self.version}"

    def has_happened(self, executions: Sequence[Execution]) -> bool:
        """Tell whether an execution of this version has begun since; `executions` newest first."""
        since = takewhile(lambda each: each.id != self.after, executions)
        return any(each.bundle_version == self.version for each in since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is marked of one workload."""

    is_settled: bool
    starts: tuple[Start, ...]

    @property
    def say_enough(self) -> bool:
        """Whether executions need not be read."""
        return self.is_settled and not self.starts


UNMARKED = Marks(is_settled=False, starts=())
"""Nothing is known of a workload."""


def settled_key(workload: str) -> str:
    """Name the mark of a workload whose executions need not be read."""
    return f"{MARKS}{workload}/{_SETTLED}"


def marks_in(keys: Iterable[str]) -> Mapping[str, Marks]:
    """Sort keys below the folder by workload."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        workload, _, name = key.removeprefix(MARKS).partition("/")
        found[workload].append(name)
    return {workload: _marks(workload, names) for workload, names in found.items()}


def start_after(workload: str, executions: Sequence[Execution], version: str) -> Start:
    """Say what is about to be started; `executions` newest first."""
    return Start(workload=workload, after=newest_over(executions) or _NOTHING, version=version)


def are_settled(executions: Sequence[Execution]) -> bool:
    """Tell whether nothing is under way, and nothing has to be tried again; newest first."""
    newest = next((each for each in executions if each.trigger != CREATED_WITH_PIPELINE), None)
    return (
        newest is not None
        and newest.status is ExecutionStatus.SUCCEEDED
        and last_to_arrive(executions) is None
    )


def _marks(workload: str, names: Iterable[str]) -> Marks:
    starts = [name.partition("/") for name in names if name != _SETTLED]
    return Marks(
        is_settled=_SETTLED in names,
        starts=tuple(
            Start(workload=workload, after=after, version=version) for after, _, version in starts
        ),
    )
