"""Checks of quality and by Clarify, with and without an earlier baseline."""

import json
from typing import Any

import pytest
from steps_of_pipelines import ROLE, compiled, get, own_output, step_of, told

DATA = "s3://acme-mlops-data/abalone/"
MONITOR = "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer"
CLARIFY = "205585389593.dkr.ecr.us-east-1.amazonaws.com/sagemaker-clarify-processing:1.0"
BIAS = {"label_values_or_threshold": [15], "facet_name": "sex", "facet_values_or_threshold": ["F"]}
MODEL = {"model_name": "abalone", "instance_type": "ml.m5.large"}
CONTROL = {"skip_check": True, "register_new_baseline": True}
QUALITY: dict[str, Any] = {
    "name": "quality",
    "type": "quality_check",
    "data_quality": {},
    "data": {"s3_uri": DATA},
    **CONTROL,
    "instance_type": "ml.m5.large",
}
CHECK: dict[str, Any] = {
    "name": "check",
    "type": "clarify_check",
    "data": {"s3_uri": DATA, "label": "rings", "headers": ["rings", "length", "sex"]},
    **CONTROL,
    "instance_type": "ml.c5.xlarge",
}
STATISTICS = "s3://acme-mlops-data/baseline/statistics.json"
CONSTRAINTS = "s3://acme-mlops-data/baseline/constraints.json"
SUPPLIED = {
    "supplied_baseline_statistics": STATISTICS,
    "supplied_baseline_constraints": CONSTRAINTS,
}


def input_of(name: str, path: str, uri: Any) -> dict[str, Any]:
    """Write an input of a processing job."""
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": f"/opt/ml/processing/input/{path}",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
            "S3CompressionType": "None",
        },
    }


def output_of(name: str, uri: Any) -> dict[str, Any]:
    """Write the output of a check."""
    output = {
        "S3Uri": uri,
        "LocalPath": "/opt/ml/processing/output",
        "S3UploadMode": "EndOfJob",
    }
    return {"Outputs": [{"OutputName": name, "S3Output": output}]}


def cluster(instance: str) -> dict[str, Any]:
    """Write the instances of a check's job."""
    return {"ClusterConfig": {"InstanceType": instance, "InstanceCount": 1, "VolumeSizeInGB": 30}}


def test_a_check_of_data_quality_asks_the_monitor_for_statistics() -> None:
    """The job is the monitor's own, and nothing that was not said is more than null."""
    assert step_of(QUALITY) == {
        "Name": "quality",
        "Type": "QualityCheck",
        "Arguments": {
            "RoleArn": ROLE,
            "AppSpecification": {"ImageUri": MONITOR},
            "ProcessingResources": cluster("ml.m5.large"),
            "ProcessingInputs": [
                input_of("baseline_dataset_input", "baseline_dataset_input", DATA)
            ],
            "ProcessingOutputConfig": output_of("quality_check_output", own_output("quality")),
            "Environment": {
                "dataset_format": '{"csv": {"header": true, "output_columns_position": "START"}}',
                "dataset_source": "/opt/ml/processing/input/baseline_dataset_input",
                "output_path": "/opt/ml/processing/output",
                "publish_cloudwatch_metrics": "Disabled",
            },
        },
        "CheckType": "DATA_QUALITY",
        "SkipCheck": True,
        "RegisterNewBaseline": True,
        "FailOnViolation": True,
        "ModelPackageGroupName": None,
        "SuppliedBaselineStatistics": None,
        "SuppliedBaselineConstraints": None,
    }


def test_a_check_of_model_quality_says_what_was_predicted() -> None:
    """Attributes and threshold reach the container as texts."""
    about = {
        "problem_type": "BinaryClassification",
        "ground_truth_attribute": "label",
        "probability_attribute": 0,
        "probability_threshold": 0.5,
    }
    written = {key: value for key, value in QUALITY.items() if key != "data_quality"}

    step = step_of(
        {
            **written,
            "model_quality": about,
            "data": {"s3_uri": DATA, "format": "json_lines"},
            **SUPPLIED,
            "skip_check": False,
            "fail_on_violation": False,
        }
    )

    assert step["CheckType"] == "MODEL_QUALITY"
    assert step["SkipCheck"] is step["FailOnViolation"] is False
    assert step["SuppliedBaselineStatistics"] == STATISTICS
    assert step["SuppliedBaselineConstraints"] == CONSTRAINTS
    environment = step["Arguments"]["Environment"]
    assert environment["dataset_format"] == '{"json": {"lines": true}}'
    attributes = {
        "analysis_type": "MODEL_QUALITY",
        "problem_type": "BinaryClassification",
        "ground_truth_attribute": "label",
        "probability_attribute": "0",
        "probability_threshold_attribute": "0.5",
    }
    assert {key: environment[key] for key in attributes} == attributes
    assert "inference_attribute" not in environment


def test_a_check_by_clarify_reads_its_analysis_from_an_asset() -> None:
    """The configuration is addressed by its content; the data is where the config says."""
    definition = compiled({**CHECK, "data_bias": {"bias_config": BIAS, "methods": ["CI"]}})

    (step,) = definition.steps
    analysis, _ = definition.assets
    assert step == {
        "Name": "check",
        "Type": "ClarifyCheck",
        "Arguments": {
            "RoleArn": ROLE,
            "AppSpecification": {"ImageUri": CLARIFY},
            "ProcessingResources": cluster("ml.c5.xlarge"),
            "ProcessingInputs": [
                input_of("analysis_config", "config", f"s3://acme-mlops-assets/{analysis.key}"),
                input_of("dataset", "data", DATA),
            ],
            "ProcessingOutputConfig": output_of("analysis_result", own_output("check")),
        },
        "CheckType": "DATA_BIAS",
        "SkipCheck": True,
        "RegisterNewBaseline": True,
        "FailOnViolation": True,
        "ModelPackageGroupName": None,
        "SuppliedBaselineConstraints": None,
    }
    assert json.loads(analysis.content) == {
        "dataset_type": "text/csv",
        "headers": ["rings", "length", "sex"],
        "label": "rings",
        "label_values_or_threshold": [15],
        "facet": [{"name_or_index": "sex", "value_or_threshold": ["F"]}],
        "methods": {
            "pre_training_bias": {"methods": ["CI"]},
            "report": {"name": "report", "title": "Analysis Report"},
        },
    }


def test_the_model_that_is_asked_is_named_beside_the_analysis() -> None:
    """Its name may be known at run time only, so it is no part of what is uploaded."""
    model = {**MODEL, "model_name": {"parameter": "model"}, "accept_type": "text/csv"}
    definition = compiled(
        {
            **CHECK,
            "model_bias": {
                "bias_config": {
                    "label_values_or_threshold": [15],
                    "facet_name": ["sex", 1],
                    "facet_values_or_threshold": [None, [0.5]],
                    "group_name": "sex",
                },
                "model": model,
                "predicted_label": {"probability": 0, "probability_threshold": 0.8},
            },
        },
        parameters={"model": "abalone"},
    )

    (step,) = definition.steps
    assert step["CheckType"] == "MODEL_BIAS"
    assert step["ModelName"] == get("Parameters.model")
    analysis, monitoring = (json.loads(asset.content) for asset in definition.assets)
    facets = [
        {"name_or_index": "sex"},
        {"name_or_index": 1, "value_or_threshold": [0.5]},
    ]
    assert analysis["facet"] == facets
    assert analysis["group_variable"] == "sex"
    assert analysis["probability_threshold"] == 0.8
    assert analysis["predictor"] == {
        "probability": 0,
        "instance_type": "ml.m5.large",
        "initial_instance_count": 1,
        "accept_type": "text/csv",
    }
    assert monitoring == {
        "label_values_or_threshold": [15],
        "facet": facets,
        "group_variable": "sex",
        "headers": ["rings", "length", "sex"],
        "label": "rings",
    }


def test_an_explanation_is_monitored_without_its_label() -> None:
    """The check's own analysis knows the label; what monitors read has features only."""
    definition = compiled(
        {**CHECK, "explainability": {"model": MODEL, "shap": {"num_samples": 100}}}
    )

    (step,) = definition.steps
    assert step["CheckType"] == "MODEL_EXPLAINABILITY"
    analysis, monitoring = (json.loads(asset.content) for asset in definition.assets)
    shap = {"use_logit": False, "save_local_shap_values": True, "num_samples": 100}
    assert analysis["methods"]["shap"] == monitoring["methods"]["shap"] == shap
    assert analysis["label"] == "rings"
    assert monitoring["headers"] == ["length", "sex"]


@pytest.mark.parametrize(
    "given",
    [
        {"skip_check": True, "register_new_baseline": True},
        {"skip_check": False, "register_new_baseline": True, "model_package_group_name": "abalone"},
        {"skip_check": True, "register_new_baseline": False, **SUPPLIED},
        {"skip_check": {"parameter": "skip"}, "register_new_baseline": True},
    ],
)
def test_a_baseline_that_is_needed_may_be_of_either_kind(given: dict[str, Any]) -> None:
    """The group's, or one that is supplied; what is known at run time only is not refused."""
    assert told({**QUALITY, **given}, parameters={"skip": True}) == []


@pytest.mark.parametrize(
    "given",
    [
        {"skip_check": False},
        {"register_new_baseline": False},
        {"skip_check": False, "supplied_baseline_statistics": STATISTICS},
    ],
)
def test_a_baseline_that_is_needed_and_not_there_is_told(given: dict[str, Any]) -> None:
    """Either false needs an earlier baseline, all of it."""
    assert told({**QUALITY, **given}) == [("MG411", "/steps/0")]


def test_a_monitored_transform_is_a_transform_and_a_check_after_it() -> None:
    """The check compares with what is supplied, and waits for the transform."""
    transform, check = compiled(
        {
            "name": "watched",
            "type": "monitor_batch_transform",
            "display_name": "Watched",
            "depends_on": ["other"],
            "transform": {"model_name": "abalone", "s3_uri": DATA, "instance_type": "ml.m5.large"},
            "quality": {
                "data_quality": {},
                "data": {"s3_uri": DATA},
                "instance_type": "ml.m5.large",
            },
            "fail_on_violation": False,
            **SUPPLIED,
        },
        {"Name": "other", "Type": "Callback", "Arguments": {}},
    ).steps[:2]

    assert transform["Name"] == "watched-transform"
    assert transform["DisplayName"] == "Watched-transform"
    assert transform["DependsOn"] == ["other"]
    assert check["Name"] == "watched-monitoring"
    assert check["DependsOn"] == ["watched-transform"]
    assert check["SkipCheck"] is check["RegisterNewBaseline"] is check["FailOnViolation"] is False
    assert check["SuppliedBaselineStatistics"] == STATISTICS


def test_a_monitored_transform_may_come_after_its_check() -> None:
    """Data is checked before the model is asked about it."""
    transform, check = compiled(
        {
            "name": "watched",
            "type": "monitor_batch_transform",
            "transform": {"model_name": "abalone", "s3_uri": DATA, "instance_type": "ml.m5.large"},
            "clarify": {
                "explainability": {"model": MODEL, "shap": {"num_samples": 10}},
                "data": {"s3_uri": DATA, "label": 0},
                "instance_type": "ml.c5.xlarge",
            },
            "monitor_before_transform": True,
            "supplied_baseline_constraints": CONSTRAINTS,
        }
    ).steps

    assert transform["DependsOn"] == ["watched-monitoring"]
    assert "DependsOn" not in check
    assert check["Type"] == "ClarifyCheck"
