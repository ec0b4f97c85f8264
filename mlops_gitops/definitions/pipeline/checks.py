"""Checks: what checks of quality and checks by Clarify have in common.

Source: `QualityCheckStep` and `ClarifyCheckStep`, SageMaker Python SDK 2.257.7; the lifecycle of
baselines, SageMaker developer guide.
"""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_model_problems import check_kinds, no_baseline
from mlops_gitops.config.pipeline_problems import image_unknown
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.jobs import network_of
from mlops_gitops.definitions.pipeline.references import get, joined, scalar
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given

_COUNT = 1
_VOLUME = 30
_GROUP = "model_package_group_name"
SUPPLIED = {
    "supplied_baseline_statistics": "SuppliedBaselineStatistics",
    "supplied_baseline_constraints": "SuppliedBaselineConstraints",
}
"""Members that name an earlier baseline: as configs spell them -> as definitions do."""


def check_step(
    step: Shorthand,
    kind: str,
    arguments: dict[str, Json],
    supplied: Sequence[str],
    **beside: Json,
) -> Compiled:
    """Give a check with what controls it.

    Args:
        step: the shorthand.
        kind: `Type` of the step.
        arguments: the request of its processing job.
        supplied: members of the config with which a baseline is supplied.
        beside: more members of the step.
    """
    made = single(step, kind, arguments)
    (check,) = made.steps
    check |= beside
    check |= {
        "SkipCheck": step.scalar("skip_check"),
        "RegisterNewBaseline": step.scalar("register_new_baseline"),
        "FailOnViolation": _or(step.scalar("fail_on_violation"), otherwise=True),
        # What is not given is null: the SDK writes it, and SageMaker takes it.
        "ModelPackageGroupName": step.scalar(_GROUP),
        **{SUPPLIED[key]: step.scalar(key) for key in supplied},
    }
    return made


def job_of(step: Shorthand, framework: str, job: dict[str, Json]) -> dict[str, Json]:
    """Give the request of a check's processing job.

    Args:
        step: for instances, network and role.
        framework: whose image it is, unless the step names one.
        job: inputs, output and environment.
    """
    own = step.around.image(framework, "")
    key = step.value.get("kms_key_arn")
    seconds = step.value.get("max_runtime_seconds")
    output = job.pop("Output")
    return {
        "RoleArn": step.around.role_arn,
        "AppSpecification": {"ImageUri": _or(step.scalar("image_uri"), own)},
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceType": step.scalar("instance_type"),
                "InstanceCount": _or(step.scalar("instance_count"), _COUNT),
                "VolumeSizeInGB": _or(step.scalar("volume_size_gb"), _VOLUME),
                **given(VolumeKmsKeyId=key),
            }
        },
        "ProcessingOutputConfig": {"Outputs": [output], **given(KmsKeyId=key)},
        **job,
        **given(NetworkConfig=network_of(step)),
        **({} if seconds is None else {"StoppingCondition": {"MaxRuntimeInSeconds": seconds}}),
    }


def output_uri(step: Shorthand, written: Json) -> Json:
    """Give where the job writes: what the config says, else a folder of the execution."""
    own = joined(step.around.folder, get("Execution.PipelineExecutionId"), step.name)
    uri = scalar(written)
    return own if uri is None else uri


def kind_mistakes(step: Shorthand, kinds: Sequence[str]) -> Iterator[Mistake]:
    """Say that a check has no type, or several."""
    found = [kind for kind in kinds if kind in step.value]
    if len(found) != 1:
        yield step.mistake(check_kinds(kinds, len(found)), *found[1:2])


def image_mistakes(step: Shorthand, framework: str) -> Iterator[Mistake]:
    """Say that SageMaker has no image for the check where the pipeline is."""
    if "image_uri" not in step.value and step.around.image(framework, "") is None:
        yield step.mistake(image_unknown(framework, "", step.around.scope.region))


def baseline_mistakes(step: Shorthand, supplied: Sequence[str]) -> Iterator[Mistake]:
    """Say that an earlier baseline is needed, and that none is named."""
    is_needed = False in (step.value.get("skip_check"), step.value.get("register_new_baseline"))
    is_there = _GROUP in step.value or all(key in step.value for key in supplied)
    if is_needed and not is_there:
        yield step.mistake(no_baseline(" and ".join(supplied)))


def _or(value: Json, otherwise: Json) -> Json:
    return otherwise if value is None else value
