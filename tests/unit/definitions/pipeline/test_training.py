"""Training steps: an algorithm or a script makes a model from data."""

import io
import json
import tarfile
from typing import Any

import pytest
from steps_of_pipelines import (
    IMAGE,
    ROLE,
    as_text,
    channel,
    compiled,
    get,
    own_output,
    step_of,
    told,
)

from mlops_gitops.definitions.pipeline.tarball import tar_gz

XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
DATA = {
    "train": {"s3_uri": "s3://acme-mlops-data/train/"},
    "validation": {"s3_uri": "s3://acme-mlops-data/validation/"},
}
CHANNELS = [
    channel("train", "s3://acme-mlops-data/train/"),
    channel("validation", "s3://acme-mlops-data/validation/"),
]
KEY = "arn:aws:kms:us-east-1:222222222222:key/11111111-1111-1111-1111-111111111111"
STEP: dict[str, Any] = {
    "name": "train",
    "type": "training",
    "framework": "xgboost",
    "framework_version": "1.7-1",
    "inputs": DATA,
    "instance_type": "ml.m5.xlarge",
}
SCRIPT = {"source_dir": "code", "code": "train.py"}
FILES = {"code/train.py": b"import more\n", "code/more.py": b"MORE = 1\n"}


def test_an_algorithm_is_trained_as_the_sdk_has_it_trained() -> None:
    """The request of an algorithm's image has the members that the SDK's TrainingStep writes."""
    step = step_of(
        {
            **STEP,
            "hyperparameters": {"num_round": 50, "eta": {"parameter": "eta"}},
            "cache": {"expire_after": "P30D"},
        },
        parameters={"eta": 0.2},
    )

    assert step == {
        "Name": "train",
        "Type": "Training",
        "Arguments": {
            "RoleArn": ROLE,
            "AlgorithmSpecification": {
                "TrainingImage": XGBOOST,
                "TrainingInputMode": "File",
            },
            "HyperParameters": {"num_round": "50", "eta": as_text(get("Parameters.eta"))},
            "InputDataConfig": CHANNELS,
            "OutputDataConfig": {"S3OutputPath": own_output("train")},
            "ResourceConfig": {
                "InstanceType": "ml.m5.xlarge",
                "InstanceCount": 1,
                "VolumeSizeInGB": 30,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        },
        "CacheConfig": {"Enabled": True, "ExpireAfter": "P30D"},
    }


def test_a_script_is_found_as_the_training_toolkit_finds_it() -> None:
    """Code is an archive in S3 that hyperparameters name, all of them as JSON."""
    definition = compiled({**STEP, **SCRIPT, "hyperparameters": {"mode": "fast"}}, files=FILES)

    (asset,) = definition.assets
    assert asset.name == "sourcedir.tar.gz"
    arguments = definition.value()["Steps"][0]["Arguments"]  # type: ignore[index, call-overload] - JSON
    assert arguments["HyperParameters"] == {
        "mode": '"fast"',
        "sagemaker_submit_directory": f'"s3://acme-mlops-assets/{asset.key}"',
        "sagemaker_program": '"train.py"',
        "sagemaker_container_log_level": "20",
        "sagemaker_region": '"us-east-1"',
    }
    with tarfile.open(fileobj=io.BytesIO(asset.content), mode="r:gz") as archive:
        assert archive.getnames() == ["more.py", "train.py"]
        assert archive.extractfile("train.py").read() == b"import more\n"  # type: ignore[union-attr] - it is a file


def test_the_same_code_is_the_same_archive() -> None:
    """Nothing of the machine is in an archive: not its time, its user or its compressor."""
    archives = [
        compiled({**STEP, **SCRIPT}, files=files).assets[0]
        for files in (FILES, dict(reversed(FILES.items())))
    ]

    assert archives[0] == archives[1]
    assert tar_gz({"b": b"", "a": b""}) == tar_gz({"a": b"", "b": b""})
    assert archives[0].sha256.startswith("592172a46681")
    larger = compiled({**STEP, **SCRIPT}, files={**FILES, "code/data.bin": b"\0" * 200_000})
    with tarfile.open(fileobj=io.BytesIO(larger.assets[0].content), mode="r:gz") as archive:
        assert archive.extractfile("data.bin").read() == b"\0" * 200_000  # type: ignore[union-attr] - it is a file


SOURCE = {
    "S3DataType": "AugmentedManifestFile",
    "S3Uri": get("Parameters.data"),
    "S3DataDistributionType": "ShardedByS3Key",
    "AttributeNames": ["source-ref", "class"],
}
EVERYTHING: dict[str, Any] = {
    "RoleArn": ROLE,
    "AlgorithmSpecification": {
        "TrainingImage": IMAGE,
        "TrainingInputMode": "FastFile",
        "MetricDefinitions": [{"Name": "validation:mae", "Regex": "mae=([0-9.]+)"}],
    },
    "InputDataConfig": [
        {
            "ChannelName": "train",
            "DataSource": {"S3DataSource": SOURCE},
            "ContentType": "application/jsonlines",
            "CompressionType": "Gzip",
            "RecordWrapperType": "RecordIO",
            "InputMode": "Pipe",
            "ShuffleConfig": {"Seed": 7},
        },
        CHANNELS[1],
    ],
    "OutputDataConfig": {"S3OutputPath": "s3://acme-mlops-data/models", "KmsKeyId": KEY},
    "ResourceConfig": {
        "InstanceType": get("Parameters.instance"),
        "InstanceCount": 2,
        "VolumeSizeInGB": 50,
        "VolumeKmsKeyId": KEY,
    },
    "StoppingCondition": {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 1200},
    "Environment": {"THREADS": get("Parameters.data")},
    "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
    "EnableNetworkIsolation": True,
    "EnableInterContainerTrafficEncryption": True,
    "EnableManagedSpotTraining": True,
    "CheckpointConfig": {"S3Uri": "s3://acme-mlops-data/c/", "LocalPath": "/opt/ml/c"},
}


def test_everything_a_training_job_may_be_told() -> None:
    """Each member of the shorthand has its place in the request."""
    step = step_of(
        {
            "name": "train",
            "type": "training",
            "inputs": {
                **DATA,
                "train": {
                    "s3_uri": {"parameter": "data"},
                    "content_type": "application/jsonlines",
                    "data_type": "AugmentedManifestFile",
                    "attribute_names": ["source-ref", "class"],
                    "distribution": "ShardedByS3Key",
                    "input_mode": "Pipe",
                    "compression": "Gzip",
                    "record_wrapping": "RecordIO",
                    "shuffle_seed": 7,
                },
            },
            "input_mode": "FastFile",
            "metric_definitions": {"validation:mae": "mae=([0-9.]+)"},
            "instance_type": {"parameter": "instance"},
            "instance_count": 2,
            "volume_size_gb": 50,
            "max_runtime_seconds": 600,
            "spot": True,
            "max_wait_seconds": 1200,
            "checkpoints": {"s3_uri": "s3://acme-mlops-data/c/", "local_path": "/opt/ml/c"},
            "output_uri": "s3://acme-mlops-data/models/",
            "environment": {"THREADS": {"parameter": "data"}},
            "kms_key_arn": KEY,
            "network": {
                "subnets": ["subnet-1"],
                "security_groups": ["sg-1"],
                "isolated": True,
                "encrypted": True,
            },
            "image_uri": IMAGE,
        },
        parameters={"data": "s3://acme-mlops-data/m.json", "instance": "ml.m5.xlarge"},
    )

    assert step["Arguments"] == EVERYTHING


@pytest.mark.parametrize("names", [["train"], ["validation"], ["data"]])
def test_training_and_validation_data_are_both_there(names: list[str]) -> None:
    """A step that lacks one of them is told so once for each, at the step."""
    inputs = {name: {"s3_uri": "s3://acme-mlops-data/x/"} for name in names}

    lacking = 2 - len({"train", "validation"} & inputs.keys())
    assert told({**STEP, "inputs": inputs}) == [("MG325", "/steps/0")] * lacking


@pytest.mark.parametrize("names", [("training", "test"), ("train", "validation", "more")])
def test_other_names_of_channels_do(names: tuple[str, ...]) -> None:
    """Algorithms differ in what they call their data."""
    inputs = {name: {"s3_uri": "s3://acme-mlops-data/x/"} for name in names}

    assert told({**STEP, "inputs": inputs}) == []


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        ({"spot": True, "max_wait_seconds": 600, "max_runtime_seconds": 900}, True),
        ({"spot": True, "max_wait_seconds": 3600}, True),
        ({"max_wait_seconds": 900, "max_runtime_seconds": 600}, True),
        ({"spot": True, "max_wait_seconds": 900, "max_runtime_seconds": 900}, False),
        ({"spot": True}, False),
    ],
)
def test_waiting_counts_running_too(times: dict[str, Any], wrong: bool) -> None:  # noqa: FBT001 - an example
    """A job that may wait for less than it may run is refused, and one that never waits."""
    assert told({**STEP, **times}) == ([("MG326", "/steps/0/max_wait_seconds")] if wrong else [])


def test_a_definition_is_the_same_bytes_each_time() -> None:
    """Compiling asks nobody, and so gives one answer."""
    texts = {compiled({**STEP, **SCRIPT}, files=FILES).text() for _ in range(2)}

    assert len(texts) == 1
    assert json.loads(texts.pop())["PipelineExperimentConfig"] == {
        "ExperimentName": get("Execution.PipelineName"),
        "TrialName": get("Execution.PipelineExecutionId"),
    }
