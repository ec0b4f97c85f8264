"""Risks: why to look twice at a change, from what it does to each resource."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from mlops_gitops.diff.access import widened_access
from mlops_gitops.diff.plan import Action, ResourceChange, Risk, RiskKind
from mlops_gitops.diff.template import Resource, Seen
from mlops_gitops.diff.values import is_intrinsic, show

_IMMUTABLE = frozenset(
    {
        "AWS::SageMaker::Model",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::DataQualityJobDefinition",
        "AWS::SageMaker::ModelBiasJobDefinition",
        "AWS::SageMaker::ModelExplainabilityJobDefinition",
        "AWS::SageMaker::ModelQualityJobDefinition",
    }
)
"""Made to be replaced: SageMaker has no call that updates them."""

_HARMLESS = frozenset(
    {
        "AWS::ApiGateway::Deployment",
        "AWS::CloudFormation::WaitConditionHandle",
        "AWS::IAM::Policy",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
    }
)
"""Replaced without anybody noticing: the new one is there before the old one goes."""

_DATA: Mapping[str, str] = {
    "AWS::CloudWatch::LogStream": "log events",
    "AWS::DynamoDB::GlobalTable": "items",
    "AWS::DynamoDB::Table": "items",
    "AWS::ECR::Repository": "images",
    "AWS::EFS::FileSystem": "files",
    "AWS::Glue::Database": "tables",
    "AWS::KMS::Key": "everything encrypted with it",
    "AWS::Kinesis::Stream": "records",
    "AWS::Logs::LogGroup": "log events",
    "AWS::OpenSearchService::Domain": "documents",
    "AWS::RDS::DBCluster": "tables",
    "AWS::RDS::DBInstance": "tables",
    "AWS::S3::Bucket": "objects",
    "AWS::SQS::Queue": "messages",
    "AWS::SageMaker::FeatureGroup": "features",
    "AWS::SageMaker::ModelCard": "the card, all its versions included",
    "AWS::SageMaker::ModelPackage": "the registered version",
    "AWS::SageMaker::ModelPackageGroup": "registered versions",
    "AWS::SageMaker::Pipeline": "the record of all its executions",
    "AWS::SecretsManager::Secret": "the secret",
    "AWS::SSM::Parameter": "the value",
}
"""Resource type -> what is lost with it."""

_COST = re.compile(
    r"(^|\.)(InstanceType|InitialInstanceCount|InstanceCount|DesiredInstanceCount|MinCapacity"
    r"|MaxCapacity|VolumeSizeInGB|ProvisionedConcurrency|ProvisionedConcurrentExecutions"
    r"|MemorySizeInMB|MaxConcurrency)$"
)
_SIZES = ("nano", "micro", "small", "medium", "large", "xlarge")

_SEVERITY = tuple(RiskKind)


def risks_of(before: Seen, after: Seen, changes: tuple[ResourceChange, ...]) -> tuple[Risk, ...]:
    """Find every reason to look twice, the most severe first."""
    found = [risk for change in changes for risk in _risks(before, after, change)]
    return tuple(
        sorted(
            dict.fromkeys(found),
            key=lambda risk: (-_SEVERITY.index(risk.kind), risk.where, risk.why),
        )
    )


def _risks(before: Seen, after: Seen, change: ResourceChange) -> Iterator[Risk]:
    match change.action:
        case Action.DELETE:
            yield from _loss(change, "deleted")
            if change.resource_type not in _SAFE_TO_DELETE:
                yield _risk(RiskKind.INTERRUPTS, change, "deleted: nothing takes its place")
        case Action.REPLACE:
            yield from _loss(change, "replaced")
            yield from _replacement(change, after)
        case Action.UPDATE:
            yield from _update(change)
        case Action.CREATE | Action.KEEP | Action.IMPORT | Action.SYNC | Action.DYNAMIC:
            pass
        case _:
            assert_never(change.action)
    yield from _cost(change, before, after)
    for why in widened_access(
        before.resources.get(change.logical_id), after.resources.get(change.logical_id)
    ):
        yield _risk(RiskKind.WIDENS_ACCESS, change, why)


_SAFE_TO_DELETE = frozenset({"AWS::CloudFormation::WaitConditionHandle"})


def _risk(kind: RiskKind, change: ResourceChange, why: str) -> Risk:
    return Risk(kind=kind, where=change.logical_id, why=why)


def _loss(change: ResourceChange, done: str) -> Iterator[Risk]:
    data = _DATA.get(change.resource_type)
    if data is not None and not change.retained:
        perhaps = "" if change.certain else "perhaps "
        yield _risk(RiskKind.DATA_LOSS, change, f"{perhaps}{done} without Retain: loses {data}")


def _replacement(change: ResourceChange, after: Seen) -> Iterator[Risk]:
    perhaps = "" if change.certain else "perhaps "
    name = _own_name(change, after)
    if name:
        why = f"CloudFormation cannot replace it under its own name {name}: the deployment fails"
        yield _risk(RiskKind.INTERRUPTS, change, perhaps + why)
    if change.resource_type in _IMMUTABLE:
        why = f"{perhaps}replaced, as it cannot be changed; what serves moves over when it is ready"
        yield _risk(RiskKind.ROLLOVER, change, why)
    elif change.resource_type not in _HARMLESS:
        yield _risk(RiskKind.INTERRUPTS, change, f"{perhaps}replaced: {change.because}")


def _own_name(change: ResourceChange, after: Seen) -> str:
    """Give the fixed name that a replaced resource keeps; empty where CloudFormation names it."""
    key = change.resource_type.rpartition("::")[2] + "Name"
    there = after.resources.get(change.logical_id)  # what a transform adds is in no template
    name = there.properties.get(key) if there else None
    renamed = any(value.name == key for value in change.properties)
    return name if isinstance(name, str) and not renamed else ""


def _update(change: ResourceChange) -> Iterator[Risk]:
    if change.resource_type == "AWS::SageMaker::Endpoint":
        why = "updated in place: new instances take over before the old ones go"
        yield _risk(RiskKind.ROLLOVER, change, why)


def _cost(change: ResourceChange, before: Seen, after: Seen) -> Iterator[Risk]:
    old, new = (_paid_for(side.resources.get(change.logical_id)) for side in (before, after))
    for place in sorted(old.keys() | new.keys()):
        if old.get(place) != new.get(place):
            name = place.rpartition(".")[2]
            yield _risk(RiskKind.COST, change, _cost_words(name, old.get(place), new.get(place)))


def _paid_for(resource: Resource | None) -> dict[str, str]:
    """Collect what decides a resource's price, by its place in the properties."""
    leaves = {} if resource is None else dict(_leaves("", resource.properties))
    return {place: value for place, value in leaves.items() if _COST.search(place)}


def _leaves(place: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case dict() if not is_intrinsic(value):
            for key, item in value.items():
                yield from _leaves(f"{place}.{key}", item)
        case list():
            for index, item in enumerate(value):
                yield from _leaves(f"{place}.{index}", item)
        case _:
            yield place, show(value)


def _cost_words(name: str, before: str | None, after: str | None) -> str:
    if before is None:
        return f"{name} {after} is new"
    if after is None:
        return f"{name} {before} goes"
    words = _bigger_or_smaller(before, after)
    return f"{name} {before} -> {after}" + (f", {words}" if words else "")


def _bigger_or_smaller(before: str, after: str) -> str:
    """Compare two counts, or two sizes of one instance family; empty where no order is known."""
    if before.isdecimal() and after.isdecimal():
        return "more" if int(after) > int(before) else "fewer or less"
    old, new = _size(before), _size(after)
    if old is None or new is None or old[0] != new[0] or old[1] == new[1]:
        return ""
    return "bigger" if new[1] > old[1] else "smaller"


def _size(instance: str) -> tuple[str, tuple[int, int]] | None:
    """Split `ml.m5.4xlarge` into its family and its place in the order of sizes."""
    family, _, size = instance.rpartition(".")
    found = re.fullmatch(r"(\d*)(\w*?)", size)
    times, name = (found[1], found[2]) if found else ("", "")
    if not family or name not in _SIZES or (times and name != "xlarge"):
        return None
    return family, (_SIZES.index(name), int(times or 1))
