"""Template diff: what happens to each resource, and who is drawn along."""

from typing import Any

import pytest
from hypothesis import given
from strategies import parameters, templates

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.facts import CreateOnly, registry_facts
from mlops_gitops.diff.plan import Action, ResourceChange
from mlops_gitops.diff.template import NOTHING, Seen, diff_elsewhere, diff_resources, see

STACK = StackId("222222222222", "us-east-1", "churn")
FACTS = {
    "A::Fixed": CreateOnly(always=("Name", "Parts/*/Kind")),
    "A::Perhaps": CreateOnly(always=(), perhaps=("Engine",)),
    "A::Free": CreateOnly(always=()),
}


def seen(**resources: dict[str, Any]) -> Seen:
    """See a template of these resources."""
    return see({"Resources": resources}, {}, STACK)


def resource(
    kind: str, policies: dict[str, str] | None = None, **properties: Any
) -> dict[str, Any]:
    """Write a resource."""
    return {"Type": kind, "Properties": properties, **(policies or {})}


def diff(before: Seen, after: Seen) -> dict[str, ResourceChange]:
    """Compare and key the changes by name."""
    return {one.logical_id: one for one in diff_resources(before, after, FACTS)}


def test_a_fixed_property_replaces_and_another_updates() -> None:
    """What cannot be changed in place replaces the resource, the rest updates it."""
    before = seen(One=resource("A::Fixed", Name="a", Size=1))

    assert diff(before, seen(One=resource("A::Fixed", Name="b", Size=1)))["One"].action is (
        Action.REPLACE
    )
    assert diff(before, seen(One=resource("A::Fixed", Name="a", Size=2)))["One"].action is (
        Action.UPDATE
    )


def test_a_fixed_property_may_lie_deep() -> None:
    """A `*` in a path of the registry stands for any item."""
    before = seen(One=resource("A::Fixed", Parts=[{"Kind": "x", "Size": 1}]))
    kind = seen(One=resource("A::Fixed", Parts=[{"Kind": "y", "Size": 1}]))
    size = seen(One=resource("A::Fixed", Parts=[{"Kind": "x", "Size": 2}]))

    assert diff(before, kind)["One"].action is Action.REPLACE
    assert diff(before, size)["One"].action is Action.UPDATE


@pytest.mark.parametrize(
    "reference",
    [
        {"Ref": "First"},
        {"Fn::GetAtt": ["First", "Arn"]},
        {"Fn::Sub": "x-${First.Arn}"},
        {"Fn::Sub": ["${A}-x", {"A": {"Fn::GetAtt": ["First", "Arn"]}}]},
        {"Fn::Join": ["", ["x", {"Ref": "First"}]]},
    ],
)
def test_replacement_draws_along_who_refers_to_it(reference: Any) -> None:
    """A replaced resource has a new name, so whoever refers to it changes too, and so on."""
    followers = {
        "Second": resource("A::Fixed", Name=reference),
        "Third": resource("A::Free", Name={"Ref": "Second"}),
        "Other": resource("A::Free", Name="Second"),
    }
    before = seen(First=resource("A::Fixed", Name="a"), **followers)
    after = seen(First=resource("A::Fixed", Name="b"), **followers)

    changes = diff(before, after)

    assert {name: change.action for name, change in changes.items()} == {
        "First": Action.REPLACE,
        "Second": Action.REPLACE,
        "Third": Action.UPDATE,
    }
    assert changes["Second"].because == "follows First"
    assert changes["Third"].because == "follows Second"
    assert changes["Third"].properties[0].after == "${Second (new)}"


def test_what_only_aws_knows_is_said_to_be_possible() -> None:
    """Conditional properties, custom resources and unknown types may be replaced, or may not."""
    follower = resource("A::Fixed", Name={"Ref": "One"})
    for kind in ("A::Perhaps", "Custom::Thing", "B::Unknown"):
        before = seen(One=resource(kind, Engine="1"), Two=follower)
        changes = diff(before, seen(One=resource(kind, Engine="2"), Two=follower))

        assert [(one.action, one.certain) for one in changes.values()] == [
            (Action.REPLACE, False),
            (Action.REPLACE, False),
        ]


def test_policies_keep_the_old_resource() -> None:
    """Retain is known: for a deletion as deployed, for a replacement only if both sides say it."""
    deletion, replacing = {"DeletionPolicy": "Retain"}, {"UpdateReplacePolicy": "Retain"}
    gone = diff(seen(One=resource("A::Free", deletion)), NOTHING)
    kept = diff(
        seen(One=resource("A::Fixed", replacing, Name="a")),
        seen(One=resource("A::Fixed", replacing, Name="b")),
    )
    too_late = diff(
        seen(One=resource("A::Fixed", Name="a")),
        seen(One=resource("A::Fixed", replacing, Name="b")),
    )

    assert (gone["One"].action, gone["One"].retained) == (Action.DELETE, True)
    assert kept["One"].retained
    assert not too_late["One"].retained


def test_a_parameter_can_bring_and_take_resources() -> None:
    """A condition that flips shows as the resources that come and go, not as a condition."""
    template = {
        "Parameters": {"Key": {"Type": "String"}},
        "Conditions": {"HasKey": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Key"}, ""]}]}},
        "Resources": {
            "Grant": {"Type": "A::Free", "Condition": "HasKey"},
            "Config": resource(
                "A::Fixed", Name={"Fn::If": ["HasKey", {"Ref": "Key"}, {"Ref": "AWS::NoValue"}]}
            ),
        },
    }
    without, with_key = (see(template, {"Key": key}, STACK) for key in ("", "k"))

    there, back = diff(without, with_key), diff(with_key, without)

    assert (there["Grant"].action, back["Grant"].action) == (Action.CREATE, Action.DELETE)
    assert there["Config"].properties[0].before is None
    assert there["Config"].action is back["Config"].action is Action.REPLACE


def test_a_new_type_under_an_old_name_is_refused_by_cloudformation() -> None:
    """CloudFormation does not replace a resource by one of another type, and we say so."""
    (change,) = diff_resources(seen(One=resource("A::Free")), seen(One=resource("A::Fixed")), FACTS)

    assert change.action is Action.REPLACE
    assert "refuses" in change.because


@given(templates(), parameters)
def test_a_stack_does_not_differ_from_itself(template: Any, given_values: dict[str, str]) -> None:
    """The same template with the same parameters gives no change."""
    one = see(template, given_values, STACK)

    assert diff_resources(one, one, registry_facts()) == ()
    assert diff_elsewhere(one, one) == ()


@given(templates(), templates(), parameters, parameters)
def test_a_change_stands_exactly_where_resources_differ(
    before: Any, after: Any, old: dict[str, str], new: dict[str, str]
) -> None:
    """Resources that are seen alike and follow nobody are not named; all others are."""
    one, two = see(before, old, STACK), see(after, new, STACK)
    changes = {change.logical_id: change for change in diff_resources(one, two, registry_facts())}

    for name in one.resources.keys() | two.resources.keys():
        differs = one.resources.get(name) != two.resources.get(name)
        follows = name in changes and changes[name].because.startswith("follows")
        assert (name in changes) == (differs or follows)


def test_the_registry_knows_what_sagemaker_cannot_change() -> None:
    """Model and EndpointConfig are replaced by any change, an Endpoint only by its name."""
    facts = registry_facts()

    assert "PrimaryContainer" in facts["AWS::SageMaker::Model"].always
    assert "ProductionVariants" in facts["AWS::SageMaker::EndpointConfig"].always
    assert facts["AWS::SageMaker::Endpoint"].always == ("EndpointName",)
