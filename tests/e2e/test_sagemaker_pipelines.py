"""A SageMaker pipeline is deployed to prod, is run where the config says, and fails honestly."""

import json
from typing import Any

from builders import ACCOUNTS
from e2e import every_type
from e2e.test_every_type import is_left_alone, promote, write
from e2e.user import User

COUNT = '''"""Counts rows."""

import json
import sys
from pathlib import Path

HOME = Path("/opt/ml/processing")
rows = [line for file in (HOME / "input/raw").iterdir() for line in file.read_text().split()]
if len(rows) < int(sys.argv[1]):
    sys.exit(f"only {len(rows)} rows")
print("counted", len(rows))
(HOME / "output/report/report.json").write_text(json.dumps({"rows": len(rows)}))
'''


DATA = {stage: f"s3://acme-{stage}-data/batch/in.csv" for stage in ACCOUNTS}


def pipeline(name: str, least: int = 1, **fields: Any) -> dict[str, Any]:
    """Declare a pipeline that counts the rows of a stage's own data."""
    count = {
        "name": "count",
        "type": "processing",
        "framework": "sklearn",
        "framework_version": "1.2-1",
        "code": "count.py",
        "arguments": [least],
        "inputs": {"raw": {"s3_uri": {"parameter": "raw"}}},
        "outputs": {"report": {}},
        "instance_type": "ml.m5.large",
    }
    return {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": name,
        "parameters": {"raw": DATA},
        "steps": [count],
        "reads": list(DATA.values()),
        "run_on_deploy": {"dev": True, "staging": True, "prod": False},
        **fields,
    }


def declare(user: User, config: dict[str, Any]) -> None:
    """Commit a config with the script beside it."""
    every_type.prepare(user)
    folder = user.folder / f"{config['pipeline_type']}-{config['model_name']}"
    folder.mkdir(exist_ok=True)
    (folder / "count.py").write_text(COUNT, encoding="utf-8")
    write(user, [config])


def executions(user: User, name: str, stage: str) -> list[dict[str, Any]]:
    """List the executions of a stage's pipeline."""
    sagemaker = user.aws("sagemaker", ACCOUNTS[stage])
    (found,) = [
        each["PipelineName"]
        for each in sagemaker.list_pipelines(MaxResults=100)["PipelineSummaries"]
        if f"-{name}-" in each["PipelineName"]
    ]
    listed = sagemaker.list_pipeline_executions(PipelineName=found)
    summaries: list[dict[str, Any]] = listed["PipelineExecutionSummaries"]
    return summaries


def test_a_pipeline_reaches_prod_and_runs_where_it_is_told_to(user: User, name: str) -> None:
    """It runs once in dev and staging, never in prod, and a second deployment does nothing."""
    declare(user, pipeline(name))

    shown = promote(user)

    assert "All stages run what git says." in shown, shown
    assert is_left_alone(user)
    ran = {stage: executions(user, name, stage) for stage in ACCOUNTS}
    assert {stage: len(found) for stage, found in ran.items()} == {
        "dev": 1,
        "staging": 1,
        "prod": 0,
    }
    assert {each["PipelineExecutionStatus"] for found in ran.values() for each in found} == {
        "Succeeded"
    }
    assert "unchanged" in user.did("apply")
    assert len(executions(user, name, "dev")) == 1


def test_a_pipeline_is_run_by_hand(user: User, name: str) -> None:
    """With other parameters and selected steps, followed to its end; steps, logs and a stop."""
    declare(user, pipeline(name, run_on_deploy=False))
    promote(user)
    here = ("--workload", name, "--stage", "dev")

    ran = user.run("pipeline", "start", name, "--stage", "dev", "--yes", "--wait")
    steps = user.did("pipeline", "steps", *here)
    assert "counted 1\n" in user.did("pipeline", "logs", "count", *here)
    again = user.run(
        "pipeline", "start", name, "--stage", "dev", "--yes", "--wait",
        "--parameter", "raw=s3://acme-dev-data/nothing-here/",
    )  # fmt: skip

    assert ran.code == 0, ran
    assert "count: Succeeded" in ran.err
    assert "processing job on 1 x ml.m5.large" in ran.err
    assert "+ count  Processing  Succeeded" in steps
    assert again.code == 1, again
    assert "there are no objects at s3://acme-dev-data/nothing-here/" in again.out
    first = user.did("pipeline", "steps", *here, "--output", "json")
    assert json.loads(first)["steps"][0]["name"] == "count"
    over = user.run("pipeline", "stop", *here)
    assert (over.code, "has ended: Failed" in over.err) == (4, True)


def test_a_function_gives_back_json(user: User, name: str) -> None:
    """What it returns is the step's result, read from where its job put it."""
    step = {
        "name": "add",
        "type": "function",
        "code": "adding.py:add",
        "arguments": {"one": 1, "other": {"parameter": "other"}},
        "framework": "sklearn",
        "framework_version": "1.2-1",
        "instance_type": "ml.m5.large",
    }
    config = pipeline(name, parameters={"other": 2}, steps=[step], run_on_deploy=False)
    folder = user.folder / f"sagemaker_pipeline-{name}"
    folder.mkdir()
    code = "def add(one, other):\n    return {'sum': one + other}\n"
    (folder / "adding.py").write_text(code, encoding="utf-8")
    declare(user, config)
    user.did("apply")
    user.settled()
    here = ("--workload", name, "--stage", "dev")

    ran = user.run(
        "pipeline", "start", name, "--stage", "dev", "--yes", "--wait", "--parameter", "other=40"
    )

    assert ran.code == 0, ran
    assert json.loads(user.did("pipeline", "result", "add", *here)) == {"sum": 41}


def test_a_failing_step_fails_the_stage_with_its_reason(user: User, name: str) -> None:
    """The stage's status says which step failed and why; nothing reaches the next stage."""
    declare(user, pipeline(name, least=1000))

    user.did("apply")
    shown = user.settled()

    assert "in step count: " in shown, shown
    assert "only 1 rows" in shown, shown
    assert executions(user, name, "dev")[0]["PipelineExecutionStatus"] == "Failed"


def test_plan_shows_the_step_that_changed(user: User, name: str) -> None:
    """A bigger instance is one line in the words of the config, and no wall of JSON."""
    config = pipeline(name, run_on_deploy=False)
    declare(user, config)
    promote(user)
    config["steps"][0]["instance_type"] = "ml.m5.xlarge"
    declare(user, json.loads(json.dumps(config)))

    shown = user.did("plan")

    assert "step count: instance type" in shown, shown
    assert "ml.m5.large -> ml.m5.xlarge" in shown
    assert "PipelineDefinitionBody" not in shown
