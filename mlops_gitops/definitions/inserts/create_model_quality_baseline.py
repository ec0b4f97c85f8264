"""The processing job that makes statistics and constraints of a model's quality.

Which attributes are sent depends on the problem, as MLOps Workload Orchestrator had it: a binary
classification is judged by probability and threshold where both are given, else by its inferences.
"""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.analyzer import analyzer_job
from mlops_gitops.definitions.literal import literal
from mlops_gitops.definitions.scope import Scope

_INFERENCE = "baseline_inference_attribute"
_PROBABILITY = "baseline_probability_attribute"
_THRESHOLD = "probability_threshold_attribute"


def insert(scope: Scope) -> Json:
    """Give the request for the job."""
    environment = {
        "analysis_type": "MODEL_QUALITY",
        "problem_type": scope.text("problem_type"),
        "ground_truth_attribute": literal(scope.text("baseline_ground_truth_attribute")),
        **_prediction(scope),
    }
    return analyzer_job(scope, environment)


def _prediction(scope: Scope) -> dict[str, Json]:
    is_binary = scope.text("problem_type") == "BinaryClassification"
    if is_binary and scope.text(_PROBABILITY) and scope.text(_THRESHOLD):
        return {
            "probability_attribute": literal(scope.text(_PROBABILITY)),
            "probability_threshold_attribute": scope.text(_THRESHOLD),
        }
    return {"inference_attribute": literal(scope.text(_INFERENCE))}
