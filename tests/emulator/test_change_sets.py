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


TWO = {
    "Parameters": {"Word": {"Type": "String", "Default": "ours"}},
    "Resources": {
        "Kept": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": {"Fn::Sub": "${AWS::StackName}-kept"}},
        },
        "Gone": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": {"Fn::Sub": "${AWS::StackName}-gone"}},
        },
        "Note": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Name": {"Fn::Sub": "${AWS::StackName}-note"},
                "Type": "String",
                "Value": {"Ref": "Word"},
            },
        },
    },
}


def drift_aware(cloudformation: Any, stack: str, name: str, **parameters: str) -> dict[str, Any]:
    """What a drift-aware change set of a stack says."""
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        TemplateBody=json.dumps(TWO),
        Parameters=stacks.listed(parameters),
        DeploymentMode="REVERT_DRIFT",
    )
    told: dict[str, Any] = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name)
    return told


def test_a_drift_aware_change_set_puts_back_what_was_changed_by_hand(aws: Running) -> None:
    """What differs is named with what is there, deployed over it, and nothing is left to do."""
    cloudformation, ssm = client(aws, "cloudformation", DEV), client(aws, "ssm", DEV)
    sns = client(aws, "sns", DEV)
    stacks.create(cloudformation, "drift", TWO)
    ssm.put_parameter(Name="drift-note", Value="theirs", Overwrite=True)
    sns.delete_topic(TopicArn="arn:aws:sns:us-east-1:222222222222:drift-gone")

    told = drift_aware(cloudformation, "drift", "back")

    assert (told["DeploymentMode"], told["StackDriftStatus"]) == ("REVERT_DRIFT", "DRIFTED")
    changes = {each["ResourceChange"]["LogicalResourceId"]: each for each in told["Changes"]}
    found = {name: each["ResourceChange"] for name, each in changes.items()}
    assert {
        name: (each["Action"], each["ResourceDriftStatus"]) for name, each in found.items()
    } == {
        "Gone": ("Add", "DELETED"),
        "Note": ("Modify", "MODIFIED"),
    }
    assert json.loads(found["Note"]["BeforeContext"])["Properties"]["Value"] == "theirs"
    assert json.loads(found["Note"]["AfterContext"])["Properties"]["Value"] == "ours"

    cloudformation.execute_change_set(StackName="drift", ChangeSetName="back")
    assert stacks.settled(cloudformation, "drift")["StackStatus"] == "UPDATE_COMPLETE"
    assert ssm.get_parameter(Name="drift-note")["Parameter"]["Value"] == "ours"
    assert [each["TopicArn"].rsplit(":", 1)[1] for each in sns.list_topics()["Topics"]].count(
        "drift-gone"
    ) == 1
    again = drift_aware(cloudformation, "drift", "again")
    assert (again["ExecutionStatus"], again["StackDriftStatus"]) == ("UNAVAILABLE", "IN_SYNC")


def test_what_the_template_follows_is_not_changed_back(aws: Running) -> None:
    """Where the template says by now what somebody did by hand, only the record is mended."""
    cloudformation, ssm = client(aws, "cloudformation", DEV), client(aws, "ssm", DEV)
    stacks.create(cloudformation, "followed", TWO)
    ssm.put_parameter(Name="followed-note", Value="theirs", Overwrite=True)

    told = drift_aware(cloudformation, "followed", "set", Word="theirs")

    (change,) = [each["ResourceChange"] for each in told["Changes"]]
    assert (change["Action"], change["ResourceDriftStatus"]) == ("SyncWithActual", "MODIFIED")
