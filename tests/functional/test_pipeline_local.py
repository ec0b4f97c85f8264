"""`pipeline start --local` and what reads its runs, through the front door."""

import json
from pathlib import Path
from typing import Any

import pytest
from builders import repository
from functional.conftest import Said, Say
from local_pipeline import CODE, job, pipeline


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a pipeline, code and data."""
    whole = pipeline()
    config = {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": "slopes",
        "parameters": whole["Parameters"],
        "steps": whole["Steps"],
    }
    files = repository(config)
    files |= {f"code/{name}": text.encode() for name, text in CODE.items()}
    files |= {"data/numbers.csv": b"1,2\n2,4\n3,6\n4,8\n"}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def start(say: Say, root: Path, *more: str) -> Said:
    """Run the pipeline."""
    words = [
        "pipeline",
        "start",
        f"{root}/slopes/mlops-config.json",
        "--local",
        "--root",
        str(root),
    ]
    code, data = f"s3://assets/code={root}/code", f"s3://bucket/data={root}/data"
    return say(*words, "--data", code, "--data", data, *more)


def told(said: Said) -> dict[str, Any]:
    """Read what it says as JSON."""
    found: dict[str, Any] = json.loads(said.out)
    return found


def hows(said: Said) -> dict[str, str]:
    """Say of each step what was really done."""
    return {step["StepName"]: step["Local"]["How"] for step in told(said)["steps"]}


def test_a_pipeline_runs_and_a_second_run_uses_the_cache(say: Say, root: Path) -> None:
    """Registered in both runs; git sees none of it."""
    first = start(say, root, "--output", "json")
    second = start(say, root, "--output", "json")
    fresh = start(say, root, "--output", "json", "--no-cache")

    assert [each.code for each in (first, second, fresh)] == [0, 0, 0], first.err
    assert hows(first)["Train"] == hows(fresh)["Train"] == "executed"
    assert hows(second)["Train"] == hows(second)["Prepare"] == "cached"
    for each in (first, second):
        folder = Path(told(each)["folder"])
        assert [path.name for path in folder.glob("registry/model-packages/Slopes/*")] == ["1.json"]
    assert told(first)["execution"]["Isolation"] in {"namespaces", "redirection"}
    assert (root / ".mlops-gitops/pipelines/.gitignore").read_text("utf-8").endswith("\n*\n")


def test_a_false_gate_ends_the_command_with_failure(say: Say, root: Path) -> None:
    """The Fail step's message is said, and nothing is registered."""
    said = start(say, root, "--parameter", "add=1")

    assert said.code == 1
    assert ": Failed. The error is above 0.5\n" in said.out
    assert "x TooBad    Fail            failed" in said.out
    assert "Register: Skipped. Gate took the other branch.\n" in said.err
    assert not list((root / ".mlops-gitops").rglob("model-packages"))


def test_runs_are_read_from_their_folder(say: Say, root: Path) -> None:
    """Steps and logs, as often as one likes."""
    folder = told(start(say, root, "--output", "json"))["folder"]

    steps = say("pipeline", "steps", "--run", folder)
    log = say("pipeline", "logs", "Prepare", "--run", folder)
    none = say("pipeline", "logs", "Gate", "--run", folder)
    result = say("pipeline", "result", "Train", "--run", folder)

    assert steps.out.startswith("mlops-pipeline-slopes-sagemakerpipeline-dev ")
    assert steps.out.index("Prepare") < steps.out.index("Train") < steps.out.index("Gate")
    assert "prepared 4 rows in blue" in log.out
    assert (none.code, result.code) == (1, 1)
    assert "Step Gate wrote nothing" in none.err
    assert "Step Train gives no JSON result" in result.err


def test_two_results_at_once_are_no_command(say: Say, root: Path) -> None:
    """One step at a time."""
    said = say("pipeline", "result", "Train", "Prepare", "--run", str(root))

    assert said.code == 1
    assert "unexpected extra argument" in said.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--parameter", "limit=high"], "Parameter limit is of type Float"),
        (["--parameter", "limit"], "--parameter limit names nothing."),
        (["--parameter", "unknown=1"], "The pipeline has no parameter unknown."),
        (["--step", "Train"], "refers to Prepare, which is not selected"),
        (["--step", "None"], "The pipeline has no step None."),
        (["--stage", "moon"], "moon"),
    ],
)
def test_what_cannot_start_makes_no_run(say: Say, root: Path, more: list[str], words: str) -> None:
    """A mistake in the command is said before anything is made."""
    said = start(say, root, *more)

    assert said.code == 1
    assert words in said.err
    assert not list((root / ".mlops-gitops").glob("pipelines/*/run.json"))


def test_selected_steps_take_the_rest_from_an_earlier_run(say: Say, root: Path) -> None:
    """They alone run."""
    folder = told(start(say, root, "--output", "json"))["folder"]

    again = start(say, root, "--step", "Evaluate", "--previous", folder, "--output", "json")

    assert hows(again) == {"Evaluate": "cached"}


def test_a_folder_that_is_no_run_is_said(say: Say, root: Path) -> None:
    """With what to name instead."""
    said = say("pipeline", "steps", "--run", str(root))

    assert said.code == 1
    assert "Name the folder of a local run." in said.err


def test_a_config_of_another_type_is_no_pipeline(say: Say, root: Path) -> None:
    """It is said which type is wanted."""
    from builders import realtime

    (root / "churn").mkdir()
    (root / "churn" / "mlops-config.json").write_text(json.dumps(realtime("churn")), "utf-8")
    words = ["pipeline", "start", f"{root}/churn/mlops-config.json", "--local"]

    said = say(*words, "--root", str(root))

    assert said.code == 1
    assert "has no SageMaker pipeline to run here" in said.err


def test_secrets_in_logs_are_not_shown(say: Say, root: Path) -> None:
    """What a script printed is masked where we print it."""
    key = "AKIA" + "Q" * 16
    (root / "code" / "a.py").write_text(f"print('{key}')\n", encoding="utf-8")
    file = root / "slopes" / "mlops-config.json"
    config = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**config, "steps": [job("A")], "parameters": []}), "utf-8")

    folder = told(start(say, root, "--output", "json"))["folder"]

    assert key not in say("pipeline", "logs", "A", "--run", folder).out


FUNCTIONS = """
import os
from pathlib import Path

def count(limits):
    rows = len(Path(os.environ["SM_CHANNEL_RAW"], "numbers.csv").read_text().split())
    return {"rows": rows, "enough": limits["least"] <= rows}

def report(counted, rows):
    return f"{rows} rows, enough: {counted['enough']}"

def one(item):
    return {"item": item}
"""
ON = {"framework": "sklearn", "framework_version": "1.2-1", "instance_type": "ml.m5.large"}
ROWS = {"result": {"step": "count", "path": "rows"}}
SHORTHAND: list[dict[str, Any]] = [
    {
        "name": "count",
        "type": "function",
        "code": "functions.py:count",
        "arguments": {"limits": {"least": {"parameter": "least"}}},
        "inputs": {"raw": {"s3_uri": "s3://bucket/data/"}},
        "cache": {"enabled": True, "expire_after": "P30D"},
        **ON,
    },
    {
        "name": "report",
        "type": "function",
        "code": "functions.py:report",
        "arguments": {"counted": {"result": {"step": "count"}}, "rows": ROWS},
        **ON,
    },
    {
        "name": "double",
        "type": "lambda",
        "function_name": "double",
        "role": "arn:aws:iam::222222222222:role/double",
        "handler": "double.handle",
        "script": "double.py",
        "inputs": {"rows": ROWS},
        "outputs": {"twice": "Integer"},
    },
    {
        "name": "loop",
        "type": "for_each",
        "items": ["a", "b"],
        "concurrency": 2,
        "steps": [
            {
                "name": "each",
                "type": "function",
                "code": "functions.py:one",
                "arguments": {"item": {"Get": "ForEach.CurrentItem"}},
                **ON,
            }
        ],
    },
]


@pytest.mark.parametrize("isolation", ["namespaces", "redirection"])
def test_steps_with_code_run_here_as_there(say: Say, root: Path, isolation: str) -> None:
    """Functions, a new Lambda function and a loop: what is compiled for AWS is what runs."""
    file = root / "slopes" / "mlops-config.json"
    config = json.loads(file.read_text("utf-8"))
    config |= {"steps": SHORTHAND, "parameters": {"least": 3}, "reads": ["s3://bucket/data/"]}
    file.write_text(json.dumps(config), "utf-8")
    (file.parent / "functions.py").write_text(FUNCTIONS, "utf-8")
    handler = "def handle(event, context):\n    return {'twice': 2 * int(event['rows'])}\n"
    (file.parent / "double.py").write_text(handler, "utf-8")

    said = start(say, root, "--isolation", isolation, "--output", "json")

    assert said.code == 0, said.err
    assert set(hows(said).values()) == {"executed"}
    folder = told(said)["folder"]
    result = say("pipeline", "result", "report", "--run", folder)
    assert json.loads(result.out) == "4 rows, enough: True"
    properties = json.loads(Path(folder, "steps/double/properties.json").read_text("utf-8"))
    assert properties == {"OutputParameters": {"twice": 8}}
    assert json.loads(say("pipeline", "result", "each-1", "--run", folder).out) == {"item": "b"}
    again = start(say, root, "--isolation", isolation, "--output", "json")
    assert {name for name, how in hows(again).items() if how == "cached"} == {"count"}
