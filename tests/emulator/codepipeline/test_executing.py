"""The executor in front of ministack: from a bundle in S3 to a stack in another account."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator.codepipeline import declare
from emulator.codepipeline.steps import (
    ACCEPTED,
    actions,
    answer,
    bundle,
    code_of,
    deployment,
    ended,
    failure,
    pending,
    resolved,
    stack,
)
from emulator.codepipeline.world import HOME, STAGE, World, eventually


def test_a_new_pipeline_deploys_by_itself(world: World) -> None:
    """Creating starts an execution, and it deploys the stack in the account of the role."""
    deployment(world, "itself")

    execution = ended(world, "itself")

    assert execution["status"] == "Succeeded", actions(world, "itself")
    assert execution["trigger"]["triggerType"] == "CreatePipeline"
    assert stack(world, "itself-dev")["StackStatus"] == "CREATE_COMPLETE"
    assert {"Key": "team", "Value": "ml"} in stack(world, "itself-dev")["Tags"]
    found = world.pipelines.list_action_executions(pipelineName="itself")["actionExecutionDetails"]
    assert [detail["actionName"] for detail in found] == ["Deploy", "Prepare", "Bundle"]
    assert found[0]["output"]["outputVariables"] == {"Deployed": "first"}
    named = found[1]["input"]["resolvedConfiguration"]["ChangeSetName"]
    assert named == f"mg-{execution['pipelineExecutionId']}"


def test_a_gate_holds_until_its_token_is_used_also_after_a_restart(world: World) -> None:
    """Nothing is executed before the approval, whose token is the same after a restart."""
    deployment(world, "gated", declare.approve(order=2))
    token = pending(world, "gated")
    assert stack(world, "gated-dev")["StackStatus"] == "REVIEW_IN_PROGRESS"

    world.restart()
    assert pending(world, "gated") == token
    answer(world, "gated", token)

    assert ended(world, "gated")["status"] == "Succeeded"
    assert actions(world, "gated")["Approve"]["summary"] == "looks right"
    with pytest.raises(ClientError) as again:
        answer(world, "gated", token)
    assert code_of(again) == "ApprovalAlreadyCompletedException"
    with pytest.raises(ClientError) as unknown:
        answer(world, "gated", "00000000-0000-0000-0000-000000000000")
    assert code_of(unknown) == "InvalidApprovalTokenException"


def test_a_rejection_fails_the_stage_and_a_retry_asks_again(world: World) -> None:
    """After a rejection the stage can run again as a whole, with a new token."""
    deployment(world, "rejected", declare.approve(order=2))
    token = pending(world, "rejected")
    answer(world, "rejected", token, status="Rejected", summary="too big")
    execution = ended(world, "rejected")
    assert execution["status"] == "Failed"
    assert actions(world, "rejected")["Approve"]["summary"] == "too big"

    world.pipelines.retry_stage_execution(
        pipelineName="rejected",
        stageName="DeployDev",
        pipelineExecutionId=execution["pipelineExecutionId"],
        retryMode="ALL_ACTIONS",
    )
    again = pending(world, "rejected")
    assert again != token
    answer(world, "rejected", again)

    assert ended(world, "rejected")["status"] == "Succeeded"


def test_an_approval_tells_its_topic(world: World) -> None:
    """The topic gets AWS's message, with the token and what variables the text names."""
    topic = world.client("sns").create_topic(Name="approvals")["TopicArn"]
    queue = world.client("sqs").create_queue(QueueName="approvals")["QueueUrl"]
    queue_arn = f"arn:aws:sqs:us-east-1:{HOME}:approvals"
    world.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    text = "#{variables.commit} of #{codepipeline.PipelineExecutionId}"

    deployment(world, "telling", declare.approve(order=2, NotificationArn=topic, CustomData=text))
    token = pending(world, "telling")

    got = eventually(lambda: world.client("sqs").receive_message(QueueUrl=queue).get("Messages"))
    told = json.loads(json.loads(got[0]["Body"])["Message"])["approval"]
    assert told["token"] == token
    executions = world.pipelines.list_pipeline_executions(pipelineName="telling")
    (execution,) = executions["pipelineExecutionSummaries"]
    assert told["customData"] == f"none of {execution['pipelineExecutionId']}"


def test_the_version_that_was_asked_for_is_deployed(world: World) -> None:
    """A pinned version wins over the latest; the same token starts nothing a second time."""
    key = deployment(world, "pinned")
    ended(world, "pinned")
    body = world.client("s3").get_object(Bucket="assets", Key=key)
    pin = {
        "name": "pinned",
        "clientRequestToken": "once",
        "sourceRevisions": [
            {
                "actionName": "Bundle",
                "revisionType": "S3_OBJECT_VERSION_ID",
                "revisionValue": body["VersionId"],
            }
        ],
    }
    world.client("s3").put_object(Bucket="assets", Key=key, Body=b"no zip")

    first = world.pipelines.start_pipeline_execution(**pin)["pipelineExecutionId"]
    second = world.pipelines.start_pipeline_execution(**pin)["pipelineExecutionId"]

    assert first == second
    execution = ended(world, "pinned", first)
    assert execution["status"] == "Succeeded"
    assert execution["sourceRevisions"][0]["revisionId"] == body["VersionId"]
    # The same bundle again changes nothing: an empty change set is a success, executed or not.
    assert "no changes" in actions(world, "pinned")["Deploy"]["summary"]


def test_a_missing_object_fails_the_source(world: World) -> None:
    """A bundle that is not there fails in Source, and says so."""
    name = "missing"
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            name,
            declare.stage("Source", declare.source("nowhere.zip")),
            declare.stage("Gate", declare.approve()),
        )
    )

    assert "does not exist" in failure(world, name, "Bundle")


def test_a_stack_that_cannot_be_made_fails_with_its_reason(world: World) -> None:
    """The failed resource is named; the next execution is refused as AWS refuses it."""
    broken = {
        "Resources": {
            "Broken": {
                "Type": "AWS::CloudFormation::CustomResource",
                "Properties": {
                    "ServiceToken": f"arn:aws:lambda:us-east-1:{STAGE}:function:nowhere"
                },
            }
        },
        "Outputs": {},
    }
    deployment(world, "failing", files=bundle("x", **broken))
    told = failure(world, "failing", "Deploy")
    assert "ROLLBACK_COMPLETE" in told
    assert "Broken" in told

    second = world.pipelines.start_pipeline_execution(name="failing")["pipelineExecutionId"]

    ended(world, "failing", second)
    told = actions(world, "failing")["Prepare"]["errorDetails"]["message"]
    assert "is in ROLLBACK_COMPLETE state and can not be updated." in told


def test_a_change_set_that_is_obsolete_is_not_executed(world: World) -> None:
    """A stack changed by hand while approval is pending: the change set fails as on AWS."""
    key = deployment(world, "obsolete")
    ended(world, "obsolete")
    world.client("s3").put_object(Bucket="assets", Key=key, Body=world.pack(bundle("second")))
    raw = world.pipelines.get_pipeline(name="obsolete")["pipeline"]
    raw["stages"][1]["actions"] = declare.change_set_actions(
        "obsolete-dev", declare.approve(order=2)
    )
    world.pipelines.update_pipeline(pipeline=raw)
    world.pipelines.start_pipeline_execution(name="obsolete")
    token = pending(world, "obsolete")

    world.client("cloudformation", STAGE).update_stack(
        StackName="obsolete-dev",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Value", "ParameterValue": "by hand"}],
    )
    answer(world, "obsolete", token)

    assert "status of [OBSOLETE]" in failure(world, "obsolete", "Deploy")


@pytest.mark.parametrize(
    ("name", "template", "told"),
    [
        (
            "iam",
            {"Role": {"Type": "AWS::IAM::Role", "Properties": {}}},
            "Requires capabilities : [CAPABILITY_IAM]",
        ),
        (
            "named-iam",
            {"Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}}},
            "Requires capabilities : [CAPABILITY_NAMED_IAM]",
        ),
    ],
)
def test_capabilities_are_enforced(
    world: World, name: str, template: dict[str, Any], told: str
) -> None:
    """A template with IAM resources needs the capability that AWS asks for."""
    deployment(world, name, files=bundle("x", Resources=template))

    assert told in failure(world, name, "Prepare")


def test_a_large_template_travels_through_s3(world: World) -> None:
    """A template over 51,200 bytes is deployed like any other."""
    deployment(world, "large", files=bundle("x", Metadata={"Padding": "y" * 60_000}))

    assert ended(world, "large")["status"] == "Succeeded", actions(world, "large")


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("closed", {"roleArn": f"arn:aws:iam::{STAGE}:role/closed"}, "does not trust"),
        ("absent", {"roleArn": f"arn:aws:iam::{STAGE}:role/absent"}, "does not exist"),
        (
            "home-role",
            {"roleArn": f"arn:aws:iam::{HOME}:role/pipeline"},
            "Role arn:aws:iam::222222222222:role/stack is invalid or cannot be assumed",
        ),
    ],
)
def test_roles_must_exist_and_trust(
    world: World, name: str, change: dict[str, str], told: str
) -> None:
    """An action whose role cannot be assumed fails; ministack alone would let it pass."""
    key, _ = world.upload(bundle("x"))
    prepare, deploy = declare.change_set_actions(f"{name}-dev")
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            name,
            declare.stage("Source", declare.source(key)),
            declare.stage("DeployDev", {**prepare, **change}, deploy),
        )
    )

    assert told in failure(world, name, "Prepare")


def test_a_stack_is_made_updated_and_deleted_without_change_sets(world: World) -> None:
    """CREATE_UPDATE makes a stack with overridden parameters, DELETE_ONLY removes it."""
    key, _ = world.upload(bundle("x"))
    make = declare.stack_action(
        "Make",
        "CREATE_UPDATE",
        "direct",
        TemplatePath="BundleArtifact::template.json",
        TemplateConfiguration="BundleArtifact::configuration.json",
        ParameterOverrides='{"Value": {"Fn::GetArtifactAtt": ["BundleArtifact", "ObjectKey"]}}',
    )
    gate = declare.approve("Look", CustomData="#{Make.Deployed}")
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            "direct",
            declare.stage("Source", declare.source(key)),
            declare.stage("Make", make),
            declare.stage("Look", gate),
            declare.stage("Remove", declare.stack_action("Remove", "DELETE_ONLY", "direct")),
        )
    )
    token = pending(world, "direct", "Look")
    # The token is there as soon as the gate waits; its text is resolved right after that.
    assert eventually(lambda: resolved(world, "direct")) == {"CustomData": key}

    world.pipelines.put_approval_result(
        pipelineName="direct", stageName="Look", actionName="Look", token=token, result=ACCEPTED
    )

    assert ended(world, "direct")["status"] == "Succeeded", actions(world, "direct")
    with pytest.raises(ClientError, match="does not exist"):
        stack(world, "direct")


def test_other_providers_fail_and_say_so(world: World) -> None:
    """What is not emulated never succeeds."""
    build = {"name": "Build", "actionTypeId": declare.kind("Build", "CodeBuild")}
    key, _ = world.upload(bundle("x"))
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            "building",
            declare.stage("Source", declare.source(key)),
            declare.stage("Build", build),
        )
    )

    assert "not emulated by the embedded AWS" in failure(world, "building", "Build")


def test_a_variable_without_a_value_fails_its_action(world: World) -> None:
    """An output that nobody made cannot be resolved, and the action says which."""
    key, _ = world.upload(bundle("x"))
    world.pipelines.create_pipeline(
        pipeline=declare.pipeline(
            "unresolved",
            declare.stage("Source", declare.source(key)),
            declare.stage("Gate", declare.approve(CustomData="#{Nobody.Knows}")),
        )
    )

    assert "#{Nobody.Knows}" in failure(world, "unresolved", "Approve")


def test_updating_cancels_what_runs(world: World) -> None:
    """A new definition cancels the execution, and its approval is gone."""
    deployment(world, "updated", declare.approve(order=2))
    token = pending(world, "updated")
    raw = world.pipelines.get_pipeline(name="updated")["pipeline"]

    assert world.pipelines.update_pipeline(pipeline=raw)["pipeline"]["version"] == 2

    assert ended(world, "updated")["status"] == "Cancelled"
    with pytest.raises(ClientError) as late:
        answer(world, "updated", token)
    assert code_of(late) == "ApprovalAlreadyCompletedException"
    assert world.pipelines.get_pipeline(name="updated", version=1)["pipeline"]["version"] == 1


def test_an_approval_expires(world: World) -> None:
    """Nobody answered for a week: the approval fails, also if the executor was off meanwhile."""
    deployment(world, "expired", declare.approve(order=2))
    pending(world, "expired")

    world.restart(late=timedelta(days=7, minutes=1))

    assert "timed out" in failure(world, "expired", "Approve")


def test_a_stage_is_rolled_back_to_what_an_earlier_execution_deployed(world: World) -> None:
    """The rollback runs the one stage with the artifacts of its target."""
    key = deployment(world, "rolled")
    first = ended(world, "rolled")["pipelineExecutionId"]
    world.client("s3").put_object(Bucket="assets", Key=key, Body=world.pack(bundle("second")))
    second = world.pipelines.start_pipeline_execution(name="rolled")["pipelineExecutionId"]
    assert ended(world, "rolled", second)["status"] == "Succeeded"
    assert stack(world, "rolled-dev")["Outputs"][0]["OutputValue"] == "second"

    back = world.pipelines.rollback_stage(
        pipelineName="rolled", stageName="DeployDev", targetPipelineExecutionId=first
    )["pipelineExecutionId"]

    execution = ended(world, "rolled", back)
    assert execution["status"] == "Succeeded", actions(world, "rolled")
    assert execution["executionType"] == "ROLLBACK"
    assert execution["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": first}
    assert stack(world, "rolled-dev")["Outputs"][0]["OutputValue"] == "first"
