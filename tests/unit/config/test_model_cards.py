"""Metrics on model cards: each type takes values of its own kind and no others."""

import json
from typing import Any

import pytest
from builders import DATA, SINGLE_ACCOUNT

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.use_cases.validate import validate

ROW = [0] * 20
GOOD: dict[str, list[Any]] = {
    "number": [0, -1.5, 1],
    "string": ["", "good" * 15],
    "boolean": [True, False],
    "bar_chart": [[1], [0.5, "x"]],
    "linear_graph": [[[0, 1]], [[0, 1], ["x", 2]]],
    "matrix": [[[1]], [ROW] * 20],
}
BAD: dict[str, list[Any]] = {
    "number": [True, "1", [1]],
    "string": [1, "good" * 16, ["x"]],
    "boolean": ["true", 1, []],
    "bar_chart": [1, [], [True], [[1]], [None]],
    "linear_graph": [[], [1, 2], [[1]], [[1, 2, 3]], [[1, True]]],
    "matrix": [[], [[]], [1], [ROW] * 21, [[*ROW, 0]], [[[1]]]],
}
AXES = {
    "number": ("x", "y"),
    "bar_chart": (["x"], "y"),
    "linear_graph": ("x", "y"),
    "matrix": (["x"], ["y"]),
}


def codes(**metric: Any) -> list[str]:
    """Validate a card with one metric; give the problems' codes and places."""
    group = {"name": "all", "metric_data": [{"name": "m", **metric}]}
    declared = {
        "pipeline_type": "model_card",
        "model_name": "churn",
        "evaluation_details": [{"name": "e", "metric_groups": [group]}],
    }
    files = {
        "mlops-gitops.yaml": SINGLE_ACCOUNT.encode(),
        "mlops-config.json": json.dumps(declared).encode(),
    }
    found = validate(MemoryFiles(files), DATA).problems
    return [f"{each.code} {each.pointer.rsplit('/', 1)[1]}" for each in found]


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, each in GOOD.items() for v in each])
def test_a_value_of_its_type_is_taken(kind: str, value: Any) -> None:
    """As far as SageMaker's bounds go."""
    assert codes(type=kind, value=value) == []


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, each in BAD.items() for v in each])
def test_a_value_of_another_type_is_refused_once(kind: str, value: Any) -> None:
    """At the value, whatever is wrong with it."""
    assert codes(type=kind, value=value) == ["MG210 value"]


@pytest.mark.parametrize("kind", AXES)
def test_axes_have_one_name_or_many(kind: str) -> None:
    """A list where the type has bars, rows or columns; each axis is told at its place."""
    x, y = AXES[kind]

    def turned(axis: Any) -> Any:
        return axis[0] if isinstance(axis, list) else [axis]

    value = GOOD[kind][0]
    assert codes(type=kind, value=value, x_axis_name=x, y_axis_name=y) == []
    assert codes(type=kind, value=value, x_axis_name=turned(x), y_axis_name=turned(y)) == [
        "MG210 x_axis_name",
        "MG210 y_axis_name",
    ]
