"""Scripts that make pipelines with either major of the SageMaker Python SDK, by `make sdk-check`.

The steps of jobs that they write are what our shorthands compile to with the same values; the
examples of config-examples are built as `plan` builds them.
"""

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from builders import SETTINGS
from sdk.refused import REFUSED
from steps_of_pipelines import compiled

from mlops_gitops import app
from mlops_gitops.definitions.pipeline.built import differing, shown
from mlops_gitops.use_cases.build_scripts import BuiltScripts, build_scripts

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = ROOT / "config-examples" / "good" / "pipeline-scripts"
MAJORS = ("v2", "v3")
ROLE = "arn:aws:iam::222222222222:role/pipelines"
IMAGE = "222222222222.dkr.ecr.us-east-1.amazonaws.com/own:1"
DATA = "s3://acme-mlops-data/abalone/"
OUTPUT = "s3://acme-mlops-data/output"
CHANNELS = {
    "train": {"s3_uri": {"parameter": "input_data"}, "content_type": "text/csv"},
    "validation": {"s3_uri": DATA, "content_type": "text/csv"},
}
JOB = {
    "image_uri": IMAGE,
    "inputs": CHANNELS,
    "input_mode": "File",
    "instance_type": "ml.m5.xlarge",
    "instance_count": 1,
    "volume_size_gb": 30,
    "max_runtime_seconds": 3600,
    "output_uri": OUTPUT,
    "hyperparameters": {"rounds": "50"},
    "environment": {"LEVEL": "info"},
}
OURS: dict[str, dict[str, Any]] = {
    "prepare": {
        "name": "prepare",
        "type": "processing",
        "image_uri": IMAGE,
        "entrypoint": ["python3", "/opt/prepare.py"],
        "arguments": ["--share", "0.2"],
        "inputs": {"raw": {"s3_uri": {"parameter": "input_data"}}},
        "outputs": {"train": {"s3_uri": f"{OUTPUT}/train"}},
        "property_files": {"report": {"output": "train", "path": "report.json"}},
        "instance_type": "ml.m5.large",
        "instance_count": 2,
        "volume_size_gb": 40,
        "max_runtime_seconds": 3600,
        "environment": {"LEVEL": "info"},
        "cache": {"expire_after": "P30D"},
    },
    "train": {"name": "train", "type": "training", **JOB, "depends_on": ["prepare"]},
    "tune": {
        "name": "tune",
        "type": "tuning",
        **JOB,
        "objective": {"metric": "rmse", "goal": "Minimize"},
        "metric_definitions": {"rmse": "rmse=([0-9.]+)"},
        "ranges": {
            "continuous": {"eta": [0.1, 0.5]},
            "integer": {"depth": [3, 10]},
            "categorical": {"booster": ["gbtree", "dart"]},
        },
        "strategy": "Random",
        "max_jobs": 4,
        "max_parallel_jobs": 2,
        "early_stopping": "Auto",
    },
    "auto": {
        "name": "auto",
        "type": "auto_ml",
        "inputs": {"training": {"s3_uri": DATA}},
        "target": "rings",
        "problem_type": "Regression",
        "objective_metric": "MSE",
        "max_candidates": 5,
        "output_uri": OUTPUT,
    },
}
CASES = [*(("v2", step) for step in OURS), *(("v3", step) for step in OURS if step != "auto")]
"""Version 3 has no AutoML any more."""
_DEFAULT = "what the API takes where nothing is written, written out by the SDK"
DIFFERENCES: dict[tuple[str, str], dict[str, str]] = {
    ("v2", "prepare"): {
        "Arguments.ProcessingInputs[0].AppManaged": _DEFAULT,
        "Arguments.ProcessingInputs[0].S3Input.S3CompressionType": _DEFAULT,
        "Arguments.ProcessingOutputConfig.Outputs[0].AppManaged": _DEFAULT,
    },
    ("v3", "prepare"): {"Arguments.ProcessingInputs[0].S3Input.S3CompressionType": _DEFAULT},
    ("v2", "train"): {
        "Arguments.ProfilerConfig": "the SDK profiles unless that is disabled; we never ask for it"
    },
    ("v3", "train"): {
        "Arguments.InputDataConfig[0].InputMode": "that of the algorithm, said again",
        "Arguments.InputDataConfig[1].InputMode": "that of the algorithm, said again",
    },
    ("v2", "tune"): {
        "Arguments.TrainingJobDefinition.HyperParameterTuningResourceConfig": "the newer spelling",
        "Arguments.TrainingJobDefinition.ResourceConfig": "the older one, as version 3 writes it",
    },
    ("v2", "auto"): {"Arguments.AutoMLJobConfig.SecurityConfig": _DEFAULT},
}
"""Where a step of the SDK differs from ours, and why."""


def python(major: str) -> str:
    """Give the interpreter that has a major of the SDK."""
    found = ROOT / ".venv-sdk" / major / "bin" / "python"
    if not found.exists():
        pytest.fail(f"{found} is not there: run `make sdk-check`.")
    return str(found)


def build(root: Path, major: str) -> BuiltScripts:
    """Have the scripts of a repository make their pipelines."""
    found = app.repository_on_disk(root)
    scripts = app.pipeline_scripts(root)
    return build_scripts(scripts, found.settings, found.configs, python(major))


@cache
def theirs(major: str) -> dict[str, Any]:
    """Give the steps that the SDK writes, by name."""
    with TemporaryDirectory() as made:
        root = Path(made)
        (root / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
        shutil.copy(HERE / "jobs" / f"{major}.py", root / "pipeline.py")
        config = {
            "pipeline_type": "sagemaker_pipeline",
            "model_name": "jobs",
            "script": "pipeline.py",
            "script_arguments": {"image": IMAGE, "data": DATA, "output": OUTPUT},
            "role_arn": ROLE,
            "stages": ["dev"],
        }
        (root / "mlops-config.json").write_text(json.dumps(config), encoding="utf-8")
        built = build(root, major)
    assert built.problems == ()
    (one,) = built.built.values()
    steps: Any = one.definition["Steps"]
    return {step["Name"]: step for step in steps}


@pytest.mark.parametrize(("major", "step"), CASES)
def test_steps_of_jobs_are_those_of_the_sdk(major: str, step: str) -> None:
    """Equal as parsed JSON, but for what is listed with its reason."""
    sdk = theirs(major)[step]
    ours = compiled(*OURS.values(), parameters={"input_data": DATA}, role_arn=ROLE, writes=[OUTPUT])
    own = next(each for each in ours.steps if each["Name"] == step)

    found = {shown(path) for path in differing(sdk, own)}

    assert found == set(DIFFERENCES.get((major, step), {})), (sdk, own)


@pytest.mark.parametrize("major", MAJORS)
def test_the_examples_are_built(major: str, tmp_path: Path) -> None:
    """With code of theirs as assets, in all stages, twice the same."""
    folder = {"v2": "abalone", "v3": "abalone-v3"}[major]
    shutil.copy(EXAMPLES / "mlops-gitops.yaml", tmp_path)
    shutil.copytree(EXAMPLES / folder, tmp_path / folder)

    built = build(tmp_path, major)

    assert built.problems == ()
    assert [stage for _, stage in built.built] == ["dev", "staging", "prod"]
    for made in built.built.values():
        names = {asset.name.rpartition("/")[2] for asset in made.assets}
        assert "prepare.py" in names
        assert {"train.py"} <= names or {"sourcedir.tar.gz"} <= names
        assert "mlops_gitops_assets/" in json.dumps(made.definition["Steps"])


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_sdk_cannot_build_reproducibly_is_refused(name: str, tmp_path: Path) -> None:
    """What asks AWS is named; what would differ each time is not deployed."""
    major, script, codes = REFUSED[name]
    (tmp_path / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "pipeline.py").write_text(script, encoding="utf-8")
    (tmp_path / "f.py").write_text("def main(event, context):\n    return event\n")
    (tmp_path / "f.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
    config = {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": "refused",
        "script": "pipeline.py",
        "stages": ["dev"],
    }
    (tmp_path / "mlops-config.json").write_text(json.dumps(config), encoding="utf-8")

    (problem,) = build(tmp_path, major).problems

    assert problem.code in codes, problem
    assert "Traceback" not in problem.message
