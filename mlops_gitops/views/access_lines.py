"""Permissions that come and go, as a table of text."""

from collections.abc import Iterator

from mlops_gitops.diff.plan import AccessChange, Action, StackChange

_CONDITION = 40
_HEAD = ("", "who", "action", "resource", "condition", "")


def access_lines(change: StackChange) -> Iterator[tuple[AccessChange | None, str]]:
    """Give the table's lines, each with its permission; nothing for a new stack.

    In a new stack every permission is new, which one line among the risks says.
    """
    if change.action is Action.CREATE or not change.access:
        return
    widened = sum(one.widens for one in change.access)
    note = f", {widened} widened" if widened else ", none widened"
    yield None, f"permissions: {len(change.access)} changed{note}"
    rows = [_HEAD, *map(_cells, change.access)]
    # The last two columns may be long and stand at the end, so they are not padded.
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD) - 2)]
    for one, row in zip((None, *change.access), rows, strict=True):
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        yield one, "  ".join([*cells, *filter(None, row[len(widths) :])]).rstrip()


def _cells(one: AccessChange) -> tuple[str, ...]:
    sign = "+" if one.is_new else "-"
    return (
        sign,
        one.principal,
        one.action if one.effect == "Allow" else f"not {one.action}",
        one.resource,
        _short(one.condition) or "-",
        "! widened" if one.widens else "",
    )


def _short(condition: str) -> str:
    """Cut a long condition: JSON output has it whole."""
    return condition if len(condition) <= _CONDITION else f"{condition[: _CONDITION - 1]}…"
