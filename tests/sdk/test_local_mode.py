"""`pipeline start --docker` with either major of the SageMaker Python SDK, by `make sdk-check`.

Conditions and Fail steps need no containers, so they run in the real local mode without Docker;
the check for Docker stands aside. What needs a container fails as the SDK says it.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import SETTINGS
from scripted import Ready
from sdk.test_scripts import MAJORS, python

from mlops_gitops import app
from mlops_gitops.adapters.local_mode import SdkLocalMode
from mlops_gitops.executor.api import read_log, read_run, read_steps
from mlops_gitops.runs.docker_run import DockerRun
from mlops_gitops.use_cases.pipeline_docker import DockerStart, run_in_docker

IMPORTS = {
    "v2": """
from sagemaker.processing import Processor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionLessThanOrEqualTo
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.parameters import ParameterFloat
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import ProcessingStep
""",
    "v3": """
from sagemaker.core.processing import Processor
from sagemaker.core.workflow.conditions import ConditionLessThanOrEqualTo
from sagemaker.core.workflow.parameters import ParameterFloat
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import ProcessingStep
""",
}
SCRIPT = """
import boto3

def get_pipeline(region, role, default_bucket, pipeline_name):
    session = PipelineSession(boto3.Session(region_name=region), default_bucket=default_bucket)
    limit = ParameterFloat(name="Limit", default_value=6.0)
    processor = Processor(
        role=role,
        image_uri="111111111111.dkr.ecr.us-east-1.amazonaws.com/python:3",
        instance_count=1,
        instance_type="ml.m5.large",
        sagemaker_session=session,
    )
    count = ProcessingStep(name="Count", step_args=processor.run())
    stop = FailStep(name="Stop", error_message="too large")
    fits = ConditionLessThanOrEqualTo(left=5.0, right=limit)
    large = ConditionLessThanOrEqualTo(left=limit, right=100.0)
    inner = ConditionStep(name="Large", conditions=[large], if_steps=[], else_steps=[count])
    gate = ConditionStep(name="Gate", conditions=[fits], if_steps=[inner], else_steps=[stop])
    return Pipeline(
        name=pipeline_name, parameters=[limit], steps=[gate], sagemaker_session=session
    )
"""
Start = Callable[..., DockerRun]


@pytest.fixture(params=MAJORS)
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Start:
    """Run a pipeline of conditions, with either major."""
    major: str = request.param
    (tmp_path / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "pipeline.py").write_text(IMPORTS[major] + SCRIPT, encoding="utf-8")
    config = {"pipeline_type": "sagemaker_pipeline", "model_name": "gates", "script": "pipeline.py"}
    (tmp_path / "mlops-config.json").write_text(json.dumps(config), encoding="utf-8")

    def start(**parameters: str) -> DockerRun:
        asked = DockerStart(
            path="mlops-config.json",
            stage=None,
            python=python(major),
            parent=tmp_path / "runs",
            parameters=parameters,
            data={},
        )
        repository = app.repository_on_disk(tmp_path)
        return run_in_docker(Ready(), SdkLocalMode(tmp_path), repository, asked, lambda _: None)

    return start


def ends(run: DockerRun) -> dict[str, object]:
    """Say how each step ended."""
    return {str(step["StepName"]): step.get("StepStatus") for step in read_steps(run.folder)}


def test_the_sdk_takes_the_branches_that_its_conditions_say(start: Start) -> None:
    """Parameters have their types; what was not reached is no step that ran."""
    fits, stopped = start(), start(Limit="3")

    assert (fits.succeeded, ends(fits)) == (
        True,
        {"Gate": "Succeeded", "Large": "Succeeded", "Count": None, "Stop": None},
    )
    assert ends(stopped) == {"Gate": "Succeeded", "Large": None, "Count": None, "Stop": "Failed"}
    assert "too large" in str(read_run(stopped.folder)["FailureReason"])
    assert not stopped.succeeded


def test_a_job_without_containers_fails_as_the_sdk_says(start: Start) -> None:
    """Its step has the reason, and its log is in the folder."""
    failed = start(Limit="200")

    assert ends(failed)["Count"] == "Failed"
    (count,) = [step for step in read_steps(failed.folder) if step["StepName"] == "Count"]
    assert "ocker" in str(count["FailureReason"])
    assert read_log(failed.folder, "Count")
