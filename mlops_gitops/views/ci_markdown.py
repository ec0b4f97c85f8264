"""What a run of CI tells where there is no plan, as Markdown for a comment or a run's page."""

from collections.abc import Iterator, Sequence

from mlops_gitops.errors import MlopsError
from mlops_gitops.runs.applied import Applied
from mlops_gitops.views.applied_text import applied_text
from mlops_gitops.views.markdown import block


def failed_markdown(failure: MlopsError) -> str:
    """Say why nothing could be found out, and what to do."""
    return f"### mlops-gitops could not finish\n\n{_said(failure.message, failure.hint)}"


def offline_markdown(count: int, why: str) -> str:
    """Say that a change is valid and was not planned, and why not."""
    configs = f"{count:,} config{'' if count == 1 else 's'}"
    title = f"### Valid, but not planned: {configs} checked"
    return f"{title}\n\n{why}\n\nWhat it would change shows once AWS can be asked."


def applied_markdown(applied: Sequence[Applied]) -> str:
    """Show what became of every workload that is moved."""
    return f"### Applied\n\n{block(applied_text(applied).splitlines(), 'text')}"


def _said(*texts: str) -> str:
    return block(_lines(texts), "text")


def _lines(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from text.splitlines()
