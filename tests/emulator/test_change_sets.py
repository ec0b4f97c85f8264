"""Change sets on the embedded AWS, where ministack alone would differ from AWS."""

import json
from typing import Any

import embedded_stacks as stacks
from embedded_aws import DEV, client

from mlops_gitops.emulator.lifecycle import Running


def carrying(digest: str) -> dict[str, Any]:
    """A template whose outputs alone depend on its parameter."""
    return {
        "Parameters": {"Digest": {"Type": "String", "Default": digest}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"Digest": {"Value": {"Ref": "Digest"}}},
    }


def test_a_change_of_outputs_alone_is_a_change(aws: Running) -> None:
    """A stack gets a new output though no resource changes."""
    cloudformation = client(aws, "cloudformation", DEV)
    stacks.create(cloudformation, "outputs", carrying("a"), Digest="a")

    cloudformation.create_change_set(
        StackName="outputs",
        ChangeSetName="b",
        TemplateBody=json.dumps(carrying("a")),
        Parameters=stacks.listed({"Digest": "b"}),
    )
    cloudformation.execute_change_set(StackName="outputs", ChangeSetName="b")

    assert stacks.settled(cloudformation, "outputs")["out"] == {"Digest": "b"}


def test_nothing_at_all_is_no_change(aws: Running) -> None:
    """What changes neither resources nor outputs stays an empty change set."""
    cloudformation = client(aws, "cloudformation", DEV)
    stacks.create(cloudformation, "same", carrying("a"), Digest="a")

    cloudformation.create_change_set(
        StackName="same", ChangeSetName="same", TemplateBody=json.dumps(carrying("a"))
    )

    made = cloudformation.describe_change_set(StackName="same", ChangeSetName="same")
    assert made["ExecutionStatus"] == "UNAVAILABLE"
