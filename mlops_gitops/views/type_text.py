"""Pipeline types as text: a list of all, and one in full."""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.desired.type_facts import TypeFacts


def types_text(types: Sequence[tuple[str, str, str]]) -> str:
    """Write a line for each type.

    Args:
        types: name, where it comes from, and its title.
    """
    return "\n".join(_columns(types))


def type_text(facts: TypeFacts) -> str:
    """Write what a type's blueprint takes, makes, allows and tells."""
    return "\n".join(printable(line) for line in _lines(facts))


def _lines(facts: TypeFacts) -> Iterator[str]:
    yield f"{facts.name}: {facts.title}"
    yield facts.description
    yield f"Blueprint {facts.blueprint}, version {facts.version}."
    yield ""
    yield "Parameters"
    yield from _indented((each.name, each.description) for each in facts.parameters)
    yield ""
    yield "Resources"
    yield from _indented(
        (each.name, f"{each.kind}{f' (if {each.condition})' if each.condition else ''}")
        for each in facts.resources
    )
    yield ""
    yield "IAM actions"
    for role in facts.roles:
        yield from _indented((role.name, action) for action in role.actions)
    if not facts.roles:
        yield "  none: it has no roles"
    yield ""
    yield "Outputs"
    yield from _indented((each.name, each.description) for each in facts.outputs)


def _indented(rows: Iterator[tuple[str, str]]) -> Iterator[str]:
    for line in _columns(tuple(rows)):
        yield f"  {line}"


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield printable("  ".join(cells).rstrip())
