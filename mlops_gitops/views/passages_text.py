"""What became of approvals that were held to the settings, as text."""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.pipeline.by_settings import Passage


def passages_text(passages: Sequence[Passage]) -> str:
    """Show a line for each approval that waited, and after a refusal the way on."""
    return "\n".join(printable(line) for each in passages for line in _lines(each))


def _lines(passage: Passage) -> Iterator[str]:
    place = f"{passage.called} {passage.stage}".rstrip()
    if passage.is_through:
        yield f"{place}: let through by the settings, {passage.digest}"
    elif passage.failure is None:
        yield f"{place}: waits for a person: {passage.why}"
    else:
        yield f"{place}: refused: {passage.why}"
        yield f"  next: {passage.failure.hint}"
