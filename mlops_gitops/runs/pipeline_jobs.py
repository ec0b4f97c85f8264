"""Jobs that an execution will cause: read from a definition, before anything is started."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.executor.language import all_steps

_PROCESSING = ("ProcessingResources", "ClusterConfig")
_PLACES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ClarifyCheck": ("processing job", _PROCESSING),
    "Processing": ("processing job", _PROCESSING),
    "QualityCheck": ("processing job", _PROCESSING),
    "Training": ("training job", ("ResourceConfig",)),
    "Transform": ("transform job", ("TransformResources",)),
}
"""Type of a step -> what it starts, and where in its request the instances are."""
_PER_JOB = ("TrainingJobDefinition", "ResourceConfig")
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedJob:
    """Jobs of one step.

    Attributes:
        kind: such as `training job`, as quotas call it, too.
        instance: type of its instances; `?` where only SageMaker knows.
        count: how many instances each has; 0 where only SageMaker knows.
        at_once: how many such jobs run at the same time at most.
        perhaps: whether a condition decides that it runs at all.
    """

    step: str
    kind: str
    instance: str
    count: int
    at_once: int = 1
    perhaps: bool = False

    @property
    def quota(self) -> str:
        """How Service Quotas calls what limits it."""
        return f"{self.instance} for {self.kind} usage"


def jobs_of(
    definition: Mapping[str, Any], given: Mapping[str, str], selected: tuple[str, ...] = ()
) -> tuple[PlannedJob, ...]:
    """List the jobs of an execution, in the order of the definition.

    Args:
        definition: parsed.
        given: parameters by name, as texts.
        selected: the steps that run; none for all.
    """
    declared = definition.get("Parameters") or ()
    known = {each.get("Name"): each.get("DefaultValue") for each in declared} | dict(given)
    found = all_steps(definition.get("Steps", []))
    return tuple(
        job
        for step, at in found
        if not selected or step.get("Name") in selected
        for job in _jobs(step, known, perhaps=_is_inside(at))
    )


def _is_inside(at: tuple[Any, ...]) -> bool:
    return "IfSteps" in at or "ElseSteps" in at


def _jobs(
    step: Mapping[str, Any], known: Mapping[str, Any], *, perhaps: bool
) -> Iterator[PlannedJob]:
    kind, name = str(step.get("Type")), str(step.get("Name"))
    arguments = step.get("Arguments")
    if kind == "Tuning":
        limits = _at(arguments, ("HyperParameterTuningJobConfig", "ResourceLimits"))
        at_once = _number(_at(limits, ("MaxParallelTrainingJobs",)), known) or 1
        place = _at(arguments, _PER_JOB)
        what = _training(_at(arguments, _PER_JOB[:1]))
        yield _job(name, what, place, known, perhaps=perhaps, at_once=at_once)
    elif kind == "AutoML":
        yield PlannedJob(step=name, kind="AutoML job", instance=_UNKNOWN, count=0, perhaps=perhaps)
    elif kind in _PLACES:
        what, path = _PLACES[kind]
        what = _training(arguments) if kind == "Training" else what
        yield _job(name, what, _at(arguments, path), known, perhaps=perhaps)


def _training(request: Any) -> str:
    """Say what kind of training it is: spot instances have a quota of their own."""
    is_spot = isinstance(request, dict) and request.get("EnableManagedSpotTraining") is True
    return "spot training job" if is_spot else "training job"


def _job(
    step: str, kind: str, place: Any, known: Mapping[str, Any], *, perhaps: bool, at_once: int = 1
) -> PlannedJob:
    members = place if isinstance(place, dict) else {}
    instance = _value(members.get("InstanceType"), known)
    return PlannedJob(
        step=step,
        kind=kind,
        instance=instance if isinstance(instance, str) else _UNKNOWN,
        count=_number(members.get("InstanceCount"), known) or 0,
        at_once=at_once,
        perhaps=perhaps,
    )


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _value(value: Any, known: Mapping[str, Any]) -> Any:
    """Give a value, or that of the parameter that it refers to; None where nobody knows it yet."""
    if isinstance(value, dict):
        name = str(value.get("Get", "")).removeprefix("Parameters.")
        return known.get(name)
    return value


def _number(value: Any, known: Mapping[str, Any]) -> int | None:
    found = _value(value, known)
    try:
        return int(found)
    except (TypeError, ValueError):
        return None
