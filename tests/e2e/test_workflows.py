"""A workflow of the user's own reaches prod, is run there, and says why when it fails."""

import json
from typing import Any

import pytest
from builders import ACCOUNTS
from e2e.every_type import places, prepare
from e2e.test_every_type import is_left_alone
from e2e.user import User

pytestmark = pytest.mark.slow

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
TRAIN = {
    "Type": "Task",
    "Resource": "arn:${AWS::Partition}:states:::sagemaker:createTrainingJob.sync",
    "Parameters": {
        "TrainingJobName.$": "$.JobName",
        "RoleArn": "${SageMakerRoleArn}",
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "HyperParameters": {"note": "${!HOME} in ${Environment}"},
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://${Data}"}},
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://${Folder}/artifacts"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": "${Seconds}"},
    },
    "ResultPath": "$.Trained",
    "Next": "Done",
}
MACHINE = {"StartAt": "Train", "States": {"Train": TRAIN, "Done": {"Type": "Succeed"}}}


def workflow(name: str, **fields: Any) -> dict[str, Any]:
    """Declare a workflow; `fields` overrides."""
    return {
        "pipeline_type": "step_functions",
        "model_name": name,
        "definition": "train.asl.json",
        "parameters": {"Data": places("batch/in.csv"), "Seconds": 600},
        "reads": {stage: [f"s3://{place}"] for stage, place in places("batch/").items()},
        "input": {"JobName": f"{name}-${{RunId}}"},
        "run_on_deploy": True,
        "alarms": {"failures": 1},
        **fields,
    }


def commit(user: User, config: dict[str, Any], machine: dict[str, Any] = MACHINE) -> None:
    """Commit a workflow with its definition beside it."""
    folder = user.folder / config["model_name"]
    folder.mkdir(exist_ok=True)
    (folder / "train.asl.json").write_text(json.dumps(machine, indent=2), encoding="utf-8")
    user.commit(config)


def executions(user: User, stage: str, machine: str) -> list[dict[str, Any]]:
    """Executions of a state machine in a stage, newest first, described."""
    states = user.aws("stepfunctions", ACCOUNTS[stage])
    arn = f"arn:aws:states:us-east-1:{ACCOUNTS[stage]}:stateMachine:{machine}"
    listed = states.list_executions(stateMachineArn=arn)["executions"]
    return [states.describe_execution(executionArn=each["executionArn"]) for each in listed]


@pytest.fixture
def owner(user: User) -> User:
    """A user whose data is in place, and whose repository is read anew by every command."""
    prepare(user)
    return user


def test_a_workflow_reaches_prod_and_runs_in_each_stage(owner: User, name: str) -> None:
    """Each stage has its own values, and a job of its own that ended well."""
    stack = f"mlops-pipeline-{name}-stepfunctions"
    commit(owner, workflow(name))
    assert owner.did("validate") == ""

    owner.did("apply")
    owner.settled()
    for stage in ("staging", "prod"):
        owner.approve(stack, stage)
        shown = owner.settled()

    assert "All stages run what git says." in shown
    assert is_left_alone(owner)
    for stage in ACCOUNTS:
        (run,) = executions(owner, stage, f"{stack}-{stage}-workflow")
        assert run["status"] == "SUCCEEDED"
        job = json.loads(run["output"])["Trained"]
        assert job["HyperParameters"]["note"] == f"${{HOME}} in {stage}"
        assert job["StoppingCondition"]["MaxRuntimeInSeconds"] == 600
        data = job["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"]
        assert data == f"s3://acme-{stage}-data/batch/in.csv"
    assert "unchanged" in owner.did("apply")

    hyper = {"note": "another", "eta": "0.2"}
    changed = {**TRAIN, "Parameters": {**TRAIN["Parameters"], "HyperParameters": hyper}}  # type: ignore[dict-item]  # a state is an object
    commit(owner, workflow(name), {**MACHINE, "States": {**MACHINE["States"], "Train": changed}})  # type: ignore[dict-item]  # as above
    told = owner.did("plan")
    assert "Train: hyperparameter eta" in told
    assert "Train: hyperparameter note" in told


def test_an_express_workflow_is_run_to_its_end(owner: User, name: str) -> None:
    """In one stage, without a log; a change of its parameters runs it again, once."""
    stack = f"mlops-pipeline-{name}-stepfunctions-dev"
    say = {"Type": "Pass", "Result": {"said": "${Word}"}, "End": True}
    machine = {"StartAt": "Say", "States": {"Say": say}}
    quick = {"state_machine_type": "EXPRESS", "stages": ["dev"], "logging": {"level": "OFF"}}
    for times, word in enumerate(("one", "two"), start=1):
        config = workflow(name, **quick, parameters={"Word": word}, reads=["s3://acme-dev-data/"])
        commit(owner, config, machine)
        owner.did("apply")
        owner.settled()

        runs = executions(owner, "dev", stack)
        assert [run["status"] for run in runs] == ["SUCCEEDED"] * times


def test_a_workflow_that_fails_stops_the_promotion(owner: User, name: str) -> None:
    """The job's own reason is what `status` shows, and no other stage is touched."""
    stack = f"mlops-pipeline-{name}-stepfunctions"
    commit(owner, workflow(name, parameters={"Data": "acme-dev-data/nothing", "Seconds": 600}))

    owner.did("apply")
    shown = owner.settled()

    (run,) = executions(owner, "dev", f"{stack}-dev-workflow")
    assert run["status"] == "FAILED"
    assert "The workflow failed: ClientError: Data download failed" in shown
    assert not owner.stack_named(f"{stack}-staging", ACCOUNTS["staging"])
