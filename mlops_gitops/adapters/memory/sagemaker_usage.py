"""SageMaker's quotas in memory, with whatever a test says is in use of them."""

from collections.abc import Mapping

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.errors import AwsError
from mlops_gitops.runs.pipeline_quotas import Instances, Quota, UsageMetric


@atomic
class MemorySageMakerUsage:
    """Quotas of every account.

    Attributes:
        limits: quotas by name; None where they may not be read.
        values: of metrics, by the value of their dimension `Resource`.
        held: instances by kind of job; None where jobs may not be listed.
    """

    def __init__(self) -> None:
        self.limits: Mapping[str, Quota] | None = None
        self.values: dict[str, float] = {}
        self.held: dict[str, Instances] | None = {}

    def quotas(self, account: str) -> Mapping[str, Quota]:
        """Give SageMaker's quotas by their names.

        Raises:
            AwsError: they may not be read.
        """
        if self.limits is None:
            raise _denied(f"While reading the quotas of {account}")
        return self.limits

    def measured(self, account: str, metric: UsageMetric) -> float | None:  # noqa: ARG002 - metrics are nobody's here
        """Give the newest value of a metric; None if it has none of the last minutes."""
        return self.values.get(metric.dimensions.get("Resource", ""))

    def instances(self, account: str, kind: str) -> Instances:
        """Count the instances that jobs of a kind hold just now, as quotas call the kind.

        Raises:
            AwsError: jobs may not be listed or described.
        """
        if self.held is None:
            raise _denied(f"While listing jobs in {account}")
        return self.held.get(kind, Instances())


def _denied(where: str) -> AwsError:
    return AwsError(f"{where}, AWS said AccessDenied: no.", hint="Grant it.", code="AccessDenied")
