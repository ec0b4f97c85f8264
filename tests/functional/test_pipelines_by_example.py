"""What the page beside AWS's examples shows is what the program takes."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from builders import DATA, SETTINGS
from functional.conftest import Say
from local_pipeline import until
from steps_of_pipelines import compiled, told

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.definitions.pipeline.requests import request_mistakes
from mlops_gitops.executor.api import RunRequest, start
from mlops_gitops.use_cases.validate import validate

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "pipelines-by-example.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\S+)(?: (\w+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = [(kind, what, text) for kind, what, text in BLOCK.findall(PAGE)]
STEPS = [json.loads(text) for kind, what, text in BLOCKS if (kind, what) == ("json", "")]
PYTHON = [text for kind, _, text in BLOCKS if kind == "python"]
KINDS = {
    "tuning": "Tuning",
    "create_model": "Model",
    "auto_ml": "AutoML",
    "register_model": "RegisterModel",
    "callback": "Callback",
    "lambda": "Lambda",
    "clarify_check": "ClarifyCheck",
    "quality_check": "QualityCheck",
    "emr": "EMR",
    "notebook_job": "Training",
    "function": "Training",
}
"""What AWS calls the step of each of the page's shorthands."""

NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
FILES = {
    "prepare.py": b"print('prepared')\n",
    "lambda_script.py": b"def lambda_handler(event, context):\n    return {}\n",
    "report.ipynb": json.dumps(NOTEBOOK).encode(),
    "training.py": PYTHON[-1].encode(),
}
PREPARE = {
    "name": "prepare",
    "type": "processing",
    "framework": "sklearn",
    "framework_version": "1.2-1",
    "code": "prepare.py",
    "outputs": {"train": {}, "validation": {}, "model": {}},
    "instance_type": "ml.m5.large",
}
TRAIN = {
    "name": "train",
    "type": "training",
    "framework": "xgboost",
    "framework_version": "1.7-1",
    "inputs": {
        name: {"s3_uri": {"output": {"step": "prepare", "name": name}}}
        for name in ("train", "validation")
    },
    "hyperparameters": {"objective": "reg:squarederror", "num_round": 50},
    "instance_type": "ml.m5.large",
}
PARAMETERS = {"input_data": "s3://amzn-s3-demo-bucket/abalone/abalone-dataset.csv"}


def before(step: Any) -> list[Any]:
    """Give what has to stand before a step: the page's prepare and train, and what it names."""
    text = json.dumps(step)
    named = [each for each in STEPS if f'"step": "{each["name"]}"' in text]
    return [PREPARE, TRAIN, *named]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step['type']}-{step['name']}")
def test_every_step_of_the_page_is_valid_and_compiles(step: Any) -> None:
    """No problems, the step that AWS's page has, and a request that its API takes."""
    whole = [*before(step), step]
    assert told(*whole, files=FILES, parameters=PARAMETERS) == []

    definition = compiled(*whole, files=FILES, parameters=PARAMETERS)

    made: dict[str, Any] = definition.steps[-1]  # type: ignore[assignment] - JSON is anything
    assert made["Name"].startswith(step["name"])
    assert made["Type"] == KINDS[step["type"]]
    assert not list(request_mistakes(made["Type"], made.get("Arguments", {})))


def test_the_page_has_each_kind_of_step() -> None:
    """One block for each complete block of AWS's page on steps."""
    kinds = [step["type"] for step in STEPS]

    assert set(kinds) == set(KINDS)
    assert {kind: kinds.count(kind) for kind in ("lambda", "emr", "create_model")} == {
        "lambda": 2,
        "emr": 2,
        "create_model": 3,
    }


@pytest.mark.parametrize("text", PYTHON)
def test_python_of_the_page_is_python(text: str) -> None:
    """It defines the function that the text speaks of."""
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]

    assert [function.name for function in functions] in (["handler"], ["train"])


def write(folder: Path, step: Any) -> Path:
    """Write a repository with a pipeline of one step of the page; give its config."""
    config = {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": "by-example",
        "parameters": PARAMETERS,
        "steps": [step],
    }
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    (folder / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    file = folder / "mlops-config.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    return file


def step_of(kind: str) -> Any:
    """Give the page's first step of a kind."""
    return next(step for step in STEPS if step["type"] == kind)


def test_a_callback_is_told_of_a_stop_as_the_page_shows(tmp_path: Path) -> None:
    """The message has the page's keys, arguments and status."""
    (shown,) = [json.loads(text) for _, what, text in BLOCKS if what == "message"]
    definition = compiled(step_of("callback"), files=FILES, parameters=PARAMETERS)
    body = definition.value()
    handle = start(RunRequest(definition=body, pipeline="by-example", parent=tmp_path))
    until(lambda: list(tmp_path.rglob("*.Executing.json")))

    handle.stop()
    until(lambda: list(tmp_path.rglob("*.Stopping.json")))
    (sent,) = [json.loads(file.read_bytes()) for file in tmp_path.rglob("*.Stopping.json")]
    handle.answer(sent["token"], "Failure", {"FailureReason": "The execution was stopped."})
    handle.wait(60)

    assert sent.keys() == shown.keys()
    assert sent["status"] == shown["status"]
    assert sent["arguments"].keys() == shown["arguments"].keys()
    assert sent["arguments"]["number"] == shown["arguments"]["number"]


def test_the_function_of_the_page_gives_its_result(say: Say, tmp_path: Path) -> None:
    """It runs on this machine, and its result is read from the run folder."""
    config = write(tmp_path, step_of("function"))
    runs = tmp_path / "runs"

    say("pipeline", "start", str(config), "--local", "--root", str(tmp_path), "--runs", str(runs))
    (run,) = [file.parent for file in runs.glob("*/run.json")]
    result = say("pipeline", "result", "train-locally", "--run", str(run))

    assert json.loads(result.out) == {"trained_with": PARAMETERS["input_data"]}


def test_the_workflow_of_the_page_is_valid() -> None:
    """With a definition beside it, the config has no problems."""
    (shown,) = [text for _, what, text in BLOCKS if what == "step_functions"]
    machine = {
        "StartAt": "Train",
        "States": {"Train": {"Type": "Pass", "Result": {"on": "${Instance}"}, "End": True}},
    }
    files = {
        "mlops-gitops.yaml": SETTINGS.encode(),
        "churn/mlops-config.json": shown.encode(),
        "churn/definition.asl.json": json.dumps(machine).encode(),
    }

    assert validate(MemoryFiles(files), DATA).problems == ()
