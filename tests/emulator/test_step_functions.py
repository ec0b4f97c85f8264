"""State machines on a running embedded AWS: the tasks that are ours, and how they fail."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from embedded_aws import DEV, client
from emulator.job_requests import (
    BUCKET,
    NOWHERE,
    OUTPUT,
    automl,
    processing,
    training,
    transform,
    tuning,
)
from emulator.machines import MACHINE_ROLE, NUMBERS, caught, ended, output, run, start, task
from emulator.moments import seen_in_time

from mlops_gitops.emulator.lifecycle import Running

SYNC = {
    "createTrainingJob": training,
    "createHyperParameterTuningJob": tuning,
    "createTransformJob": transform,
    "createProcessingJob": processing,
}


def named(action: str, request: dict[str, Any]) -> str:
    """The name that a request gives its job."""
    return str(request[f"{action.removeprefix('create')}Name"])


@pytest.mark.parametrize("action", SYNC)
def test_a_job_is_waited_for(jobs_aws: Running, action: str) -> None:
    """`.sync` ends with the job, and its output is the job's description."""
    stem = action.removeprefix("create")
    request = SYNC[action](f"sync-{stem}".lower()[:32])

    told = output(jobs_aws, {"Run": task(f"sagemaker:{action}.sync", request)})

    assert told[f"{stem}Status"] == "Completed"
    assert told[f"{stem}Name"] == named(action, request)
    assert isinstance(told["CreationTime"], int)  # milliseconds since 1970
    assert abs(told["CreationTime"] / 1000 - time.time()) < 60


@pytest.mark.parametrize("action", SYNC)
def test_a_job_that_fails_is_told_in_one_sentence(jobs_aws: Running, action: str) -> None:
    """Catch finds the job's description as JSON, and a Fail state words it."""
    stem = action.removeprefix("create")
    request = SYNC[action](f"sad-{stem}".lower()[:32], NOWHERE)
    states = {
        "Run": task(
            f"sagemaker:{action}.sync",
            request,
            Catch=[
                {
                    "ErrorEquals": ["States.ALL"],
                    "Assign": {"error": "{% $states.errorOutput %}"},
                    "Next": "Tell",
                }
            ],
        ),
        "Tell": {
            "Type": "Fail",
            "Error": "{% $error.Error %}",
            "Cause": "{% 'Job failed: ' & $parse($error.Cause).FailureReason %}",
        },
    }

    told = run(jobs_aws, states)

    assert (told["status"], told["error"]) == ("FAILED", "States.TaskFailed")
    assert told["cause"].startswith("Job failed: ")
    expected = "No training job succeeded" if "Tuning" in action else NOWHERE
    assert expected in told["cause"]


@pytest.mark.parametrize("action", SYNC)
def test_a_job_can_be_left_alone(jobs_aws: Running, action: str) -> None:
    """Without `.sync` the task ends with Create's answer."""
    stem = action.removeprefix("create")
    request = SYNC[action](f"alone-{stem}".lower()[:32])

    told = output(jobs_aws, {"Run": task(f"sagemaker:{action}", request)})

    assert list(told) == [f"{stem}Arn"]


def test_an_automl_job_is_asked_after(jobs_aws: Running) -> None:
    """AWS SDK integrations keep the API's names, and waiting between two looks is short."""
    described = {"AutoMLJobName": "asked-after"}
    states = {
        "Create": task("aws-sdk:sagemaker:createAutoMLJobV2", automl("asked-after"), Next="Wait"),
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Look"},
        "Look": task(
            "aws-sdk:sagemaker:describeAutoMLJobV2",
            described,
            Assign={"status": "{% $states.result.AutoMLJobStatus %}"},
            Next="Decide",
        ),
        "Decide": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $status = 'InProgress' %}", "Next": "Wait"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed"},
    }

    told = output(jobs_aws, states)

    assert told["AutoMLJobStatus"] == "Completed"
    assert told["BestCandidate"]["InferenceContainers"]
    assert told["CreationTime"].endswith("Z")


def test_any_operation_of_sagemaker_can_be_called(jobs_aws: Running) -> None:
    """A machine registers a model, by an operation that is not about jobs."""
    group = {"ModelPackageGroupName": "by-machine"}
    containers = [{"Image": "image", "ModelDataUrl": f"{OUTPUT}/model.tar.gz"}]
    formats = {"SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}
    states = {
        "Group": task("aws-sdk:sagemaker:createModelPackageGroup", group, Next="Register"),
        "Register": task(
            "aws-sdk:sagemaker:createModelPackage",
            {
                **group,
                "InferenceSpecification": {"Containers": containers, **formats},
                "ModelApprovalStatus": "PendingManualApproval",
            },
            Next="Look",
        ),
        "Look": task(
            "aws-sdk:sagemaker:describeModelPackage",
            {"ModelPackageName": "{% $states.input.ModelPackageArn %}"},
        ),
    }

    told = output(jobs_aws, states)

    assert told["ModelPackageVersion"] == 1
    assert told["InferenceSpecification"]["Containers"][0]["ModelDataUrl"].startswith(OUTPUT)


@pytest.mark.parametrize(
    ("resource", "error"),
    [
        ("sagemaker:createTrainingJob.sync", "SageMaker.ResourceInUseException"),
        ("sagemaker:createTrainingJob", "SageMaker.ResourceInUseException"),
        ("aws-sdk:sagemaker:createTrainingJob", "SageMaker.ResourceInUseException"),
    ],
)
def test_a_taken_name_is_an_error_of_its_own(jobs_aws: Running, resource: str, error: str) -> None:
    """What the API models keeps its name, in each kind of integration."""
    name = f"taken-{next(NUMBERS)}"
    client(jobs_aws, "sagemaker", DEV).create_training_job(**training(name))

    told = output(jobs_aws, caught(resource, training(name)))

    assert told["Error"] == error
    assert "names must be unique" in told["Cause"]


@pytest.mark.parametrize(
    ("prefix", "error", "code"),
    [
        ("", "SageMaker.AmazonSageMakerException", "Error Code: ValidationException"),
        ("aws-sdk:", "SageMaker.SageMakerException", "Status Code: 400"),
    ],
)
def test_other_errors_share_a_name(jobs_aws: Running, prefix: str, error: str, code: str) -> None:
    """What the API does not model has the integration's one name."""
    request = {**training("roleless"), "RoleArn": f"arn:aws:iam::{DEV}:role/nobody"}

    told = output(jobs_aws, caught(f"{prefix}sagemaker:createTrainingJob", request))

    assert told["Error"] == error
    assert told["Cause"].startswith("Could not assume role")
    assert code in told["Cause"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Colour": "red"}, 'The field "Colour" is not supported by Step Functions'),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": "60"}},
            "The value for the field 'MaxRuntimeInSeconds' must be an INTEGER",
        ),
        ({"OutputDataConfig": {}}, "The field 'S3OutputPath' is required but was missing"),
    ],
)
def test_arguments_must_fit(jobs_aws: Running, change: dict[str, Any], words: str) -> None:
    """A member that is unknown, missing or of another kind ends the execution, caught or not."""
    request = {**training("unfit"), **change}

    told = run(jobs_aws, caught("sagemaker:createTrainingJob.sync", request))

    assert (told["status"], told["error"]) == ("FAILED", "States.Runtime")
    assert words in told["cause"]


@pytest.mark.parametrize(
    "resource",
    [
        "sagemaker:createAutoMLJobV2.sync",
        "sagemaker:createModel.sync",
        "aws-sdk:sagemaker:createTrainingJob.sync",
        "aws-sdk:sagemaker:makeCoffee",
    ],
)
def test_an_integration_that_aws_lacks_fails(jobs_aws: Running, resource: str) -> None:
    """What Step Functions does not offer does not work here either."""
    told = run(jobs_aws, {"Run": task(resource, {})})

    assert (told["status"], told["error"]) == ("FAILED", "States.Runtime")


@pytest.mark.parametrize("role", ["nobody", "closed"])
def test_a_machine_needs_its_role(jobs_aws: Running, role: str) -> None:
    """A role that is not there, or does not let Step Functions in, does nothing."""
    states = {"Run": task("aws-sdk:s3:listObjectsV2", {"Bucket": BUCKET})}

    told = run(jobs_aws, states, f"arn:aws:iam::{DEV}:role/{role}")

    assert told["status"] == "FAILED"
    assert "states.amazonaws.com" in told["cause"]


def test_resources_of_another_partition_work(jobs_aws: Running) -> None:
    """A machine for China runs the same tasks."""
    state = task("x", training("in-china"))
    state["Resource"] = "arn:aws-cn:states:::sagemaker:createTrainingJob.sync"

    assert output(jobs_aws, {"Run": state})["TrainingJobStatus"] == "Completed"


@pytest.mark.parametrize(
    "resource",
    ["codebuild:startBuild.sync", "codebuild:startBuild", "aws-sdk:codebuild:startBuild"],
)
def test_a_build_fails_and_says_why(jobs_aws: Running, resource: str) -> None:
    """CodeBuild is not emulated, so a build never succeeds."""
    told = run(jobs_aws, {"Build": task(resource, {"ProjectName": "p"})})

    assert (told["status"], told["error"]) == ("FAILED", "States.TaskFailed")
    assert told["cause"] == "CodeBuild builds are not emulated by the embedded AWS."


def test_a_stopped_execution_stops_its_job(jobs_aws: Running) -> None:
    """The job that a task waits for ends with the execution."""
    sagemaker, states = client(jobs_aws, "sagemaker", DEV), client(jobs_aws, "stepfunctions", DEV)

    def stopped(number: int) -> str | None:
        job = f"cut-{number}"
        state = task("sagemaker:createTrainingJob.sync", training(job))
        execution = start(jobs_aws, {"Run": state})
        while not sagemaker.list_training_jobs(NameContains=job)["TrainingJobSummaries"]:
            time.sleep(0.01)
        with suppress(states.exceptions.ValidationException):  # it has ended already
            states.stop_execution(executionArn=execution)
        if ended(jobs_aws, execution)["status"] != "ABORTED":
            return None
        status = "InProgress"
        while status in ("InProgress", "Stopping"):
            status = sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobStatus"]
        # Completed: it was done before it could be told to stop.
        return status if status != "Completed" else None

    assert seen_in_time(stopped) == "Stopped"


def test_a_machine_comes_from_a_template(jobs_aws: Running) -> None:
    """CloudFormation takes a definition that is an object, with functions in it."""
    request = {
        **training("templated"),
        "RoleArn": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/jobs"},
    }
    resource = {"Fn::Sub": "arn:${AWS::Partition}:states:::sagemaker:createTrainingJob.sync"}
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "Run",
        "States": {
            "Run": {"Type": "Task", "Resource": resource, "Arguments": request, "End": True}
        },
    }
    template = {
        "Resources": {
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "StateMachineName": "templated",
                    "RoleArn": MACHINE_ROLE,
                    "Definition": definition,
                },
            }
        }
    }
    cloudformation = client(jobs_aws, "cloudformation", DEV)
    cloudformation.create_stack(StackName="templated", TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="templated", WaiterConfig={"Delay": 0.2, "MaxAttempts": 50}
    )
    machine = f"arn:aws:states:us-east-1:{DEV}:stateMachine:templated"
    started = client(jobs_aws, "stepfunctions", DEV).start_execution(stateMachineArn=machine)

    told = ended(jobs_aws, started["executionArn"])

    assert json.loads(told["output"])["ModelArtifacts"] == {
        "S3ModelArtifacts": f"{OUTPUT}/templated/output/model.tar.gz"
    }
