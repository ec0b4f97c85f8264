"""The model monitor's own image: how its baseline jobs are asked for.

Source of the environment, the input and the output: `suggest_baseline` of `DefaultModelMonitor`
and `ModelQualityMonitor`, SageMaker Python SDK 2.218.0.
"""

from collections.abc import Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.processing import OUTPUT_PATH, baseline_job, s3_input
from mlops_gitops.definitions.scope import Scope

_INPUT = "baseline_dataset_input"
_INPUT_PATH = f"/opt/ml/processing/input/{_INPUT}"
_FORMAT = '{"csv": {"header": true, "output_columns_position": "START"}}'


def analyzer_job(scope: Scope, more: Mapping[str, Json]) -> Json:
    """Give the request for a baseline job over the baseline data; `more` joins its environment."""
    environment = {
        "dataset_format": _FORMAT,
        "dataset_source": _INPUT_PATH,
        "output_path": OUTPUT_PATH,
        # Baseline jobs must not: metrics belong to schedules.
        "publish_cloudwatch_metrics": "Disabled",
        **more,
    }
    data = s3_input(_INPUT, "s3://${AssetsBucket}/${BaselineDataObject}", _INPUT_PATH)
    return baseline_job(scope, inputs=[data], output="monitoring_output", environment=environment)
