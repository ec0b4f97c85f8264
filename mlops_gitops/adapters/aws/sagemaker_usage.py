"""SageMaker's quotas and what is in use of them, in any account, by the plan role."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from mlops_gitops.adapters.aws.endpoint_usage import endpoint_instances
from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import PLAN_ROLE, Accounts, call
from mlops_gitops.runs.pipeline_quotas import ENDPOINT, Instances, Quota, UsageMetric

_MINUTES, _PERIOD = 15, 60
"""How far back a figure may be. Usage metrics are collected every minute; source: "CloudWatch
usage metrics", CloudWatch user guide."""
_BUSY = ("InProgress", "Stopping")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How one kind of job is listed and described, and where its instances are.

    Source: the SageMaker API reference.
    """

    stem: str
    path: tuple[str, ...]

    @property
    def snake(self) -> str:
        return f"{self.stem.removesuffix('Job').lower()}_job"


_TRAINING = _Kind(stem="TrainingJob", path=("ResourceConfig",))
_KINDS: Mapping[str, _Kind] = {
    "processing job": _Kind(stem="ProcessingJob", path=("ProcessingResources", "ClusterConfig")),
    "training job": _TRAINING,
    "spot training job": _TRAINING,
    "transform job": _Kind(stem="TransformJob", path=("TransformResources",)),
}
_SPOT = "spot training job"


class AwsSageMakerUsage:
    """Quotas, and what is in use.

    Args:
        accounts: hands out clients.
        most: how many jobs are looked at, for each kind.
        now: gives the time.
    """

    def __init__(
        self,
        accounts: Accounts,
        most: int = 100,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._accounts = accounts
        self._most = most
        self._now = now

    def quotas(self, account: str) -> Mapping[str, Quota]:
        """Give SageMaker's quotas by their names.

        Raises:
            AwsError: they may not be read.
        """
        client = self._accounts.client(account, PLAN_ROLE, "service-quotas")
        pages = client.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
        where = f"While reading the quotas of {account}"
        return {each["QuotaName"]: _quota(each) for each in drain(where, pages, "Quotas")}

    def measured(self, account: str, metric: UsageMetric) -> float | None:
        """Give the newest value of a metric; None if it has none of the last minutes.

        Raises:
            AwsError: it may not be read.
        """
        now = self._now()
        dimensions = [{"Name": key, "Value": value} for key, value in metric.dimensions.items()]
        about = {"Namespace": metric.namespace, "MetricName": metric.name}
        asked = {"Metric": {**about, "Dimensions": dimensions}, "Period": _PERIOD}
        found = call(
            f"While reading metric {metric.name} of {account}",
            self._accounts.client(account, PLAN_ROLE, "cloudwatch").get_metric_data,
            MetricDataQueries=[{"Id": "usage", "MetricStat": {**asked, "Stat": metric.statistic}}],
            StartTime=now - timedelta(minutes=_MINUTES),
            EndTime=now,
            ScanBy="TimestampDescending",
        )
        values = [value for each in found["MetricDataResults"] for value in each["Values"]]
        return float(values[0]) if values else None

    def instances(self, account: str, kind: str) -> Instances:
        """Count the instances that jobs of a kind hold just now, as quotas call the kind.

        Endpoints are a kind as well.

        Raises:
            AwsError: jobs may not be listed or described.
        """
        client = self._accounts.client(account, PLAN_ROLE, "sagemaker")
        if kind == ENDPOINT:
            return endpoint_instances(client, account, self._most)
        how = _KINDS[kind]
        names = list(islice(_names(client, account, how), self._most + 1))
        counts = Counter[str]()
        for name in names[: self._most]:
            describe = getattr(client, f"describe_{how.snake}")
            where = f"While reading {how.stem} {name} in {account}"
            found = call(where, describe, **{f"{how.stem}Name": name})
            if bool(found.get("EnableManagedSpotTraining")) is (kind == _SPOT):
                counts.update(_held(found, how))
        return Instances(counts=dict(counts), is_cut=len(names) > self._most)


def _quota(found: Mapping[str, Any]) -> Quota:
    about = found.get("UsageMetric") or {}
    if not about.get("MetricName") or not about.get("MetricNamespace"):
        return Quota(value=found["Value"])
    metric = UsageMetric(
        namespace=about["MetricNamespace"],
        name=about["MetricName"],
        dimensions=about.get("MetricDimensions") or {},
        statistic=about.get("MetricStatisticRecommendation") or "Maximum",
    )
    return Quota(value=found["Value"], metric=metric)


def _names(client: Any, account: str, kind: _Kind) -> Iterator[str]:
    """Name the jobs that hold instances: also those that are being stopped still do."""
    where = f"While listing {kind.stem}s in {account}"
    for status in _BUSY:
        pages = client.get_paginator(f"list_{kind.snake}s").paginate(StatusEquals=status)
        for each in drain(where, pages, f"{kind.stem}Summaries"):
            yield each[f"{kind.stem}Name"]


def _held(found: Mapping[str, Any], kind: _Kind) -> dict[str, int]:
    """Read what a job asked for: one type, or groups of several."""
    place: Any = found
    for part in kind.path:
        place = place.get(part) or {}
    held = Counter[str]()
    for each in (place, *place.get("InstanceGroups", ())):
        if each.get("InstanceType"):
            held[each["InstanceType"]] += int(each.get("InstanceCount", 0))
    return dict(held)
