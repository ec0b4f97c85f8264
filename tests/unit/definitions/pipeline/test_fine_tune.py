"""Fine-tuning: what a model of JumpStart is made of comes from the lock file alone."""

from typing import Any

import pytest
from steps_of_pipelines import ROLE, as_text, channel, get, own_output, step_of, told

from mlops_gitops.definitions.pipeline.lock import (
    LOCK,
    Lock,
    LockedModel,
    UnreadableLock,
    lock_beside,
    read_lock,
)

JUMPSTART = "s3://jumpstart-cache-prod-us-east-1"
MODEL = LockedModel(
    image_uri="763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-training:2.0",
    artifact_uri=f"{JUMPSTART}/model.tar.gz",
    script_uri=f"{JUMPSTART}/sourcedir.tar.gz",
    data_uri=f"{JUMPSTART}/data/",
    hyperparameters={"epochs": "1", "sagemaker_program": "transfer_learning.py"},
    metrics={"eval-loss": "loss=([0-9.]+)"},
    instance_type="ml.g5.2xlarge",
    volume_size_gb=256,
)
STEP: dict[str, Any] = {
    "name": "tune",
    "type": "fine_tune",
    "model_id": "huggingface-llm-x",
    "model_version": "2.1.0",
}


def lock(model: LockedModel = MODEL, region: str = "us-east-1") -> dict[str, bytes]:
    """Give the lock file beside the config."""
    return {LOCK: Lock(region=region, models={"huggingface-llm-x@2.1.0": model}).text().encode()}


def changed(**fields: Any) -> LockedModel:
    """Give the model with other members."""
    return LockedModel(**{**{name: getattr(MODEL, name) for name in MODEL.__slots__}, **fields})


def test_a_model_is_trained_as_it_was_resolved() -> None:
    """Image, channels, hyperparameters and tags are the model's own, as the SDK has them."""
    step = step_of(
        {**STEP, "hyperparameters": {"epochs": {"parameter": "epochs"}}},
        files=lock(),
        parameters={"epochs": 3},
    )

    assert step == {
        "Name": "tune",
        "Type": "Training",
        "Arguments": {
            "RoleArn": ROLE,
            "AlgorithmSpecification": {
                "TrainingImage": MODEL.image_uri,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "eval-loss", "Regex": "loss=([0-9.]+)"}],
            },
            "HyperParameters": {
                "epochs": as_text(get("Parameters.epochs")),
                "sagemaker_program": "transfer_learning.py",
            },
            "InputDataConfig": [
                channel("training", f"{JUMPSTART}/data/"),
                channel("model", f"{JUMPSTART}/model.tar.gz"),
                channel("code", f"{JUMPSTART}/sourcedir.tar.gz"),
            ],
            "OutputDataConfig": {"S3OutputPath": own_output("tune")},
            "ResourceConfig": {
                "InstanceType": "ml.g5.2xlarge",
                "InstanceCount": 1,
                "VolumeSizeInGB": 256,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
            "Tags": [
                {"Key": "sagemaker-sdk:jumpstart-model-id", "Value": "huggingface-llm-x"},
                {"Key": "sagemaker-sdk:jumpstart-model-version", "Value": "2.1.0"},
            ],
        },
    }


def test_own_data_and_instances_count_more_than_the_models() -> None:
    """What the step says holds."""
    step = step_of(
        {
            **STEP,
            "inputs": {"training": {"s3_uri": "s3://acme-mlops-data/texts/"}},
            "instance_type": "ml.g5.4xlarge",
            "volume_size_gb": 100,
            "accept_eula": True,
        },
        files=lock(changed(gated=True, data_uri="", script_uri="")),
    )["Arguments"]

    model = channel("model", f"{JUMPSTART}/model.tar.gz")
    model["DataSource"]["S3DataSource"]["ModelAccessConfig"] = {"AcceptEula": True}
    assert step["InputDataConfig"] == [channel("training", "s3://acme-mlops-data/texts/"), model]
    assert step["ResourceConfig"]["InstanceType"] == "ml.g5.4xlarge"
    assert step["ResourceConfig"]["VolumeSizeInGB"] == 100
    assert step["Environment"] == {"accept_eula": "true"}


@pytest.mark.parametrize(
    ("files", "code", "pointer"),
    [
        ({}, "MG330", "/model_version"),
        (lock(region="eu-west-1"), "MG330", "/model_version"),
        ({LOCK: b"{"}, "MG330", ""),
        (lock(changed(data_uri="")), "MG331", ""),
        (lock(changed(gated=True)), "MG336", "/model_id"),
    ],
)
def test_what_is_not_resolved_is_told(files: dict[str, bytes], code: str, pointer: str) -> None:
    """A lock file that is missing, of another region or no lock file, and what a model needs."""
    assert told(STEP, files=files) == [(code, f"/steps/0{pointer}")]


def test_another_version_is_not_resolved() -> None:
    """A step that wants a newer version than the lock file has is told so."""
    assert told({**STEP, "model_version": "2.2.0"}, files=lock()) == [
        ("MG330", "/steps/0/model_version")
    ]


def test_a_lock_file_is_read_as_it_was_written() -> None:
    """The same models are the same text, whatever their order."""
    models = {"b@1.0.0": MODEL, "a@1.0.0": LockedModel(image_uri="x")}
    one = Lock(region="us-east-1", models=models)
    other = Lock(region="us-east-1", models=dict(reversed(models.items())))

    assert read_lock(one.text().encode()) == one
    assert one.text() == other.text()
    assert lock_beside("churn/mlops-config.json") == f"churn/{LOCK}"
    assert lock_beside("mlops-config.json") == LOCK


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "JSON"),
        (b"[]", "lacks version"),
        (b'{"version": 2, "region": "x", "models": {}}', "newer"),
        (b'{"version": 1, "region": "x", "models": {"a@1.0.0": {}}}', "pipeline resolve"),
        (
            b'{"version": 1, "region": "x", "models": {"a": {"image_uri": "x", "more": 1}}}',
            "pipeline resolve",
        ),
    ],
)
def test_what_is_no_lock_file_says_why(content: bytes, why: str) -> None:
    """A file that somebody wrote by hand, or a newer program."""
    with pytest.raises(UnreadableLock, match=why):
        read_lock(content)
