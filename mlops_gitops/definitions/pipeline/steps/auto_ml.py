"""AutoML: SageMaker finds algorithm and hyperparameters itself.

Steps of pipelines run in the mode ENSEMBLING alone ("Use the AutoML API", developer guide).
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.jobs import network_of
from mlops_gitops.definitions.pipeline.references import scalar
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given
from mlops_gitops.definitions.pipeline.training_jobs import output

_MODE = "ENSEMBLING"
_ISOLATION = "EnableNetworkIsolation"


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `AutoML`."""
    arguments: dict[str, Json] = {
        "RoleArn": step.around.role_arn,
        "InputDataConfig": [
            _channel(step, name, about) for name, about in step.members("inputs").items()
        ],
        "OutputDataConfig": output(step),
        "AutoMLJobConfig": {
            "Mode": _MODE,
            **given(CompletionCriteria=_completion(step)),
            **given(CandidateGenerationConfig=_generation(step)),
            **given(SecurityConfig=_security(step)),
        },
        **given(ProblemType=step.value.get("problem_type")),
        **given(AutoMLJobObjective=given(MetricName=step.value.get("objective_metric"))),
    }
    return single(step, "AutoML", arguments)


def mistakes(_step: Shorthand) -> Iterator[Mistake]:
    """Nothing can be wrong with one but its shape."""
    yield from ()


def _channel(step: Shorthand, name: str, about: Mapping[str, Json]) -> Json:
    return {
        "ChannelType": name,
        "DataSource": {
            "S3DataSource": {
                "S3DataType": about.get("data_type", "S3Prefix"),
                "S3Uri": scalar(about["s3_uri"]),
            }
        },
        "TargetAttributeName": step.scalar("target"),
        **given(
            ContentType=scalar(about.get("content_type")), CompressionType=about.get("compression")
        ),
    }


def _completion(step: Shorthand) -> dict[str, Json]:
    return given(
        MaxCandidates=step.scalar("max_candidates"),
        MaxRuntimePerTrainingJobInSeconds=step.value.get("max_runtime_per_job_seconds"),
        MaxAutoMLJobRuntimeInSeconds=step.value.get("max_runtime_seconds"),
    )


def _generation(step: Shorthand) -> dict[str, Json]:
    algorithms = step.value.get("algorithms")
    one: Json = {"AutoMLAlgorithms": algorithms}
    return {"AlgorithmsConfig": [one]} if algorithms else {}


def _security(step: Shorthand) -> dict[str, Json]:
    network = {key: value for key, value in network_of(step).items() if key != _ISOLATION}
    return {**network, **given(VolumeKmsKeyId=step.value.get("kms_key_arn"))}
