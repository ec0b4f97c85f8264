"""AutoML steps, and the best model that others take from them."""

from typing import Any

import pytest
from steps_of_pipelines import IMAGE, ROLE, get, own_output, step_of, told

KEY = "arn:aws:kms:us-east-1:222222222222:key/11111111-1111-1111-1111-111111111111"
STEP: dict[str, Any] = {
    "name": "auto",
    "type": "auto_ml",
    "inputs": {"training": {"s3_uri": "s3://acme-mlops-data/train/"}},
    "target": "rings",
}


def channel(kind: str, uri: Any, **more: Any) -> dict[str, Any]:
    """Write a channel as AutoML has it."""
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}
    return {"ChannelType": kind, "DataSource": source, "TargetAttributeName": "rings", **more}


def user(**inputs: Any) -> dict[str, Any]:
    """Give a step that takes the best model."""
    return {
        "name": "use",
        "type": "processing",
        "image_uri": {"best_model": {"step": "auto", "member": "image"}},
        "inputs": {name: {"s3_uri": uri} for name, uri in inputs.items()},
        "instance_type": "ml.m5.large",
    }


ASKED: dict[str, Any] = {
    "Name": "auto",
    "Type": "AutoML",
    "Arguments": {
        "RoleArn": ROLE,
        "InputDataConfig": [
            channel("training", get("Parameters.data"), ContentType="text/csv;header=present"),
            channel("validation", "s3://acme-mlops-data/validation/", CompressionType="Gzip"),
        ],
        "OutputDataConfig": {"S3OutputPath": own_output("auto"), "KmsKeyId": KEY},
        "AutoMLJobConfig": {
            "Mode": "ENSEMBLING",
            "CompletionCriteria": {
                "MaxCandidates": 5,
                "MaxRuntimePerTrainingJobInSeconds": 900,
                "MaxAutoMLJobRuntimeInSeconds": 7200,
            },
            "CandidateGenerationConfig": {"AlgorithmsConfig": [{"AutoMLAlgorithms": ["xgboost"]}]},
            "SecurityConfig": {
                "VolumeKmsKeyId": KEY,
                "EnableInterContainerTrafficEncryption": True,
                "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
            },
        },
        "ProblemType": "Regression",
        "AutoMLJobObjective": {"MetricName": "MSE"},
    },
}


def test_a_job_is_asked_for_in_the_mode_ensembling() -> None:
    """Inputs, target and role are there, and the one mode in which steps run."""
    step = step_of(
        {
            **STEP,
            "inputs": {
                "training": {
                    "s3_uri": {"parameter": "data"},
                    "content_type": "text/csv;header=present",
                },
                "validation": {"s3_uri": "s3://acme-mlops-data/validation/", "compression": "Gzip"},
            },
            "problem_type": "Regression",
            "objective_metric": "MSE",
            "algorithms": ["xgboost"],
            "max_candidates": 5,
            "max_runtime_per_job_seconds": 900,
            "max_runtime_seconds": 7200,
            "kms_key_arn": KEY,
            "network": {"subnets": ["subnet-1"], "security_groups": ["sg-1"], "encrypted": True},
        },
        parameters={"data": "s3://acme-mlops-data/train/"},
    )

    assert step == ASKED


def test_the_role_is_the_pipelines() -> None:
    """The job, and the model that is made of its best candidate, have the role that is given."""
    role = "arn:aws:iam::222222222222:role/own"
    model = {
        "name": "model",
        "type": "create_model",
        "image_uri": {"best_model": {"step": "auto", "member": "image"}},
        "model_data": {"best_model": {"step": "auto", "member": "model_data"}},
    }

    for given, expected in (({}, ROLE), ({"role_arn": role}, role)):
        assert step_of(STEP, **given)["Arguments"]["RoleArn"] == expected
        made = step_of(STEP, model, **given)["Arguments"]
        assert made["ExecutionRoleArn"] == expected
        assert made["PrimaryContainer"]["Image"] == get(
            "Steps.auto.BestCandidate.InferenceContainers[0].Image"
        )


def test_the_best_model_is_that_of_the_best_candidate() -> None:
    """Image and artifact come from the description of the job."""
    model = {"best_model": {"step": "auto", "member": "model_data"}}

    step = step_of(STEP, user(model=model))

    first = "Steps.auto.BestCandidate.InferenceContainers[0]"
    assert step["Arguments"]["AppSpecification"]["ImageUri"] == get(f"{first}.Image")
    (data,) = step["Arguments"]["ProcessingInputs"]
    assert data["S3Input"]["S3Uri"] == get(f"{first}.ModelDataUrl")


def test_only_auto_ml_steps_have_a_best_model() -> None:
    """A step of another kind is named where it is asked."""
    other = {
        "name": "auto",
        "type": "processing",
        "image_uri": IMAGE,
        "instance_type": "ml.m5.large",
    }

    assert told(other, user()) == [("MG334", "/steps/1/image_uri/best_model/step")]


@pytest.mark.parametrize("mode", ["HYPERPARAMETER_TUNING", "AUTO"])
def test_other_modes_are_refused(mode: str) -> None:
    """In either spelling: steps of pipelines run in ENSEMBLING alone."""
    written = step_of(STEP)
    written["Arguments"]["AutoMLJobConfig"]["Mode"] = mode

    assert told({**STEP, "mode": mode}) == [("MG023", "/steps/0/mode")]
    assert told(written) == [("MG333", "/steps/0/Arguments/AutoMLJobConfig/Mode")]


@pytest.mark.parametrize("key", ["inputs", "target"])
def test_inputs_and_target_are_there(key: str) -> None:
    """Each that lacks is one problem at the step."""
    step = {name: value for name, value in STEP.items() if name != key}

    assert told(step) == [("MG021", "/steps/0")]
