"""Envelopes: what all steps have in common around the request of their job."""

from collections.abc import Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Shorthand, given

_RETRY = {
    "exceptions": "ExceptionType",
    "interval_seconds": "IntervalSeconds",
    "backoff_rate": "BackoffRate",
    "max_attempts": "MaxAttempts",
    "expire_after_minutes": "ExpireAfterMin",
}
_RETRY_DEFAULTS: dict[str, Json] = {"IntervalSeconds": 1, "BackoffRate": 2.0}
_ATTEMPTS = 5
"""How often something is tried again where the config does not say until when."""


def single(step: Shorthand, kind: str, arguments: Json, **beside: Json) -> Compiled:
    """Make the one step of the definition that a shorthand stands for."""
    made = envelope(step, kind, arguments, **beside)
    return Compiled(steps=(made,), origins=((step.name, step.at),))


def envelope(step: Shorthand, kind: str, arguments: Json, **beside: Json) -> dict[str, Json]:
    """Put a request into a step.

    Args:
        step: the shorthand, for everything that is not its job's.
        kind: `Type` of the step.
        arguments: the request of its job.
        beside: more members of the step, such as `PropertyFiles`; left out where they are empty.
    """
    return {
        "Name": step.name,
        "Type": kind,
        **given(DisplayName=step.value.get("display_name")),
        **given(Description=step.value.get("description")),
        "Arguments": arguments,
        **given(**beside),
        **given(DependsOn=_depends_on(step)),
        **given(RetryPolicies=_retry_policies(step)),
        **given(CacheConfig=_cache(step)),
    }


def _depends_on(step: Shorthand) -> list[Json]:
    written = step.value.get("depends_on")
    return [_dependency(each) for each in written] if isinstance(written, list) else []


def _dependency(value: Json) -> Json:
    if isinstance(value, dict):
        return {"Step": value["step"], "Trigger": value["trigger"]}
    return value


def _retry_policies(step: Shorthand) -> list[Json]:
    written = step.value.get("retry_policies")
    listed = written if isinstance(written, list) else []
    return [_policy(each) for each in listed if isinstance(each, dict)]


def _policy(written: Mapping[str, Json]) -> dict[str, Json]:
    policy = {**_RETRY_DEFAULTS, **{_RETRY[key]: value for key, value in written.items()}}
    if "ExpireAfterMin" not in policy:
        policy.setdefault("MaxAttempts", _ATTEMPTS)
    return policy


def _cache(step: Shorthand) -> Json:
    written = step.value.get("cache")
    if not isinstance(written, dict):
        return None
    return {"Enabled": written.get("enabled", True), "ExpireAfter": written["expire_after"]}
