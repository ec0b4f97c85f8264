"""Model cards as text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlops_gitops.config.said import printable
from mlops_gitops.status.model_card import CardSummary, ModelCard

_DAY = "%Y-%m-%d %H:%M:%S"
_ORDER = (
    "model_overview",
    "model_package_details",
    "business_details",
    "intended_uses",
    "training_details",
    "evaluation_details",
    "additional_information",
)
"""The sections as SageMaker's console shows them; what it has beyond comes last."""


def cards_text(cards: Sequence[CardSummary], account: str) -> str:
    """List cards: name, status, last change."""
    if not cards:
        return f"Account {account} has no model cards."
    width = max(len(card.name) for card in cards)
    rows = (
        f"{card.name:<{width}}  {card.status:<13}  changed {card.modified_at:{_DAY}}"
        for card in cards
    )
    return "\n".join(rows)


def card_text(card: ModelCard) -> str:
    """Show a card, section by section."""
    head = [f"{card.name}  version {card.version}  {card.status}", f"  {card.arn}"]
    head.append(f"  made {card.created_at:{_DAY}}, changed {card.modified_at:{_DAY}}")
    if card.kms_key:
        head.append(f"  encrypted with {card.kms_key}")
    ordered = sorted(card.content, key=_place)
    sections = (
        ["", *_lines(name, card.content[name], 0)] for name in ordered if card.content[name]
    )
    return "\n".join([*map(printable, head), *(line for each in sections for line in each)])


def _place(section: str) -> int:
    return _ORDER.index(section) if section in _ORDER else len(_ORDER)


def _lines(name: str, value: Any, depth: int) -> Iterator[str]:
    space = "  " * depth
    words = printable(name.replace("_", " "))
    match value:
        case Mapping():
            yield f"{space}{words}"
            for inner, each in value.items():
                yield from _lines(inner, each, depth + 1)
        case list() if any(isinstance(each, Mapping) for each in value):
            yield f"{space}{words}"
            for each in value:
                yield from _item(each, depth + 1)
        case _:
            yield f"{space}{words}: {_plain(value)}"


def _item(value: Any, depth: int) -> Iterator[str]:
    """Show a member of a list under its name, if it has one."""
    if not isinstance(value, Mapping):
        yield f"{'  ' * depth}{_plain(value)}"
        return
    others = {key: each for key, each in value.items() if key != "name"}
    plain = {key: each for key, each in others.items() if not isinstance(each, Mapping | list)}
    title = str(value.get("name", "-"))
    if len(plain) == len(others) and "value" in plain:
        notes = f"  ({printable(str(plain['notes']))})" if plain.get("notes") else ""
        yield f"{'  ' * depth}{printable(title)}: {_plain(plain['value'])}{notes}"
        return
    yield f"{'  ' * depth}{printable(title)}"
    for key, each in others.items():
        yield from _lines(key, each, depth + 1)


def _plain(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return ", ".join(
                f"[{_plain(each)}]" if isinstance(each, list) else _plain(each) for each in value
            )
        case _:
            return printable(str(value))
