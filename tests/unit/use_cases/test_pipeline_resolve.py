"""Resolving: a model is asked for once, and what it is made of is written down."""

import json
from typing import Any

import pytest
from builders import SETTINGS

from mlops_gitops.adapters.memory.foundation_models import MemoryModelHub
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.definitions.pipeline.lock import LOCK, Lock, LockedModel, read_lock
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.use_cases.pipeline_resolve import known_models, nothing_known, resolve_models

CONFIG = "answers/mlops-config.json"
MODEL = "huggingface-llm-x"
DOCUMENT: dict[str, Any] = {
    "TrainingSupported": True,
    "TrainingEcrUri": "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface:2",
    "TrainingArtifactUri": "s3://jumpstart/model.tar.gz",
    "TrainingScriptUri": "s3://jumpstart/sourcedir.tar.gz",
    "DefaultTrainingDatasetUri": "s3://jumpstart/data/",
    "Hyperparameters": [
        {"Name": "epochs", "Type": "int", "Default": 1, "Scope": "algorithm"},
        {"Name": "peft", "Type": "bool", "Default": True, "Scope": "algorithm"},
        {"Name": "rate", "Type": "float", "Scope": "algorithm"},
    ],
    "TrainingMetrics": [{"Name": "loss", "Regex": "loss=(.*)"}],
    "DefaultTrainingInstanceType": "ml.g5.2xlarge",
    "TrainingVolumeSize": 256,
    "GatedBucket": True,
    "TrainingEnableNetworkIsolation": True,
}
LOCKED = LockedModel(
    image_uri="763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface:2",
    artifact_uri="s3://jumpstart/model.tar.gz",
    script_uri="s3://jumpstart/sourcedir.tar.gz",
    data_uri="s3://jumpstart/data/",
    hyperparameters={"epochs": "1", "peft": "true"},
    metrics={"loss": "loss=(.*)"},
    instance_type="ml.g5.2xlarge",
    volume_size_gb=256,
    gated=True,
    isolated=True,
)


def step(version: str = "1.0.0") -> dict[str, Any]:
    """Declare a step that fine-tunes."""
    return {"name": "tune", "type": "fine_tune", "model_id": MODEL, "model_version": version}


def files(*steps: dict[str, Any], lock: bytes | None = None) -> MemoryFiles:
    """Give a repository whose config has steps."""
    config = {"pipeline_type": "sagemaker_pipeline", "model_name": "answers", "steps": steps}
    found = {"mlops-gitops.yaml": SETTINGS.encode(), CONFIG: json.dumps(config).encode()}
    return MemoryFiles(found if lock is None else {**found, f"answers/{LOCK}": lock})


def hub(*versions: str, **members: Any) -> MemoryModelHub:
    """Give a hub with versions of the model."""
    return MemoryModelHub({(MODEL, each): {**DOCUMENT, **members} for each in versions})


def test_what_a_model_is_made_of_is_written_down() -> None:
    """Members of the hub's document, those inside of branches included, each model once."""
    gate = {"name": "gate", "type": "condition", "if_steps": [step(), step("2.0.0")]}
    models = hub("1.0.0", "2.0.0")

    found = resolve_models(files(gate), CONFIG, "us-east-1", models, nothing_known())

    assert found.path == f"answers/{LOCK}"
    assert found.lock == Lock(
        region="us-east-1", models={f"{MODEL}@1.0.0": LOCKED, f"{MODEL}@2.0.0": LOCKED}
    )
    assert models.asked == [(MODEL, "1.0.0"), (MODEL, "2.0.0")]
    assert read_lock(found.lock.text().encode()) == found.lock


def test_what_is_known_is_not_asked_for_again() -> None:
    """Only a new version is; a lock of another region knows nothing."""
    lock = Lock(region="us-east-1", models={f"{MODEL}@1.0.0": LOCKED})
    repository = files(step(), step("2.0.0"), lock=lock.text().encode())
    known = known_models(repository, CONFIG)

    here, there = hub("1.0.0", "2.0.0"), hub("1.0.0", "2.0.0")
    found = resolve_models(repository, CONFIG, "us-east-1", here, known)
    resolve_models(repository, CONFIG, "eu-west-1", there, known)

    assert known == lock
    assert here.asked == [(MODEL, "2.0.0")]
    assert found.asked == (f"{MODEL}@2.0.0",)
    assert set(found.lock.models) == {f"{MODEL}@1.0.0", f"{MODEL}@2.0.0"}
    assert len(there.asked) == 2


def test_without_a_lock_file_nothing_is_known() -> None:
    """That is how it begins."""
    assert known_models(files(step()), CONFIG) == nothing_known()


@pytest.mark.parametrize(
    ("repository", "models", "why"),
    [
        (files(), hub(), "names no model"),
        (files(step("9.9.9")), hub("1.0.0"), "JumpStart has no model huggingface-llm-x@9.9.9"),
        (files(step()), hub("1.0.0", TrainingSupported=False), "not be trained"),
        (files(step()), hub("1.0.0", TrainingEcrUri=None), "not be trained"),
    ],
)
def test_what_cannot_be_resolved_is_refused(
    repository: MemoryFiles, models: MemoryModelHub, why: str
) -> None:
    """A config without models, a version that is not there, and one for inference alone."""
    with pytest.raises(UsageError, match=why):
        resolve_models(repository, CONFIG, "us-east-1", models, nothing_known())


def test_files_that_cannot_be_read_are_refused() -> None:
    """A config that is no JSON, and a lock file that is none."""
    broken = MemoryFiles({CONFIG: b"{"})

    with pytest.raises(InvalidRepository):
        resolve_models(broken, CONFIG, "us-east-1", hub(), nothing_known())
    with pytest.raises(UsageError, match="cannot be read"):
        known_models(files(step(), lock=b"{"), CONFIG)
