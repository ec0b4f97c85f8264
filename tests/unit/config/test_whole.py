"""Whole numbers: 7, "7" and 7.0 are one number where a whole number is asked for."""

from typing import Any

import pytest

from mlops_gitops import app
from mlops_gitops.config.schemas import PER_STAGE, resolve, single_value
from mlops_gitops.config.whole import whole
from mlops_gitops.use_cases.validate import read_schemas

SCHEMA: dict[str, Any] = {
    "properties": {
        "count": {"type": ["integer", "string"]},
        "staged": {PER_STAGE: True, "anyOf": [{"type": "integer"}, {"type": "object"}]},
        "any": {"type": "number"},
        "inside": {"type": "object", "properties": {"count": {"type": "integer"}}},
        "free": {"type": "object", "additionalProperties": {"type": "number"}},
        "list": {
            "type": "array",
            "prefixItems": [{"type": "number"}],
            "items": {"$ref": "#/$defs/n"},
        },
    },
    "$defs": {"n": {"type": "integer"}},
}


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("count", 7.0, 7),
        ("count", "7", "7"),
        ("staged", 7.0, 7),
        ("staged", {"dev": 7.0, "prod": 8}, {"dev": 7, "prod": 8}),
        ("any", 7.0, 7.0),
        ("inside", {"count": 7.0, "other": 7.0}, {"count": 7, "other": 7.0}),
        ("free", {"eta": 1.0}, {"eta": 1.0}),
        ("list", [1.0, 2.0], [1.0, 2]),
        ("count", True, True),
        ("count", None, None),
    ],
)
def test_a_whole_number_is_an_integer_where_one_is_asked_for(
    field: str, value: Any, read: Any
) -> None:
    """1800.0 becomes 1800; a hyperparameter of 1.0 stays as it is written."""
    result = whole(SCHEMA, SCHEMA["properties"][field], value)

    assert repr(result) == repr(read)


def test_numbers_in_texts_have_the_bounds_of_numbers() -> None:
    """Every field that takes a number in quotes says how small and how large it may be."""
    schemas = read_schemas(app.package_data())
    for name in schemas.pipeline_types():
        type_ = schemas.pipeline_type(name)
        assert type_ is not None
        for field, node in type_.schema["properties"].items():
            one = single_value(node) if PER_STAGE in node else node
            about = resolve(type_.schema, one)
            if about.get("x-rule") == "whole_number":
                assert about["minimum"] < about["maximum"], field
