"""The page about steps says what is so: what they compile to, and which rules they are held to."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from read_markdown import rows, tokens
from steps_of_pipelines import compiled

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "pipeline-steps.md").read_text(encoding="utf-8")
BROKEN = ROOT / "config-examples" / "broken"
MODEL = {
    "image_uri": "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-training:1.10",
    "artifact_uri": "s3://jumpstart-cache-prod-us-east-1/flan-t5-base.tar.gz",
    "script_uri": "s3://jumpstart-cache-prod-us-east-1/text2text/sourcedir.tar.gz",
    "data_uri": "s3://jumpstart-cache-prod-us-east-1/QNLI-tiny/",
    "hyperparameters": {"epochs": "1", "sagemaker_program": "transfer_learning.py"},
    "instance_type": "ml.g5.2xlarge",
    "volume_size_gb": 256,
}
LOCK = {
    "version": 1,
    "region": "us-east-1",
    "models": {"huggingface-text2text-flan-t5-base@2.2.2": MODEL},
}
FILES = {
    "split.py": b"def handler(event, context):\n    return {}\n",
    "checks.py": b"def check(path, limits):\n    return {}\n",
    "src/clean.sh": b"",
    "prepare.py": b"",
    "report.ipynb": b"{}",
    "mlops-gitops.lock.json": json.dumps(LOCK).encode(),
}
PARAMETERS = {
    "input_data": "s3://acme-mlops-data/abalone/",
    "max_rmse": 6,
    "regions": '["north", "south"]',
}
TRAIN: dict[str, Any] = {
    "Name": "train",
    "Type": "Training",
    "Arguments": {
        "AlgorithmSpecification": {
            "TrainingImage": "222222222222.dkr.ecr.us-east-1.amazonaws.com/abalone:1",
            "TrainingInputMode": "File",
        },
        "OutputDataConfig": {"S3OutputPath": "s3://acme-mlops-data/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30},
        "RoleArn": "arn:aws:iam::222222222222:role/pipelines",
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    },
}


KINDS = {"callback", "clarify_check", "cleanup", "condition", "create_model", "deploy", "emr"}
KINDS |= {"emr_serverless", "fail", "for_each", "lambda", "lineage", "monitor_batch_transform"}
KINDS |= {"quality_check", "register_model", "transform"}
JOBS = {"auto_ml", "execute_code", "fine_tune", "function", "notebook_job", "processing"}
KINDS |= JOBS | {"training", "tuning"}


def examples() -> dict[str, tuple[Any, Any]]:
    """Give each section's step and what the page says that it compiles to."""
    found: dict[str, tuple[Any, Any]] = {}
    for section in PAGE.split("\n## ")[1:]:
        kind = section.partition("\n")[0]
        if kind in KINDS:
            step, made = (token.content for token in tokens(section) if token.info == "json")
            found[kind] = (json.loads(step), json.loads(made))
    return found


EXAMPLES = examples()
RULES = [row for row in rows(PAGE) if re.search(r"MG\d{3}", row[1]) and row[2].startswith("step-")]


def test_steps_are_documented() -> None:
    """Each of these kinds has a section with an example."""
    assert EXAMPLES.keys() == KINDS


def without_digests(steps: list[Any]) -> Any:
    """Leave out digests of code, some of it ours, which the page does not have to follow."""
    return json.loads(re.sub(r"(?<=_assets/)([0-9a-f]{64}|DIGEST)", "", json.dumps(steps)))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_example_compiles_to_what_the_page_says(kind: str) -> None:
    """Whoever reads the page can count on it, to the last member."""
    step, said = EXAMPLES[kind]
    before = [TRAIN] if kind == "cleanup" else []

    made = compiled(*before, step, files=FILES, parameters=PARAMETERS).steps[len(before) :]

    wanted = said if isinstance(said, list) else [said]
    assert without_digests(list(made)) == without_digests(wanted)


@pytest.mark.parametrize("row", RULES, ids=lambda row: row[0])
def test_a_rule_is_shown_by_the_examples_that_it_names(row: list[str]) -> None:
    """Each example that a rule names is refused with one of the rule's codes, and all are."""
    _, said, shown = row
    codes = re.findall(r"MG\d{3}", said)

    found = set()
    for name in re.findall(r"step-[a-z0-9-]+", shown):
        (problem,) = json.loads((BROKEN / name / "expected.json").read_text())["problems"]
        assert problem["code"] in codes
        assert problem["pointer"].startswith("/steps/")
        found.add(problem["code"])

    assert found == set(codes)
