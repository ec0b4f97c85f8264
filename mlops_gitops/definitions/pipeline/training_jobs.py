"""Training jobs: what the requests of all steps have in common that run as one.

Source of the members: `CreateTrainingJob` of the SageMaker API reference.
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config import pipeline_job_problems as say
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.jobs import network_of
from mlops_gitops.definitions.pipeline.references import get, joined, scalar
from mlops_gitops.definitions.pipeline.shorthand import Mistake, Shorthand, given

CODE_CHANNEL = "mlops_code"
CODE_FOLDER = f"/opt/ml/input/data/{CODE_CHANNEL}"
_VOLUME = 30
_RUNTIME = 86_400
"""A day, which is SageMaker's own default."""
_SOURCE = {
    "data_type": "S3DataType",
    "s3_uri": "S3Uri",
    "distribution": "S3DataDistributionType",
    "attribute_names": "AttributeNames",
}
_CHANNEL = {
    "content_type": "ContentType",
    "compression": "CompressionType",
    "record_wrapping": "RecordWrapperType",
    "input_mode": "InputMode",
}


def channels(step: Shorthand) -> list[Json]:
    """Give the channels of a step's inputs."""
    return [channel(name, about) for name, about in step.members("inputs").items()]


def channel(name: str, about: Mapping[str, Json]) -> Json:
    """Give one channel of data.

    Args:
        name: the folder below `/opt/ml/input/data` in which the container finds it.
        about: as configs spell it.
    """
    source: dict[str, Json] = {
        "data_type": "S3Prefix",
        "distribution": "FullyReplicated",
        **about,
    }
    seed = about.get("shuffle_seed")
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": _renamed(_SOURCE, source)},
        **_renamed(_CHANNEL, about),
        **given(ShuffleConfig=None if seed is None else {"Seed": seed}),
    }


def output(step: Shorthand) -> dict[str, Json]:
    """Say where the model goes: a folder of this execution, unless the step says otherwise."""
    own = joined(step.around.folder, get("Execution.PipelineExecutionId"), step.name)
    uri = without_slash(step.scalar("output_uri"))
    return {
        "S3OutputPath": own if uri is None else uri,
        **given(KmsKeyId=step.value.get("kms_key_arn")),
    }


def without_slash(uri: Json) -> Json:
    """Give an address to which more can be added after a slash; a reference as it is."""
    return uri.removesuffix("/") if isinstance(uri, str) else uri


def resources(step: Shorthand) -> dict[str, Json]:
    """Say on what the job runs."""
    return {
        "InstanceType": step.scalar("instance_type"),
        "InstanceCount": _or(step.scalar("instance_count"), 1),
        "VolumeSizeInGB": _or(step.scalar("volume_size_gb"), _VOLUME),
        **given(VolumeKmsKeyId=step.value.get("kms_key_arn")),
    }


def surroundings(step: Shorthand) -> dict[str, Json]:
    """Give environment, network, spot instances and checkpoints: what a job may go without."""
    return {
        **given(Environment=step.mapped("environment")),
        **network_of(step),
        **_spot(step),
    }


def limits(step: Shorthand) -> dict[str, Json]:
    """Say how long the job may run and, on spot instances, wait."""
    seconds = step.value.get("max_runtime_seconds", _RUNTIME)
    running: dict[str, Json] = {"MaxRuntimeInSeconds": seconds}
    if not step.value.get("spot"):
        return running
    return {**running, "MaxWaitTimeInSeconds": step.value.get("max_wait_seconds", seconds)}


def limit_mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with how long a job may wait."""
    wait = step.value.get("max_wait_seconds")
    runtime = step.value.get("max_runtime_seconds", _RUNTIME)
    if wait is None or not isinstance(wait, int) or not isinstance(runtime, int):
        return
    if not step.value.get("spot"):
        yield step.mistake(say.waits_without_spot("max_wait_seconds"), "max_wait_seconds")
    elif wait < runtime:
        yield step.mistake(say.wait_too_short(wait, runtime), "max_wait_seconds")


def _spot(step: Shorthand) -> dict[str, Json]:
    checkpoint = step.value.get("checkpoints")
    kept = (
        given(S3Uri=scalar(checkpoint.get("s3_uri")), LocalPath=checkpoint.get("local_path"))
        if isinstance(checkpoint, dict)
        else {}
    )
    return {
        **given(EnableManagedSpotTraining=True if step.value.get("spot") else None),
        **given(CheckpointConfig=kept),
    }


def _renamed(names: Mapping[str, str], about: Mapping[str, Json]) -> dict[str, Json]:
    return {member: scalar(about[key]) for key, member in names.items() if key in about}


def _or(value: Json, otherwise: int) -> Json:
    return otherwise if value is None else value
