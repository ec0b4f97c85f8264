"""What became of a workload when it was applied."""

from dataclasses import dataclass
from enum import Enum

from mlops_gitops.errors import MlopsError
from mlops_gitops.pipeline.holds import Suspension


class Outcome(Enum):
    """What `apply` did with a workload."""

    STARTED = "started"
    UNDER_WAY = "under way"
    PREPARED = "prepared at the gate"  # what was changed by hand is put back once it is approved
    PUT_BACK = "put back"
    UNCHANGED = "unchanged"
    LEFT = "left alone"
    SUSPENDED = "suspended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of one workload.

    Attributes:
        workload: its full name.
        execution_id: the execution that carries it; empty if none does.
        failure: why it could not be carried; None if it could.
        held: why it was left as it is; None unless it is suspended.
    """

    workload: str
    outcome: Outcome
    digest: str
    execution_id: str = ""
    failure: MlopsError | None = None
    held: Suspension | None = None


def exit_code(applied: tuple[Applied, ...]) -> int:
    """Give the exit code for all of them: the first failure's, 0 if there is none.

    What is suspended is left as it is because somebody said so, which is no failure.
    """
    return next((each.failure.exit_code for each in applied if each.failure), 0)
