"""What is held, as text: each with who, why, until when and the command that ends it."""

from collections.abc import Iterator

from mlops_gitops.config.said import printable
from mlops_gitops.pipeline.holds import Hold, Holds


def holds_text(holds: Holds) -> str:
    """Show everything that is held."""
    return "\n".join(_lines(holds)) or "Nothing is suspended, and no digest is refused."


def _lines(holds: Holds) -> Iterator[str]:
    every: tuple[Hold, ...] = (*holds.suspended, *holds.refused)
    for each in every:
        yield printable(f"! {each.why}")
        yield printable(f"  {each.resume}")
