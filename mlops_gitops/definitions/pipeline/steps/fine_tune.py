"""Fine-tuning: a foundation model of SageMaker JumpStart is trained further.

What the model is made of stands in the lock file beside the config; see `lock`. Channels, tags and
hyperparameters are those that the SageMaker SDK gives to a model of JumpStart.
"""

from collections.abc import Iterator

from mlops_gitops.config import pipeline_job_problems as say
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline import training_jobs
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.lock import (
    LockedModel,
    UnreadableLock,
    key,
    lock_beside,
    read_lock,
)
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given
from mlops_gitops.definitions.pipeline.text import as_text

_TRAINING = "training"
_TAG = "sagemaker-sdk:jumpstart-model-{}"


def compile_step(step: Shorthand) -> Compiled:
    """Give a step of type `Training` with the model's image, artifact and script."""
    model = _models(step)[key(*_wanted(step))]
    own = {name: as_text(step, value) for name, value in step.mapped("hyperparameters").items()}
    metrics: list[Json] = [{"Name": name, "Regex": each} for name, each in model.metrics.items()]
    arguments: dict[str, Json] = {
        "RoleArn": step.around.role_arn,
        "AlgorithmSpecification": {
            "TrainingImage": model.image_uri,
            "TrainingInputMode": "File",
            **given(MetricDefinitions=metrics),
        },
        **given(HyperParameters={**model.hyperparameters, **own}),
        "InputDataConfig": list(_channels(step, model)),
        "OutputDataConfig": training_jobs.output(step),
        "ResourceConfig": _resources(step, model),
        "StoppingCondition": training_jobs.limits(step),
        **given(EnableNetworkIsolation=True if model.isolated else None),
        **training_jobs.surroundings(step),
        **given(Environment=_environment(step)),
        "Tags": _tags(step),
    }
    return single(step, "Training", arguments)


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong: a lock file that lacks the model, data, licence, waiting."""
    yield from training_jobs.limit_mistakes(step)
    try:
        model = _models(step).get(key(*_wanted(step)))
    except UnreadableLock as error:
        yield step.mistake(say.unreadable_lock(str(error), _command(step)))
        return
    if model is None:
        yield step.mistake(say.not_resolved(*_wanted(step), _command(step)), "model_version")
        return
    if not model.data_uri and _TRAINING not in step.members("inputs"):
        yield step.mistake(say.no_default_data(_wanted(step)[0]))
    if model.gated and not step.value.get("accept_eula"):
        yield step.mistake(say.licence_not_accepted(_wanted(step)[0]), "model_id")


def _wanted(step: Shorthand) -> tuple[str, str]:
    return str(step.value["model_id"]), str(step.value["model_version"])


def _command(step: Shorthand) -> str:
    return f"mlops-gitops pipeline resolve {step.around.scope.config.document.path}"


def _models(step: Shorthand) -> dict[str, LockedModel]:
    """Give the models of the lock file; none if it is of another region.

    Raises:
        UnreadableLock: it cannot be read.
    """
    scope = step.around.scope
    content = scope.files.get(lock_beside(scope.config.document.path))
    if content is None:
        return {}
    lock = read_lock(content)
    return dict(lock.models) if lock.region == scope.region else {}


def _channels(step: Shorthand, model: LockedModel) -> Iterator[Json]:
    inputs = step.members("inputs")
    if _TRAINING not in inputs:
        yield training_jobs.channel(_TRAINING, {"s3_uri": model.data_uri})
    yield from training_jobs.channels(step)
    if model.artifact_uri:
        yield _model_channel(step, model)
    if model.script_uri:
        yield training_jobs.channel("code", {"s3_uri": model.script_uri})


def _model_channel(step: Shorthand, model: LockedModel) -> Json:
    source: dict[str, Json] = {
        "S3DataType": "S3Prefix",
        "S3Uri": model.artifact_uri,
        "S3DataDistributionType": "FullyReplicated",
        **given(ModelAccessConfig={"AcceptEula": True} if step.value.get("accept_eula") else None),
    }
    return {"ChannelName": "model", "DataSource": {"S3DataSource": source}}


def _resources(step: Shorthand, model: LockedModel) -> dict[str, Json]:
    found = training_jobs.resources(step)
    if "volume_size_gb" not in step.value:
        found["VolumeSizeInGB"] = model.volume_size_gb
    if "instance_type" not in step.value:
        found["InstanceType"] = model.instance_type
    return found


def _environment(step: Shorthand) -> dict[str, Json]:
    accepted: dict[str, Json] = {"accept_eula": "true"} if step.value.get("accept_eula") else {}
    return {**step.mapped("environment"), **accepted}


def _tags(step: Shorthand) -> list[Json]:
    names = zip(("id", "version"), _wanted(step), strict=True)
    return [{"Key": _TAG.format(name), "Value": value} for name, value in names]
