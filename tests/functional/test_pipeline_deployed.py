"""`pipeline` where it is deployed, through the front door, in a cloud in memory."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import ACCOUNTS, Trial, prepare, repository
from functional.conftest import Golden, Said, Say

from mlops_gitops.runs.pipeline_execution import PipelineStep
from mlops_gitops.runs.pipeline_quotas import Instances, Quota, UsageMetric

TRAIN = {
    "Name": "Train",
    "Type": "Training",
    "Arguments": {
        "RoleArn": "arn:aws:iam::222222222222:role/pipelines",
        "AlgorithmSpecification": {
            "TrainingImage": "111111111111.dkr.ecr.us-east-1.amazonaws.com/python:3",
            "TrainingInputMode": "File",
        },
        "OutputDataConfig": {
            "S3OutputPath": {
                "Std:Join": {
                    "On": "/",
                    "Values": [
                        "s3://acme-mlops-assets/out",
                        {"Get": "Execution.PipelineExecutionId"},
                    ],
                }
            }
        },
        "ResourceConfig": {
            "InstanceType": {"Get": "Parameters.instance"},
            "InstanceCount": 2,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    },
}
PREPARE = {
    "name": "prepare",
    "type": "processing",
    "framework": "sklearn",
    "framework_version": "1.2-1",
    "code": "prepare.py",
    "instance_type": "ml.m5.large",
}
STOP = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "Worse than allowed."}}
GATE = {
    "Name": "Gate",
    "Type": "Condition",
    "DependsOn": ["prepare"],
    "Arguments": {
        "Conditions": [
            {"Type": "LessThan", "LeftValue": 5, "RightValue": {"Get": "Parameters.max_rmse"}}
        ],
        "IfSteps": [TRAIN],
        "ElseSteps": [STOP],
    },
}
CONFIG = {
    "pipeline_type": "sagemaker_pipeline",
    "model_name": "churn",
    "parameters": {"instance": "ml.m5.xlarge", "max_rmse": 6},
    "steps": [PREPARE, GATE],
}
JOB = "arn:aws:sagemaker:us-east-1:222222222222:{}/pipelines-000000000000-{}-abc"


class User:
    """Somebody at a command line, with a pipeline that is deployed in dev."""

    def __init__(self, say: Say, folder: Path) -> None:
        self._say = say
        self._folder = folder
        files = repository(CONFIG) | {"churn/prepare.py": b"print(1)\n"}
        self.made = Trial(files)
        prepare(self.made)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        assert self.types("apply").code == 0

    def types(self, *arguments: str) -> Said:
        """Run a command, and let everything move that can."""
        said = self._say(*arguments, "--root", str(self._folder), world=self.made.world)
        self.made.cloud.settle()
        return said

    def start(self, *arguments: str) -> Said:
        """Start the pipeline of dev."""
        return self.types("pipeline", "start", "churn", "--stage", "dev", "--yes", *arguments)

    def about(self, *arguments: str) -> Said:
        """Ask about the newest execution in dev."""
        return self.types("pipeline", *arguments, "--stage", "dev")

    @property
    def arn(self) -> str:
        """The newest execution's ARN."""
        pipelines = self.made.cloud.sagemaker_pipelines
        name = "mlops-pipeline-churn-sagemakerpipeline-dev"
        return pipelines.executions(ACCOUNTS["dev"], name)[0].arn

    def end(self, status: str, *steps: PipelineStep, reason: str = "") -> None:
        """Let the newest execution end."""
        self.made.cloud.sagemaker_pipelines.end(self.arn, status, *steps, reason=reason)


def step(name: str, status: str, kind: str = "", **about: Any) -> PipelineStep:
    """A step that took ninety seconds."""
    begun = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    where = {"ProcessingJob": "processing-job", "TrainingJob": "training-job"}.get(kind)
    return PipelineStep(
        name=name,
        status=status,
        started_at=begun,
        ended_at=begun + timedelta(seconds=90),
        kind=kind,
        job=JOB.format(where, name.lower()) if where else "",
        attempts=1,
        **about,
    )


@pytest.fixture
def user(say: Say, tmp_path: Path) -> User:
    """Somebody with a pipeline."""
    return User(say, tmp_path)


def test_a_start_says_first_what_it_will_cause(user: User, golden: Golden) -> None:
    """Jobs with instances and counts; what is left of quotas where that is known; if not, why."""
    usage = user.made.cloud.sagemaker_usage
    without = user.start("--parameter", "max_rmse=4")
    metric = UsageMetric(
        namespace="AWS/Usage",
        name="ResourceCount",
        dimensions={"Resource": "processing"},
        statistic="Maximum",
    )
    usage.limits = {
        "ml.m5.large for processing job usage": Quota(value=4, metric=metric),
        "ml.m5.4xlarge for training job usage": Quota(value=3),
    }
    usage.values["processing"] = 1
    held = Instances(counts={"ml.m5.4xlarge": 2, "ml.m5.large": 9})
    usage.held = {"training job": held}
    instance = ("--parameter", "instance=ml.m5.4xlarge")
    measured = user.start(*instance)
    usage.held = {"training job": replace(held, is_cut=True)}
    cut = user.start(*instance, "--select", "Train")
    usage.held = None
    unknown = user.start(*instance, "--select", "Train")

    golden("pipeline/start-without-quotas", without.err)
    golden("pipeline/start-with-quotas", measured.err)
    golden("pipeline/start-with-many-jobs", cut.err)
    golden("pipeline/start-with-unknown-use", unknown.err)
    asked = user.made.cloud.sagemaker_pipelines.asked
    assert [one.parameters for one in asked[:2]] == [
        {"max_rmse": "4"},
        {"instance": "ml.m5.4xlarge"},
    ]
    assert [one.selected for one in asked] == [(), (), ("Train",), ("Train",)]
    assert len({one.token for one in asked}) == 4


def test_nothing_is_started_without_a_yes(user: User) -> None:
    """Where nobody can be asked, it is refused with exit code 4."""
    said = user.types("pipeline", "start", "churn", "--stage", "dev")

    assert said.code == 4
    assert "This will start:" in said.err
    assert user.made.cloud.sagemaker_pipelines.asked == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--parameter", "depth=3"), "no parameter 'depth'"),
        (("--select", "Evaluate"), "no step 'Evaluate'"),
    ],
)
def test_what_the_pipeline_does_not_have_is_refused(
    user: User, words: tuple[str, ...], told: str
) -> None:
    """Before anything is started, with what there is."""
    said = user.start(*words)

    assert said.code == 1
    assert told in said.err
    assert user.made.cloud.sagemaker_pipelines.asked == []


def test_steps_are_a_tree(user: User, golden: Golden) -> None:
    """With durations, generated names, outcomes, reasons, and what never started."""
    user.start()
    user.end(
        "Failed",
        step("prepare", "Succeeded", "ProcessingJob", cached_from=user.arn),
        step("Gate", "Succeeded", "Condition", outcome="True"),
        step("Train", "Failed", "TrainingJob", reason="AlgorithmError: no memory"),
        reason="Step failure: One or multiple steps failed.",
    )

    golden("pipeline/steps", user.about("steps").out)
    golden("pipeline/steps-json", user.about("steps", "--output", "json").out)


def test_a_stop_is_asked_for_once(user: User) -> None:
    """What has ended is not stopped again: exit code 4."""
    user.start()

    assert user.about("stop").code == 0
    again = user.about("stop")
    assert again.code == 4
    assert "has ended: Stopped" in again.err


def test_a_result_is_the_json_of_one_step(user: User) -> None:
    """Of a step that has one; two names are a usage error."""
    user.start()
    user.end(
        "Succeeded",
        step("prepare", "Succeeded", "ProcessingJob"),
        step("Train", "Succeeded", "TrainingJob"),
    )
    folder = "s3://acme-mlops-assets/out/000000000000/pipelines-000000000000-train-abc/output"
    user.made.cloud.sagemaker_pipelines.objects[f"{folder}/model/result.json"] = b'{"rmse": 1.5}'

    assert json.loads(user.about("result", "Train").out) == {"rmse": 1.5}
    none = user.about("result", "prepare")
    assert none.code == 1
    assert "gives no JSON result" in none.err
    both = user.about("result", "Train", "prepare")
    assert both.code == 1
    assert "unexpected extra argument (prepare)" in both.err


def test_logs_are_those_of_the_steps_job(user: User) -> None:
    """From CloudWatch Logs; where there are none, it is said where they would be."""
    user.start()
    user.end("Succeeded", step("Train", "Succeeded", "TrainingJob"), step("Gate", "Succeeded"))
    stream = ("/aws/sagemaker/TrainingJobs", "pipelines-000000000000-train-abc/algo-1-17")

    missing = user.about("logs", "Train")
    user.made.cloud.sagemaker_pipelines.logs[stream] = ("epoch 1", "epoch 2")

    assert "no stream pipelines-000000000000-train-abc/" in missing.err
    assert user.about("logs", "Train").out == "epoch 1\nepoch 2\n"
    assert "has no job that writes a log" in user.about("logs", "Gate").err


def test_a_definition_is_printed_and_nothing_else(user: User, tmp_path: Path) -> None:
    """JSON on stdout, offline."""
    said = user.types("pipeline", "compile", str(tmp_path / "churn/mlops-config.json"))

    assert said.err == ""
    definition = json.loads(said.out)
    assert [each["Name"] for each in definition["Steps"]] == ["prepare", "Gate"]


@pytest.mark.parametrize("output", ["mermaid", "text"])
def test_a_graph_is_drawn(user: User, tmp_path: Path, golden: Golden, output: str) -> None:
    """What waits for what, with the branches of conditions."""
    config = str(tmp_path / "churn/mlops-config.json")

    said = user.types("pipeline", "graph", config, "--output", output)

    golden(f"pipeline/graph-{output}", said.out)
