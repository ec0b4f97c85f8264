"""Check of quality: statistics and constraints of data or predictions, against earlier ones.

Source of the environment, the input and the output: `QualityCheckStep`, SageMaker Python SDK
2.257.7.
"""

import json
from collections.abc import Iterator, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.checks import (
    baseline_mistakes,
    check_step,
    image_mistakes,
    job_of,
    kind_mistakes,
    output_uri,
)
from mlops_gitops.definitions.pipeline.references import scalar
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand

KINDS = {"data_quality": "DATA_QUALITY", "model_quality": "MODEL_QUALITY"}
"""Types of checks: as configs spell them -> as definitions do."""
_FRAMEWORK = "model-monitor"
_INPUT = "baseline_dataset_input"
_INPUT_PATH = f"/opt/ml/processing/input/{_INPUT}"
_OUTPUT_PATH = "/opt/ml/processing/output"
_SUPPLIED = ("supplied_baseline_statistics", "supplied_baseline_constraints")
_ATTRIBUTES = {
    "problem_type": "problem_type",
    "inference_attribute": "inference_attribute",
    "probability_attribute": "probability_attribute",
    "ground_truth_attribute": "ground_truth_attribute",
    "probability_threshold": "probability_threshold_attribute",
}


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `QualityCheck`."""
    kind = next(kind for kind in KINDS if kind in step.value)
    arguments = job_of(step, _FRAMEWORK, _job(step, kind))
    return check_step(step, "QualityCheck", arguments, _SUPPLIED, CheckType=KINDS[kind])


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with its type, image and baseline."""
    yield from kind_mistakes(step, tuple(KINDS))
    yield from image_mistakes(step, _FRAMEWORK)
    yield from baseline_mistakes(step, _SUPPLIED)


def _job(step: Shorthand, kind: str) -> dict[str, Json]:
    data = step.value["data"]
    about: Mapping[str, Json] = data if isinstance(data, dict) else {}
    return {
        "ProcessingInputs": [
            {
                "InputName": _INPUT,
                "S3Input": {
                    "S3Uri": scalar(about["s3_uri"]),
                    "LocalPath": _INPUT_PATH,
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                    "S3DataDistributionType": "FullyReplicated",
                    "S3CompressionType": "None",
                },
            }
        ],
        "Output": {
            "OutputName": "quality_check_output",
            "S3Output": {
                "S3Uri": output_uri(step, about.get("output_s3_uri")),
                "LocalPath": _OUTPUT_PATH,
                "S3UploadMode": "EndOfJob",
            },
        },
        "Environment": {
            "dataset_format": _format(about),
            "dataset_source": _INPUT_PATH,
            "output_path": _OUTPUT_PATH,
            # Metrics belong to schedules.
            "publish_cloudwatch_metrics": "Disabled",
            **_attributes(step.value[kind], kind),
        },
    }


def _format(data: Mapping[str, Json]) -> str:
    if data.get("format") == "json_lines":
        return json.dumps({"json": {"lines": True}})
    header = data.get("header", True)
    return json.dumps({"csv": {"header": header, "output_columns_position": "START"}})


def _attributes(written: Json, kind: str) -> dict[str, Json]:
    if kind != "model_quality" or not isinstance(written, dict):
        return {}
    named = {
        name: str(written[key]) for key, name in _ATTRIBUTES.items() if written.get(key) is not None
    }
    return {"analysis_type": KINDS[kind], **named}
