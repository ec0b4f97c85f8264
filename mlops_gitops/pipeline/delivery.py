"""Delivery pipelines: the CodePipeline that carries one workload through its stages.

The definition depends on pipeline type and stages only: an update cancels running executions, so
everything that varies with a config travels in the bundle instead.

Source of the action configurations: "CloudFormation deploy action reference", "Manual approval
action", "Amazon S3 source action reference" and "Step Functions action reference", CodePipeline
user guide.
"""

from collections.abc import Sequence
from typing import Any

from mlops_gitops.config.settings import Approval, Settings, Stage
from mlops_gitops.definitions.shortened import shortened
from mlops_gitops.desired.console import console_domain
from mlops_gitops.desired.digest import stage_digest
from mlops_gitops.desired.gates import GATE, stage_name
from mlops_gitops.desired.names import DELIVERY, delivery_stack, tags_of
from mlops_gitops.desired.stack import DIGEST, DesiredStack, Resolved, StackId
from mlops_gitops.package.bundle import bundle_key, configuration_path, template_path
from mlops_gitops.pipeline.approval import patience
from mlops_gitops.pipeline.installation import Installation

APPROVE = GATE
PREPARE = "Prepare"
DEPLOY = "Deploy"
RUN = "Run"
SOURCE = "Source"
_EXECUTION = "#{codepipeline.PipelineExecutionId}"
CHANGE_SET = f"mg-{_EXECUTION}"
PLAN = "plan"
"""Pipeline variable that names the stored plan."""
FACTS = ("author", "commit", "digest", PLAN)
"""Pipeline variables that say what an execution carries; each stage has one more, its summary."""
UNSET = "-"
"""Default of pipeline variables: CodePipeline wants at least one character."""

_PIPELINE_NAME_LIMIT = 100


def pipeline_name(workload_stack: str) -> str:
    """Name a workload's pipeline; over 100 characters it is cut and made unique by a hash."""
    return shortened(workload_stack, _PIPELINE_NAME_LIMIT)


def change_set_name(execution_id: str) -> str:
    """Name the change set that an execution prepares, shows and deploys."""
    return f"mg-{execution_id}"


def summary_variable(stage: str) -> str:
    """Name the pipeline variable that tells an approver what changes in a stage."""
    return f"summary_{stage}"


def delivery_pipeline(
    settings: Settings,
    workload_stack: str,
    stacks: Sequence[DesiredStack],
    installation: Installation,
) -> DesiredStack:
    """Make the stack that holds a workload's delivery pipeline.

    Args:
        settings: accounts and gates.
        workload_stack: name of the workload.
        stacks: its desired stacks in the order of promotion; only names and capabilities count.
        installation: what bootstrap made in the orchestrator account.
    """
    workload = stacks[0].workload
    template = _template(settings, workload_stack, stacks, installation)
    tags = tags_of(settings, workload, DELIVERY)
    digest = stage_digest(template, {}, tags)
    account = settings.orchestrator_account
    return DesiredStack(
        id=StackId(account, settings.region, delivery_stack(workload_stack)),
        workload=workload,
        stage=DELIVERY,
        template=template,
        parameters={DIGEST: Resolved(digest, "derived: of the definition")},
        tags=tags,
        capabilities=(),
        digest=digest,
        blueprint_version=1,
    )


def _template(
    settings: Settings,
    workload_stack: str,
    stacks: Sequence[DesiredStack],
    installation: Installation,
) -> dict[str, Any]:
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Delivery pipeline of {workload_stack} (mlops-gitops)",
        "Parameters": {
            DIGEST: {"Type": "String", "Description": "Digest of this pipeline's definition."}
        },
        "Resources": {
            "Pipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "Properties": _pipeline(settings, workload_stack, stacks, installation),
            }
        },
        "Outputs": {
            DIGEST: {"Value": {"Ref": DIGEST}},
            "PipelineName": {"Value": {"Ref": "Pipeline"}},
        },
    }


def _pipeline(
    settings: Settings,
    workload_stack: str,
    stacks: Sequence[DesiredStack],
    installation: Installation,
) -> dict[str, Any]:
    name = pipeline_name(workload_stack)
    return {
        "Name": name,
        "PipelineType": "V2",
        # Nothing overtakes: what was shown first is decided first.
        "ExecutionMode": "QUEUED",
        "RoleArn": installation.pipeline_role_arn,
        "ArtifactStore": {
            "Type": "S3",
            "Location": settings.assets_bucket,
            "EncryptionKey": {"Type": "KMS", "Id": installation.assets_kms_key_arn},
        },
        "Variables": [
            {"Name": name, "DefaultValue": UNSET}
            for name in (*FACTS, *(summary_variable(each.stage) for each in stacks))
        ],
        "Stages": [
            _source(settings, workload_stack),
            *(_stage(settings, each, name, installation) for each in stacks),
        ],
    }


def _source(settings: Settings, workload_stack: str) -> dict[str, Any]:
    action = _action(
        SOURCE,
        order=1,
        kind=("Source", "AWS", "S3"),
        configuration={
            "S3Bucket": settings.assets_bucket,
            "S3ObjectKey": bundle_key(workload_stack),
            # `apply` starts executions itself, for one exact version of the bundle.
            "PollForSourceChanges": "false",
        },
    )
    return {"Name": SOURCE, "Actions": [{**action, "OutputArtifacts": [{"Name": "Bundle"}]}]}


def _stage(
    settings: Settings, stack: DesiredStack, pipeline: str, installation: Installation
) -> dict[str, Any]:
    stage = settings.stage(stack.stage)
    link = _link_to_execution(settings.region, pipeline)
    gate = [_approve(stage, link, installation)] if stage.approval is Approval.MANUAL else []
    run = [_run(stage, stack.run)] if stack.run else []
    return {
        "Name": stage_name(settings, stage.name),
        "Actions": [_prepare(stage, stack), *gate, _deploy(stage, stack), *run],
    }


def _prepare(stage: Stage, stack: DesiredStack) -> dict[str, Any]:
    configuration = {
        "ActionMode": "CHANGE_SET_REPLACE",
        "StackName": stack.id.name,
        "ChangeSetName": CHANGE_SET,
        "TemplatePath": f"Bundle::{template_path(stage.name)}",
        "TemplateConfiguration": f"Bundle::{configuration_path(stage.name)}",
        "RoleArn": _role(stage, "mlops-gitops-cfn"),
    }
    if stack.capabilities:
        configuration["Capabilities"] = ",".join(stack.capabilities)
    action = _action(
        PREPARE, order=1, kind=("Deploy", "AWS", "CloudFormation"), configuration=configuration
    )
    return {
        **action,
        "InputArtifacts": [{"Name": "Bundle"}],
        "RoleArn": _role(stage, "mlops-gitops-deploy"),
    }


def _approve(stage: Stage, link: dict[str, str], installation: Installation) -> dict[str, Any]:
    topic = installation.approval_topic_arn
    action = _action(
        APPROVE,
        order=2,
        kind=("Approval", "AWS", "Manual"),
        configuration={
            **({"NotificationArn": topic} if topic else {}),
            "CustomData": (
                f"#{{variables.{summary_variable(stage.name)}}}"
                " | digest #{variables.digest} | commit #{variables.commit}"
                " | author #{variables.author}"
                f" | expires after {patience(stage.approval_timeout_minutes)}"
            ),
            **link,
        },
    )
    if stage.approval_timeout_minutes is not None:
        action["TimeoutInMinutes"] = stage.approval_timeout_minutes
    return action


def _link_to_execution(region: str, pipeline: str) -> dict[str, str]:
    domain = console_domain(region)
    if not domain:
        return {}
    path = f"codesuite/codepipeline/pipelines/{pipeline}/executions/{_EXECUTION}/timeline"
    return {"ExternalEntityLink": f"https://{region}.{domain}/{path}?region={region}"}


def _deploy(stage: Stage, stack: DesiredStack) -> dict[str, Any]:
    action = _action(
        DEPLOY,
        order=3,
        kind=("Deploy", "AWS", "CloudFormation"),
        configuration={
            "ActionMode": "CHANGE_SET_EXECUTE",
            "StackName": stack.id.name,
            "ChangeSetName": CHANGE_SET,
        },
    )
    return {**action, "RoleArn": _role(stage, "mlops-gitops-deploy")}


def _run(stage: Stage, state_machine_arn: str) -> dict[str, Any]:
    """Run what the stage has just deployed, and wait: a job that fails is a failed deployment."""
    action = _action(
        RUN,
        order=4,
        kind=("Invoke", "AWS", "StepFunctions"),
        configuration={
            "StateMachineArn": state_machine_arn,
            "InputType": "Literal",
            "Input": '{"reason": "deploy"}',
        },
    )
    return {**action, "RoleArn": _role(stage, "mlops-gitops-deploy")}


def _action(
    name: str, *, order: int, kind: tuple[str, str, str], configuration: dict[str, Any]
) -> dict[str, Any]:
    category, owner, provider = kind
    type_id = {"Category": category, "Owner": owner, "Provider": provider, "Version": "1"}
    return {
        "Name": name,
        "ActionTypeId": type_id,
        "RunOrder": order,
        "Configuration": configuration,
    }


def _role(stage: Stage, name: str) -> dict[str, str]:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::{stage.account}:role/{name}"}
