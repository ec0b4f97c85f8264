"""Intrinsic functions: a template is seen with its parameters' values."""

from typing import Any

import pytest
from hypothesis import given
from strategies import parameters, values

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.intrinsics import World, evaluate, holds, world_of
from mlops_gitops.diff.values import canonical

STACK = StackId("222222222222", "us-east-1", "churn")
TEMPLATE = {
    "Parameters": {
        "Artifact": {"Type": "String"},
        "Key": {"Type": "String"},
        "Groups": {"Type": "CommaDelimitedList"},
        "Secret": {"Type": "String", "NoEcho": True},
        "Latest": {"Type": "AWS::SSM::Parameter::Value<String>"},
    },
    "Mappings": {"Sizes": {"dev": {"Instance": "ml.t2.medium"}}},
    "Conditions": {
        "HasKey": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Key"}, ""]}]},
        "HasSecret": {"Fn::Equals": [{"Ref": "Secret"}, "x"]},
        "Both": {"Fn::And": [{"Condition": "HasKey"}, {"Condition": "HasSecret"}]},
        "Either": {"Fn::Or": [{"Condition": "HasKey"}, {"Condition": "HasSecret"}]},
        "Circle": {"Fn::Not": [{"Condition": "Circle"}]},
    },
}
GIVEN = {"Artifact": "a.tar.gz", "Key": "k", "Groups": "a, b", "Secret": "****", "Latest": "/p"}


def world(**changed: str) -> World:
    """Make the world of the example, with some parameters changed."""
    return world_of(TEMPLATE, {**GIVEN, **changed}, STACK)


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Artifact"}, "a.tar.gz"),
        ({"Ref": "Groups"}, ["a", "b"]),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "Secret"}, {"Ref": "Secret"}),
        ({"Ref": "Latest"}, {"Ref": "Latest"}),
        ({"Ref": "Model"}, {"Ref": "Model"}),
        ({"Fn::GetAtt": "Model.Arn"}, {"Fn::GetAtt": ["Model", "Arn"]}),
        ({"Fn::Sub": "s3://b/${Artifact}"}, "s3://b/a.tar.gz"),
        ({"Fn::Sub": "${!x}-${Artifact}"}, "${x}-a.tar.gz"),
        ({"Fn::Sub": "${Model}/${Artifact}"}, {"Fn::Sub": "${Model}/a.tar.gz"}),
        ({"Fn::Sub": ["${A}/${Key}", {"A": {"Ref": "Artifact"}}]}, "a.tar.gz/k"),
        ({"Fn::Sub": ["${A}", {"A": {"Fn::GetAtt": ["M", "Arn"]}}]}, {"Fn::Sub": "${M.Arn}"}),
        ({"Fn::If": ["HasKey", "yes", "no"]}, "yes"),
        ({"Fn::FindInMap": ["Sizes", "dev", "Instance"]}, "ml.t2.medium"),
        ({"Fn::FindInMap": ["Sizes", "dev", "None"]}, {"Fn::FindInMap": ["Sizes", "dev", "None"]}),
        ({"Fn::Join": ["-", ["a", {"Ref": "Key"}, 1]]}, "a-k-1"),
        ({"Fn::Select": [1, {"Fn::Split": [":", "a:b:c"]}]}, "b"),
        ({"Fn::Select": ["9", ["a"]]}, {"Fn::Select": ["9", ["a"]]}),
        ([{"Fn::If": ["HasKey", {"Ref": "AWS::NoValue"}, 1]}, 2], ["2"]),
        ({"Fn::ImportValue": {"Ref": "Key"}}, {"Fn::ImportValue": "k"}),
    ],
)
def test_what_depends_on_parameters_alone_is_worked_out(node: Any, value: Any) -> None:
    """A function of known values gives its value; others stay, in one spelling."""
    assert evaluate(node, world()) == value


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("HasKey", (True, False)),
        ("HasSecret", (None, None)),
        ("Both", (None, False)),
        ("Either", (True, None)),
        ("Circle", (None, None)),
        ("Unknown", (None, None)),
    ],
)
def test_a_condition_holds_fails_or_is_unknown(
    condition: str, expected: tuple[bool | None, bool | None]
) -> None:
    """A secret's value is not known, so a condition on it is neither true nor false."""
    assert (holds(condition, world()), holds(condition, world(Key=""))) == expected


@given(values, parameters)
def test_evaluation_is_canonical(value: Any, given_values: dict[str, str]) -> None:
    """Whatever is evaluated comes out in the one spelling."""
    result = evaluate(value, world(**given_values))

    assert canonical(result) == result
