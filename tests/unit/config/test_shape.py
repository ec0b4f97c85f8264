"""Shapes: both validators agree, and whatever is refused is explained."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mlops_gitops import app
from mlops_gitops.config.document import Document, read_document
from mlops_gitops.config.explain_shape import _validator_class
from mlops_gitops.config.frameworks import Frameworks
from mlops_gitops.config.read import Contract, read_config
from mlops_gitops.config.read_settings import read_settings
from mlops_gitops.config.schemas import PER_STAGE, for_stages, resolve
from mlops_gitops.config.settings import Settings
from mlops_gitops.config.shape import Stages, compile_shape
from mlops_gitops.problems import errors_among
from mlops_gitops.use_cases.validate import read_schemas

SCHEMAS = read_schemas(app.package_data())
TYPES = SCHEMAS.pipeline_types()
STAGES = ("dev", "staging", "prod")
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
KMS = "arn:aws:kms:us-east-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PACKAGE = "arn:aws:sagemaker:us-east-1:111111111111:model-package/churn/7"
IMAGE = "111111111111.dkr.ecr.us-east-1.amazonaws.com/churn:1"

near_texts = (
    *("", "churn", "churn\n", "Churn-2", "a_b", "a" * 64, "xgboost", "1", "\u2028"),
    *("s3://b/c", "bucket/a b", "bucket/x ", "bucket/a/../b", "bücket/x", "a.b/c"),
    *("models/m.tar.gz", "/m.tar.gz", "ml.m5.large", "ml.t3.2xlarge", KMS, KMS.upper()),
    *(PACKAGE, PACKAGE[:-2], IMAGE, f"{IMAGE}\n"),
)
texts = st.sampled_from(near_texts) | st.text(max_size=12)
readable = st.integers(-(2**53) + 1, 2**53 - 1)
singles = texts | st.none() | st.booleans() | readable | st.lists(texts, max_size=2)
stage_names = st.sampled_from([*STAGES, "production", "qa"])
fields = singles | st.dictionaries(stage_names, singles, max_size=4)
names = sorted({name for type_ in TYPES for name in SCHEMAS.bundled(type_)["properties"]})


@st.composite
def configs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a config that is near a good one."""
    good = {
        "pipeline_type": draw(st.sampled_from(TYPES)),
        "model_name": "churn",
        "inference_instance": "ml.m5.large",
        "data_capture_location": dict.fromkeys(STAGES, "bucket/prefix"),
        "model_package_name": PACKAGE,
    }
    keys = st.sampled_from([*names, "modle_name", "x", "endpoint-name"])
    changes = draw(st.dictionaries(keys, fields, max_size=3))
    return {**good, **changes, "pipeline_type": good["pipeline_type"]}


def contract() -> Contract:
    """Give what the configs of a repository with three stages are held to."""
    settings = read_settings(SETTINGS, SCHEMAS)
    assert isinstance(settings, Settings)
    versions = {"xgboost": ("1",), "kmeans": ()}
    frameworks = Frameworks(
        versions=versions, need_more=frozenset({"pytorch"}), trained=frozenset(versions)
    )
    return Contract(settings=settings, schemas=SCHEMAS, frameworks=frameworks)


def document_of(value: dict[str, Any]) -> Document:
    """Write a config to a document."""
    document = read_document("mlops-config.json", json.dumps(value, indent=1).encode())
    assert isinstance(document, Document)
    return document


@given(configs())
@example({"pipeline_type": TYPES[0], "model_name": "churn\n"})
def test_both_validators_agree(value: dict[str, Any]) -> None:
    """What the fast validator refuses, the explaining one refuses, and nothing else."""
    schema = for_stages(SCHEMAS.bundled(value["pipeline_type"]), STAGES, STAGES)

    fast = jsonschema_rs.Draft202012Validator(schema).is_valid(value)

    assert fast == _validator_class()(schema).is_valid(value)


@given(configs())
def test_what_is_refused_is_explained(value: dict[str, Any]) -> None:
    """A refused shape has problems, each of another value, each in words of ours."""
    schema = SCHEMAS.bundled(value["pipeline_type"])
    document = document_of(value)

    verdict = compile_shape(schema, Stages(all=STAGES, own=STAGES)).check(document)

    valid = jsonschema_rs.Draft202012Validator(for_stages(schema, STAGES, STAGES)).is_valid(value)
    assert valid == (verdict.problems == ())
    said = [(problem.code, problem.pointer, problem.message) for problem in verdict.problems]
    assert len(said) == len(set(said))
    assert not any("no single value is to blame" in message for *_, message in said)


@given(configs())
def test_a_config_comes_of_exactly_those_without_errors(value: dict[str, Any]) -> None:
    """Reading never raises, and every place is in the file."""
    document = document_of(value)

    reading = read_config(document, contract())

    assert (reading.config is None) == bool(errors_among(reading.problems))
    lines = document.text.split("\n")
    for problem in reading.problems:
        assert 1 <= problem.where.column <= len(lines[problem.where.line - 1]) + 1
    if reading.config is not None:
        for field in reading.config.fields:
            for stage in STAGES:
                assert not isinstance(reading.config.value(field, stage), dict)


@pytest.mark.parametrize("name", [*TYPES, "settings"])
def test_schemas_are_schemas(name: str) -> None:
    """Every bundle is valid draft 2020-12 and refers to nothing outside itself."""
    schema = SCHEMAS.bundled(name)

    Draft202012Validator.check_schema(schema)
    assert all(resolve(schema, node) for node in schema["properties"].values())
    assert ".json#" not in str(schema)


@pytest.mark.parametrize("name", TYPES)
def test_every_key_is_described_for_editors(name: str) -> None:
    """Hovering over any key says what it is; per-stage keys take one value first."""
    schema = SCHEMAS.bundled(name)

    for key, node in schema["properties"].items():
        about = resolve(schema, node["anyOf"][0] if PER_STAGE in node else node)
        assert about["title"], key
        assert about["description"], key


@pytest.mark.parametrize("name", TYPES)
def test_a_type_has_all_that_a_type_needs(name: str) -> None:
    """A schema that is a type names its blueprint and the postfix of its stacks."""
    type_ = SCHEMAS.pipeline_type(name)

    assert type_ is not None
    assert app.package_data().blueprint(type_.blueprint)
    assert type_.stack_postfix.isalnum()


def test_no_pattern_uses_a_literal_dollar() -> None:
    """The explaining validator reads `$` as the end; so it must mean that everywhere."""
    for name in (*TYPES, "settings"):
        assert r"\$" not in str(SCHEMAS.bundled(name))


def test_partitions_are_those_of_botocore() -> None:
    """No partition of AWS is refused, and none is invented."""
    from botocore.loaders import Loader

    from mlops_gitops.config.arn import PARTITIONS, partition_of

    parts = Loader().load_data("partitions")["partitions"]
    assert {part["id"] for part in parts} == set(PARTITIONS)
    for part in parts:
        for region in part["regions"]:
            assert region.endswith("-global") or partition_of(region) == part["id"]


def test_every_region_of_aws_is_taken() -> None:
    """Patterns take all regions, in ARNs, in images and in the settings."""
    import re

    from botocore.loaders import Loader

    pattern = re.compile(SCHEMAS.bundled("settings")["properties"]["region"]["pattern"])
    for part in Loader().load_data("partitions")["partitions"]:
        for region in part["regions"]:
            if not region.endswith("-global"):
                assert pattern.search(region), region
