"""Step rules: what is wrong with single steps, beyond the requests of their jobs."""

from collections.abc import Callable, Iterator, Mapping

from mlops_gitops.config import pipeline_loop_problems as say
from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.pipeline_model_problems import nested_value, not_retried
from mlops_gitops.config.said import Said
from mlops_gitops.definitions.pipeline.cluster import cluster_mistakes
from mlops_gitops.definitions.pipeline.requests import is_reference

Step = Mapping[str, Json]
Found = Iterator[tuple[Path, Said]]
_WITHOUT_JOB = frozenset({"Model", "RegisterModel"})
_CLEANED = frozenset({"Training", "Processing", "Transform", "Athena"})
_NAMED = frozenset({"Processing", "Transform"})


def step_mistakes(step: Step, by_name: Mapping[str, Step]) -> Found:
    """Say what is wrong with a step, and where in it.

    Args:
        step: in the definition's spelling.
        by_name: all steps.
    """
    kind = str(step.get("Type"))
    if kind in _WITHOUT_JOB:
        yield from _retries(step, kind)
    if kind in _RULES:
        yield from _RULES[kind](step, by_name)


def _retries(step: Step, kind: str) -> Found:
    for index, policy in enumerate(_listed(step.get("RetryPolicies"))):
        exceptions = _listed(policy.get("ExceptionType")) if isinstance(policy, dict) else []
        for place, name in enumerate(exceptions):
            if not str(name).startswith("Step."):
                at: Path = ("RetryPolicies", index, "ExceptionType", place)
                yield at, not_retried(str(name), kind)


def _flat(step: Step, _by_name: Mapping[str, Step]) -> Found:
    kind = str(step.get("Type"))
    for name, value in _object(step.get("Arguments")).items():
        is_truth = kind == "Lambda" and isinstance(value, bool)
        is_nested = isinstance(value, dict | list) and not is_reference(value)
        if value is None or is_truth or is_nested:
            yield ("Arguments", name), nested_value(name, kind)


def _emr(step: Step, _by_name: Mapping[str, Step]) -> Found:
    arguments = _object(step.get("Arguments"))
    found = [key for key in ("ClusterId", "ClusterConfig") if key in arguments]
    if len(found) != 1:
        yield ("Arguments", *found[1:2]), say.cluster_choice(len(found))
    elif "ClusterConfig" in found:
        for path, said in cluster_mistakes(arguments["ClusterConfig"]):
            yield ("Arguments", "ClusterConfig", *path), said
        if "ExecutionRoleArn" in arguments:
            yield ("Arguments", "ExecutionRoleArn"), say.runtime_role()


def _emr_serverless(step: Step, _by_name: Mapping[str, Step]) -> Found:
    arguments = _object(step.get("Arguments"))
    found = [key for key in ("ApplicationId", "ApplicationConfig") if key in arguments]
    if len(found) != 1:
        yield ("Arguments", *found[1:2]), say.application_choice(len(found))


def _cleanup(step: Step, by_name: Mapping[str, Step]) -> Found:
    resources = _object(_object(step.get("Arguments")).get("Resources"))
    for index, source in enumerate(_listed(resources.get("S3"))):
        about = _object(source)
        name = str(about.get("StepName"))
        kind = str(by_name.get(name, {}).get("Type"))
        is_wrong = kind not in _CLEANED or (kind in _NAMED and "S3Uris" not in about)
        if name in by_name and is_wrong:
            yield ("Arguments", "Resources", "S3", index), say.nothing_to_clean(name, kind)


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


_RULES: Mapping[str, Callable[[Step, Mapping[str, Step]], Found]] = {
    "Callback": _flat,
    "Cleanup": _cleanup,
    "EMR": _emr,
    "EMRServerless": _emr_serverless,
    "Lambda": _flat,
}
