"""MG210: The value of a metric on a model card is not of the metric's type.

`number`, `string` (up to 63 characters) and `boolean` have one value. `bar_chart` has a list with a
value for each bar, `linear_graph` a list of `[x, y]`, `matrix` a list of up to 20 rows of up to 20
values. A list of axis names names bars, rows or columns. Source: "Model card JSON schema", in the
SageMaker developer guide.

Wrong:
    {"name": "auc", "type": "number", "value": "0.91"}

Right:
    {"name": "auc", "type": "number", "value": 0.91}
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_DETAILS = "evaluation_details"
_LONGEST_TEXT, _LONGEST_SIDE, _PAIR = 63, 20, 2


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse values and axes that do not fit the type beside them."""
    for path, metric in _metrics(draft.fields.get(_DETAILS)):
        kind = _KINDS.get(str(metric.get("type")))
        if kind is None:
            continue
        if "value" in metric and not kind.takes(metric["value"]):
            message = f"This is no value for a metric of type {quoted(str(metric['type']))}."
            yield draft.at(Said("MG210", message, f"Write {kind.hint}."), *path, "value")
        for axis, takes_list in (("x_axis_name", kind.x_list), ("y_axis_name", kind.y_list)):
            if axis in metric and isinstance(metric[axis], list) is not takes_list:
                wanted = "a list of names" if takes_list else "one name"
                message = (
                    f"{quoted(axis)} of a metric of type {quoted(str(metric['type']))} is {wanted}."
                )
                yield draft.at(Said("MG210", message, f"Write {wanted}."), *path, axis)


def _metrics(details: Json) -> Iterator[tuple[Path, dict[str, Json]]]:
    for place, detail in _objects(details, (_DETAILS,)):
        for group_place, group in _objects(detail.get("metric_groups"), (*place, "metric_groups")):
            yield from _objects(group.get("metric_data"), (*group_place, "metric_data"))


def _objects(value: Json, path: Path) -> Iterator[tuple[Path, dict[str, Json]]]:
    for index, each in enumerate(value if isinstance(value, list) else ()):
        if isinstance(each, dict):
            yield (*path, index), each


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_short(value: Json) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT


def _is_bool(value: Json) -> bool:
    return isinstance(value, bool)


def _are_bars(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_plain, value))


def _are_points(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_pair, value))


def _are_rows(value: Json) -> bool:
    fits = isinstance(value, list) and 1 <= len(value) <= _LONGEST_SIDE
    return fits and all(_are_bars(row) and len(_list(row)) <= _LONGEST_SIDE for row in _list(value))


def _is_plain(value: Json) -> bool:
    return isinstance(value, str) or _is_number(value)


def _is_pair(value: Json) -> bool:
    return _are_bars(value) and len(_list(value)) == _PAIR


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What a type of metric takes; `x_list` and `y_list`: whether that axis has many names."""

    takes: Callable[[Json], bool]
    hint: str
    x_list: bool = False
    y_list: bool = False


_KINDS: Mapping[str, _Kind] = {
    "number": _Kind(takes=_is_number, hint="a number, without quotes"),
    "string": _Kind(takes=_is_short, hint=f"a text of up to {_LONGEST_TEXT} characters"),
    "boolean": _Kind(takes=_is_bool, hint="true or false, without quotes"),
    "bar_chart": _Kind(takes=_are_bars, hint="a list with a value for each bar", x_list=True),
    "linear_graph": _Kind(takes=_are_points, hint="a list of pairs, such as [[0, 0.5], [1, 0.9]]"),
    "matrix": _Kind(
        takes=_are_rows,
        hint=f"a list of up to {_LONGEST_SIDE} rows, each a list of up to {_LONGEST_SIDE} values",
        x_list=True,
        y_list=True,
    ),
}
