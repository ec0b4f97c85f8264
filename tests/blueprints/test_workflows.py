"""Workflows of one's own: what is deployed of a definition, what its roles may, how it is run."""

import json
from typing import Any

import pytest
from blueprints.composed import EXAMPLES, Example, examples
from blueprints.resolving import ACCOUNT, REGION, resolved
from blueprints.running import DEPLOY, SCHEDULE, run
from blueprints.test_iam import is_of, rows
from blueprints.test_runs import fails, remembered

from mlops_gitops.definitions.state_machine.integrations import NEEDS

NOTHING = ["Begin", "LastRun", "Decide", "NothingToDo"]


def example(name: str) -> Example:
    """Give one of the examples."""
    return next(one for one in examples("step_functions") if one.name.endswith(f"-{name}"))


def resources(name: str) -> dict[str, Any]:
    """Give what an example deploys in its first stage."""
    stack = example(name).stack
    return resolved(stack.template, stack.parameter_values())


def statements(name: str, role: str, policy: str) -> dict[str, Any]:
    """Give what a policy of a role allows: actions, joined, -> resources."""
    policies = resources(name)[role]["Properties"]["Policies"]
    (found,) = [each for each in policies if each["PolicyName"] == policy]
    return {
        " ".join(each["Action"]): each["Resource"] for each in found["PolicyDocument"]["Statement"]
    }


def test_the_definition_is_the_file_with_its_placeholders_filled() -> None:
    """Every byte but the placeholders is the file's; a number takes the place of its quotes."""
    path = EXAMPLES / "step-functions" / "churn" / "train.asl.json"
    there = resources("churn")["Workflow"]["Properties"]["DefinitionString"]
    text = path.read_text()

    expected = {
        '"${MaxRuntime}"': "1800",
        "${AWS::Partition}": "aws",
        "${Folder}": "acme-mlops-assets/mlops_gitops_workflows/mlops-pipeline-churn",
        "${Environment}": "dev",
        "${Image}": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
        "${Instance}": "ml.m5.large",
        "${NotificationTopicArn}": "arn:aws:sns:us-east-1:111111111111:mlops-pipeline-approvals",
        "${PipelineName}": "churn",
        "${RawData}": "s3://acme-churn-data/raw",
        "${SageMakerRoleArn}": "arn:aws:iam::111111111111:role/mlops-gitops/JobRole",
        "${!USER}": "${USER}",
    }
    for placeholder, value in expected.items():
        assert placeholder in text
        text = text.replace(placeholder, value)
    assert there == text
    assert json.loads(there)["StartAt"] == "Prepare"


def test_a_workflow_may_what_its_states_do_and_no_more() -> None:
    """Jobs of the kinds that it starts, its jobs' role passed to SageMaker, its topic."""
    here = "us-east-1:111111111111"
    assert statements("churn", "WorkflowRole", "workflow") == {
        "sagemaker:AddTags sagemaker:CreateProcessingJob sagemaker:DescribeProcessingJob"
        " sagemaker:ListTags sagemaker:StopProcessingJob": [
            f"arn:aws:sagemaker:{here}:processing-job/*"
        ],
        "events:DescribeRule events:PutRule events:PutTargets": [
            f"arn:aws:events:{here}:rule/StepFunctionsGetEventsForSageMakerProcessingJobsRule",
            f"arn:aws:events:{here}:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule",
        ],
        "iam:PassRole": ["arn:aws:iam::111111111111:role/mlops-gitops/JobRole"],
        "sagemaker:AddTags sagemaker:CreateTrainingJob sagemaker:DescribeTrainingJob"
        " sagemaker:ListTags sagemaker:StopTrainingJob": [
            f"arn:aws:sagemaker:{here}:training-job/*"
        ],
        "sagemaker:AddTags sagemaker:CreateModel": [f"arn:aws:sagemaker:{here}:model/*"],
        "sns:Publish": [f"arn:aws:sns:{here}:mlops-pipeline-approvals"],
    }


def test_what_the_config_allows_is_allowed_too() -> None:
    """A function that the definition names, and what stands in `permissions`."""
    function = "lambda:us-east-1:111111111111:function:score-customers"
    assert statements("scoring", "WorkflowRole", "workflow") == {
        "lambda:InvokeFunction": [f"arn:aws:{function}", f"arn:aws:{function}:*"],
        "s3:GetObject": ["arn:aws:s3:::acme-customers/new/*"],
    }


def test_jobs_reach_what_is_named_and_pull_their_image() -> None:
    """What the config reads, and the repository whose image the definition names."""
    repository = "ecr:us-east-1:683313688378:repository/sagemaker-xgboost"
    assert statements("churn", "JobRole", "data") == {
        "s3:GetObject": ["arn:aws:s3:::acme-churn-data/raw/*"],
        "s3:ListBucket": ["arn:aws:s3:::acme-churn-data"],
        "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer": [
            f"arn:aws:{repository}"
        ],
        "ecr:GetAuthorizationToken": ["*"],
    }


def test_nothing_is_made_that_costs_without_running() -> None:
    """Neither a job nor an endpoint nor a key; alarms and logs only where the config asks."""
    kinds = {each["Type"] for each in resources("scoring").values()}

    assert kinds == {
        "AWS::IAM::Role",
        "AWS::StepFunctions::StateMachine",
    }
    assert {each["Type"] for each in resources("churn").values()} - kinds == {
        "AWS::CloudWatch::Alarm",
        "AWS::Logs::LogGroup",
    }


def test_alarms_watch_what_the_config_says() -> None:
    """Failures, time, accuracy that falls, resources whose use rises; all tell the topic."""
    alarms = {
        name: each["Properties"]
        for name, each in resources("churn").items()
        if each["Type"] == "AWS::CloudWatch::Alarm"
    }
    accuracy = alarms["AccuracyAlarm"]

    assert alarms.keys() == {"AccuracyAlarm", "FailureAlarm", "ResourceAlarm", "TimeAlarm"}
    assert accuracy["Dimensions"] == [
        {"Name": "Pipeline", "Value": "churn"},
        {"Name": "Environment", "Value": "dev"},
    ]
    assert (accuracy["ComparisonOperator"], accuracy["Threshold"]) == ("LessThanThreshold", 0.8)
    assert alarms["ResourceAlarm"]["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarms["TimeAlarm"]["Threshold"] == "14400000"
    assert {tuple(each["AlarmActions"]) for each in alarms.values()} == {
        ("arn:aws:sns:us-east-1:111111111111:mlops-pipeline-approvals",)
    }


def test_a_deployment_runs_a_workflow_once() -> None:
    """With `run_on_deploy`; a schedule and people run it each time."""
    first = run(example("churn"), DEPLOY)
    last = remembered(first)

    assert "RunWorkflow" in first.states
    assert run(example("churn"), DEPLOY, LastRun=last).states == NOTHING
    for given in (SCHEDULE, {}):
        assert "RunWorkflow" in run(example("churn"), given, LastRun=last).states


def test_a_deployment_runs_nothing_that_is_not_to_be_run() -> None:
    """Without `run_on_deploy`, only schedules and people run it."""
    assert run(example("scoring"), DEPLOY).states == NOTHING
    assert "RunWorkflow" in run(example("scoring"), SCHEDULE).states


def test_each_run_gets_names_of_its_own() -> None:
    """`${RunId}` in the input is new for each run; other placeholders are filled at once."""
    inputs = [run(example("churn")).asked["RunWorkflow"][0]["Input"] for _ in range(5)]
    names = {each["JobName"] for each in inputs}
    (scored,) = run(example("scoring"), {}).asked["RunWorkflow"]

    assert len(names) == 5
    assert all(name.startswith("churn-") and len(name) == len("churn-12345678") for name in names)
    assert json.loads(scored["Input"]) == {"Key": "s3://acme-customers/new/customers.json"}


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("why", "why"),
        (json.dumps({"Status": "FAILED", "Cause": "why"}), "why"),
        (
            json.dumps({"Status": "FAILED", "Cause": json.dumps({"FailureReason": 'no "data"'})}),
            'no "data"',
        ),
    ],
)
def test_a_workflow_that_fails_says_why(cause: str, told: str) -> None:
    """Of the description of an execution people get the reason, by the topic too."""
    done = run(example("churn"), RunWorkflow=fails(cause))

    assert done.failure == ("States.TaskFailed", f"The workflow failed: {told}")
    assert done.asked["TellFailure"][0]["Message"] == f"The workflow failed: {told}"
    assert "Remember" not in done.asked


def test_an_express_workflow_that_fails_is_a_failure() -> None:
    """Its task succeeds all the same; the answer says how it ended."""
    answer = {"Status": "FAILED", "Error": "Its.Error", "Cause": "why"}
    done = run(example("scoring"), {}, RunWorkflow=lambda _: answer)

    assert done.failure == ("Its.Error", "The workflow failed: why")


def sample(resource: str) -> str:
    """Give an ARN as it may be deployed."""
    here = {"${AWS::Region}": REGION, "${AWS::AccountId}": ACCOUNT, "{}": "name"}
    for part, value in here.items():
        resource = resource.replace(part, value)
    return f"arn:aws:{resource}"


@pytest.mark.parametrize("asked", NEEDS, ids=":".join)
def test_what_is_derived_is_what_iam_knows(asked: tuple[str, str]) -> None:
    """Every action exists and has a resource of its kind, every resource an action."""
    needs = NEEDS[asked]
    actions = (*needs.actions, *needs.waiting)
    resources = [sample(each) for each in needs.resources]
    kinds = {action: {row["resource_arn_format"] for row in rows(action)} for action in actions}

    for action in actions:
        assert any(is_of(each, kind) for each in resources for kind in kinds[action]), action
    for resource in resources:
        assert any(is_of(resource, kind) for each in kinds.values() for kind in each), resource
