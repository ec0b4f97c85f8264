"""Training: what a training job and the training jobs of a tuning job have in common.

Source of the members: `CreateTrainingJob` of the SageMaker API reference.
"""

import json

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.literal import literal
from mlops_gitops.definitions.scope import Scope

NO_VALUE: Json = {"Ref": "AWS::NoValue"}

TAGS: Json = [
    {"Key": "stack-name", "Value": {"Ref": "AWS::StackName"}},
    {"Key": "model_name", "Value": {"Ref": "ModelName"}},
]
"""Tags of a job. A job is no resource of its stack, so the stack's tags do not reach it."""


def text_of(value: Json) -> str:
    """Spell a hyperparameter as the predecessor did, which used the SageMaker SDK's `str()`."""
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def hyperparameters(scope: Scope) -> dict[str, Json]:
    """Give the hyperparameters; SageMaker takes texts only."""
    written = scope.value("algo_hyperparamaters")
    values = written if isinstance(written, dict) else {}
    return {name: literal(text_of(value)) for name, value in values.items()}


def channels(scope: Scope) -> Json:
    """Give the channels `train` and, where there is validation data, `validation`."""
    train = _channel(scope, "train", "TrainingData")
    if not scope.text("validation_data"):
        return [train]
    return [train, _channel(scope, "validation", "ValidationData")]


def _channel(scope: Scope, name: str, parameter: str) -> Json:
    given = {
        "ContentType": literal(scope.text("content_type")),
        "CompressionType": scope.text("compression_type"),
        "RecordWrapperType": scope.text("data_record_wrapping"),
    }
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": _source(scope, parameter)},
        "InputMode": scope.text("data_input_mode"),
        **{member: value for member, value in given.items() if value},
    }


def _source(scope: Scope, parameter: str) -> Json:
    source: dict[str, Json] = {
        "S3DataType": {"Ref": "S3DataType"},
        "S3Uri": {"Fn::Sub": f"s3://${{AssetsBucket}}/${{{parameter}}}"},
        "S3DataDistributionType": scope.text("data_distribution"),
    }
    names = scope.texts("attribute_names")
    return source | {"AttributeNames": literal(list(names))} if names else source


def output() -> Json:
    """Say where models go, and with which key.

    Without a key SageMaker would take the account's own for S3, which no other account can use.
    """
    assets_key: Json = {"Fn::If": ["HasAssetsKmsKey", {"Ref": "AssetsKmsKeyArn"}, NO_VALUE]}
    return {
        "S3OutputPath": {"Fn::Sub": "s3://${AssetsBucket}/${JobOutputLocation}"},
        "KmsKeyId": {"Fn::If": ["HasKmsKey", {"Ref": "KmsKeyArn"}, assets_key]},
    }


def instances(scope: Scope) -> Json:
    """Say on what a job runs."""
    return {
        "InstanceType": {"Ref": "InstanceType"},
        "InstanceCount": scope.number("instance_count"),
        "VolumeSizeInGB": scope.number("instance_volume_size"),
        "VolumeKmsKeyId": {"Fn::If": ["HasVolumeKey", {"Ref": "KmsKeyArn"}, NO_VALUE]},
    }


def limits(scope: Scope) -> Json:
    """Say how long a job may run and, on spot instances only, wait."""
    running: dict[str, Json] = {"MaxRuntimeInSeconds": scope.number("max_runtime_per_job")}
    if not scope.flag("use_spot_instances"):
        return running
    return running | {"MaxWaitTimeInSeconds": scope.number("max_wait_time_spot_instances")}


def spot(scope: Scope) -> dict[str, Json]:
    """Give the members of a job on spot instances, checkpoints included; none without them."""
    if not scope.flag("use_spot_instances"):
        return {}
    return {
        "EnableManagedSpotTraining": True,
        "CheckpointConfig": {"S3Uri": "{% $output & '/' & $job & '/checkpoint' %}"},
    }
