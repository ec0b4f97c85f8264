"""Two validators, one verdict: on every example, and on what is near one."""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import ValidationError
from jsonschema.validators import extend

from mlops_gitops import app
from mlops_gitops.config.document import Document, read_document
from mlops_gitops.config.explain_shape import _validator_class, explain_shape
from mlops_gitops.config.frameworks import Frameworks
from mlops_gitops.config.read import Contract, read_config
from mlops_gitops.config.read_settings import read_settings
from mlops_gitops.config.schemas import Schema, for_stages
from mlops_gitops.config.settings import Settings
from mlops_gitops.config.shape import Stages
from mlops_gitops.problems import errors_among
from mlops_gitops.use_cases.validate import read_schemas

EXAMPLES = Path(__file__).parents[3] / "config-examples"
SCHEMAS = read_schemas(app.package_data())
TYPES = SCHEMAS.pipeline_types()
ONE = Stages(all=("dev",), own=("dev",))
THREE = Stages(all=("dev", "staging", "prod"), own=("dev", "staging", "prod"))
SETTINGS = b"""
version: 1
region: us-east-1
assets_bucket: acme-mlops-assets
model_registry: any
orchestrator: {account: "111111111111"}
stages:
- {name: dev, account: "222222222222"}
- {name: staging, account: "333333333333"}
- {name: prod, account: "444444444444"}
"""


def examples(folder: Path) -> Iterator[dict[str, Any]]:
    """Read every example that is JSON, each value once."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.rglob("mlops-config.json")):
        document = read_document(file.name, file.read_bytes())
        if isinstance(document, Document):
            found[json.dumps(document.value, sort_keys=True)] = dict(document.value)
    yield from found.values()


CONFIGS = tuple(examples(EXAMPLES))
GOOD = tuple(examples(EXAMPLES / "good"))


def contract() -> Contract:
    """Give what the configs of a repository with three stages are held to."""
    settings = read_settings(SETTINGS, SCHEMAS)
    assert isinstance(settings, Settings)
    versions = {"xgboost": ("1",), "kmeans": ()}
    frameworks = Frameworks(
        versions=versions, need_more=frozenset({"pytorch"}), trained=frozenset(versions)
    )
    return Contract(settings=settings, schemas=SCHEMAS, frameworks=frameworks)


CONTRACT = contract()
_STEP = "pipeline_steps.step"


@cache
def bundled(name: str) -> Schema:
    """Give the schema of a type, put together once: for each config that would take long."""
    return SCHEMAS.bundled(name)


@cache
def both(name: str, stages: Stages, kinds: frozenset[str] = frozenset()) -> tuple[Any, Any]:
    """Give the fast validator of a type, and the one that explains.

    Args:
        name: of the type.
        stages: of the installation.
        kinds: of steps, if no others can be in a config: the slow one is then spared the others.
    """
    schema = for_stages(bundled(name), stages.all, stages.own)
    fast = jsonschema_rs.Draft202012Validator(schema)
    slow = extend(_validator_class(), {"anyOf": any_of})
    return fast, slow(narrowed(schema, kinds) if kinds else schema)


def any_of(
    validator: Any, forms: list[Schema], instance: Any, _schema: Schema
) -> Iterator[ValidationError]:
    """Refuse what fits no form; jsonschema would collect each form's errors only to drop them."""
    if not any(validator.evolve(schema=form).is_valid(instance) for form in forms):
        yield ValidationError("It has none of the forms.")


def narrowed(schema: Schema, kinds: frozenset[str]) -> Schema:
    """Leave out the kinds of steps that cannot be in a config."""
    step = schema["$defs"][_STEP]
    names = ("pipeline_steps.written", *(f"step_{kind}.step" for kind in kinds))
    kept = [form for form in step["anyOf"] if form["$ref"].removeprefix("#/$defs/") in names]
    return {**schema, "$defs": {**schema["$defs"], _STEP: {**step, "anyOf": kept}}}


def assert_agreement(
    value: dict[str, Any], name: str, stages: Stages, kinds: frozenset[str] = frozenset()
) -> None:
    """Compare the verdicts on a config; what is refused has a reason in words of ours."""
    fast, explaining = both(name, stages, kinds)
    refused = not fast.is_valid(value)
    assert refused != explaining.is_valid(value)
    if refused:
        document = read_document("mlops-config.json", json.dumps(value).encode())
        assert isinstance(document, Document)
        problems = explain_shape(document, bundled(name), stages).problems
        assert problems
        assert not any("no single value is to blame" in problem.message for problem in problems)


@pytest.mark.parametrize("name", TYPES)
def test_validators_agree_on_every_example(name: str) -> None:
    """Good or broken, of this type or of another one: both take it or both refuse it."""
    own = [value for value in CONFIGS if value.get("pipeline_type") == name]
    assert own
    for value in CONFIGS:
        assert_agreement(value, name, ONE)
    for value in own:
        assert_agreement(value, name, THREE)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List the path of every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner if isinstance(value, (dict, list)) else ():
        yield (*path, key)
        yield from places(item, (*path, key)) if isinstance(item, (dict, list)) else ()


def apart(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give an example with each of its steps alone: a step's shape does not hang on another's."""
    steps = config.get("steps")
    if not isinstance(steps, list):
        yield config
        return
    for step in steps:
        yield {**config, "steps": [step]}


def kinds(config: dict[str, Any]) -> str:
    """Name the kind of the only step of an example; steps of a kind have one schema."""
    steps = config.get("steps")
    return str(steps[0].get("type", "as written")) if isinstance(steps, list) else ""


@cache
def places_to_edit(name: str) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """Give the places in good examples of a type, with an example that has it.

    They are sorted by the kind of the step that they are in; in those outside of steps, there is
    no need to look at each again with each kind of step.
    """
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    for config in (
        each for value in GOOD if value["pipeline_type"] == name for each in apart(value)
    ):
        for path in places(config):
            kind = kinds(config) if path[0] == "steps" else ""
            found.setdefault(kind, {})[path] = config
    return found


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in TYPES for kind in sorted(places_to_edit(name))]
)
def test_validators_agree_on_every_single_edit(name: str, kind: str) -> None:
    """Each value of a good example, taken away or put wrong in each way there is."""
    for path, config in places_to_edit(name)[kind].items():
        # An edit of a kind makes it another one; every other edit leaves the kinds as they are.
        known = frozenset() if path[-1] == "type" else frozenset(kinds_in(config.get("steps")))
        for changed in changes(config, path):
            assert_agreement(changed, name, THREE, known)


def kinds_in(value: Any) -> Iterator[str]:
    """Name the kinds of all steps in a value, nested ones included."""
    if isinstance(value, dict):
        yield from [value["type"]] if isinstance(value.get("type"), str) else []
        yield from (kind for inner in value.values() for kind in kinds_in(inner))
    elif isinstance(value, list):
        yield from (kind for inner in value for kind in kinds_in(inner))


def changes(config: dict[str, Any], path: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    """Give an example with one value missing, or another one in its place."""
    around = inside(config, path[:-1])
    value = around[path[-1]]
    without = around.copy()
    del without[path[-1]]
    yield put(config, path[:-1], without)
    for other in (None, "", 0, -1, 10**12, 0.5, True, [], {}, [value], {"x": value}, f"{value}\n"):
        yield put(config, path, other)


def put(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """Give a value with another one in a place; what is beside the path is shared."""
    if not path:
        return other
    changed = value.copy()
    changed[path[0]] = put(value[path[0]], path[1:], other)
    return changed


def inside(value: Any, path: tuple[Any, ...]) -> Any:
    """Follow a path into a value."""
    for key in path:
        value = value[key]
    return value


names = st.sampled_from(
    [*sorted({key for name in TYPES for key in SCHEMAS.bundled(name)["properties"]}), "x", ""]
)
near_texts = (
    *(
        "",
        "churn",
        "churn\n",
        "a_b",
        "1",
        "0600",
        "-1",
        "1.0",
        " 7",
        "\u0663",
        "True",
        "true",
        "Off",
    ),
    *("s3://b/c", "/k", "a/../b", "data/train.csv", "m.zip", "m.tar.gz", "ml.m5.large", "\u2028"),
    *("rate(1 day)", "rate(1 days)", "cron(0 4 ? * MON *)", "cron(0  4 ? * MON *)", "cron(a b)"),
    *('["a", "b"]', '["a",]', "[]", "continuous", "NOW", "AUC", "auc", "Gzip"),
)
scalars = st.one_of(
    st.sampled_from(near_texts),
    st.sampled_from([0, 1, 599, 600, 259200, 259201, 10**9, -1, 2**31, 0.5, 600.0, -0.0, 1e300]),
    st.booleans(),
    st.none(),
    st.text(max_size=4),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)


def edited(value: Any, draw: st.DrawFn) -> Any:
    """Draw what stands instead of a value: nearly the same, or something else."""
    nearly: list[Any] = [dict.fromkeys(THREE.all, value), [value], {"x": value}]
    if isinstance(value, (int, float)):
        nearly += [str(value), -value, value + 1, float(value), value + 0.5, not value]
    if isinstance(value, str):
        nearly += [value.upper(), f"{value}\n", f" {value}", value[:-1], value * 40, [value, value]]
    if isinstance(value, list):
        nearly += [[*value, *value], value[:-1], value[::-1], json.dumps(value)]
    if isinstance(value, dict):
        nearly += [{**value, draw(names): draw(scalars)}, {}, json.dumps(value), [value, value]]
    return draw(st.sampled_from(nearly) | values)


@st.composite
def variants(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an example with up to three edits: a key less, a key more, another value anywhere."""
    config = deepcopy(draw(st.sampled_from(CONFIGS)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([(draw(names),), *places(config)]))
        around = inside(config, path[:-1])
        if draw(st.booleans()) and (isinstance(around, list) or path[-1] in around):
            del around[path[-1]]
        else:
            there = isinstance(around, list) or path[-1] in around
            around[path[-1]] = edited(around[path[-1]], draw) if there else draw(values)
    return config


@given(variants(), st.sampled_from(TYPES), st.booleans(), st.sampled_from((ONE, THREE)))
def test_validators_agree_near_examples(
    value: dict[str, Any],
    name: str,
    as_written: bool,  # noqa: FBT001 - drawn, never passed
    stages: Stages,
) -> None:
    """What is refused is refused by both and explained, whatever was edited."""
    written = value.get("pipeline_type")
    own = written if isinstance(written, str) and written in TYPES and as_written else name
    assert_agreement({**value, "pipeline_type": own}, own, stages)


@given(variants(), st.sampled_from(TYPES))
def test_reading_near_examples_answers(value: dict[str, Any], name: str) -> None:
    """Whatever was edited, reading gives a config or errors, and never fails itself."""
    written = value.get("pipeline_type")
    own = written if isinstance(written, str) and written in TYPES else name
    data = json.dumps({**value, "pipeline_type": own}).encode()
    document = read_document("mlops-config.json", data)
    assert isinstance(document, Document)

    reading = read_config(document, CONTRACT)

    assert (reading.config is None) == bool(errors_among(reading.problems))
