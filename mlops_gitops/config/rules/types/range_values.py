"""MG144: The range of a hyperparameter cannot be searched.

`continuous` and `integer` have two numbers, the smaller one first, and may have a scale after them:
Auto, Linear, Logarithmic (numbers above 0) or, for `continuous`, ReverseLogarithmic (numbers from 0
and below 1). `categorical` has the choices. Source: `IntegerParameterRange`,
`ContinuousParameterRange` and `CategoricalParameterRange` in the SageMaker API reference.

Wrong:
    {"hyperparamaters_ranges": {"eta": ["continuous", [0.5, 0.1]]}}

Right:
    {"hyperparamaters_ranges": {"eta": ["continuous", [0.1, 0.5]]}}
"""

from collections.abc import Iterator
from itertools import combinations
from math import isfinite

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, nearest, quoted
from mlops_gitops.problems import Problem

_FIELD = "hyperparamaters_ranges"
_CATEGORICAL, _INTEGER = "categorical", "integer"
_TWO = 2
_SCALES = ("Auto", "Linear", "Logarithmic", "ReverseLogarithmic")
_FORM = 'Write the least and the most, such as ["{kind}", [1, 15]].'


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse ranges that are empty, upside down or of the wrong kind of value."""
    ranges = draft.fields.get(_FIELD)
    for name, range_ in ranges.items() if isinstance(ranges, dict) else ():
        if isinstance(range_, list) and isinstance(range_[1], list):
            kind, values = str(range_[0]), range_[1]
            wrong = _choices(values) if kind == _CATEGORICAL else _span(kind, values)
            if wrong is not None:
                said, path = wrong
                yield draft.at(said, _FIELD, name, 1, *path)


def _choices(values: list[Json]) -> tuple[Said, Path] | None:
    """Find a choice that is there twice."""
    for (_, first), (index, second) in combinations(enumerate(map(str, values)), 2):
        if first == second:
            return Said("MG144", f"Choice {quoted(second)} is there twice.", "Delete one."), (
                index,
            )
    return None


def _span(kind: str, values: list[Json]) -> tuple[Said, Path] | None:
    """Find what keeps values from being the least, the most and a scale."""
    form = _FORM.format(kind=kind)
    if not _TWO <= len(values) <= _TWO + 1:
        message = f"A range of kind {quoted(kind)} has two numbers, not {len(values)}."
        return Said("MG144", message, form), ()
    ends = [_number(value, kind) for value in values[:_TWO]]
    for index, end in enumerate(ends):
        if end is None:
            wanted = "whole number" if kind == _INTEGER else "number"
            return Said("MG144", f"{quoted(str(values[index]))} is no {wanted}.", form), (index,)
    least, most = ends
    if least is None or most is None:
        return None
    if least >= most:
        message = f"The least value, {values[0]}, is not below the most, {values[1]}."
        return Said("MG144", message, "Write the smaller number first."), ()
    said = _scale(kind, values[2], least, most) if len(values) > _TWO else None
    return None if said is None else (said, (2,))


def _scale(kind: str, scale: Json, least: float, most: float) -> Said | None:
    """Find what keeps a scale from going with a range."""
    known = _SCALES[:-1] if kind == _INTEGER else _SCALES
    if scale not in known:
        close = nearest(str(scale), known)
        suggestion = f"Did you mean {quoted(close)}? " if close else ""
        hint = f"{suggestion}Possible: {', '.join(known)}."
        return Said("MG144", f"{quoted(str(scale))} is no scale for kind {quoted(kind)}.", hint)
    if scale == "Logarithmic" and least <= 0:
        return Said("MG144", "A logarithmic scale has numbers above 0 only.", "Write Auto.")
    if scale == "ReverseLogarithmic" and not (least >= 0 and most < 1):
        message = "A reverse logarithmic scale has numbers from 0 and below 1 only."
        return Said("MG144", message, "Write Auto.")
    return None


def _number(value: Json, kind: str) -> float | None:
    """Read a number, which may stand in quotes."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    whole = kind != _INTEGER or number.is_integer()
    return number if isfinite(number) and whole else None
