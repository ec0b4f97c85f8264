"""What SageMaker pipelines promise us: their stacks make them, and people start and stop them."""

import json
from typing import Any

import pytest
from contract.conftest import Side

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.errors import AwsError
from mlops_gitops.runs.pipeline_execution import CallbackAnswer, PipelineStart, log_group, step_from
from mlops_gitops.use_cases.settle import settle

DEFINITION = json.dumps(
    {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "why", "Type": "String", "DefaultValue": "no"}],
        "Steps": [
            {
                "Name": "stop",
                "Type": "Fail",
                "Arguments": {"ErrorMessage": {"Get": "Parameters.why"}},
            }
        ],
    }
)


@pytest.fixture
def account(side: Side, name: str) -> str:
    """An account in which a stack keeps a pipeline."""
    stage = side.settings.stages[0]
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}}
    statement = {**trust, "Action": "sts:AssumeRole"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    template: dict[str, Any] = {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": policy, "Path": "/mlops-gitops/"},
            },
            "Pipeline": {
                "Type": "AWS::SageMaker::Pipeline",
                "Properties": {
                    "PipelineName": name,
                    "PipelineDefinition": {"PipelineDefinitionBody": DEFINITION},
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                },
            },
        }
    }
    id_ = StackId(stage.account, side.settings.region, f"stack-of-{name}"[:60])
    capabilities = ("CAPABILITY_IAM",)
    stack = DeployableStack(
        id=id_, template=template, parameters={}, tags={}, capabilities=capabilities
    )
    side.stacks.create(stack)
    settle(side.stacks, side.clock, id_)
    return stage.account


def test_a_pipeline_is_started_once_for_each_token(side: Side, name: str, account: str) -> None:
    """The execution is listed, newest first, and runs the definition that is deployed."""
    pipelines = side.world.sagemaker_pipelines
    start = PipelineStart(token="a" * 32, parameters={"why": "yes"})

    first = pipelines.start(account, name, start)
    again = pipelines.start(account, name, start)
    other = pipelines.start(account, name, PipelineStart(token="b" * 32))

    listed = pipelines.executions(account, name)
    found = pipelines.execution(account, first)
    assert first == again
    assert [each.arn for each in listed] == [other, first]
    assert found is not None
    assert found.started_at.tzinfo is not None
    assert first.endswith(f"/execution/{found.id}")
    assert json.loads(pipelines.definition_of(account, first)) == json.loads(DEFINITION)
    assert pipelines.definition(account, name) == DEFINITION


def test_what_is_not_there_is_none(side: Side, name: str, account: str) -> None:
    """Pipelines, executions, logs and objects that are not there are no errors."""
    pipelines, arn = side.world.sagemaker_pipelines, f"pipeline/{name}/execution/aaaaaaaaaaaa"
    missing = f"arn:aws:sagemaker:{side.settings.region}:{account}:{arn}"

    assert pipelines.definition(account, "nobody") is None
    assert pipelines.executions(account, "nobody") == ()
    assert pipelines.execution(account, missing) is None
    assert pipelines.log(account, "/aws/sagemaker/TrainingJobs", "nobody/") is None
    bucket = side.settings.assets_bucket
    assert pipelines.read(account, f"s3://{bucket}/nothing/here.json") is None


def test_starting_what_is_not_there_is_refused(side: Side, account: str) -> None:
    """With AWS's own code."""
    with pytest.raises(AwsError) as raised:
        side.world.sagemaker_pipelines.start(account, "nobody", PipelineStart(token="c" * 32))

    assert raised.value.code == "ResourceNotFound"


def test_a_callback_is_answered_once(side: Side) -> None:
    """The ARN of the execution is told; nobody waits for another answer."""
    account = side.settings.stages[0].account
    answer = CallbackAnswer(token=side.ask(account), outputs={"by": "kim"})
    pipelines = side.world.sagemaker_pipelines

    arn = pipelines.answer(account, answer, "d" * 32)

    assert ":pipeline/asks/execution/" in arn
    failure = CallbackAnswer(token="x" * 10, reason="nobody asked")
    with pytest.raises(AwsError) as raised:
        pipelines.answer(account, failure, "e" * 32)
    assert raised.value.code == "ResourceNotFound"


def test_a_step_says_what_sagemaker_made_for_it() -> None:
    """Job, outcome, cache and reason are read from where the API has them."""
    job = "arn:aws:sagemaker:us-east-1:222222222222:processing-job/pipelines-x-count-y"
    found = step_from(
        {
            "StepName": "count",
            "StepStatus": "Failed",
            "FailureReason": "no",
            "AttemptCount": 2,
            "Metadata": {"ProcessingJob": {"Arn": job}},
        }
    )

    assert (found.kind, found.job_name) == ("ProcessingJob", "pipelines-x-count-y")
    assert log_group(found.job) == "/aws/sagemaker/ProcessingJobs"
    assert log_group("arn:aws:sagemaker:us-east-1:222222222222:model/x") == ""
