"""Values: when two are the same, and what is told where they differ."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from strategies import values

from mlops_gitops.diff.values import canonical, compare_values, show, value_changes


@given(values)
def test_canonical_is_final(value: Any) -> None:
    """What is canonical stays as it is."""
    assert canonical(canonical(value)) == canonical(value)


@given(values, values)
def test_changes_are_told_exactly_where_values_differ(before: Any, after: Any) -> None:
    """Equal values give no change, different values at least one."""
    old, new = canonical(before), canonical(after)

    assert bool(list(value_changes("it", old, new))) == (old != new)


def respelt(value: Any) -> Any:
    """Write a value as somebody else would: other key order, scalars as text, JSON with spaces."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            try:
                inner = json.loads(value) if value[:1] in "{[" else None
            except ValueError:
                inner = None
            return json.dumps(inner, indent=3) if isinstance(inner, dict | list) else value
        case dict():
            return {key: respelt(value[key]) for key in reversed(value)}
        case list():
            return [respelt(one) for one in value]
        case _:
            return value


documents = st.dictionaries(st.text(max_size=3), st.integers() | st.booleans(), max_size=3)
"""What is JSON inside of a string."""


@given(values, documents)
def test_no_spelling_is_a_difference(value: Any, document: Any) -> None:
    """No value differs from itself, whoever wrote it down."""
    one = {"Value": value, "Document": json.dumps(document)}
    other = {
        "Document": json.dumps(dict(reversed(document.items())), indent=2),
        "Value": respelt(value),
    }

    assert list(compare_values("", canonical(one), canonical(other))) == []


def test_spelling_is_no_difference() -> None:
    """Numbers, booleans, key order and JSON inside a string may be spelled either way."""
    before = {"count": 1, "on": True, "policy": '{"b": 2, "a": 1}', "x": 1.0}
    after = {"x": "1", "policy": json.dumps({"a": 1, "b": 2}, indent=4), "on": "true", "count": "1"}

    assert canonical(before) == canonical(after)


def test_items_with_a_name_are_told_apart_by_it() -> None:
    """One more statement at the front is one change, not one for every statement."""
    before = [{"Sid": "Read", "Action": "s3:GetObject"}]
    after = [{"Sid": "List", "Action": "s3:ListBucket"}, *before]

    (change,) = value_changes("Statement", before, after)

    assert (change.name, change.before) == ("Statement[List]", None)


def test_order_of_a_list_is_a_difference() -> None:
    """Items that swap places are a change, as order means something to CloudFormation."""
    one, two = {"Name": "one", "x": "1"}, {"Name": "two", "x": "1"}

    assert list(value_changes("it", [one, two], [two, one]))


def test_a_leaf_is_named_by_its_path() -> None:
    """A changed leaf tells its path, its value before and after."""
    before = {"Variants": [{"VariantName": "All", "InstanceType": "ml.m5.large"}]}
    after = {"Variants": [{"VariantName": "All", "InstanceType": "ml.m5.xlarge"}]}

    (change,) = compare_values("", before, after)

    assert (change.name, change.before, change.after) == (
        "Variants[All].InstanceType",
        "ml.m5.large",
        "ml.m5.xlarge",
    )


def test_references_are_shown_short() -> None:
    """References read as `${Model.ModelName}`, whatever function they are written with."""
    assert show({"Ref": "Model"}) == "${Model}"
    assert show({"Fn::GetAtt": ["Model", "ModelName"]}) == "${Model.ModelName}"
    assert show({"Fn::Sub": "a-${Model}"}) == "a-${Model}"
