"""Taking: which existing resource becomes which of ours, and how our stack holds it at first.

Identity decides, not logical ids: an endpoint is the one of its name, an API is the only one of
its workload, and what lies in an API is known by its path, method or stage. What our stack holds
at first says what is there now, so that an import changes nothing; "Import AWS resources into a
CloudFormation stack", CloudFormation user guide: an import changes no resource that exists, and
each imported one needs a DeletionPolicy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlops_gitops.desired.stack import DesiredStack, StackId, Template
from mlops_gitops.diff.adoption import IDENTIFIERS, Taken
from mlops_gitops.diff.references import Renamed, referred, swapped
from mlops_gitops.diff.template import Resource, Seen, see
from mlops_gitops.errors import Blocked

API = "AWS::ApiGateway::RestApi"
ENDPOINT = "AWS::SageMaker::Endpoint"
SCHEDULE = "AWS::SageMaker::MonitoringSchedule"
_LIES_IN_API = {
    "AWS::ApiGateway::Resource": "PathPart",
    "AWS::ApiGateway::Method": "HttpMethod",
    "AWS::ApiGateway::Stage": "StageName",
}
"""What lies in an API, and the property that tells it from others of its type."""
_NAMED = {ENDPOINT: "EndpointName", SCHEDULE: "MonitoringScheduleName"}
_POLICIES = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OldStack:
    """A stack that holds what is to be ours.

    Attributes:
        physical: logical id -> what CloudFormation calls the existing resource.
        arn: of the stack.
    """

    id: StackId
    arn: str
    template: Template
    parameters: Mapping[str, str]
    physical: Mapping[str, str]

    @property
    def partition(self) -> str:
        """Which of AWS's partitions it is in."""
        return self.arn.split(":")[1] if self.arn else "aws"


def take(desired: DesiredStack, old: OldStack) -> tuple[Taken, ...]:
    """Find what of an old stack becomes ours; sorted by our names.

    Raises:
        Blocked: the endpoint would not be the same afterwards, or cannot be described.
    """
    wanted = see(desired.template, desired.parameter_values(), desired.id)
    there = see(old.template, old.parameters, old.id)
    pairs = dict(_pairs(wanted, there, old))
    if desired.id == old.id:  # what has our name already need not move
        pairs = {name: was for name, was in pairs.items() if name != was}
    found = (_taken(name, was, pairs, there, old) for name, was in sorted(pairs.items()))
    return tuple(_called(each, wanted.resources[each.logical_id]) for each in found)


def take_endpoint(desired: DesiredStack, arn: str, config_name: str) -> tuple[Taken, ...]:
    """Take an endpoint that no stack holds: by the name that the config gives it."""
    wanted = see(desired.template, desired.parameter_values(), desired.id)
    (name,) = _of_type(wanted, ENDPOINT)
    properties = {"EndpointName": name_in(arn), "EndpointConfigName": config_name}
    return (
        Taken(
            logical_id=name,
            resource_type=ENDPOINT,
            was="",
            physical_id=arn,
            identifier={"EndpointArn": arn},
            definition={"Type": ENDPOINT, **_POLICIES, "Properties": properties},
        ),
    )


def endpoint_name(desired: DesiredStack) -> str:
    """Give the name that a config gives its endpoint; empty for a generated one, or none at all."""
    wanted = see(desired.template, desired.parameter_values(), desired.id)
    for name in _of_type(wanted, ENDPOINT):
        written = wanted.resources[name].properties.get("EndpointName")
        return written if isinstance(written, str) else ""
    return ""


def name_in(arn: str) -> str:
    """Give the name at the end of an ARN of SageMaker's; a name alone is one."""
    return arn.rsplit("/", 1)[-1]


def _pairs(wanted: Seen, there: Seen, old: OldStack) -> Iterator[tuple[str, str]]:
    yield from _named(wanted, there, old)
    apis = _of_type(wanted, API), _of_type(there, API)
    if [len(each) for each in apis] != [1, 1]:
        return
    yield apis[0][0], apis[1][0]
    for kind, key in _LIES_IN_API.items():
        for ours in _of_type(wanted, kind):
            value = wanted.resources[ours].properties.get(key)
            same = [
                was
                for was in _of_type(there, kind)
                if there.resources[was].properties.get(key) == value
            ]
            if len(same) == 1:
                yield ours, same[0]


def _named(wanted: Seen, there: Seen, old: OldStack) -> Iterator[tuple[str, str]]:
    for kind, key in _NAMED.items():
        existing = {name_in(old.physical[was]): was for was in _of_type(there, kind)}
        for ours in _of_type(wanted, kind):
            name = wanted.resources[ours].properties.get(key)
            if not existing:
                continue
            if isinstance(name, str) and name in existing:
                yield ours, existing[name]
            elif kind == ENDPOINT:
                yield ours, _only_endpoint(name, existing, old)


def _only_endpoint(name: Any, existing: Mapping[str, str], old: OldStack) -> str:
    """Give the endpoint of a config that names none.

    Raises:
        Blocked: the config names another, so the one that serves would go.
    """
    if name is None and len(existing) == 1:
        return next(iter(existing.values()))
    serves = ", ".join(sorted(existing))
    raise Blocked(
        f"Stack {old.id} serves endpoint {serves}, and the config does not name it.",
        hint=f'Write "endpoint_name": "{min(existing)}" into the config, for this stage.',
    )


def _of_type(seen: Seen, kind: str) -> tuple[str, ...]:
    return tuple(sorted(name for name, each in seen.resources.items() if each.type == kind))


def _taken(name: str, was: str, pairs: Mapping[str, str], there: Seen, old: OldStack) -> Taken:
    resource = there.resources[was]
    ours = {theirs: mine for mine, theirs in pairs.items()}

    def swap(logical_id: str, attribute: str) -> str | Renamed | None:
        if logical_id in ours:
            return Renamed(ours[logical_id])
        if logical_id in there.resources:
            return literal(there.resources[logical_id], attribute, old.physical[logical_id], old)
        return None

    properties = swapped(resource.properties, swap)
    unknown = {target for target, _ in referred(properties)} - set(pairs)
    if unknown:
        raise Blocked(
            f"{was} of stack {old.id} refers to {', '.join(sorted(unknown))}, "
            "which cannot be told.",
            hint="Write the value itself into that stack's template, then repeat the command.",
        )
    return Taken(
        logical_id=name,
        resource_type=resource.type,
        was=was,
        physical_id=old.physical[was],
        identifier=_identifier(resource, old.physical[was], old),
        definition={"Type": resource.type, **_POLICIES, "Properties": properties},
    )


def _called(taken: Taken, wanted: Resource) -> Taken:
    """Name it in its definition only if our template does: a name that comes or goes replaces it.

    It has the name either way; an import asks for the identifier alone.
    """
    key = _NAMED.get(taken.resource_type)
    if key is None:
        return taken
    properties = {name: value for name, value in _properties(taken).items() if name != key}
    if key in wanted.properties:
        properties[key] = name_in(taken.physical_id)
    return replace(taken, definition={**taken.definition, "Properties": properties})


def _properties(taken: Taken) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = taken.definition["Properties"]
    return properties


def _identifier(resource: Resource, physical: str, old: OldStack) -> dict[str, str]:
    """Say how an import names a resource; its own part is the last one of the identifier."""
    *parents, last = IDENTIFIERS[resource.type]
    identifier = {key: _told(resource.properties.get(key), old) for key in parents}
    named = str(resource.properties.get("HttpMethod", ""))
    return {**identifier, last: named if last == "HttpMethod" else physical.rsplit("|", 1)[-1]}


def _told(value: Any, old: OldStack) -> str:
    match value:
        case {"Ref": str(name)}:
            return old.physical[name].rsplit("|", 1)[-1]
        case _:
            return str(value)


def literal(resource: Resource, attribute: str, physical: str, old: OldStack) -> str | None:
    """Say what a reference to an existing resource stands for; None where that cannot be told.

    Source: "Return values" of each type in the CloudFormation template reference.
    """
    if not attribute:
        return physical.rsplit("|", 1)[-1]
    kind = resource.type.rsplit("::", 1)[1]
    if resource.type.startswith("AWS::SageMaker::"):
        return name_in(physical) if attribute == f"{kind}Name" else None
    return _arn(resource, physical, old) if attribute == "Arn" else None


def _arn(resource: Resource, physical: str, old: OldStack) -> str | None:
    at = f"{old.id.region}:{old.id.account}"
    match resource.type, resource.properties.get("Path", "/"):
        case "AWS::Lambda::Function", _:
            return f"arn:{old.partition}:lambda:{at}:function:{physical}"
        case "AWS::Logs::LogGroup", _:
            return f"arn:{old.partition}:logs:{at}:log-group:{physical}:*"
        case "AWS::IAM::Role", str(path):
            return f"arn:{old.partition}:iam::{old.id.account}:role{path}{physical}"
        case _:
            return None
