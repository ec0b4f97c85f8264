"""One config of every pipeline type, and the data that they name."""

import contextlib
from typing import Any

from builders import ACCOUNTS, BUCKET, ORCHESTRATOR
from e2e.user import User, model

HEADER = b"label,age,income\n1,30,1000\n0,40,2000\n"
BASELINE = "every/baseline.csv"
TRAINING = "every/train/data.csv"
SOURCE = "every/image.zip"
IMAGE = f"{ORCHESTRATOR}.dkr.ecr.us-east-1.amazonaws.com/ranker"


def places(folder: str) -> dict[str, str]:
    """Give a location of each stage's own bucket."""
    return {stage: f"acme-{stage}-data/{folder}" for stage in ACCOUNTS}


def prepare(user: User) -> None:
    """Put there what the configs name, as the people who own the data would."""
    for stage, account in ACCOUNTS.items():
        s3 = user.aws("s3", account)
        with contextlib.suppress(s3.exceptions.ClientError):
            s3.create_bucket(Bucket=f"acme-{stage}-data")
        s3.put_object(Bucket=f"acme-{stage}-data", Key="batch/in.csv", Body=b"30,1000\n")
    assets = user.aws("s3")
    for key in (BASELINE, TRAINING):
        assets.put_object(Bucket=BUCKET, Key=key, Body=HEADER)
    assets.put_object(Bucket=BUCKET, Key=SOURCE, Body=b"a zip")
    push_image(user, "1.0.0", b"first")


def push_image(user: User, tag: str, content: bytes) -> None:
    """Push an image to the repository that custom types name."""
    ecr = user.aws("ecr")
    with contextlib.suppress(ecr.exceptions.ClientError):
        ecr.create_repository(repositoryName="ranker")
    manifest = f'{{"schemaVersion": 2, "layers": [], "note": "{content.decode()}"}}'
    ecr.put_image(repositoryName="ranker", imageManifest=manifest, imageTag=tag)


def served(name: str, type_: str) -> dict[str, Any]:
    """Declare a model that needs an image, for realtime or batch inference."""
    source: dict[str, Any] = {"model_artifact_location": "shared/model.tar.gz"}
    if type_.endswith("custom"):
        source["custom_image_uri"] = f"{IMAGE}:1.0.0"
    else:
        source |= {"model_framework": "xgboost", "model_framework_version": "1"}
    return {
        "pipeline_type": type_,
        "model_name": name,
        "inference_instance": "ml.m5.large",
        **source,
    }


def batch(name: str, type_: str = "byom_batch_builtin", **fields: Any) -> dict[str, Any]:
    """Declare batch inference; `fields` overrides."""
    where = {
        "batch_inference_data": places("batch/in.csv"),
        "batch_job_output_location": places("batch/out"),
    }
    return {**served(name, type_), **where, **fields}


def realtime_custom(name: str) -> dict[str, Any]:
    """Declare an endpoint with an image of one's own."""
    where = {
        "data_capture_location": places("capture"),
        "endpoint_name": {stage: f"{name}-{stage}" for stage in ACCOUNTS},
    }
    return {**served(name, "byom_realtime_custom"), **where}


def monitor(name: str, kind: str, endpoint: str, **fields: Any) -> dict[str, Any]:
    """Declare a monitor of an endpoint; `fields` overrides."""
    own: dict[str, Any] = {
        "data_quality": {},
        "model_quality": {
            "problem_type": "Regression",
            "baseline_inference_attribute": "prediction",
            "baseline_ground_truth_attribute": "label",
            "monitor_inference_attribute": "0",
            "monitor_ground_truth_input": places("truth"),
        },
        "model_bias": {
            "problem_type": "BinaryClassification",
            "monitor_ground_truth_input": places("truth"),
            "bias_config": {
                "label_values_or_threshold": [1],
                "facet_name": "age",
                "facet_values_or_threshold": [35],
            },
            "model_predicted_label_config": {"probability_threshold": 0.8},
        },
        "model_explainability": {
            "problem_type": "Regression",
            "monitor_inference_attribute": "0",
            "shap_config": {
                "baseline": [[30, 1000]],
                "num_samples": 20,
                "agg_method": "mean_abs",
            },
        },
    }[kind]
    return {
        "pipeline_type": f"byom_{kind}_monitor",
        "model_name": name,
        "endpoint_name": {stage: f"{endpoint}-{stage}" for stage in ACCOUNTS},
        "baseline_data": BASELINE,
        "baseline_job_output_location": places("baseline"),
        "data_capture_location": places("capture"),
        "monitoring_output_location": places("reports"),
        "schedule_expression": "cron(0 * ? * * *)",
        "monitor_max_runtime_seconds": 1800,
        "instance_type": "ml.m5.large",
        "instance_volume_size": 20,
        **own,
        **fields,
    }


def training(name: str, **fields: Any) -> dict[str, Any]:
    """Declare a training job; `fields` overrides."""
    return {
        "pipeline_type": "model_training_builtin",
        "model_name": name,
        "training_data": "every/train",
        "job_output_location": f"every/out/{name}",
        "model_framework": "xgboost",
        "model_framework_version": "1",
        "algo_hyperparamaters": {"eta": "0.2", "num_round": 10},
        **fields,
    }


def tuning(name: str, **fields: Any) -> dict[str, Any]:
    """Declare a tuning job; `fields` overrides."""
    tuned = {
        "pipeline_type": "model_tuner_builtin",
        "tuner_configs": {
            "objective_metric_name": "validation:rmse",
            "objective_type": "Minimize",
            "max_jobs": 2,
            "max_parallel_jobs": 1,
        },
        "hyperparamaters_ranges": {"eta": ["continuous", [0.1, 0.5]]},
        "algo_hyperparamaters": {"num_round": 10},
        "validation_data": "every/train",
    }
    return {**training(name), **tuned, **fields}


def autopilot(name: str, **fields: Any) -> dict[str, Any]:
    """Declare an Autopilot job; `fields` overrides."""
    return {
        "pipeline_type": "model_autopilot_training",
        "model_name": name,
        "training_data": TRAINING,
        "job_output_location": f"every/out/{name}",
        "target_attribute": "label",
        **fields,
    }


def image_builder() -> dict[str, Any]:
    """Declare an image build."""
    return {
        "pipeline_type": "byom_image_builder",
        "custom_algorithm_docker": SOURCE,
        "ecr_repo_name": "every/ranker",
        "image_tag": "v1",
    }


def inference(name: str) -> list[dict[str, Any]]:
    """Declare what goes through all stages and stands on its own."""
    endpoint = model(name, endpoint_name={stage: f"{name}-{stage}" for stage in ACCOUNTS})
    return [
        endpoint,
        realtime_custom(f"{name}-own"),
        batch(name),
        batch(f"{name}-own", "byom_batch_custom"),
    ]


def monitors(name: str) -> list[dict[str, Any]]:
    """Declare all monitors of one endpoint."""
    kinds = ("data_quality", "model_quality", "model_bias", "model_explainability")
    return [monitor(name, kind, name) for kind in kinds]
