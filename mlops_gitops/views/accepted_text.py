"""What is written into configs, and what cannot be, as text."""

from collections.abc import Iterator

from mlops_gitops.config.said import printable
from mlops_gitops.status.accepted import Accepted


def accepted_text(accepted: Accepted, commit: str) -> str:
    """Say what was committed where, how it goes on, and what is left.

    Args:
        accepted: what was worked out.
        commit: full id; empty where there was nothing to commit.
    """
    return "\n".join(printable(line) for line in _lines(accepted, commit))


def _lines(accepted: Accepted, commit: str) -> Iterator[str]:
    for each in accepted.taken:
        place = ".".join(map(str, each.place))
        yield f"+ {each.drift.workload}  {each.drift.stage}  {place}: {each.before} -> {each.after}"
    for left in accepted.left:
        name = f"{left.drift.logical_id} {left.path}".strip()
        yield f"x {left.drift.workload}  {left.drift.stage}  {name}: {left.why}"
        yield f"    next: {left.next_step}"
    if not commit:
        yield "Nothing was written."
        return
    yield f"Committed {commit[:12]} on branch {accepted.branch}: {', '.join(accepted.files)}."
    yield f"  next: git push origin {accepted.branch}, and open a pull request of it"
    yield "  once it is merged, mlops-gitops apply deploys what is there already"
