"""Processing jobs of baselines: the parts that all of them are asked for with.

The names that these parts refer to are parameters, conditions and roles of the monitors'
blueprints. Source of the members: CreateProcessingJob, SageMaker API reference.
"""

from collections.abc import Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope

OUTPUT_PATH = "/opt/ml/processing/output"


def baseline_job(
    scope: Scope,
    *,
    inputs: list[Json],
    output: str,
    environment: Mapping[str, Json],
) -> Json:
    """Give the request for a baseline job, whose name the state machine has in `$job`.

    Args:
        scope: the monitor.
        inputs: what is downloaded to the instance.
        output: name of the one output, the baseline's folder.
        environment: what the image reads.
    """
    request: dict[str, Json] = {
        "ProcessingJobName": "{% $job %}",
        "RoleArn": {"Fn::GetAtt": ["BaselineRole", "Arn"]},
        "AppSpecification": {"ImageUri": {"Ref": "MonitorImageUri"}},
        "ProcessingInputs": inputs,
        "ProcessingOutputConfig": _output(output),
        "ProcessingResources": {"ClusterConfig": _cluster(scope)},
    }
    if environment:
        request["Environment"] = dict(environment)
    if (seconds := scope.number("baseline_max_runtime_seconds")) is not None:
        request["StoppingCondition"] = {"MaxRuntimeInSeconds": seconds}
    return request


def s3_input(name: str, uri: str, path: str) -> Json:
    """Give one input: what lies at `uri` (parameters as `${Name}`) is downloaded to `path`."""
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": {"Fn::Sub": uri},
            "LocalPath": path,
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
            "S3CompressionType": "None",
        },
    }


def _output(name: str) -> Json:
    return {
        "Outputs": [
            {
                "OutputName": name,
                "S3Output": {
                    "S3Uri": {"Fn::Sub": "s3://${BaselineJobOutputLocation}/${BaselineName}"},
                    "LocalPath": OUTPUT_PATH,
                    "S3UploadMode": "EndOfJob",
                },
            }
        ],
        "KmsKeyId": _where("HasKmsKey", {"Ref": "KmsKeyArn"}),
    }


def _cluster(scope: Scope) -> Json:
    return {
        "InstanceCount": 1,
        "InstanceType": {"Ref": "InstanceType"},
        "VolumeSizeInGB": scope.number("instance_volume_size"),
        "VolumeKmsKeyId": _where("HasVolumeKey", {"Ref": "KmsKeyArn"}),
    }


def _where(condition: str, value: Json) -> Json:
    return {"Fn::If": [condition, value, {"Ref": "AWS::NoValue"}]}
