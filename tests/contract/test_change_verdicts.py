"""What CloudFormation says of a resource, in the spelling of its API reference."""

import json
from typing import Any

import pytest

from mlops_gitops.adapters.aws.change_verdicts import resource_change
from mlops_gitops.diff.plan import Action, ValueChange


def said(**members: Any) -> dict[str, Any]:
    """A `ResourceChange` as DescribeChangeSet answers it."""
    return {"LogicalResourceId": "One", "ResourceType": "AWS::S3::Bucket", **members}


def detail(name: str, recreation: str = "Never", **members: Any) -> dict[str, Any]:
    """A `ResourceChangeDetail` of a property."""
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}
    return {"Target": {**target, **members.pop("target", {})}, "Evaluation": "Static", **members}


@pytest.mark.parametrize(
    ("members", "action", "certain"),
    [
        ({"Action": "Add"}, Action.CREATE, True),
        ({"Action": "Remove", "PolicyAction": "Delete"}, Action.DELETE, True),
        ({"Action": "Import"}, Action.IMPORT, True),
        ({"Action": "Dynamic"}, Action.DYNAMIC, False),
        ({"Action": "SyncWithActual"}, Action.SYNC, True),
        ({"Action": "Modify", "Replacement": "False"}, Action.UPDATE, True),
        ({"Action": "Modify", "Replacement": "True"}, Action.REPLACE, True),
        ({"Action": "Modify", "Replacement": "Conditional"}, Action.REPLACE, False),
        ({"Action": "Modify", "Replacement": "NotKnownYet"}, Action.UPDATE, False),
        ({"Action": "SomethingOfNextYear"}, Action.DYNAMIC, False),
    ],
)
def test_every_action_has_a_word(members: dict[str, Any], action: Action, *, certain: bool) -> None:
    """None is left out, and none that is not known is taken for something else."""
    found = resource_change(said(**members))

    assert (found.action, found.certain) == (action, certain)


@pytest.mark.parametrize(
    ("policy", "retained"),
    [
        ("Delete", False),
        ("Retain", True),
        ("Snapshot", True),
        ("ReplaceAndDelete", False),
        ("ReplaceAndRetain", True),
        ("ReplaceAndSnapshot", True),
    ],
)
def test_every_policy_says_what_becomes_of_the_old_one(policy: str, *, retained: bool) -> None:
    """It goes, it stays, or a snapshot of it does, which is said."""
    found = resource_change(said(Action="Modify", Replacement="True", PolicyAction=policy))

    assert found.retained is retained
    assert ("snapshot" in found.because) is policy.endswith("Snapshot")


def test_a_replacement_says_why() -> None:
    """The property that was changed, and the resource whose replacement it follows."""
    found = resource_change(
        said(
            Action="Modify",
            Replacement="True",
            Details=[
                detail("BucketName", "Always", ChangeSource="DirectModification"),
                detail("Tags", ChangeSource="DirectModification"),
                detail(
                    "KmsKey", "Always", ChangeSource="ResourceAttribute", CausingEntity="Key.Arn"
                ),
            ],
        )
    )

    assert found.because == "BucketName cannot be changed in place; follows Key"


def test_values_come_from_both_contexts() -> None:
    """Key order, numbers as text and JSON in text are no differences; what comes later is said."""
    before = {"Properties": {"Name": "a", "Count": 1, "Doc": '{"x": 1, "y": 2}', "Key": "k-1"}}
    later = "{{changeSet:KNOWN_AFTER_APPLY}}"
    after = {"Properties": {"Doc": '{"y":2,"x":1}', "Count": "1", "Name": "b", "Key": later}}

    found = resource_change(
        said(
            Action="Modify",
            Replacement="False",
            BeforeContext=json.dumps(before),
            AfterContext=json.dumps(after),
        )
    )

    assert found.properties == (
        ValueChange("Key", "k-1", "(known after the deployment)"),
        ValueChange("Name", "a", "b"),
    )


def test_a_context_that_was_cut_short_is_not_believed() -> None:
    """The details' own values are told instead."""
    found = resource_change(
        said(
            Action="Modify",
            Replacement="False",
            BeforeContext='{"Properties": {"Name": "a", "Long": "aaaa',
            AfterContext='{"Properties": {"Name": "b", "Long": "aaaa',
            Details=[
                detail(
                    "Name",
                    target={"Path": "/Properties/Name", "BeforeValue": "a", "AfterValue": "b"},
                ),
                detail("Long"),
            ],
        )
    )

    assert found.properties == (ValueChange("Name", "a", "b"),)


def test_what_comes_has_nothing_before() -> None:
    """And what goes nothing after."""
    context = json.dumps({"Properties": {"Name": "a"}})

    added = resource_change(said(Action="Add", AfterContext=context))
    removed = resource_change(said(Action="Remove", BeforeContext=context))

    assert added.properties == (ValueChange("Name", None, "a"),)
    assert removed.properties == (ValueChange("Name", "a", None),)
