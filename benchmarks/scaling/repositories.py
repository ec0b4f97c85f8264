"""Repositories of any size: configs of several types in turn, the same for the same seed."""

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

BUCKET = "acme-mlops-assets"
ORCHESTRATOR = "111111111111"
STAGES = {"dev": "222222222222", "staging": "333333333333", "prod": "444444444444"}
SETTINGS = f"""\
version: 1
prefix: mlops-pipeline
region: us-east-1
assets_bucket: {BUCKET}
model_registry: any
orchestrator: {{account: "{ORCHESTRATOR}"}}
stages:
  - {{name: dev, account: "{STAGES["dev"]}", approval: none}}
  - {{name: staging, account: "{STAGES["staging"]}", approval: manual}}
  - {{name: prod, account: "{STAGES["prod"]}", approval: manual}}
configs: ["**/mlops-config.json"]
"""
_SEED = 7
_WATCHED = "model-0"
"""What monitors watch: the first of the types has endpoints."""
_INSTANCES = ("ml.m5.large", "ml.m5.xlarge", "ml.c5.xlarge")

Config = dict[str, Any]


def generated(count: int, seed: int = _SEED) -> dict[str, Config]:
    """Make configs: of each, the path and what it says. More configs begin with the same ones."""
    chance = random.Random(seed)  # noqa: S311 - no secret: the same repository each time
    kinds = tuple(KINDS)
    return {
        f"team-{number // 25}/model-{number}/mlops-config.json": KINDS[
            kinds[number] if number < len(kinds) else chance.choice(kinds)
        ](f"model-{number}", chance.choice(_INSTANCES))
        for number in range(count)
    }


def written(root: Path, configs: Mapping[str, Config]) -> None:
    """Write a repository."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    for path, config in configs.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(json.dumps(config, indent=2), encoding="utf-8")


def changed(config: Config) -> Config:
    """Give a config on another instance."""
    field = "instance_type" if "instance_type" in config else "inference_instance"
    return {**config, field: "ml.m5.4xlarge"}


def artifact(config: Config) -> str:
    """Name the key of the assets bucket that a config needs."""
    return str(config.get("model_artifact_location") or config["baseline_data"])


def _realtime(name: str, instance: str) -> Config:
    return {
        **_served(name, instance),
        "pipeline_type": "byom_realtime_builtin",
        "data_capture_location": f"acme-capture/{name}",
        "endpoint_name": {stage: f"{name}-{stage}" for stage in STAGES},
    }


def _batch(name: str, instance: str) -> Config:
    return {
        **_served(name, instance),
        "pipeline_type": "byom_batch_builtin",
        "batch_inference_data": _places("batch/in.csv"),
        "batch_job_output_location": _places(f"batch/out/{name}"),
    }


def _served(name: str, instance: str) -> Config:
    return {
        "model_name": name,
        "model_framework": "xgboost",
        "model_framework_version": "1",
        "model_artifact_location": f"{name}/model.tar.gz",
        "inference_instance": instance,
    }


def _data_quality(name: str, instance: str) -> Config:
    return {
        "pipeline_type": "byom_data_quality_monitor",
        "model_name": name,
        "endpoint_name": {stage: f"{_WATCHED}-{stage}" for stage in STAGES},
        "baseline_data": f"{name}/baseline.csv",
        "baseline_job_output_location": _places(f"baseline/{name}"),
        "data_capture_location": _places("capture"),
        "monitoring_output_location": _places(f"reports/{name}"),
        "schedule_expression": "cron(0 * ? * * *)",
        "monitor_max_runtime_seconds": 1800,
        "instance_type": instance,
        "instance_volume_size": 20,
    }


def _model_quality(name: str, instance: str) -> Config:
    return {
        **_data_quality(name, instance),
        "pipeline_type": "byom_model_quality_monitor",
        "problem_type": "Regression",
        "baseline_inference_attribute": "prediction",
        "baseline_ground_truth_attribute": "label",
        "monitor_inference_attribute": "0",
        "monitor_ground_truth_input": _places("truth"),
    }


def _places(folder: str) -> dict[str, str]:
    """Give a location of each stage's own bucket."""
    return {stage: f"acme-{stage}-data/{folder}" for stage in STAGES}


KINDS: Mapping[str, Callable[[str, str], Config]] = {
    "byom_realtime_builtin": _realtime,
    "byom_batch_builtin": _batch,
    "byom_data_quality_monitor": _data_quality,
    "byom_model_quality_monitor": _model_quality,
}
"""Types whose stacks are in every stage, and how one is declared."""
