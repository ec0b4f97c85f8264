"""Invoke actions: a Lambda function, or a state machine."""

from __future__ import annotations

import json

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline.actions.job import ActionFailedError, Done, Job, refused


def invoke_function(job: Job) -> Done:
    """Invoke a function and wait; what it returns is success, what it raises is failure.

    On AWS a function calls PutJobSuccessResult; here that operation says that it is not
    emulated.
    """
    _no_output_artifacts(job)
    name = job.config["FunctionName"]
    configuration = {
        key: job.config[key] for key in ("FunctionName", "UserParameters") if key in job.config
    }
    event = {
        "CodePipeline.job": {
            "id": job.run.id,
            "accountId": job.key.account,
            "data": {
                "actionConfiguration": {"configuration": configuration},
                "inputArtifacts": [
                    {
                        "name": artifact.name,
                        "revision": artifact.revision,
                        "location": {
                            "type": "S3",
                            "s3Location": {
                                "bucketName": artifact.bucket,
                                "objectKey": artifact.key,
                            },
                        },
                    }
                    for artifact in map(job.execution.artifacts.get, job.action.inputs)
                    if artifact
                ],
                "outputArtifacts": [],
            },
        }
    }
    try:
        answer = job.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
    except ClientError as error:
        raise refused(error) from error
    body = answer["Payload"].read().decode("utf-8", "replace")
    if answer.get("FunctionError"):
        raise ActionFailedError("JobFailed", f"The function {name} failed: {body[:1000]}")
    return Done(summary=f"The function {name} returned.", variables={})


def run_state_machine(job: Job) -> Done:
    """Start an execution and wait for its end.

    It is named after the run, so that starting it again after a restart finds it.
    """
    _no_output_artifacts(job)
    machine = job.config["StateMachineArn"]
    prefix = job.config.get("ExecutionNamePrefix")
    name = f"{prefix}.{job.run.id}"[-80:] if prefix else job.run.id
    client = job.client("stepfunctions")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    try:
        arn = client.start_execution(stateMachineArn=machine, name=name, input=_input(job))[
            "executionArn"
        ]
    except client.exceptions.ExecutionAlreadyExists:
        pass
    except ClientError as error:
        raise refused(error) from error
    job.report(external_id=arn)
    while (told := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
        job.pause()
    if told["status"] != "SUCCEEDED":
        why = ": ".join(filter(None, (told.get("error"), told.get("cause"))))
        message = f"State machine execution {arn} ended as {told['status']}. {why}"
        raise ActionFailedError("JobFailed", message.strip())
    return Done(
        summary=f"State machine execution {arn} succeeded",
        external_id=arn,
        variables={"StateMachineArn": machine, "ExecutionArn": arn},
    )


def _input(job: Job) -> str:
    given = job.config.get("Input")
    if given and job.config.get("InputType", "Literal") == "FilePath":
        reference = given if "::" in given else f"{''.join(job.action.inputs[:1])}::{given}"
        return job.read_file(reference).decode("utf-8")
    return given or "{}"


def _no_output_artifacts(job: Job) -> None:
    if job.action.outputs:
        message = (
            f"Output artifacts of {job.action.provider_name} actions are not emulated by the "
            "embedded AWS."
        )
        raise ActionFailedError("ConfigurationError", message)
