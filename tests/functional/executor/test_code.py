"""Code that a config brings runs here as it does on SageMaker: functions, scripts, training."""

import json
from pathlib import Path
from typing import Any

import pytest
from builders import BUCKET
from local_pipeline import ends
from steps_of_pipelines import IMAGE, compiled

from mlops_gitops.definitions.pipeline.lock import LOCK, Lock, LockedModel
from mlops_gitops.executor.api import Isolation, RunRequest, RunResult, run

COUNT = b"""
import os, sys
from pathlib import Path
import words

def count(path, limits, more=None):
    print("counting", path)
    rows = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "input/data/raw/a.csv")
    found = len(rows.read_text().splitlines())
    right = limits["least"] <= found <= limits["most"]
    return {"rows": found, "right": right, "word": words.WORD, "more": more}

def again(counted, rows, name):
    return [counted["word"], rows + 1, name]

def wrong():
    raise RuntimeError("no rows")

def odd():
    return {1, 2}
"""
FILES = {
    "src/counting.py": COUNT,
    "src/words.py": b'WORD = "x"\n',
    "src/init.sh": b'echo "said before" > said.txt\n',
    "src/requirements.txt": b"# nothing\n",
    "src/clean.py": b"import sys\nprint('cleaning', sys.argv[1:], open('said.txt').read())\n",
    "src/clean.sh": b'echo "in a shell: $1"\n',
    "src/train.py": (
        b"import argparse, os, words\nfrom pathlib import Path\np = argparse.ArgumentParser()\n"
        b"p.add_argument('--trees', type=int)\n"
        b"Path(os.environ['SM_MODEL_DIR'], 'model.txt').write_text(words.WORD)\n"
        b"print(f'mae={p.parse_args().trees}')\n"
    ),
}
FILES |= {
    "src/look.py": (
        b"import tarfile\nfrom pathlib import Path\n"
        b"folder = Path(__file__).parents[1] / 'model' / 'model.tar.gz'\n"
        b"print(tarfile.open(folder).getnames())\n"
    ),
    LOCK: Lock(
        region="us-east-1",
        models={
            "llm-x@1.0.0": LockedModel(
                image_uri=IMAGE,
                artifact_uri="s3://jumpstart-cache-prod-us-east-1/model.tar.gz",
                script_uri="s3://jumpstart-cache-prod-us-east-1/sourcedir.tar.gz",
                data_uri="s3://jumpstart-cache-prod-us-east-1/data/",
                instance_type="ml.g5.2xlarge",
                hyperparameters={
                    "sagemaker_program": "transfer_learning.py",
                    "sagemaker_submit_directory": "/opt/ml/input/data/code/sourcedir.tar.gz",
                },
            )
        },
    )
    .text()
    .encode(),
}
JOB = {"image_uri": IMAGE, "instance_type": "ml.m5.large", "max_runtime_seconds": 60}
COMMON = {**JOB, "source_dir": "src"}
DATA = {"s3_uri": "s3://bucket/data/"}


def function(name: str, of: str, **more: Any) -> dict[str, Any]:
    """Declare a function step."""
    return {"name": name, "type": "function", **COMMON, "code": f"counting.py:{of}", **more}


def run_steps(
    tmp_path: Path, *steps: dict[str, Any], isolation: Isolation | None = None, **fields: Any
) -> RunResult:
    """Compile steps, lay their assets out as S3 has them, and run them."""
    definition = compiled(*steps, files=FILES, **fields)
    for asset in definition.assets:
        file = tmp_path / "assets" / asset.key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(asset.content)
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.csv").write_text("1\n2\n3\n", encoding="utf-8")
    sources = {f"s3://{BUCKET}": tmp_path / "assets", "s3://bucket/data": data}
    request = RunRequest(
        definition=json.loads(definition.text()),
        pipeline="churn",
        parent=tmp_path / "runs",
        sources=sources,
        isolation=isolation,
    )
    return run(request)


def result_of(result: RunResult, step: str) -> Any:
    """Read what a function gave back."""
    (file,) = result.folder.glob(f"s3/{BUCKET}/**/{step}/**/result.json")
    return json.loads(file.read_text("utf-8"))


def log_of(result: RunResult, step: str) -> str:
    """Read a step's log."""
    return (result.folder / "logs" / f"{step}.log").read_text("utf-8")


def test_functions_take_and_give_json(tmp_path: Path, isolation: Isolation) -> None:
    """References become what they stand for, in their types; results are arguments, too."""
    result = run_steps(
        tmp_path,
        function(
            "count",
            "count",
            arguments={
                "path": {"parameter": "data"},
                "limits": {"least": {"parameter": "least"}, "most": 9},
                "more": [0, {"a/b": {"parameter": "data"}}, {"parameter": "least"}],
            },
            inputs={"raw": DATA},
            init_script="init.sh",
            requirements="requirements.txt",
        ),
        function(
            "again",
            "again",
            arguments={
                "counted": {"result": {"step": "count"}},
                "rows": {"result": {"step": "count", "path": "rows"}},
                "name": {"execution": "PipelineName"},
            },
        ),
        parameters={"data": '12"34', "least": 1},
        isolation=isolation,
    )

    assert ends(result) == {
        "again": ("Succeeded", "executed"),
        "count": ("Succeeded", "executed"),
    }, [each.reason for each in result.steps]
    more = [0, {"a/b": '12"34'}, 1]
    assert result_of(result, "count") == {"rows": 3, "right": True, "word": "x", "more": more}
    assert result_of(result, "again") == ["x", 4, "churn"]
    assert 'counting 12"34' in log_of(result, "count")


@pytest.mark.parametrize(
    ("of", "reason"),
    [("wrong", "RuntimeError: no rows"), ("odd", "odd gave back what is not JSON: ")],
)
def test_a_function_that_fails_says_why(tmp_path: Path, of: str, reason: str) -> None:
    """What it raised is the job's reason of failure, not its traceback; that is in the log."""
    result = run_steps(tmp_path, function("check", of))

    assert ends(result) == {"check": ("Failed", "failed")}
    assert f"AlgorithmError: {reason}" in result.steps[0].reason
    assert "Traceback" not in result.steps[0].reason


def test_scripts_and_training_run(tmp_path: Path, isolation: Isolation) -> None:
    """Scripts find what was prepared and their arguments; training finds its script's archive."""
    script = {"type": "execute_code", **COMMON}
    training = {
        "name": "train",
        "type": "training",
        **COMMON,
        "code": "train.py",
        "hyperparameters": {"trees": 7},
        "metric_definitions": {"mae": "mae=([0-9.]+)"},
        "inputs": {"train": DATA, "validation": DATA},
    }
    result = run_steps(
        tmp_path,
        {
            "name": "clean",
            **script,
            "code": "clean.py",
            "arguments": ["--keep", 3],
            "init_script": "init.sh",
        },
        {"name": "shell", **script, "code": "clean.sh", "arguments": [True]},
        training,
        isolation=isolation,
    )

    assert {name: end for name, (end, _) in ends(result).items()} == {
        "clean": "Succeeded",
        "shell": "Succeeded",
        "train": "Succeeded",
    }, [each.reason for each in result.steps]
    assert "cleaning ['--keep', '3'] said before" in log_of(result, "clean")
    assert "in a shell: true" in log_of(result, "shell")
    assert "mae=7" in log_of(result, "train")


def test_an_initialization_script_that_fails_ends_the_step(tmp_path: Path) -> None:
    """Nothing runs on what is not prepared."""
    step = function("check", "odd", init_script="train.py")

    result = run_steps(tmp_path, step)

    assert ends(result) == {"check": ("Failed", "failed")}
    assert "/bin/bash train.py ended with exit code" in result.steps[0].reason


def test_a_top_model_is_found_where_its_job_wrote_it(tmp_path: Path) -> None:
    """A step that takes the best model of a search gets the archive of that very job."""
    tuning = {
        "name": "tune",
        "type": "tuning",
        **COMMON,
        "code": "train.py",
        "inputs": {"train": DATA, "validation": DATA},
        "objective": {"metric": "mae", "goal": "Minimize"},
        "metric_definitions": {"mae": "mae=([0-9.]+)"},
        "ranges": {"integer": {"trees": [3, 9]}},
        "max_jobs": 2,
    }
    check = {
        "name": "check",
        "type": "processing",
        **COMMON,
        "code": "look.py",
        "inputs": {"model": {"s3_uri": {"top_model": {"step": "tune", "top_k": 1}}}},
    }

    result = run_steps(tmp_path, tuning, check)

    assert {name: end for name, (end, _) in ends(result).items()} == {
        "tune": "Succeeded",
        "check": "Succeeded",
    }, [each.reason for each in result.steps]
    assert "['model.txt']" in log_of(result, "check")


def test_fine_tuning_is_not_done_here(tmp_path: Path) -> None:
    """Models of JumpStart are not on this machine; what stands for one says so."""
    step = {"name": "tune", "type": "fine_tune", "model_id": "llm-x", "model_version": "1.0.0"}

    result = run_steps(tmp_path, step)

    assert ends(result) == {"tune": ("Succeeded", "stubbed")}, result.steps[0].reason
    assert result.steps[0].why
