"""`pipeline start --local` as a process: of a config with a script, and when it is interrupted."""

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from builders import repository as settings_and
from functional.conftest import Say
from interruptible import started
from local_pipeline import processing, until
from scripted import HEAD, repository

CONFIG = "models/abalone/mlops-config.json"
SLOW = "slow/mlops-config.json"
RUNS = ".mlops-gitops/pipelines"
COUNT = processing("Count", [], [], ["rows"])
SCRIPT = (
    HEAD
    + f"""
import boto3

def get_pipeline(default_bucket, role, stage, rows):
    uri = f"s3://{{default_bucket}}/random/8f0e/count.py"
    body = b"import pathlib, sys; print('counted in', sys.argv[1])"
    boto3.client("s3").put_object(Bucket=default_bucket, Key="random/8f0e/count.py", Body=body)
    step = {COUNT!r}
    step["Arguments"]["ProcessingInputs"][0]["S3Input"]["S3Uri"] = uri
    step["Arguments"]["AppSpecification"]["ContainerArguments"] = [stage + str(rows)]
    return Made(step)
"""
)


@pytest.mark.parametrize("named", ["by the config", "by the environment"])
def test_the_pipeline_of_a_script_runs_here(
    named: str, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its code is that which the script uploads; arguments are those of the stage."""
    python = {"python": sys.executable} if named == "by the config" else {"python": "nobody"}
    if named == "by the environment":
        monkeypatch.setenv("MLOPS_GITOPS_PYTHON", sys.executable)
    arguments = {"rows": {"dev": 4, "staging": 5, "prod": 6}}
    root = repository(tmp_path, SCRIPT, {}, script_arguments=arguments, **python)
    where = ("--root", str(root), "--local", "--stage", "prod", "--output", "json")

    said = say("pipeline", "start", str(root / CONFIG), *where)

    assert said.code == 0, said.err
    folder = json.loads(said.out)["folder"]
    assert say("pipeline", "logs", "Count", "--run", folder).out.endswith("\ncounted in prod6\n")


def test_a_script_that_makes_no_pipeline_makes_no_run(say: Say, tmp_path: Path) -> None:
    """The problem is told where it is, as everywhere."""
    script = "def get_pipeline():\n    raise KeyError('colour')\n"
    root = repository(tmp_path, script, {}, python=sys.executable)

    said = say("pipeline", "start", str(root / CONFIG), "--root", str(root), "--local")

    assert said.code == 3
    assert "models/abalone/pipeline.py:2:1: MG383" in said.err
    assert not (root / ".mlops-gitops").exists()


def words(root: Path, config: str, *more: str) -> tuple[str, ...]:
    """Say what starts a pipeline on this machine."""
    return ("pipeline", "start", str(root / config), "--local", "--root", str(root), *more)


def written(root: Path, *steps: dict[str, Any]) -> None:
    """Write a repository with a pipeline."""
    config = {"pipeline_type": "sagemaker_pipeline", "model_name": "slow", "steps": steps}
    for name, content in settings_and(config).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def told(root: Path) -> dict[str, Any]:
    """Read what the only run's folder says, by the names of its steps."""
    (file,) = (root / RUNS).glob("*/steps.json")
    steps = {each["StepName"]: each for each in json.loads(file.read_text("utf-8"))}
    return {"run": json.loads(file.with_name("run.json").read_text("utf-8")), **steps}


WAITS = """
import pathlib, signal, sys, time
here = pathlib.Path({!r})
def end(*_):
    (here / "asked").touch()
    sys.exit(3)
signal.signal(signal.SIGTERM, end)
(here / "runs").touch()
time.sleep(60)
(here / "late").touch()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_program_of_a_step(number: signal.Signals, tmp_path: Path) -> None:
    """It is told to end, nothing begins after it, and the run folder says that it was stopped."""
    count = processing("Count", ["one"], [], ["rows"])
    source = count["Arguments"]["ProcessingInputs"][0]["S3Input"]
    source["S3Uri"] = "s3://bucket/code/count.py"
    late = {"Name": "Late", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
    gate = {"Conditions": [], "IfSteps": [late], "ElseSteps": []}
    after = {"Name": "After", "Type": "Condition", "DependsOn": ["Count"], "Arguments": gate}
    written(tmp_path, count, after)
    (tmp_path / "count.py").write_text(WAITS.format(str(tmp_path)), "utf-8")
    with started(*words(tmp_path, SLOW, "--data", f"s3://bucket/code={tmp_path}")) as process:
        until(lambda: (tmp_path / "runs").exists() or process.poll() is not None, 60)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 128 + number, err
    assert "Traceback" not in err
    assert (tmp_path / "asked").exists()
    assert not (tmp_path / "late").exists()
    found = told(tmp_path)
    assert found["run"]["PipelineExecutionStatus"] == "Stopped"
    assert found["Count"]["StepStatus"] == "Stopped"
    assert found["After"]["Local"]["How"] == "skipped"


ASK = {"Name": "Ask", "Type": "Callback", "SqsQueueUrl": "q", "Arguments": {}}


def test_an_interruption_waits_for_the_answer_to_a_callback(say: Say, tmp_path: Path) -> None:
    """As on SageMaker: whoever was asked is told that it stops, and answers."""
    written(tmp_path, {**ASK, "OutputParameters": []})
    with started(*words(tmp_path, SLOW)) as process:
        until(lambda: list((tmp_path / RUNS).glob("*/queue/steps/Ask.json")), 60)
        process.send_signal(signal.SIGINT)
        until(lambda: list((tmp_path / RUNS).glob("*/queue/messages/*.Stopping.json")), 30)
        assert process.poll() is None
        (run,) = [file.parent for file in (tmp_path / RUNS).glob("*/run.json")]
        answered = say("pipeline", "answer", "Ask", "--run", str(run))
        _, err = process.communicate(timeout=60)

    assert answered.code == 0, answered.err
    assert process.returncode == 128 + signal.SIGINT, err
    assert told(tmp_path)["Ask"]["StepStatus"] == "Stopped"


def test_a_second_interruption_waits_for_nothing(tmp_path: Path) -> None:
    """Not even for the answer to a callback."""
    written(tmp_path, {**ASK, "OutputParameters": []})
    with started(*words(tmp_path, SLOW)) as process:
        until(lambda: list((tmp_path / RUNS).glob("*/queue/steps/Ask.json")), 60)
        process.send_signal(signal.SIGINT)
        until(lambda: list((tmp_path / RUNS).glob("*/queue/messages/*.Stopping.json")), 30)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 128 + signal.SIGINT, err
    assert told(tmp_path)["run"]["PipelineExecutionStatus"] == "Stopped"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_script_that_makes_the_pipeline(
    number: signal.Signals, tmp_path: Path
) -> None:
    """Nothing of it goes on, and no run was made."""
    script = f"""
import pathlib, time

def get_pipeline():
    here = pathlib.Path({str(tmp_path)!r})
    (here / "runs").touch()
    time.sleep(60)
    (here / "late").touch()
"""
    root = repository(tmp_path / "repository", script, {}, python=sys.executable, stages=["dev"])
    with started(*words(root, CONFIG)) as process:
        until((tmp_path / "runs").exists, 60)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 128 + number, err
    assert err.splitlines()[-1] == "Interrupted."
    assert not (tmp_path / "late").exists()
    assert not (root / ".mlops-gitops").exists()
