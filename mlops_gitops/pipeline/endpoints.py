"""Endpoint protection: in production, no change deletes an endpoint unless that is said twice.

Once is the change itself. The second time is a line of the commit's message, the stage's
`protect_endpoints: false`, or, where nothing is committed, an option of the command.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from mlops_gitops.config.settings import Settings
from mlops_gitops.diff.plan import Action, Refusal, StackChange
from mlops_gitops.errors import PolicyFailure
from mlops_gitops.pipeline.authorship import is_committed
from mlops_gitops.pipeline.brakes import told

FLAG = "--delete-endpoint"
_ENDPOINT = "AWS::SageMaker::Endpoint"
_TRAILER = re.compile(r"^accept-endpoint-deletion:[ \t]*(\S+)[ \t]*$", re.IGNORECASE | re.MULTILINE)


def accepted_deletions(commit: str, message: str) -> frozenset[str]:
    """Name the workloads whose endpoints a commit itself says may go; lower case.

    Args:
        commit: what is applied; changes that are not committed are no commit's.
        message: of the commit that is checked out.
    """
    found = _TRAILER.findall(message) if is_committed(commit) else ()
    return frozenset(name.lower() for name in found)


def deletes_protected(settings: Settings, change: StackChange) -> bool:
    """Whether a change deletes an endpoint of a stage that keeps its own.

    A new name is a deletion, too: whoever calls the old one gets no answer any more.
    """
    stage = settings.stage(change.stage)
    return (
        stage.protect_endpoints
        and settings.is_production(stage)
        and any(
            each.resource_type == _ENDPOINT
            and (each.action is Action.DELETE or (each.action is Action.REPLACE and each.certain))
            and not each.retained
            for each in change.resources
        )
    )


def refuse_endpoint_deletion(
    settings: Settings,
    workload: str,
    changes: Sequence[StackChange],
    accepted: AbstractSet[str],
    repeat: str = "",
) -> None:
    """Refuse a workload that would delete an endpoint that is protected.

    Args:
        settings: the stages.
        workload: full name.
        changes: what would become of its stacks.
        accepted: workloads whose endpoints may go, as they were called.
        repeat: what the command is repeated with to say it; empty where it cannot.

    Raises:
        PolicyFailure: with the stage and how to say that it is meant.
    """
    again = f"repeat with {repeat}, or " if repeat else ""
    for change in changes:
        called = {workload.lower(), change.workload.model_name.lower()}
        if called.isdisjoint(accepted) and deletes_protected(settings, change):
            raise PolicyFailure(
                f"{change.stage} protects its endpoints, and this deletes that of {change.id}.",
                hint=f"{_from_elsewhere(change)}If it is meant, {again}write "
                f"`Accept-Endpoint-Deletion: {change.workload.model_name}` as a line of the "
                "commit's message, or "
                f"`protect_endpoints: false` for {change.stage} in {settings.path}.",
            )


def _from_elsewhere(change: StackChange) -> str:
    if change.deployed_digest is not None:
        return ""
    return "Another tool made that stack; `mlops-gitops adopt` lets its endpoint stay. "


def endpoint_refusals(
    settings: Settings,
    workloads: Mapping[str, Sequence[StackChange]],
    accepted: AbstractSet[str],
) -> Iterator[Refusal]:
    """Say beforehand what would be refused, in the words in which it would be."""

    def refuse(workload: str, changes: Sequence[StackChange]) -> None:
        refuse_endpoint_deletion(settings, workload, changes, accepted)

    return told(workloads, refuse)
