"""References in values are found, steps know what they need, and values become known."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.executor.language import (
    Json,
    Key,
    Kind,
    Need,
    Reference,
    Trigger,
    Unresolved,
    all_steps,
    follow,
    mistakes,
    needs,
    own_needs,
    references,
    resolve,
)


@dataclass
class Known:
    """What is known, for a test."""

    values: dict[str, Json] = field(default_factory=dict)
    documents: dict[str, Json] = field(default_factory=dict)

    def value(self, reference: Reference) -> Json:
        """Give a value by the reference's text."""
        if reference.text not in self.values:
            raise Unresolved(f"{reference.text} is not known.")
        return self.values[reference.text]

    def document(self, source: Reference | str) -> Json:
        """Give a document by the reference's text or its URI."""
        return self.documents[source.text if isinstance(source, Reference) else source]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5).filter(lambda key: key not in {"Get", "Std:Join", "Std:JsonGet"}),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


def get(text: str) -> dict[str, Json]:
    """Write a reference."""
    return {"Get": text}


def join(*values: Json, on: str = "/") -> dict[str, Json]:
    """Write a Std:Join."""
    return {"Std:Join": {"On": on, "Values": list(values)}}


@given(PLAIN)
def test_a_value_without_references_is_itself(value: Json) -> None:
    """Nothing is found in it, and resolving it changes nothing."""
    assert list(references(value)) == []
    assert list(mistakes(value)) == []
    assert resolve(value, Known()) == value


@given(PLAIN, st.lists(st.sampled_from(["Parameters.A", "Steps.B.C", "Nothing.D"]), max_size=4))
def test_everything_written_is_found_where_it_stands(value: Json, texts: list[str]) -> None:
    """Each object with Get is a reference or a mistake, and its place leads to it."""
    whole: Json = {
        "a": value,
        "b": [{"c": get(text)} for text in texts],
        "d": join(get("Steps.E.F")),
    }

    found = [*references(whole), *mistakes(whole)]

    assert sorted(each.text for each in found) == sorted([*texts, "Steps.E.F"])
    assert all(at(whole, each.at) == get(each.text) for each in found)


def at(value: Any, place: tuple[str | int, ...]) -> Any:
    """Go to a place."""
    for part in place:
        value = value[part]
    return value


def test_references_come_in_the_order_of_the_text() -> None:
    """Also out of functions inside functions."""
    value: Json = {
        "A": join(get("Parameters.A"), join(get("Steps.B.C")), 3),
        "D": [
            {"Std:JsonGet": {"PropertyFile": get("Steps.E.PropertyFiles.F"), "Path": "a"}},
            {"Std:JsonGet": {"S3Uri": join("s3:/", get("Steps.G.H")), "Path": "a"}},
        ],
        "I": get("Execution.PipelineName"),
    }

    texts = ["Parameters.A", "Steps.B.C", "Steps.E.PropertyFiles.F", "Steps.G.H"]
    assert [each.text for each in references(value)] == [*texts, "Execution.PipelineName"]
    assert list(mistakes(value)) == []


def test_places_begin_where_the_caller_says() -> None:
    """So that a place in a step is a place in the definition."""
    (found,) = references({"A": get("Parameters.A")}, at=("Steps", 0))

    assert found.at == ("Steps", 0, "A")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"Get": 5}, "by a text"),
        (get("Step.A.B"), "is no reference"),
        (get("Steps.A.PropertyFiles.F"), "is a whole file"),
        ({"Std:Join": ["a"]}, "only key"),
        ({"Std:Join": {"On": "", "Values": []}, "Other": 1}, "only key"),
        ({"Std:Join": {"On": 1, "Values": []}}, "takes On"),
        ({"Std:Join": {"Values": "ab"}}, "takes On"),
        ({"Std:Join": {"On": "", "Values": [], "Path": ""}}, "takes On"),
        ({"Std:JsonGet": {"Path": "a"}}, "takes Path"),
        ({"Std:JsonGet": {"S3Uri": "s3://b/k"}}, "takes Path"),
        ({"Std:JsonGet": {"S3Uri": "s3://b/k", "Path": "a[*]"}}, "no path"),
        ({"Std:JsonGet": {"PropertyFile": "F", "Path": "a"}}, "PropertyFile is"),
        ({"Std:JsonGet": {"PropertyFile": get("Steps.A.B"), "Path": "a"}}, "PropertyFile is"),
    ],
)
def test_mistakes_are_told_and_never_resolved(value: dict[str, Json], said: str) -> None:
    """What looks like an expression and is none is one mistake, and no value."""
    (mistake,) = mistakes(["x", value])

    assert said in mistake.message
    assert mistake.at == (1,)
    with pytest.raises(Unresolved):
        resolve(value, Known({"Step.A.B": 1}))


def test_an_object_with_get_among_others_is_an_object() -> None:
    """An environment may hold a variable called Get."""
    value: Json = {"Get": "x", "Put": "y"}

    assert list(mistakes(value)) == []
    assert resolve(value, Known()) == value


def test_values_are_put_in_their_places() -> None:
    """Types stay: a number is no text unless it is joined."""
    known = Known({"Parameters.N": 3, "Parameters.B": True, "Steps.A.Uri": "s3://b/a"})
    value: Json = {
        "N": get("Parameters.N"),
        "Uri": join(get("Steps.A.Uri"), get("Parameters.N"), get("Parameters.B"), 0.5),
    }

    assert resolve(value, known) == {"N": 3, "Uri": "s3://b/a/3/True/0.5"}


def test_json_is_read_from_property_files_and_from_s3() -> None:
    """The path leads into the document; the URI may be an expression."""
    report: Json = {"metrics": [{"mse": 4.5}]}
    known = Known(
        {"Steps.A.Uri": "s3://b/a"},
        {"Steps.A.PropertyFiles.F": report, "s3://b/a/report.json": report},
    )
    file: Json = {"PropertyFile": get("Steps.A.PropertyFiles.F"), "Path": "$.metrics[0].mse"}
    uri: Json = {"S3Uri": join(get("Steps.A.Uri"), "report.json"), "Path": "metrics[0]['mse']"}

    assert resolve([{"Std:JsonGet": file}, {"Std:JsonGet": uri}], known) == [4.5, 4.5]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (get("Parameters.X"), "Parameters.X is not known"),
        (join(get("Parameters.L")), "puts texts and numbers together"),
        ({"Std:JsonGet": {"S3Uri": get("Parameters.L"), "Path": "a"}}, "has to be a text"),
        ({"Std:JsonGet": {"S3Uri": "s3://b/k", "Path": "a.b"}}, "s3://b/k has nothing at a.b."),
    ],
)
def test_what_is_not_known_is_said(value: Json, said: str) -> None:
    """A value that cannot be known stops the resolving with a sentence."""
    known = Known({"Parameters.L": [1]}, {"s3://b/k": {"a": {}}})
    with pytest.raises(Unresolved) as stopped:
        resolve(value, known)

    assert said in str(stopped.value)


def test_items_with_names_are_found_by_name() -> None:
    """Outputs of processing are a list in AWS's answer, and named in references."""
    answer: Json = {
        "Outputs": [{"OutputName": "train", "Uri": 1}, {"OutputName": "test", "Uri": 2}]
    }

    assert follow(answer, ("Outputs", Key("test"), "Uri"), "Steps.A") == 2
    with pytest.raises(Unresolved, match=r"Steps\.A has nothing at Outputs\['valid'\]"):
        follow(answer, ("Outputs", Key("valid")), "Steps.A")
    with pytest.raises(Unresolved, match=r"nothing at Outputs\[2\]"):
        follow(answer, ("Outputs", 2), "Steps.A")


def test_null_is_something() -> None:
    """A member that is null is there."""
    assert follow({"a": None}, ("a",), "x") is None


CONDITION: dict[str, Json] = {
    "Name": "Gate",
    "Type": "Condition",
    "DependsOn": ["Prepare", {"Step": "Alarm", "Trigger": "Failed"}],
    "Arguments": {
        "Conditions": [
            {"Type": "LessThan", "LeftValue": get("Steps.Evaluate.Mse"), "RightValue": 6}
        ],
        "IfSteps": [
            {"Name": "Register", "Type": "RegisterModel", "Arguments": get("Steps.Train.Uri")},
            {"Name": "Deploy", "Type": "Endpoint", "DependsOn": ["Register"], "Arguments": {}},
        ],
        "ElseSteps": [{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}],
    },
}
LOOP: dict[str, Json] = {
    "Name": "Each",
    "Type": "ForEach",
    "Arguments": {
        "IterableItems": get("Steps.List.Items"),
        "MaxConcurrency": 2,
        "ForEachBody": [
            {
                "Name": "Fit",
                "Type": "Training",
                "DependsOn": ["Prepare"],
                "Arguments": [get("ForEach.CurrentItem.name"), get("Steps.Fit.X")],
            }
        ],
        "Selector": {"Pick": "MinBy", "Field": get("IterationOutput.Fit.Mse")},
    },
}


def test_nested_steps_are_all_steps() -> None:
    """Each comes after the step that holds it, with its place."""
    steps: Json = [CONDITION, "none", LOOP]

    found = {str(step["Name"]): place for step, place in all_steps(steps, at=("Steps",))}

    assert list(found) == ["Gate", "Register", "Deploy", "Stop", "Each", "Fit"]
    assert all(at({"Steps": steps}, (*place, "Name")) == name for name, place in found.items())
    assert list(all_steps({"not": "a list"})) == []


def test_a_condition_is_decided_before_its_branches() -> None:
    """What it needs itself is less than what it needs with all that is inside."""
    gate = {Need("Prepare"), Need("Alarm", Trigger.FAILED), Need("Evaluate")}

    assert own_needs(CONDITION) == gate
    assert needs(CONDITION) == {"Prepare", "Alarm", "Evaluate", "Train"}


def test_a_loop_needs_what_its_body_needs() -> None:
    """It starts as a whole."""
    assert own_needs(LOOP) == {Need("List"), Need("Prepare")}
    assert needs(LOOP) == {"List", "Prepare"}


def test_odd_dependencies_are_no_needs() -> None:
    """What a checker has to complain about does not stop a reader."""
    step: dict[str, Json] = {"Name": "A", "DependsOn": [1, {"Trigger": "Any"}, {"Step": "B"}]}

    assert own_needs(step) == {Need("B")}
    assert own_needs({"Name": "A", "DependsOn": "B"}) == frozenset()


def test_an_environment_may_name_an_item() -> None:
    """What a ForEach goes through is no step."""
    (found,) = references(get("ForEach.CurrentItem"))

    assert (found.kind, found.step) == (Kind.ITEM, None)
