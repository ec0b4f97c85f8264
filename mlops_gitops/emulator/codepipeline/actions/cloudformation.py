"""The CloudFormation action: change sets, stacks, in the account of the action's role.

After AWS's page "AWS CloudFormation deploy action reference". REPLACE_ON_FAILURE is not
emulated.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline import roles
from mlops_gitops.emulator.codepipeline.actions import stacks
from mlops_gitops.emulator.codepipeline.actions.job import (
    ActionFailedError,
    Done,
    Job,
    refused,
)
from mlops_gitops.emulator.codepipeline.actions.overrides import parameter_overrides
from mlops_gitops.emulator.codepipeline.actions.template import (
    TemplateConfiguration,
    check_parameters,
    missing_capabilities,
    read_configuration,
    read_template,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_INLINE = 51_200
EXECUTING = "executing"
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


def run_cloudformation(job: Job) -> Done:
    """Run the action in its mode.

    Raises:
        ActionFailedError: What CloudFormation, or CodePipeline before it, refused.
    """
    modes: Mapping[str, Callable[[Job, Any], Done]] = {
        "CHANGE_SET_REPLACE": _replace_change_set,
        "CHANGE_SET_EXECUTE": _execute_change_set,
        "CREATE_UPDATE": _create_or_update,
        "DELETE_ONLY": _delete,
    }
    mode = job.config["ActionMode"]
    if mode not in modes:
        message = f"ActionMode {mode} is not emulated by the embedded AWS."
        raise ActionFailedError("ConfigurationError", message)
    if job.action.outputs or job.config.get("OutputFileName"):
        message = "OutputFileName is not emulated by the embedded AWS; use output variables."
        raise ActionFailedError("ConfigurationError", message)
    try:
        return modes[mode](job, job.client("cloudformation"))
    except ClientError as error:
        raise refused(error) from error


def _replace_change_set(job: Job, client: Any) -> Done:
    stack_name, name = job.config["StackName"], _needed(job, "ChangeSetName")
    request = _request(job)
    stack = stacks.find_stack(client, stack_name)
    kind = "CREATE" if stacks.is_new(stack) else "UPDATE"
    if stack:
        client.delete_change_set(StackName=stack_name, ChangeSetName=name)
    request.pop("StackPolicyBody", None)
    client.create_change_set(
        **request, ChangeSetName=name, ChangeSetType=kind, Description="Created by CodePipeline"
    )
    while (told := _describe(client, stack_name, name))["Status"] in {
        "CREATE_PENDING",
        "CREATE_IN_PROGRESS",
    }:
        job.pause()
    job.report(external_id=told["ChangeSetId"], external_url=_link(job, told))
    if told["Status"] != "CREATE_COMPLETE" and not _is_empty(told):
        message = f"Failed to create change set {name}: {told.get('StatusReason', '')}"
        raise ActionFailedError("JobFailed", message)
    made = "contains no changes" if _is_empty(told) else "was created"
    return Done(
        summary=f"Change set {name} {made}.",
        external_id=told["ChangeSetId"],
        variables=_outputs(client, stack_name),
    )


def _execute_change_set(job: Job, client: Any) -> Done:
    stack_name, name = job.config["StackName"], _needed(job, "ChangeSetName")
    # An earlier life of this run may have executed it already; a restart must not fail that.
    if job.run.checkpoint != EXECUTING or _still_to_execute(client, stack_name, name):
        told = _describe(client, stack_name, name)
        job.report(external_id=told["StackId"], external_url=_link(job, told))
        if _is_empty(told):
            return Done(
                summary=f"Change set {name} contains no changes; nothing was executed.",
                external_id=told["StackId"],
                variables=_outputs(client, stack_name),
            )
        if told["ExecutionStatus"] != "AVAILABLE":
            message = (
                f"ChangeSet [{told['ChangeSetId']}] cannot be executed in its current execution "
                f"status of [{told['ExecutionStatus']}] (Error Code: InvalidChangeSetStatus)"
            )
            raise ActionFailedError("JobFailed", message)
        job.report(checkpoint=EXECUTING)
        client.execute_change_set(StackName=stack_name, ChangeSetName=name)
    outputs = stacks.wait_for_stack(job, client, stack_name)
    return Done(summary=f"Change set {name} was executed.", variables=outputs)


def _still_to_execute(client: Any, stack_name: str, name: str) -> bool:
    try:
        return bool(_describe(client, stack_name, name)["ExecutionStatus"] == "AVAILABLE")
    except client.exceptions.ChangeSetNotFoundException:
        return False  # executing a change set deletes it


def _create_or_update(job: Job, client: Any) -> Done:
    name, request = job.config["StackName"], _request(job)
    if stacks.is_new(stacks.find_stack(client, name)):
        client.create_stack(**request)
    else:
        try:
            client.update_stack(**request)
        except ClientError as error:
            if not any(text in str(error) for text in NO_CHANGES):
                raise
            summary = f"Stack {name} needs no update."
            return Done(summary=summary, variables=_outputs(client, name))
    job.report(external_id=stacks.find_stack(client, name)["StackId"])
    outputs = stacks.wait_for_stack(job, client, name)
    return Done(summary=f"Stack {name} was deployed.", variables=outputs)


def _delete(job: Job, client: Any) -> Done:
    name = job.config["StackName"]
    role = _stack_role(job)
    stack = stacks.find_stack(client, name)
    if stack and stack["StackStatus"] != "DELETE_COMPLETE":
        client.delete_stack(StackName=name, RoleARN=role)
        job.report(external_id=stack["StackId"])
        stacks.wait_until_deleted(job, client, stack)
    return Done(summary=f"Stack {name} was deleted.", variables={})


def _request(job: Job) -> dict[str, Any]:
    text = job.read_file(_needed(job, "TemplatePath")).decode("utf-8")
    template = read_template(text)
    path = job.config.get("TemplateConfiguration")
    configuration = read_configuration(job.read_file(path)) if path else TemplateConfiguration()
    parameters = {**configuration.parameters, **parameter_overrides(job)}
    check_parameters(template, parameters)
    named = job.config.get("Capabilities", "").split(",")
    capabilities = [capability.strip() for capability in named if capability.strip()]
    if missing := missing_capabilities(template, set(capabilities)):
        message = f"Requires capabilities : [{', '.join(missing)}]"
        raise ActionFailedError(
            "JobFailed", f"{message} (Error Code: InsufficientCapabilitiesException)"
        )
    policy = {"StackPolicyBody": configuration.policy} if configuration.policy else {}
    return {
        "StackName": job.config["StackName"],
        "RoleARN": _stack_role(job),
        "Capabilities": capabilities,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        "Tags": [{"Key": key, "Value": value} for key, value in configuration.tags.items()],
        **_template_argument(job, text),
        **policy,
    }


def _stack_role(job: Job) -> str:
    role = _needed(job, "RoleArn")
    invalid = f"Role {role} is invalid or cannot be assumed (Error Code: ValidationError)"
    try:
        roles.check_service_role(job.clients, role, roles.STACK_SERVICE, job.region)
    except roles.RoleError as error:
        raise ActionFailedError("JobFailed", f"{invalid}. {error}.") from error
    if roles.account_of(role) != job.account:
        message = f"{invalid}. Cross-account pass role is not allowed."
        raise ActionFailedError("JobFailed", message)
    return role


def _template_argument(job: Job, text: str) -> dict[str, str]:
    body = text.encode()
    if len(body) <= MAX_INLINE:
        return {"TemplateBody": text}
    s3 = job.clients.of_account("s3", job.account, job.region)
    bucket = job.pipeline.bucket
    if job.account != job.key.account:
        # A real stack reads the pipeline's bucket across accounts; the embedded
        # CloudFormation looks for a TemplateURL in its own account only.
        bucket = f"codepipeline-templates-{job.region}-{job.account}"
        s3.create_bucket(Bucket=bucket)
        if job.action.role_arn:  # as the pipeline's bucket lets it read
            s3.put_bucket_policy(Bucket=bucket, Policy=_readable(bucket, job.action.role_arn))
    key = f"{job.pipeline.name[:20]}/Templates/{hashlib.sha256(body).hexdigest()}"
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    return {"TemplateURL": f"{job.clients.endpoint_url.rstrip('/')}/{bucket}/{quote(key)}"}


def _readable(bucket: str, role: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": role},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _describe(client: Any, stack_name: str, name: str) -> Mapping[str, Any]:
    told: Mapping[str, Any] = client.describe_change_set(StackName=stack_name, ChangeSetName=name)
    return told


def _is_empty(told: Mapping[str, Any]) -> bool:
    reason = told.get("StatusReason", "")
    return told["Status"] == "FAILED" and any(text in reason for text in NO_CHANGES)


def _outputs(client: Any, stack_name: str) -> dict[str, str]:
    stack = stacks.find_stack(client, stack_name)
    return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", ())}


def _needed(job: Job, key: str) -> str:
    if key not in job.config:
        message = f"{key} is required for the action mode {job.config['ActionMode']}."
        raise ActionFailedError("ConfigurationError", message)
    return job.config[key]


def _link(job: Job, told: Mapping[str, Any]) -> str:
    stack, change_set = quote(told["StackId"], safe=""), quote(told["ChangeSetId"], safe="")
    return (
        f"https://{job.region}.console.aws.amazon.com/cloudformation/home?region={job.region}"
        f"#/stacks/changesets/changes?stackId={stack}&changeSetId={change_set}"
    )
