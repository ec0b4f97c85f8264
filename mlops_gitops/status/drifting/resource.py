"""One resource: what git, CloudFormation and AWS say of it, made into a drift or into a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.secrets import masked, masked_value
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.documents import opened
from mlops_gitops.diff.states import retire_command, revert_command
from mlops_gitops.diff.values import canonical
from mlops_gitops.status.drift import Drift, DriftKind, NotCompared, PropertyDrift
from mlops_gitops.status.drifting.differences import Difference, Unknown, compare
from mlops_gitops.status.drifting.expected import ENDPOINT, Expected
from mlops_gitops.status.drifting.rules import CLOUDFORMATION, TYPES

PIPELINE = "AWS::CodePipeline::Pipeline"
_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
_COUNT = "ProductionVariants[*].InitialInstanceCount"
_WEIGHT = "ProductionVariants[*].InitialVariantWeight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose resource it is."""

    stack: StackId
    workload: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found out about one resource.

    Attributes:
        live: its properties; None where its service was not asked or did not answer.
        is_gone: whether it is not there any more.
        checked: expected and actual properties as CloudFormation compared them; None if it did not.
        is_busy: whether it is being changed, so that nothing can be concluded.
        why: why the service did not answer, or what is being done to it; else empty.
    """

    live: Mapping[str, Any] | None = None
    is_gone: bool = False
    is_busy: bool = False
    checked: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None
    why: str = ""


def judge(
    owner: Owner,
    expected: Expected,
    desired: Expected | None,
    found: Found,
    moving: frozenset[str] = frozenset(),
) -> Iterator[Drift | NotCompared]:
    """Say whether a resource drifted, and what of it could not be compared.

    Args:
        owner: whose it is.
        expected: as it was deployed.
        desired: as git says; None where git does not want it any more.
        found: what AWS says.
        moving: patterns of properties that are moved on purpose.
    """
    if found.is_gone:
        yield _drift(owner, expected, DriftKind.RESOURCE_MISSING, (_gone(expected, desired),))
        return
    if found.is_busy or (found.live is None and found.checked is None):
        yield _not_compared(owner, expected, found.why)
        return
    results = list(_results(expected, found, moving))
    differences = {each.path: each for each in results if isinstance(each, Difference)}
    if differences:
        kind = DriftKind.RESOURCE_CHANGED
        if expected.resource_type == PIPELINE:
            kind = DriftKind.PIPELINE_CHANGED
        git = _git(expected, desired, found, moving, differences)
        properties = tuple(
            _property(each, git.get(path)) for path, each in sorted(differences.items())
        )
        yield _drift(owner, expected, kind, properties)
    if found.checked is None:
        for each in results:
            if isinstance(each, Unknown):
                yield _not_compared(owner, expected, f"{each.path}: {each.why}")


def moving_parts(resources: Mapping[str, Expected]) -> frozenset[str]:
    """Give patterns of what autoscaling moves in the endpoints of a stack.

    A target of Application Auto Scaling, or an endpoint that keeps its variants' properties: see
    `RetainAllVariantProperties` of UpdateEndpoint, SageMaker API reference.
    """
    kept: set[str] = set()
    for each in resources.values():
        if each.resource_type == _TARGET:
            kept.add(_COUNT)
        if each.resource_type == ENDPOINT:
            kept |= _kept(each.properties)
            variants = each.properties.get("ProductionVariants")
            if isinstance(variants, list) and any(map(_scales_itself, variants)):
                kept.add(_COUNT)
    return frozenset(kept)


def _kept(endpoint: Mapping[str, Any]) -> set[str]:
    if endpoint.get("RetainAllVariantProperties") != "true":
        return set()
    excluded = [
        each.get("VariantPropertyType")
        for each in endpoint.get("ExcludeRetainedVariantProperties", [])
        if isinstance(each, dict)
    ]
    parts = {"DesiredInstanceCount": _COUNT, "DesiredWeight": _WEIGHT}
    return {pattern for name, pattern in parts.items() if name not in excluded}


def _scales_itself(variant: Any) -> bool:
    scaling = variant.get("ManagedInstanceScaling", {}) if isinstance(variant, dict) else {}
    return isinstance(scaling, dict) and scaling.get("Status") == "ENABLED"


def _results(
    expected: Expected, found: Found, moving: frozenset[str]
) -> Iterator[Difference | Unknown]:
    """Compare by CloudFormation's word first: where both tell of a property, the service counts."""
    if found.checked is not None:
        before, after = (_readable(expected.resource_type, each) for each in found.checked)
        yield from compare(CLOUDFORMATION, before, after, moving)
    if found.live is not None:
        live = _readable(expected.resource_type, found.live)
        rules = TYPES[expected.resource_type]
        yield from compare(rules, expected.properties, live, moving)


def _readable(resource_type: str, properties: Mapping[str, Any]) -> Mapping[str, Any]:
    read: Mapping[str, Any] = opened(resource_type, canonical(properties))
    return read


def _git(
    expected: Expected,
    desired: Expected | None,
    found: Found,
    moving: frozenset[str],
    differences: Mapping[str, Difference],
) -> dict[str, str | None]:
    """Give what git says of each difference; of what nobody can work out, what was deployed."""
    if desired is None:
        return {}
    if desired.properties == expected.properties:
        return {path: each.expected for path, each in differences.items()}
    if found.live is not None:
        rules, there = TYPES[desired.resource_type], found.live
    else:
        rules, there = CLOUDFORMATION, found.checked[1] if found.checked else {}
    live = _readable(desired.resource_type, there)
    git = {each.path: each for each in compare(rules, desired.properties, live, moving)}
    said: dict[str, str | None] = {}
    for path, each in differences.items():
        match git.get(path):
            case Difference() as other:
                said[path] = other.expected
            case Unknown():
                said[path] = each.expected
            case _:
                said[path] = each.live
    return said


def _property(each: Difference, git: str | None) -> PropertyDrift:
    name = each.path.rsplit(".", 1)[-1]
    return PropertyDrift(
        path=masked(each.path),
        desired=_shown(name, git),
        deployed=_shown(name, each.expected),
        live=_shown(name, each.live),
    )


def _shown(name: str, value: str | None) -> str | None:
    return None if value is None else masked_value(name, value)


def _gone(expected: Expected, desired: Expected | None) -> PropertyDrift:
    name = masked(expected.physical_id.rsplit("/", 1)[-1])
    return PropertyDrift(
        path=expected.logical_id, desired=name if desired else None, deployed=name, live=None
    )


def _drift(
    owner: Owner, expected: Expected, kind: DriftKind, properties: tuple[PropertyDrift, ...]
) -> Drift:
    return Drift(
        kind=kind,
        stack=owner.stack,
        workload=owner.workload,
        stage=owner.stage,
        logical_id=expected.logical_id,
        physical_id=expected.physical_id,
        resource_type=expected.resource_type,
        properties=properties,
        next_step=next_step(kind, owner.workload),
    )


def _not_compared(owner: Owner, expected: Expected, why: str) -> NotCompared:
    return NotCompared(
        stack=owner.stack,
        logical_id=expected.logical_id,
        resource_type=expected.resource_type,
        why=masked(why),
    )


def next_step(kind: DriftKind, workload: str) -> str:
    """Name the command that puts a drift right."""
    if kind is DriftKind.ORPHAN:
        return retire_command(workload)
    return revert_command(workload)
