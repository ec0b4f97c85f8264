"""What an approver reads before deciding."""

from collections.abc import Iterator

from mlops_gitops.config.said import printable
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.plan import ValueChange
from mlops_gitops.pipeline.approval import PendingApproval
from mlops_gitops.pipeline.delivery import UNSET, summary_variable
from mlops_gitops.views.expiry_text import expiry_text


def review_text(approval: PendingApproval, change_set: ChangeSet) -> str:
    """Show which digest of which commit would change what, in which account."""
    return "\n".join(printable(line) for line in _lines(approval, change_set))


def _value(change: ValueChange) -> str:
    nothing = "(none)"
    return f"{change.name} {change.before or nothing} -> {change.after or nothing}"


def _lines(approval: PendingApproval, change_set: ChangeSet) -> Iterator[str]:
    yield f"{approval.workload_stack} -> {approval.stage} (account {change_set.stack.account})"
    yield f"  digest   {approval.digest}"
    yield f"  commit   {approval.variables.get('commit', UNSET)}"
    yield f"  author   {approval.variables.get('author', UNSET)}"
    yield f"  changes  {approval.variables.get(summary_variable(approval.stage), UNSET)}"
    if approval.expiry is not None:
        yield f"  expires  {expiry_text(approval.expiry)}"
    if change_set.state is ChangeSetState.EMPTY:
        yield f"  {change_set.name}: the stack is as planned already, nothing will change"
    else:
        yield f"  {change_set.name} of {change_set.stack.name}:"
        for change in change_set.changes:
            by_hand = change.logical_id in change_set.drifted
            told = f"    {change.action.value} {change.logical_id} ({change.resource_type})"
            yield f"{told}, changed by hand" if by_hand else told
            if by_hand:
                yield from (f"        {_value(each)}" for each in change.properties)
        if change_set.is_drift_aware:
            yield "  what was changed by hand is put back: what stands before -> is there now"
    if approval.newer:
        newer = ", ".join(approval.newer)
        yield f"  note: a newer commit waits behind this approval, in execution {newer}"
