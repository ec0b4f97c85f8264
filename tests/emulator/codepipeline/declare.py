"""Declarations of pipelines for tests."""

from __future__ import annotations

from typing import Any

PIPELINE_ROLE = "arn:aws:iam::111111111111:role/pipeline"
DEPLOY_ROLE = "arn:aws:iam::222222222222:role/deploy"
STACK_ROLE = "arn:aws:iam::222222222222:role/stack"

Json = dict[str, Any]


def kind(category: str, provider: str) -> Json:
    """Give the type of an action of AWS's own."""
    return {"category": category, "owner": "AWS", "provider": provider, "version": "1"}


def source(key: str, **configuration: str) -> Json:
    """Declare the S3 source."""
    return {
        "name": "Bundle",
        "actionTypeId": kind("Source", "S3"),
        "namespace": "Source",
        "configuration": {
            "S3Bucket": "assets",
            "S3ObjectKey": key,
            "PollForSourceChanges": "false",
            **configuration,
        },
        "outputArtifacts": [{"name": "BundleArtifact"}],
    }


def approve(name: str = "Approve", order: int = 1, **configuration: str) -> Json:
    """Declare a manual approval."""
    return {
        "name": name,
        "actionTypeId": kind("Approval", "Manual"),
        "runOrder": order,
        "configuration": configuration,
    }


def stack_action(name: str, mode: str, stack: str, order: int = 1, **configuration: str) -> Json:
    """Declare a CloudFormation action in the stage account."""
    return {
        "name": name,
        "actionTypeId": kind("Deploy", "CloudFormation"),
        "runOrder": order,
        "roleArn": DEPLOY_ROLE,
        "namespace": name,
        "configuration": {
            "ActionMode": mode,
            "StackName": stack,
            "RoleArn": STACK_ROLE,
            **configuration,
        },
        "inputArtifacts": [{"name": "BundleArtifact"}],
    }


def change_set_actions(stack: str, *between: Json) -> list[Json]:
    """Declare Prepare, what comes between, and Deploy, in that order."""
    named = "mg-#{codepipeline.PipelineExecutionId}"
    prepare = stack_action(
        "Prepare",
        "CHANGE_SET_REPLACE",
        stack,
        ChangeSetName=named,
        TemplatePath="BundleArtifact::template.json",
        TemplateConfiguration="BundleArtifact::configuration.json",
    )
    last = len(between) + 2
    deploy = stack_action("Deploy", "CHANGE_SET_EXECUTE", stack, last, ChangeSetName=named)
    return [prepare, *between, deploy]


def stage(name: str, *actions: Json) -> Json:
    """Declare a stage."""
    return {"name": name, "actions": list(actions)}


def pipeline(name: str, *stages: Json, **more: Any) -> Json:
    """Declare a pipeline, V2 and QUEUED unless told otherwise."""
    return {
        "name": name,
        "roleArn": PIPELINE_ROLE,
        "artifactStore": {"type": "S3", "location": "assets"},
        "pipelineType": "V2",
        "executionMode": "QUEUED",
        "stages": list(stages),
        **more,
    }
