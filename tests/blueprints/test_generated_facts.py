"""Committed facts are what the installed libraries say today."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from types import ModuleType

import pytest
from blueprints.blueprint_files import ROOT, TEMPLATES, load, module_at
from cfnlint.helpers import REGIONS
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from mlops_gitops.config.rules.types import monitor_region
from mlops_gitops.definitions.images import image_table


def script(name: str) -> ModuleType:
    """Import a script."""
    return module_at(ROOT / "scripts" / f"{name}.py", name)


@pytest.mark.parametrize(
    "name",
    [
        "generate_create_only",
        "generate_iam_actions",
        "generate_instance_types",
        "generate_requests",
    ],
)
def test_generated_file_is_up_to_date(name: str) -> None:
    """Running the script again would change nothing."""
    generator = script(name)

    assert generator.TARGET.read_text() == generator.text()


def test_image_table_is_up_to_date() -> None:
    """Running scripts/generate_images.py again would change nothing."""
    try:
        distribution("sagemaker-core")
    except PackageNotFoundError:
        pytest.skip("needs the SDK's tables: pip install --no-deps sagemaker-core")
    generator = script("generate_images")

    assert generator.TARGET.read_text() == generator.text()


@pytest.mark.parametrize(
    ("framework", "version", "region", "uri"),
    [
        # As the SageMaker SDK answered, 3.27.0.
        (
            "xgboost",
            "1.7-1",
            "us-east-1",
            "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
        ),
        (
            "sklearn",
            "1.2-1",
            "cn-north-1",
            "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn:1.2-1-cpu-py3",
        ),
        (
            "xgboost",
            "latest",
            "us-east-1",
            "811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:latest",
        ),
        (
            "kmeans",
            "whatever",
            "us-west-2",
            "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1",
        ),
        (
            "model-monitor",
            "",
            "eu-west-1",
            "468650794304.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-model-monitor-analyzer",
        ),
        (
            "clarify",
            "1.0",
            "us-east-1",
            "205585389593.dkr.ecr.us-east-1.amazonaws.com/sagemaker-clarify-processing:1.0",
        ),
        ("model-monitor", "", "us-gov-west-1", None),
        ("tensorflow", "2.12", "us-east-1", None),
        ("xgboost", "9", "us-east-1", None),
        ("kmeans", "1", "us-moon-1", None),
    ],
)
def test_image_table_answers_as_the_sdk(
    framework: str, version: str, region: str, uri: str | None
) -> None:
    """Spot checks against answers that the SDK gave, each kind of answer once."""
    generator = script("generate_images")
    table = json.loads(generator.TARGET.read_text())

    assert generator.uri(table, framework, region, version) == uri


def test_every_type_in_our_templates_has_facts() -> None:
    """A type without facts could be replaced and the plan would not say so."""
    facts = json.loads(script("generate_create_only").TARGET.read_text())["types"]
    used = {one["Type"] for path in TEMPLATES for one in load(path)["Resources"].values()}

    assert used <= facts.keys()


MONITOR_TYPES = (
    "DataQualityJobDefinition",
    "ModelQualityJobDefinition",
    "ModelBiasJobDefinition",
    "ModelExplainabilityJobDefinition",
    "MonitoringSchedule",
)


def test_monitors_are_taken_where_aws_has_images_and_types_for_them() -> None:
    """The regions of MG113 are those of the SDK's images that CloudFormation knows monitors in."""
    images = image_table()
    known = [
        {
            region
            for region in REGIONS
            if f"AWS::SageMaker::{kind}" in PROVIDER_SCHEMA_MANAGER.get_resource_types(region)
        }
        for kind in MONITOR_TYPES
    ]
    pictured = {
        region
        for region in REGIONS
        if {"model-monitor", "clarify"} <= images.versions(region).keys()
    }

    assert set.intersection(pictured, *known) == monitor_region.REGIONS


def test_the_facts_stay_small() -> None:
    """Every plan reads this file."""
    assert script("generate_create_only").TARGET.stat().st_size < 60_000
