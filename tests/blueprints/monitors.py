"""Monitors in tests: configs of each kind, and SageMaker as their runs find it."""

from collections.abc import Iterator
from typing import Any

from blueprints.composed import Example, stack_of
from blueprints.machine import Answer, TaskError, Walk
from blueprints.running import run
from builders import DATA, SINGLE_ACCOUNT, repository

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.use_cases.validate import load_repository

KINDS = ("data_quality", "model_quality", "model_bias", "model_explainability")
HEADER = '"left", age,region,tenure\r\n1,40,north,3\r\n'
KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"

_COMMON: dict[str, Any] = {
    "model_name": "churn",
    "endpoint_name": "churn",
    "baseline_data": "baselines/churn.csv",
    "baseline_job_output_location": "acme-monitoring/churn/baseline",
    "data_capture_location": "acme-captured-data/churn",
    "monitoring_output_location": "acme-monitoring/churn/reports",
    "schedule_expression": "cron(0 12 ? * * *)",
    "monitor_max_runtime_seconds": 1800,
    "instance_type": "ml.m5.large",
    "instance_volume_size": "20",
}
_REGRESSION = {"problem_type": "Regression", "monitor_inference_attribute": 0}
_TRUTH = {"monitor_ground_truth_input": "acme-ground-truth/churn"}
_OF_KIND: dict[str, dict[str, Any]] = {
    "data_quality": {},
    "model_quality": _REGRESSION
    | _TRUTH
    | {"baseline_inference_attribute": "p", "baseline_ground_truth_attribute": "l"},
    "model_bias": _REGRESSION
    | _TRUTH
    | {"bias_config": {"label_values_or_threshold": [0.5], "facet_name": 1}},
    "model_explainability": _REGRESSION | {"shap_config": {"num_clusters": 3}},
}


def monitor(kind: str, **fields: Any) -> Example:
    """Make a monitor of one kind; `fields` overrides."""
    blueprint = f"{kind}_monitor"
    config = {"pipeline_type": f"byom_{blueprint}", **_COMMON, **_OF_KIND[kind], **fields}
    loaded = load_repository(MemoryFiles(repository(config, settings=SINGLE_ACCOUNT)), DATA)
    (read,) = loaded.configs
    stack = stack_of(loaded.settings, read)
    return Example(name=kind, blueprint=blueprint, config=read, stack=stack)


def execute(example: Example, **answers: Answer) -> Walk:
    """Run a monitor whose baseline is not there yet, in a SageMaker where all goes well."""
    return run(example, **{**usual(), **answers})


def usual() -> dict[str, Answer]:
    """Give answers of a schedule that can be stopped and an endpoint with a model."""
    return {
        "Look": statuses("Scheduled", "Stopped"),
        "FindBaseline": missing,
        "FindEndpoint": lambda _: {"EndpointConfigName": "the-config"},
        "FindModel": lambda _: {"ProductionVariants": [{"ModelName": "the-model"}]},
        "ReadHeader": lambda _: {"Body": HEADER},
    }


def statuses(*each: str) -> Answer:
    """Answer one status after the other, and the last one for ever."""
    found = _then_for_ever(each)
    return lambda _: {"MonitoringScheduleStatus": next(found)}


def _then_for_ever(each: tuple[str, ...]) -> Iterator[str]:
    yield from each
    while True:
        yield each[-1]


def missing(_: dict[str, Any]) -> Any:
    """Answer as S3 does where there is no such object."""
    error = "S3.NoSuchKeyException"
    raise TaskError(error, "The specified key does not exist. (Service: S3, Status Code: 404)")
