"""A retirement as text: what would be deleted, stage by stage."""

from collections.abc import Iterator

from mlops_gitops.config.said import printable
from mlops_gitops.package.retirement import Retirement
from mlops_gitops.views.plan_lines import Detail
from mlops_gitops.views.plan_rows import digests, sections, totals


def retire_text(wanted: Retirement) -> str:
    """Show what retiring a workload would delete."""
    return "\n".join(printable(each) for each in _lines(wanted))


def _lines(wanted: Retirement) -> Iterator[str]:
    yield f"{wanted.name} is declared by no config."
    for section in sections(wanted.plan, Detail.ALL):
        yield ""
        yield section.title
        yield from (f"  {one.text}" for one in (*section.places, *section.lines))
    if wanted.strange:
        yield ""
        yield "In stages that the settings do not have, and left as they are:"
        yield from (f"  stack {id_}" for id_ in wanted.strange)
    yield ""
    if wanted.plan.is_empty:
        yield "It is retired already; `mlops-gitops gc` deletes the empty stacks."
        return
    yield from (one.text for one in digests(wanted.plan))
    yield totals(wanted.plan)
