"""What is left of quotas for the jobs of an execution: arithmetic, and nothing made up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlops_gitops.runs.pipeline_jobs import PlannedJob

ENDPOINT = "endpoint"
"""What quotas call the instances that do not end with a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageMetric:
    """The metric in CloudWatch that tells how much of a quota is in use.

    Source: `MetricInfo` in the Service Quotas API reference.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """One quota as it is applied to an account in a region.

    Attributes:
        metric: None where Service Quotas names none.
    """

    value: float
    metric: UsageMetric | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """Instances that jobs of one kind hold just now.

    Attributes:
        counts: by type of instance.
        is_cut: whether there were more jobs than were looked at.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much of a quota is in use.

    Attributes:
        is_least: whether it may be more, because not everything was looked at.
    """

    count: float
    is_least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A quota with what is in use of it; None where nobody knows that."""

    quota: float
    usage: Usage | None

    @property
    def left(self) -> float | None:
        """What is left, at most; None where nobody knows what is in use."""
        return None if self.usage is None else max(0.0, self.quota - self.usage.count)

    def holds(self, needed: int) -> bool:
        """Tell whether so many instances may fit; what nobody knows is no reason to warn."""
        return needed <= (self.quota if self.left is None else self.left)


def instances_of(job: PlannedJob) -> int:
    """Count the instances that a step holds at the same time, at most."""
    return job.count * job.at_once
