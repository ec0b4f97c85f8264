"""The processing job in which SageMaker Clarify analyses bias or explainability of a model.

Source of inputs and output: `SageMakerClarifyProcessor`, SageMaker Python SDK 2.218.0.
"""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.processing import baseline_job, s3_input
from mlops_gitops.definitions.scope import Scope


def insert(scope: Scope) -> Json:
    """Give the request for the job; its analysis configuration lies in the baseline's folder."""
    folder = "s3://${BaselineJobOutputLocation}/${BaselineName}"
    data = "s3://${AssetsBucket}/${BaselineDataObject}"
    inputs = [
        s3_input("dataset", data, "/opt/ml/processing/input/data"),
        s3_input(
            "analysis_config",
            f"{folder}/analysis_config.json",
            "/opt/ml/processing/input/config",
        ),
    ]
    return baseline_job(scope, inputs=inputs, output="analysis_result", environment={})
