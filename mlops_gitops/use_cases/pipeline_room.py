"""Room for jobs: what is left of the quotas that the jobs of an execution need."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_gitops.errors import AwsError
from mlops_gitops.ports.sagemaker import SageMakerUsage
from mlops_gitops.runs.pipeline_jobs import PlannedJob
from mlops_gitops.runs.pipeline_quotas import Instances, Quota, Room, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """What is left.

    Attributes:
        rooms: by the name of the quota; one that the account does not list is not in it.
        unread: why quotas could not be read; "" if they were.
        uncounted: why what is in use could not be read; "" if it was.
    """

    rooms: Mapping[str, Room]
    unread: str = ""
    uncounted: str = ""


def rooms_of(usage: SageMakerUsage, account: str, jobs: tuple[PlannedJob, ...]) -> Rooms:
    """Look up quotas and what is in use of them; what may not be read is said, and not guessed."""
    kinds = {job.quota: job for job in jobs if job.count}
    if not kinds:
        return Rooms(rooms={})
    try:
        quotas = usage.quotas(account)
    except AwsError as error:
        return Rooms(rooms={}, unread=error.message)
    counting = _Counting(usage=usage, account=account, found={}, refused=[])
    rooms = {
        name: Room(quota=quotas[name].value, usage=counting.usage_of(job, quotas[name]))
        for name, job in kinds.items()
        if name in quotas
    }
    return Rooms(rooms=rooms, uncounted=next(iter(counting.refused), ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counting:
    """Counts, each kind of job once.

    Attributes:
        found: what was counted, by kind; None where it was refused.
        refused: why.
    """

    usage: SageMakerUsage
    account: str
    found: dict[str, Instances | None]
    refused: list[str]

    def usage_of(self, job: PlannedJob, quota: Quota) -> Usage | None:
        """Read the quota's own metric, else count the jobs; None where neither can be done."""
        measured = self._measured(quota)
        if measured is not None:
            return Usage(count=measured)
        if job.kind not in self.found:
            self.found[job.kind] = self._counted(job.kind)
        instances = self.found[job.kind]
        if instances is None:
            return None
        held = instances.counts.get(job.instance, 0)
        return Usage(count=held, is_least=instances.is_cut)

    def _measured(self, quota: Quota) -> float | None:
        if quota.metric is None:
            return None
        try:
            return self.usage.measured(self.account, quota.metric)
        except AwsError as error:
            self.refused.append(error.message)
            return None

    def _counted(self, kind: str) -> Instances | None:
        try:
            return self.usage.instances(self.account, kind)
        except AwsError as error:
            self.refused.append(error.message)
            return None
