"""Facts about pipeline types: everything that schema and template say, in one record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mlops_gitops.config.schemas import PipelineType
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.field_facts import FieldFact, field_facts

_COST = "x-cost"


class Schedule(Enum):
    """What happens on a schedule."""

    NONE = "none"
    RUN = "run"
    MONITOR = "monitor"


_SCHEDULES = {
    "AWS::Scheduler::Schedule": Schedule.RUN,
    "AWS::SageMaker::MonitoringSchedule": Schedule.MONITOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterFact:
    """A parameter of the template; `default` is None where it has to be filled."""

    name: str
    kind: str
    default: str | None
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFact:
    """A resource of the template; `condition` is empty where it is always made."""

    name: str
    kind: str
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFact:
    """A role of the template and the actions that its policies allow at most, sorted."""

    name: str
    description: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFact:
    """An output of the stack."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeFacts:
    """A pipeline type.

    Attributes:
        identity: fields that make the identity of a workload.
        in_orchestrator: whether it runs in the orchestrator account.
        runs: whether each stage ends with running something.
        schedule: what happens on a schedule, apart from deployments.
        costs: what is paid for, in words.
    """

    name: str
    title: str
    description: str
    blueprint: str
    version: int
    identity: tuple[str, ...]
    in_orchestrator: bool
    runs: bool
    schedule: Schedule
    fields: tuple[FieldFact, ...]
    parameters: tuple[ParameterFact, ...]
    resources: tuple[ResourceFact, ...]
    roles: tuple[RoleFact, ...]
    outputs: tuple[OutputFact, ...]
    costs: tuple[str, ...]


def type_facts(type_: PipelineType, blueprint: Blueprint) -> TypeFacts:
    """Put together what a pipeline type's schema and its blueprint say."""
    template = blueprint.template
    resources = tuple(_resources(template))
    return TypeFacts(
        name=type_.name,
        title=type_.schema.get("title", type_.name),
        description=type_.schema.get("description", ""),
        blueprint=blueprint.name,
        version=blueprint.version,
        identity=type_.identity,
        in_orchestrator=type_.in_orchestrator,
        runs=type_.runs,
        schedule=_schedule(resources),
        fields=field_facts(type_),
        parameters=tuple(_parameters(template)),
        resources=resources,
        roles=tuple(_roles(template)),
        outputs=tuple(
            OutputFact(name=name, description=output.get("Description", ""))
            for name, output in template.get("Outputs", {}).items()
        ),
        costs=tuple(type_.schema.get(_COST, ())),
    )


def _schedule(resources: tuple[ResourceFact, ...]) -> Schedule:
    found = (_SCHEDULES[each.kind] for each in resources if each.kind in _SCHEDULES)
    return next(found, Schedule.NONE)


def _parameters(template: Mapping[str, Any]) -> Iterator[ParameterFact]:
    for name, declared in template.get("Parameters", {}).items():
        default = declared.get("Default")
        yield ParameterFact(
            name=name,
            kind=declared.get("Type", "String"),
            default=None if default is None else str(default),
            description=declared.get("Description", ""),
        )


def _declared(template: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the template's own resources; what an insert adds depends on the config."""
    resources = template["Resources"].items()
    yield from ((name, each) for name, each in resources if isinstance(each, dict))


def _resources(template: Mapping[str, Any]) -> Iterator[ResourceFact]:
    for name, resource in _declared(template):
        condition = resource.get("Condition", "")
        yield ResourceFact(name=name, kind=resource["Type"], condition=condition)


def _roles(template: Mapping[str, Any]) -> Iterator[RoleFact]:
    for name, resource in _declared(template):
        if resource["Type"] == "AWS::IAM::Role":
            properties = resource.get("Properties", {})
            yield RoleFact(
                name=name,
                description=properties.get("Description", ""),
                actions=tuple(sorted(set(_actions(properties.get("Policies", []))))),
            )


def _actions(value: Any) -> Iterator[str]:
    """Find what statements allow, those inside of conditions included."""
    match value:
        case {"Effect": "Allow", "Action": action}:
            yield from [action] if isinstance(action, str) else action
        case dict():
            for inner in value.values():
                yield from _actions(inner)
        case list():
            for inner in value:
                yield from _actions(inner)
        case _:
            pass
