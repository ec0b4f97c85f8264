"""Laws of drift: nothing that AWS does by itself is drift, everything else is, with its name."""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from builders import DATA, INSTALLATION, realtime, trial
from hypothesis import given
from hypothesis import settings as setting
from hypothesis import strategies as st
from unit.desired.test_compose import EXAMPLES, looked_up

from mlops_gitops.adapters.memory.live import resources_of
from mlops_gitops.adapters.memory.record import record_of
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.documents import PIPELINE_BODY
from mlops_gitops.diff.values import is_intrinsic
from mlops_gitops.pipeline.delivery import delivery_pipeline
from mlops_gitops.status.drift import Drift, DriftKind, NotCompared
from mlops_gitops.status.drifting.expected import Expected
from mlops_gitops.status.drifting.resource import Found, Owner, judge, moving_parts
from mlops_gitops.status.drifting.rules import TYPES
from mlops_gitops.status.drifting.words import drift_lines

STACK = StackId("222222222222", "us-east-1", "mlops-pipeline-a-dev")
OWNER = Owner(stack=STACK, workload="mlops-pipeline-a", stage="dev")


@cache
def rendered() -> tuple[DesiredStack, ...]:
    """Give a stack of every blueprint, of its longest example, and a delivery pipeline."""
    longest: dict[str, tuple[int, DesiredStack]] = {}
    for settings, config, blueprint in EXAMPLES:
        stack = compose(settings, config, config.stages[-1], blueprint, looked_up(config))
        size = len(config.document.text)
        if config.blueprint in DATA.blueprint_names():
            longest[config.blueprint] = max(
                longest.get(config.blueprint, (0, stack)), (size, stack), key=lambda each: each[0]
            )
    world = trial(realtime("churn")).world()
    pipeline = delivery_pipeline(
        world.settings, "mlops-pipeline-a", [longest["realtime"][1]], INSTALLATION
    )
    return (*(stack for _, stack in longest.values()), pipeline)


def fuller(expected: Expected) -> Expected:
    """Give a resource something in every list whose order says nothing, so that it can be moved."""
    properties = deepcopy(dict(expected.properties))
    for pattern in TYPES[expected.resource_type].sets:
        *way, last = pattern.split(".")
        node = properties
        for step in way:
            node = node.setdefault(step, {})
        node[last] = ["first", "second", "third"]
    return replace(expected, properties=properties)


@cache
def blueprint_resources() -> tuple[Expected, ...]:
    """Give every resource of every blueprint whose type has rules of its own."""
    found: list[Expected] = []
    for stack in rendered():
        deployable = stack.deployable()
        record = record_of(deployable, StackStatus.CREATE_COMPLETE, before=None, revision=1)
        ours = (each for each in resources_of(record).values() if each.resource_type in TYPES)
        found += map(fuller, ours)
    return tuple(found)


resources = pytest.mark.parametrize(
    "expected",
    blueprint_resources(),
    ids=lambda each: f"{each.resource_type.rsplit('::', 1)[-1]}-{each.logical_id}",
)


Place = tuple[str, Any, tuple[Any, ...]]
"""Pattern of a place, what is there, and the way to it."""


def results(expected: Expected, live: Mapping[str, Any], **more: Any) -> list[Drift | NotCompared]:
    """Compare a resource with what is there; git says what was deployed."""
    return list(judge(OWNER, expected, expected, Found(live=live), **more))


def drifts(expected: Expected, live: Mapping[str, Any], **more: Any) -> list[Drift]:
    """Give the drifts alone."""
    return [each for each in results(expected, live, **more) if isinstance(each, Drift)]


def patterns(value: Any, pattern: str = "") -> Iterator[Place]:
    """Walk a value: pattern of a place, what is there, and the way to it."""

    def walk(
        node: Any, at: str, way: tuple[Any, ...]
    ) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
        yield at, node, way
        match node:
            case dict() if not is_intrinsic(node):
                for key, each in node.items():
                    yield from walk(each, f"{at}.{key}" if at else key, (*way, key))
            case list():
                for index, each in enumerate(node):
                    yield from walk(each, f"{at}[*]", (*way, index))
            case _:
                pass

    yield from walk(value, pattern, ())


def replaced(value: Any, way: tuple[Any, ...], new: Any) -> Any:
    """Give a value with another one at the end of a way."""
    if not way:
        return new
    copy = deepcopy(value)
    node = copy
    for step in way[:-1]:
        node = node[step]
    node[way[-1]] = new
    return copy


def is_compared(expected: Expected, pattern: str) -> bool:
    """Whether the rules of its type let a place be compared."""
    return not is_below(TYPES[expected.resource_type].never, pattern)


def is_below(places: Iterable[str], pattern: str) -> bool:
    """Whether a place is one of some, or in one of them."""
    return any(pattern == one or pattern.startswith((f"{one}.", f"{one}[")) for one in places)


def leaves(expected: Expected) -> list[tuple[str, str, tuple[Any, ...]]]:
    """Give the places of a resource that hold a text, and are compared."""
    return [
        (pattern, node, way)
        for pattern, node, way in patterns(expected.properties)
        if isinstance(node, str)
        and node
        and is_compared(expected, pattern)
        and "{{resolve:" not in node
    ]


@st.composite
def as_aws_has_it(draw: st.DrawFn, expected: Expected) -> dict[str, Any]:
    """Spell a resource as its service might: defaults, orders, numbers, texts of its own."""
    rules = TYPES[expected.resource_type]

    def spell(node: Any, pattern: str) -> Any:  # noqa: PLR0911 -- one for each kind of value
        match node:
            case dict() if is_intrinsic(node):
                return node
            case _ if pattern == PIPELINE_BODY:
                # Numbers count in it, and SageMaker keeps it as the text that it was.
                return {"PipelineDefinitionBody": json.dumps(node)}
            case dict():
                told = {
                    key: spell(each, f"{pattern}.{key}" if pattern else key)
                    for key, each in node.items()
                }
                keys = draw(st.permutations(sorted(told)))
                more = {} if is_below(rules.maps, pattern) else draw(defaults)
                return {**{key: told[key] for key in keys}, **more}
            case list():
                items = [spell(each, f"{pattern}[*]") for each in node]
                keyed = pattern in rules.keyed and pattern not in rules.ordered
                return draw(st.permutations(items)) if keyed or pattern in rules.sets else items
            case str() if node.isdecimal() and node == str(int(node)):
                return draw(st.sampled_from([node, int(node), float(node)]))
            case "true" | "false":
                return draw(st.sampled_from([node, node == "true"]))
            case _:
                return node

    live: dict[str, Any] = spell(expected.properties, "")
    for pattern in rules.texts:
        if isinstance(live.get(pattern), dict) and draw(st.booleans()):
            live[pattern] = json.dumps(live[pattern], indent=draw(st.integers(0, 3)))
    return live


defaults = st.dictionaries(
    st.from_regex(r"\AFilledIn[A-Z][a-z]{1,5}\Z"),
    st.one_of(st.text(max_size=5), st.integers(), st.lists(st.text(max_size=3), max_size=2)),
    max_size=2,
)
"""Properties that no template sets and no rule knows."""


@resources
@setting(max_examples=10)
@given(data=st.data())
def test_what_aws_does_by_itself_is_no_drift(expected: Expected, data: st.DataObject) -> None:
    """Defaults filled in, orders without a meaning, numbers as texts: nothing is reported."""
    assert drifts(expected, data.draw(as_aws_has_it(expected))) == []


@resources
@setting(max_examples=10)
@given(data=st.data())
def test_every_change_is_found_by_its_name(expected: Expected, data: st.DataObject) -> None:
    """One value is another one, whatever AWS did beside it: exactly that is reported."""
    pattern, before, way = data.draw(st.sampled_from(leaves(expected)))
    after = data.draw(st.sampled_from(["something else", "", f"{before}x", "7"]))
    if after == before:
        return
    changed = Expected(
        logical_id=expected.logical_id,
        physical_id=expected.physical_id,
        resource_type=expected.resource_type,
        properties=replaced(expected.properties, way, after),
    )

    (drift,) = drifts(expected, data.draw(as_aws_has_it(changed)))

    assert drift.kind in (DriftKind.RESOURCE_CHANGED, DriftKind.PIPELINE_CHANGED)
    shown = " ".join(each.path for each in drift.properties)
    # Where items are told apart by what changed, one is gone and another has come.
    assert pattern.split("[*]", 1)[0].split(".")[0] in shown
    assert all(each.deployed != each.live for each in drift.properties)
    assert list(drift_lines(drift))


@resources
@setting(max_examples=1)
@given(data=st.data())
def test_what_is_deployed_is_compared(expected: Expected, data: st.DataObject) -> None:
    """Every property of the blueprints can be worked out, so nothing is passed over in silence."""
    assert results(expected, data.draw(as_aws_has_it(expected))) == []
    assert leaves(expected)


def test_every_type_that_the_blueprints_use_has_rules_or_is_cloudformations() -> None:
    """The types of SageMaker, CodePipeline, CodeBuild and Step Functions are read by ourselves."""
    used = {
        resource["Type"]
        for stack in rendered()
        for resource in stack.template["Resources"].values()
    }
    ours = {"SageMaker", "CodePipeline", "CodeBuild", "StepFunctions"}

    assert {each for each in used if each.split("::")[1] in ours} <= TYPES.keys()


ENDPOINT = next(
    each for each in blueprint_resources() if each.resource_type == "AWS::SageMaker::Endpoint"
)


def scaled(expected: Expected, **live: Any) -> dict[str, Any]:
    """Give an endpoint whose variant has other members."""
    (variant,) = expected.properties["ProductionVariants"]
    return {**expected.properties, "ProductionVariants": [{**variant, **live}]}


@given(st.integers(2, 9), st.floats(0.1, 9))
def test_what_autoscaling_moves_is_no_drift(count: int, weight: float) -> None:
    """Instances with a target or managed scaling, and weights where the endpoint keeps them."""
    target = Expected(
        logical_id="Target",
        physical_id="endpoint/a/variant/AllTraffic",
        resource_type="AWS::ApplicationAutoScaling::ScalableTarget",
        properties={},
    )
    keeping = Expected(
        logical_id="Endpoint",
        physical_id=ENDPOINT.physical_id,
        resource_type=ENDPOINT.resource_type,
        properties={**ENDPOINT.properties, "RetainAllVariantProperties": "true"},
    )
    moved = scaled(ENDPOINT, InitialInstanceCount=count)

    assert drifts(ENDPOINT, moved, moving=moving_parts({"Endpoint": ENDPOINT}))
    assert not drifts(ENDPOINT, moved, moving=moving_parts({"E": ENDPOINT, "T": target}))
    both = scaled(keeping, InitialInstanceCount=count, InitialVariantWeight=weight)
    assert not drifts(keeping, both, moving=moving_parts({"E": keeping}))
    managed = scaled(ENDPOINT, ManagedInstanceScaling={"Status": "ENABLED"})
    itself = Expected(
        logical_id="Endpoint",
        physical_id=ENDPOINT.physical_id,
        resource_type=ENDPOINT.resource_type,
        properties=managed,
    )
    live = scaled(itself, InitialInstanceCount=count)
    assert not drifts(itself, live, moving=moving_parts({"E": itself}))


def test_an_order_that_says_nothing_is_no_drift() -> None:
    """Subnets and groups of a model, as somebody else listed them; but not other ones."""
    network = {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1", "sg-2"]}
    model = Expected(
        logical_id="Model",
        physical_id="arn:aws:sagemaker:us-east-1:222222222222:model/m",
        resource_type="AWS::SageMaker::Model",
        properties={"VpcConfig": network},
    )
    turned = {name: each[::-1] for name, each in network.items()}

    assert not drifts(model, {"VpcConfig": turned})
    assert drifts(model, {"VpcConfig": {**turned, "Subnets": ["subnet-1", "subnet-3"]}})


def test_an_entry_that_was_added_is_drift() -> None:
    """An environment variable, a variant, an action of a pipeline: no template has them."""
    model = next(
        each for each in blueprint_resources() if each.resource_type == "AWS::SageMaker::Model"
    )
    container = {**model.properties["PrimaryContainer"], "Environment": {"A": "1"}}
    declared = Expected(
        logical_id="Model",
        physical_id=model.physical_id,
        resource_type=model.resource_type,
        properties={**model.properties, "PrimaryContainer": container},
    )
    added = {**container, "Environment": {"A": "1", "B": "2"}}

    (drift,) = drifts(declared, {**declared.properties, "PrimaryContainer": added})

    (only,) = drift.properties
    assert (only.path, only.deployed, only.live) == ("PrimaryContainer.Environment.B", None, "2")


def test_what_nobody_can_work_out_is_said() -> None:
    """A value that a resource makes, or that AWS looks up, is not compared, and that is told."""
    unknown = Expected(
        logical_id="Model",
        physical_id="arn:aws:sagemaker:us-east-1:222222222222:model/m",
        resource_type="AWS::SageMaker::Model",
        properties={
            "ExecutionRoleArn": {"Fn::GetAtt": ["Custom", "Arn"]},
            "PrimaryContainer": {"Image": "{{resolve:ssm:image}}"},
        },
    )

    found = results(unknown, {"ExecutionRoleArn": "r", "PrimaryContainer": {"Image": "i"}})

    assert [each.why.partition(":")[0] for each in found if isinstance(each, NotCompared)] == [
        "ExecutionRoleArn",
        "PrimaryContainer.Image",
    ]


def test_a_drift_without_anything_to_show_cannot_be() -> None:
    """Nobody is told of a difference that nobody can see."""
    with pytest.raises(ValueError, match="shows nothing"):
        Drift(
            kind=DriftKind.RESOURCE_CHANGED,
            stack=STACK,
            workload="",
            stage="",
            logical_id="",
            physical_id="",
            resource_type="",
            properties=(),
            next_step="",
        )
