"""What was rendered is traced back to the value in the config that it came from."""

import json
from pathlib import Path
from typing import Any

import pytest
from builders import BLUEPRINTS, DATA, INSTALLATION, SETTINGS, realtime

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.trace import trace
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.validate import load_repository

EXAMPLES = Path(__file__).parents[3] / "config-examples" / "good"
TRAINING = json.loads((EXAMPLES / "training-everything" / "mlops-config.json").read_text("utf-8"))
PIPELINE = {
    "pipeline_type": "sagemaker_pipeline",
    "model_name": "churn",
    "tags": {"team": "pricing"},
    "steps": [{"Name": "stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}],
}
JOB = ("Resources", "Run", "Properties", "Definition", "States", "Train", "Arguments")


def traced(
    written: dict[str, Any], *path: str | int, blueprint: Blueprint | None = None
) -> tuple[str | int, ...] | None:
    """Render a config in its last stage, and trace a place of what comes out."""
    files = {
        "mlops-gitops.yaml": SETTINGS.encode(),
        "churn/mlops-config.json": json.dumps(written).encode(),
    }
    repository = load_repository(MemoryFiles(files), DATA)
    (config,) = repository.configs
    used = blueprint or BLUEPRINTS.blueprint(config.blueprint)
    inputs = read_inputs(DATA, INSTALLATION)
    stack = compose(repository.settings, config, config.stages[-1], used, inputs)
    return trace(path, stack, used.template, config)


def test_a_parameter_leads_to_its_field() -> None:
    """Where it is referred to, where it is declared, and in the object around it."""
    variant = ("Resources", "EndpointConfig", "Properties", "ProductionVariants", 0, "InstanceType")
    plain = realtime("churn", inference_instance="ml.m5.large")

    assert traced(plain, *variant, "Ref") == ("inference_instance",)
    assert traced(plain, *variant) == ("inference_instance",)
    assert traced(plain, "Parameters", "InferenceInstance") == ("inference_instance",)


def test_a_value_per_stage_leads_to_that_stage() -> None:
    """A finding in prod is about what is written for prod."""
    per_stage = {"dev": "ml.t2.large", "staging": "ml.m5.large", "prod": "ml.m5.xlarge"}
    written = realtime("churn", inference_instance=per_stage)

    assert traced(written, "Parameters", "InferenceInstance") == ("inference_instance", "prod")


@pytest.mark.parametrize(
    "path",
    [(), ("Resources",), ("Resources", "EndpointConfig"), ("Parameters", "MlopsGitopsDigest")],
)
def test_what_is_not_one_value_of_the_config_leads_nowhere(path: tuple[str | int, ...]) -> None:
    """Neither a whole resource that takes many, nor what is derived, blames a line."""
    assert traced(realtime("churn"), *path) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("HyperParameters", "eval_metric"), ("algo_hyperparamaters", "eval_metric")),
        (("HyperParameters", "num_round"), ("algo_hyperparamaters", "num_round")),
        (("ResourceConfig", "VolumeSizeInGB"), ("instance_volume_size",)),
        (("StoppingCondition", "MaxRuntimeInSeconds"), ("max_runtime_per_job",)),
        (("InputDataConfig", 0, "ContentType"), ("content_type",)),
    ],
)
def test_a_value_in_an_insert_leads_to_the_same_value(
    path: tuple[str | int, ...], expected: tuple[str | int, ...]
) -> None:
    """Numbers that became texts, too; where two are alike, the name decides."""
    assert traced(TRAINING, *JOB, *path) == expected


def test_an_insert_of_a_field_leads_into_the_field() -> None:
    """As far as the config goes; a place that is only in the template ends at its parent."""
    base = BLUEPRINTS.blueprint("realtime")
    kept = {"Type": "AWS::SSM::Parameter", "Properties": {"Mlops::Insert": "config.model_name"}}
    given = {"Type": "X", "Properties": {"Mlops::Insert": "config.data_capture_location"}}
    template = {**base.template, "Resources": {"Kept": kept, "Given": given}}
    blueprint = Blueprint(
        name=base.name, version=base.version, template=template, defaults=base.defaults
    )
    inside = ("Resources", "Kept", "Properties")

    assert traced(realtime("churn"), *inside, blueprint=blueprint) == ("model_name",)
    assert traced(realtime("churn"), *inside, "x", 0, blueprint=blueprint) == ("model_name",)


def test_an_insert_beside_other_members_leads_to_those_it_adds() -> None:
    """What the template has itself is no insert's."""
    base = BLUEPRINTS.blueprint("sagemaker_pipeline")
    properties = {"Own": "1", "Mlops::Insert": "config.tags"}
    template = {**base.template, "Resources": {"Kept": {"Type": "X", "Properties": properties}}}
    blueprint = Blueprint(
        name=base.name, version=base.version, template=template, defaults=base.defaults
    )
    inside = ("Resources", "Kept", "Properties")

    assert traced(PIPELINE, *inside, "team", blueprint=blueprint) == ("tags", "team")
    assert traced(PIPELINE, *inside, "Own", blueprint=blueprint) is None
