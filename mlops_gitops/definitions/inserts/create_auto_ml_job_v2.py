"""The request of an Autopilot job over a table."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions import training
from mlops_gitops.definitions.literal import literal
from mlops_gitops.definitions.scope import Scope


def insert(scope: Scope) -> Json:
    """Give the arguments of SageMaker's `CreateAutoMLJobV2`."""
    return {
        "AutoMLJobName": "{% $job %}",
        "RoleArn": {"Fn::GetAtt": ["JobRole", "Arn"]},
        "AutoMLJobInputDataConfig": [_data(scope)],
        "AutoMLProblemTypeConfig": {"TabularJobConfig": _table(scope)},
        "OutputDataConfig": training.output(),
        "SecurityConfig": {
            "VolumeKmsKeyId": {"Fn::If": ["HasKmsKey", {"Ref": "KmsKeyArn"}, training.NO_VALUE]},
            "EnableInterContainerTrafficEncryption": scope.flag("encrypt_inner_traffic"),
        },
        **_objective(scope),
        "Tags": training.TAGS,
    }


def _data(scope: Scope) -> Json:
    uri: Json = {"Fn::Sub": "s3://${AssetsBucket}/${TrainingData}"}
    compression: dict[str, Json] = {"CompressionType": scope.text("compression_type")}
    return {
        "ChannelType": "training",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
        **(compression if scope.text("compression_type") else {}),
    }


def _table(scope: Scope) -> Json:
    problem: dict[str, Json] = {"ProblemType": scope.text("problem_type")}
    return {
        "TargetAttributeName": literal(scope.value("target_attribute")),
        "GenerateCandidateDefinitionsOnly": scope.flag("generate_definition_only"),
        "CompletionCriteria": {
            "MaxCandidates": scope.number("job_max_candidates"),
            "MaxRuntimePerTrainingJobInSeconds": scope.number("max_runtime_per_job"),
            "MaxAutoMLJobRuntimeInSeconds": scope.number("total_max_runtime"),
        },
        **(problem if scope.text("problem_type") else {}),
    }


def _objective(scope: Scope) -> dict[str, Json]:
    metric = scope.text("job_objective")
    return {"AutoMLJobObjective": {"MetricName": metric}} if metric else {}
