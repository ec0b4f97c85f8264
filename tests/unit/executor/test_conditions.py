"""Conditions hold as they do on SageMaker, and say what they cannot compare."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.executor.conditions import CONDITION_TYPES, all_hold, condition_mistakes
from mlops_gitops.executor.language import Json, Reference, Unresolved

ORDER = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
NUMBERS = st.integers(-3, 3) | st.floats(-3, 3)


class Numbers:
    """What is known, for a test: each parameter is its own name's number."""

    def value(self, reference: Reference) -> Json:
        """Read the number in the name."""
        return int(reference.name)

    def document(self, source: Reference | str) -> Json:
        """Say that there is none."""
        raise Unresolved(f"There is no {source}.")


def compare(kind: str, left: Json, right: Json) -> Json:
    """Write a comparison."""
    return {"Type": kind, "LeftValue": left, "RightValue": right}


TRUE = compare("Equals", 1, 1)
FALSE = compare("Equals", 1, 2)


@given(st.sampled_from(sorted(ORDER)), NUMBERS, NUMBERS)
def test_numbers_are_compared_as_numbers(kind: str, left: float, right: float) -> None:
    """Whether they are whole or not."""
    assert all_hold([compare(kind, left, right)], Numbers()) is ORDER[kind](left, right)


@given(st.lists(st.booleans(), max_size=4))
def test_a_list_is_an_and_or_is_an_or_and_not_turns_round(truths: list[bool]) -> None:
    """Each combines what is in it, and nothing else."""
    several: list[Json] = [TRUE if truth else FALSE for truth in truths]

    assert all_hold(several, Numbers()) is all(truths)
    assert all_hold([{"Type": "Or", "Conditions": several}], Numbers()) is any(truths)
    turned: list[Json] = [{"Type": "Not", "Condition": each} for each in several]
    assert all_hold(turned, Numbers()) is not any(truths)


@given(st.integers(0, 5), st.lists(st.integers(0, 5), max_size=3))
def test_in_looks_for_one_of_the_values(query: int, values: list[int]) -> None:
    """References are known before they are looked for."""
    several: list[Json] = [{"Get": f"Parameters.{value}"} for value in values]
    condition: Json = {"Type": "In", "QueryValue": query, "Values": several}

    assert all_hold([condition], Numbers()) is (query in values)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [(1, 1.0, True), (True, 1, False), ("1", 1, False), ("True", True, False), ("a", "a", True)],
)
def test_values_of_two_types_are_not_equal(left: Json, right: Json, same: bool) -> None:  # noqa: FBT001 - a column of the table
    """A text that looks like a number is a text."""
    assert all_hold([compare("Equals", left, right)], Numbers()) is same


def test_texts_have_an_order_and_mixtures_have_none() -> None:
    """A comparison that means nothing fails, instead of taking a branch."""
    assert all_hold([compare("LessThan", "a", "b")], Numbers())
    for left, right in [("1", 2), (True, 2), (None, 1), ([1], [2])]:
        with pytest.raises(Unresolved, match="compares two numbers or two texts"):
            all_hold([compare("LessThan", left, right)], Numbers())  # type: ignore[arg-type] - a table of JSON


@pytest.mark.parametrize(
    ("condition", "at", "said"),
    [
        ("x", (0,), "has a Type"),
        ({"Type": "Equal", "LeftValue": 1, "RightValue": 1}, (0,), "has a Type"),
        ({"Type": ["Not"]}, (0,), "has a Type"),
        ({"Type": "Equals", "LeftValue": 1}, (0,), "has LeftValue and RightValue"),
        ({"Type": "In", "QueryValue": 1, "Values": 2}, (0, "Values"), "is a list"),
        ({"Type": "Not", "Condition": {}}, (0, "Condition"), "has a Type"),
        ({"Type": "Or", "Conditions": {}}, (0, "Conditions"), "is a list"),
        ({"Type": "Or", "Conditions": [TRUE, 1]}, (0, "Conditions", 1), "has a Type"),
    ],
)
def test_what_is_no_condition_is_said(
    condition: Json, at: tuple[str | int, ...], said: str
) -> None:
    """At its place; and it is never asked."""
    (mistake,) = condition_mistakes([condition])

    assert mistake.at == at
    assert said in mistake.message
    with pytest.raises(Unresolved):
        all_hold([condition], Numbers())


def test_every_type_is_known() -> None:
    """The types are the SDK's."""
    assert {*ORDER, "In", "Not", "Or"} == CONDITION_TYPES
