"""Stored plans, read back: what was going to change when a deployment was started."""

from collections.abc import Iterator, Mapping

from mlops_gitops.diff.plan import Plan
from mlops_gitops.errors import UsageError
from mlops_gitops.status.history import StoredPlan
from mlops_gitops.views.plan_json import plan_from_json
from mlops_gitops.views.plan_rows import sections, totals


def read_stored(stored: Mapping[str, StoredPlan]) -> dict[str, Plan | str]:
    """Give each plan, or why there is none to show, by the id of its execution."""
    return {execution: _read(one) for execution, one in stored.items()}


def stored_lines(plan: Plan | str) -> Iterator[str]:
    """Tell stage by stage what was going to change."""
    if isinstance(plan, str):
        yield f"plan: none to show, {plan}"
        return
    yield f"plan, as it was when this was started (method: {plan.method.value}):"
    for section in sections(plan):
        yield f"  {section.title}"
        yield from (f"    {one.text}".rstrip() for one in section.places + section.lines)
    yield f"  {totals(plan)}"


def _read(stored: StoredPlan) -> Plan | str:
    if stored.content is None:
        return stored.missing
    try:
        return plan_from_json(stored.content)
    except UsageError:
        return "another version of mlops-gitops wrote it"
