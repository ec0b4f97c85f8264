"""Conditions: what the `Conditions` of a `Condition` step ask, and whether it is so.

The spelling is that of `sagemaker.workflow.conditions` in both majors of the SDK. The list of a
step is an AND.
"""

from collections.abc import Callable, Iterator, Mapping
from operator import ge, gt, le, lt
from types import MappingProxyType
from typing import Any

from mlops_gitops.executor.language import Json, Lookup, Mistake, Place, Unresolved, resolve

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "GreaterThan": gt,
        "GreaterThanOrEqualTo": ge,
        "LessThan": lt,
        "LessThanOrEqualTo": le,
    }
)
_MEMBERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(("Equals", *_ORDER), frozenset({"Type", "LeftValue", "RightValue"})),
        "In": frozenset({"Type", "QueryValue", "Values"}),
        "Not": frozenset({"Type", "Condition"}),
        "Or": frozenset({"Type", "Conditions"}),
    }
)
CONDITION_TYPES = frozenset(_MEMBERS)


def condition_mistakes(conditions: Json, at: Place = ()) -> Iterator[Mistake]:
    """Say which conditions cannot be asked; references in them are `mistakes`' matter.

    Args:
        conditions: the list, as a step or an `Or` has it.
        at: where it stands.
    """
    if not isinstance(conditions, list):
        yield Mistake(at=at, text="", message="Conditions is a list.")
        return
    for index, condition in enumerate(conditions):
        yield from _mistakes(condition, (*at, index))


def all_hold(conditions: Json, lookup: Lookup) -> bool:
    """Tell whether all conditions of a list hold; an empty list does.

    Raises:
        Unresolved: a value is not known, a condition is none, or two values have no order.
    """
    first = next(condition_mistakes(conditions), None)
    if first is not None:
        raise Unresolved(first.message)
    listed = conditions if isinstance(conditions, list) else []
    return all(_holds(condition, lookup) for condition in listed if isinstance(condition, dict))


def _mistakes(condition: Json, at: Place) -> Iterator[Mistake]:
    kind = condition.get("Type") if isinstance(condition, dict) else None
    if not isinstance(condition, dict) or not isinstance(kind, str) or kind not in _MEMBERS:
        known = ", ".join(sorted(_MEMBERS))
        yield Mistake(at=at, text="", message=f"A condition has a Type, one of {known}.")
    elif set(condition) != _MEMBERS[kind]:
        wanted = " and ".join(sorted(_MEMBERS[kind] - {"Type"}))
        message = f"A condition of type {kind} has {wanted}, and nothing else."
        yield Mistake(at=at, text="", message=message)
    elif kind == "Not":
        yield from _mistakes(condition["Condition"], (*at, "Condition"))
    elif kind == "Or":
        yield from condition_mistakes(condition["Conditions"], (*at, "Conditions"))
    elif kind == "In" and not isinstance(condition["Values"], list):
        message = "Values of a condition of type In is a list."
        yield Mistake(at=(*at, "Values"), text="", message=message)


def _holds(condition: dict[str, Json], lookup: Lookup) -> bool:
    match condition:
        case {"Type": "Not", "Condition": dict() as inner}:
            return not _holds(inner, lookup)
        case {"Type": "Or", "Conditions": list() as several}:
            return any(_holds(each, lookup) for each in several if isinstance(each, dict))
        case {"Type": "In", "QueryValue": query, "Values": list() as values}:
            asked = resolve(query, lookup)
            return any(_same(asked, resolve(each, lookup)) for each in values)
        case {"Type": str() as kind, "LeftValue": left, "RightValue": right}:
            return _compare(kind, resolve(left, lookup), resolve(right, lookup))
        case _:  # pragma: no cover - mistakes were told before
            raise Unresolved(f"{condition!r} is no condition.")


def _compare(kind: str, left: Json, right: Json) -> bool:
    if kind == "Equals":
        return _same(left, right)
    both_numbers = _is_number(left) and _is_number(right)
    if both_numbers or (isinstance(left, str) and isinstance(right, str)):
        return _ORDER[kind](left, right)
    raise Unresolved(f"{kind} compares two numbers or two texts, not {left!r} with {right!r}.")


def _same(left: Json, right: Json) -> bool:
    """Tell whether two values are equal; 1 is 1.0, but no truth and no text is a number."""
    if _is_number(left) and _is_number(right):
        return left == right
    return type(left) is type(right) and left == right


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
