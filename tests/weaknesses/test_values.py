"""Section 4.2: values that the predecessor dropped, or stumbled over, reach the services."""

import json
from typing import Any

import pytest
from blueprints.composed import Example
from blueprints.monitors import execute
from blueprints.resolving import resolved
from blueprints.running import machine_of, run
from builders import ORCHESTRATOR, SETTINGS
from e2e import every_type
from weaknesses.composed import example

LONG = "m" * 63
"""A model's name that is longer than the names of some jobs may be."""
SHORT_PREFIX = SETTINGS.replace("mlops-pipeline", "p")


def baseline_config(config: dict[str, Any]) -> Any:
    """Give the analysis configuration that a baseline job reads."""
    (asked,) = execute(example(config)).asked["WriteBaselineConfig"]
    return asked["Body"]


@pytest.mark.parametrize("scores", [0, 1, "0"])
def test_scores_in_the_first_column_reach_clarify(scores: object) -> None:
    """0 is an index like any other; the predecessor took it for nothing."""
    config = every_type.monitor("m", "model_explainability", "e", model_scores=scores)

    assert baseline_config(config)["predictor"]["label"] == scores


def endpoint_input(one: Example) -> Any:
    """Give what a job definition reads of the endpoint, as CloudFormation works it out."""
    resources = resolved(one.stack.template, one.stack.parameter_values())
    properties = resources["JobDefinition"]["Properties"]
    (job_input,) = [value for name, value in properties.items() if name.endswith("JobInput")]
    return job_input["EndpointInput"]


@pytest.mark.parametrize("kind", ["model_quality", "model_bias"])
def test_attributes_may_be_numbers(kind: str) -> None:
    """The predecessor stumbled over a number; SageMaker gets the texts that it takes."""
    config = every_type.monitor("m", kind, "e", monitor_inference_attribute=0)
    config |= {"problem_type": "BinaryClassification", "monitor_probability_attribute": 1}
    config |= {"probability_threshold_attribute": 0.5}

    found = endpoint_input(example(config))

    assert found["InferenceAttribute"] == "0"
    assert found["ProbabilityAttribute"] == "1"
    assert found["ProbabilityThresholdAttribute"] in ("0.5", 0.5)


@pytest.mark.parametrize("make", [every_type.training, every_type.tuning])
def test_booleans_and_lists_keep_their_kind(make: Any) -> None:
    """Written as JSON or as the predecessor's texts, SageMaker gets booleans and lists."""
    manifest = {"s3_data_type": "AugmentedManifestFile", "data_input_mode": "Pipe"}
    written = [
        {"encrypt_inner_traffic": True, "attribute_names": ["source-ref", "label"]},
        {"encrypt_inner_traffic": "True", "attribute_names": '["source-ref", "label"]'},
    ]

    for fields in written:
        asked = run(example(make("m", **manifest, **fields))).asked
        text = json.dumps(asked)
        assert '"EnableInterContainerTrafficEncryption": true' in text
        assert '"AttributeNames": ["source-ref", "label"]' in text


def test_every_parameter_is_a_text() -> None:
    """CodePipeline's template configuration takes texts and nothing else."""
    for config in (
        every_type.monitor("m", "model_bias", "e", instance_volume_size=30),
        every_type.training("m", encrypt_inner_traffic=False),
        {**every_type.image_builder(), "create_repository": True},
    ):
        values = example(config).stack.parameter_values()
        assert all(isinstance(value, str) for value in values.values())


@pytest.mark.parametrize(
    ("make", "limit"),
    [(every_type.training, 63), (every_type.tuning, 32), (every_type.autopilot, 32)],
)
def test_names_of_jobs_are_as_long_as_sagemaker_takes(make: Any, limit: int) -> None:
    """The longest name of a model still gives a job; tuning and Autopilot take 32 characters."""
    one = example(make(LONG[:40]), SHORT_PREFIX)
    names = [
        value
        for request in run(one).asked.values()
        for name, value in request[0].items()
        if name.endswith("JobName")
    ]

    assert names
    assert all(0 < len(name) <= limit for name in names)


def test_autopilot_encrypts_with_the_key_and_reads_compressed_data() -> None:
    """The predecessor read both from the config, and gave neither to the job."""
    key = f"arn:aws:kms:us-east-1:{ORCHESTRATOR}:key/12345678-1234-1234-1234-123456789012"
    config = every_type.autopilot("m", kms_key_arn=key, compression_type="Gzip")
    states = machine_of(example(config))["States"]
    (asked,) = [
        requests[0]
        for name, requests in run(example(config)).asked.items()
        if "createAutoMLJob" in states[name]["Resource"]
    ]

    assert asked["OutputDataConfig"]["KmsKeyId"] == key
    assert asked["SecurityConfig"]["VolumeKmsKeyId"] == key
    assert [one["CompressionType"] for one in asked["AutoMLJobInputDataConfig"]] == ["Gzip"]


BIG = 4_096
"""Bytes that a parameter of CloudFormation, and the environment of a function, may have."""


def big_configs() -> dict[str, dict[str, Any]]:
    """Declare what was too large for the predecessor."""
    rows = [[number, number * 1_000] for number in range(500)]
    shap = {"baseline": rows, "num_samples": 20, "agg_method": "mean_abs"}
    facets = [f"value-{number:04}" for number in range(500)]
    bias = {
        "label_values_or_threshold": ["yes"],
        "facet_name": "town",
        "facet_values_or_threshold": facets,
    }
    many = {f"parameter_{number}": "abcd" * 25 for number in range(90)}
    return {
        "shap_config": every_type.monitor("m", "model_explainability", "e", shap_config=shap),
        "bias_config": every_type.monitor("m", "model_bias", "e", bias_config=bias),
        "algo_hyperparamaters": every_type.training("m", algo_hyperparamaters=many),
    }


@pytest.mark.parametrize("field", ["shap_config", "bias_config", "algo_hyperparamaters"])
def test_large_values_are_deployed(field: str) -> None:
    """No parameter carries them, and the run hands them on whole."""
    config = big_configs()[field]
    assert len(json.dumps(config[field])) > BIG

    one = example(config)

    assert max(len(value) for value in one.stack.parameter_values().values()) <= BIG
    assert len(json.dumps(one.stack.template)) < 1_000_000
    asked = json.dumps((execute if "monitor" in one.blueprint else run)(one).asked)
    last = {"shap_config": "[499, 499000]", "bias_config": "value-0499"}
    assert last.get(field, "parameter_89") in asked


@pytest.mark.parametrize("kind", ["model_bias", "model_explainability"])
def test_only_the_beginning_of_a_baseline_is_read_for_its_columns(kind: str) -> None:
    """A baseline of any size fits, because the header line stands in its first 64 KB."""
    (asked,) = execute(example(every_type.monitor("m", kind, "e"))).asked["ReadHeader"]

    assert asked["Range"] == "bytes=0-65535"
