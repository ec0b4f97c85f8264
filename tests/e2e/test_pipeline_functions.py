"""A pipeline brings a Lambda function of its own, and asks the services beside SageMaker."""

import json
from typing import Any

from builders import ACCOUNTS
from e2e import every_type
from e2e.test_every_type import promote, write
from e2e.user import User

SPLIT = '''"""Says which part of the data is for training."""


def handler(event, context):
    """Give the two parts of the data."""
    return {"train": event["data"] + "train.csv", "test": event["data"] + "test.csv", "rows": 3}
'''


def pipeline(name: str) -> dict[str, Any]:
    """Declare a pipeline that calls a function of its own, by itself and in a loop."""
    call = {
        "type": "lambda",
        "function_name": "split",
        "role": f"mlops-gitops/mlops-pipeline-{name}",
        "handler": "split.handler",
        "script": "split.py",
        "outputs": {"train": "String", "rows": "Integer"},
    }
    first = {**call, "name": "split", "inputs": {"data": {"parameter": "data"}}}
    again = {**call, "name": "again", "inputs": {"data": {"Get": "ForEach.CurrentItem"}}}
    loop = {
        "name": "each",
        "type": "for_each",
        "items": [{"returned": {"step": "split", "name": "train"}}, "s3://acme-mlops-data/b/"],
        "concurrency": 2,
        "steps": [again],
    }
    return {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": name,
        "parameters": {"data": "s3://acme-mlops-data/a/"},
        "steps": [first, loop],
        "run_on_deploy": {"dev": True, "staging": False, "prod": False},
    }


def test_a_new_function_is_deployed_with_its_pipeline(user: User, name: str) -> None:
    """It is there before the pipeline runs, in each stage, and its steps call it."""
    every_type.prepare(user)
    config = pipeline(name)
    folder = user.folder / f"{config['pipeline_type']}-{config['model_name']}"
    folder.mkdir(exist_ok=True)
    (folder / "split.py").write_text(SPLIT, encoding="utf-8")
    write(user, [config])

    shown = promote(user)

    assert "All stages run what git says." in shown, shown
    for stage, account in ACCOUNTS.items():
        functions = user.aws("lambda", account).list_functions()["Functions"]
        (made,) = [one for one in functions if f"-{name}-" in one["FunctionName"]]
        assert made["Handler"] == "split.handler", stage
        assert made["Timeout"] == 120
    here = ("--workload", name, "--stage", "dev", "--output", "json")
    steps = json.loads(user.did("pipeline", "steps", *here))["steps"]
    assert {step["status"] for step in steps} == {"Succeeded"}
    assert {step["name"] for step in steps} >= {"split", "each"}
