"""Drift: hold what git says, what was last deployed and what AWS has side by side."""

from mlops_gitops.status.drift import DriftReport
from mlops_gitops.use_cases.apply import Reporter
from mlops_gitops.use_cases.world import World


def drift(world: World, report: Reporter, only: frozenset[str] = frozenset()) -> DriftReport:
    """Look for whatever was changed behind our back. Nothing is changed.

    Args:
        world: the repository and AWS.
        report: is told a workload's full name and what is being looked at, from several threads.
        only: full names of workloads; empty for all.

    Raises:
        Blocked: the accounts have not been prepared.
        AwsError: not even the stacks could be listed, so nothing is concluded.
    """
    raise NotImplementedError(world, report, only)
