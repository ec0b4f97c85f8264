"""Steps that run code besides functions: scripts, processing with preparations, notebooks."""

from typing import Any

import pytest
from steps_of_pipelines import IMAGE, ROLE, channel, compiled, get, own_output, step_of, told

NOTEBOOK_IMAGE = "885854791233.dkr.ecr.us-east-1.amazonaws.com/sagemaker-distribution-prod:1.11-cpu"
SCRIPT: dict[str, Any] = {
    "name": "clean",
    "type": "execute_code",
    "code": "clean.py",
    "image_uri": IMAGE,
    "instance_type": "ml.m5.large",
}
NOTEBOOK: dict[str, Any] = {
    "name": "report",
    "type": "notebook_job",
    "notebook": "report.ipynb",
    "image_uri": NOTEBOOK_IMAGE,
    "kernel": "python3",
    "instance_type": "ml.m5.large",
}
PROCESSING: dict[str, Any] = {
    "name": "prepare",
    "type": "processing",
    "image_uri": IMAGE,
    "code": "prepare.py",
    "arguments": ["--share", 0.2, True],
    "instance_type": "ml.m5.large",
}


def test_a_script_is_run_in_a_training_job() -> None:
    """The container starts with our program, which starts the script with its arguments."""
    definition = compiled(
        {
            **SCRIPT,
            "arguments": ["--keep", 3, {"execution": "PipelineExecutionId"}],
            "inputs": {"raw": {"s3_uri": "s3://acme-mlops-data/raw/"}},
            "max_runtime_seconds": 600,
        },
        files={"clean.py": b""},
    )

    (folder,) = {asset.folder for asset in definition.assets}
    assert definition.steps == (
        {
            "Name": "clean",
            "Type": "Training",
            "Arguments": {
                "RoleArn": ROLE,
                "AlgorithmSpecification": {
                    "TrainingImage": IMAGE,
                    "TrainingInputMode": "File",
                    "ContainerEntrypoint": [
                        "python3",
                        "/opt/ml/input/data/mlops_code/mlops_gitops_run.py",
                    ],
                    "ContainerArguments": [
                        "--script",
                        "clean.py",
                        "--",
                        "--keep",
                        "3",
                        get("Execution.PipelineExecutionId"),
                    ],
                },
                "InputDataConfig": [
                    channel("raw", "s3://acme-mlops-data/raw/"),
                    channel("mlops_code", f"s3://acme-mlops-assets/mlops_gitops_assets/{folder}"),
                ],
                "OutputDataConfig": {"S3OutputPath": own_output("clean")},
                "ResourceConfig": {
                    "InstanceType": "ml.m5.large",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 30,
                },
                "StoppingCondition": {"MaxRuntimeInSeconds": 600},
            },
        },
    )
    step_of({**SCRIPT}, files={"clean.py": b""})


@pytest.mark.parametrize(
    ("changed", "code", "pointer"),
    [
        ({"code": "clen.py"}, "MG083", "/code"),
        ({"source_dir": "src", "code": "clen.py"}, "MG323", "/code"),
        ({"source_dir": "scr"}, "MG083", "/source_dir"),
        ({"image_uri": None}, "MG022", "/image_uri"),
        ({"framework": "sklearn"}, "MG315", "/framework"),
    ],
)
def test_paths_of_scripts_exist(changed: dict[str, Any], code: str, pointer: str) -> None:
    """A file that is not there is told where it is named, in the folder if there is one."""
    files = {"clean.py": b"", "src/clean.py": b""}

    assert told({**SCRIPT, **changed}, files=files) == [(code, f"/steps/0{pointer}")]


def test_processing_runs_its_script_at_once() -> None:
    """Without preparations nothing of ours is in the container."""
    definition = compiled(PROCESSING, files={"prepare.py": b""})

    assert definition.steps[0]["Arguments"]["AppSpecification"] == {  # type: ignore[index, call-overload] - JSON
        "ImageUri": IMAGE,
        "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/prepare.py"],
        "ContainerArguments": ["--share", "0.2", "true"],
    }
    assert [asset.name for asset in definition.assets] == ["prepare.py"]


def test_processing_takes_a_folder_and_its_preparations() -> None:
    """Requirements are installed before the script runs, which lies in its folder."""
    step = {
        **PROCESSING,
        "source_dir": "src",
        "code": "pack/prepare.py",
        "requirements": "requirements.txt",
    }
    files = {"src/pack/prepare.py": b"", "src/requirements.txt": b"", "src/more.py": b""}

    definition = compiled(step, files=files)

    assert definition.steps[0]["Arguments"]["AppSpecification"] == {  # type: ignore[index, call-overload] - JSON
        "ImageUri": IMAGE,
        "ContainerEntrypoint": [
            "python3",
            "/opt/ml/processing/input/code/mlops_gitops_run.py",
        ],
        "ContainerArguments": [
            "--requirements",
            "requirements.txt",
            "--script",
            "pack/prepare.py",
            "--",
            "--share",
            "0.2",
            "true",
        ],
    }
    assert [asset.name for asset in definition.assets] == [
        "mlops_gitops_run.py",
        "more.py",
        "pack/prepare.py",
        "requirements.txt",
    ]


VARIABLES = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "SM_JOB_DEF_VERSION": "1.0",
    "SM_ENV_NAME": "sagemaker-default-env",
    "SM_SKIP_EFS_SIMULATION": "true",
    "SM_EXECUTION_INPUT_PATH": ("/opt/ml/input/data/sagemaker_headless_execution_pipelinestep"),
    "SM_KERNEL_NAME": "python3",
    "SM_INPUT_NOTEBOOK_NAME": "report.ipynb",
    "SM_OUTPUT_NOTEBOOK_NAME": "report.ipynb",
    "SM_INIT_SCRIPT": "init.sh",
}


def test_a_notebook_is_run_as_the_dashboard_expects_it() -> None:
    """Tags and variables are those that the dashboard of notebook jobs and the scheduler read."""
    definition = compiled(
        {**NOTEBOOK, "init_script": "init.sh", "parameters": {"rows": 10}, "tags": {"team": "a"}},
        files={"report.ipynb": b"{}", "init.sh": b""},
    )

    (folder,) = {asset.folder for asset in definition.assets}
    assert definition.steps[0]["Arguments"] == {
        "TrainingJobName": "report",
        "RoleArn": ROLE,
        "RetryStrategy": {"MaximumRetryAttempts": 1},
        "AlgorithmSpecification": {
            "TrainingImage": NOTEBOOK_IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["amazon_sagemaker_scheduler"],
        },
        "HyperParameters": {"rows": "10"},
        "InputDataConfig": [
            channel(
                "sagemaker_headless_execution_pipelinestep",
                f"s3://acme-mlops-assets/mlops_gitops_assets/{folder}",
            )
        ],
        "OutputDataConfig": {"S3OutputPath": own_output("report")},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 172800},
        "Environment": VARIABLES,
        "Tags": [
            {"Key": "team", "Value": "a"},
            {"Key": "sagemaker:name", "Value": "report"},
            {"Key": "sagemaker:notebook-name", "Value": "report.ipynb"},
            {"Key": "sagemaker:notebook-job-origin", "Value": "PIPELINE_STEP"},
            {"Key": "sagemaker:is-studio-archived", "Value": "false"},
        ],
    }


@pytest.mark.parametrize(
    ("image", "warns"),
    [
        ("sagemaker-distribution-prod:1.11-cpu", False),
        ("sagemaker-data-science-310@sha256:0", False),
        ("sagemaker-base-python-v4:4.2-cpu", False),
        ("sagemaker-sparkanalytics-310", False),
        ("sagemaker-scikit-learn:1.2-1-cpu-py3", True),
        ("churn:1", True),
    ],
)
def test_other_images_for_notebooks_warn(image: str, warns: bool) -> None:  # noqa: FBT001 - an example
    """An image that is not known to have what notebook jobs start is told, and deployed."""
    step = {**NOTEBOOK, "image_uri": f"885854791233.dkr.ecr.us-east-1.amazonaws.com/{image}"}

    assert told(step, files={"report.ipynb": b"{}"}) == (
        [("MG332", "/steps/0/image_uri")] if warns else []
    )


def test_a_notebook_says_image_and_kernel() -> None:
    """Each that lacks is one problem at the step."""
    step = {key: NOTEBOOK[key] for key in NOTEBOOK if key not in ("image_uri", "kernel")}

    assert told(step, files={"report.ipynb": b"{}"}) == [("MG021", "/steps/0")] * 2
