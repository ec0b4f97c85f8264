"""Processing jobs: Model Monitor's and Clarify's leave what their images leave, labelled."""

import json
from typing import Any

from mlops_gitops.emulator.jobs.bench import LABEL, Bench, Outcome, Request
from mlops_gitops.emulator.jobs.storage import inside

_LABELLED = {"emulated": True, "note": LABEL, "version": 0.0}
_BY_REPOSITORY: dict[str, dict[str, dict[str, Any]]] = {
    "sagemaker-model-monitor-analyzer": {
        "constraints.json": {
            **_LABELLED,
            "features": [],
            "monitoring_config": {
                "evaluate_constraints": "Enabled",
                "emit_metrics": "Enabled",
                "datatype_check_threshold": 1.0,
                "domain_content_threshold": 1.0,
                "distribution_constraints": {
                    "perform_comparison": "Enabled",
                    "comparison_threshold": 0.1,
                    "comparison_method": "Robust",
                },
            },
        },
        "statistics.json": {**_LABELLED, "dataset": {"item_count": 0}, "features": []},
    },
    "sagemaker-clarify-processing": {"analysis.json": {**_LABELLED, "explanations": {}}},
}
_OTHER: dict[str, dict[str, Any]] = {"emulated.json": _LABELLED}


def process(bench: Bench, request: Request) -> Outcome:
    """Look at the inputs and write each output's files, told by the image's repository.

    Raises:
        JobFailedError: an input holds nothing, or an output cannot be written.
    """
    for given in request.get("ProcessingInputs", ()):
        if source := given.get("S3Input"):
            bench.find(source["S3Uri"])
    image = request["AppSpecification"]["ImageUri"]
    repository = image.rpartition("/")[2].partition("@")[0].partition(":")[0]
    files = _BY_REPOSITORY.get(repository, _OTHER)
    for output in request.get("ProcessingOutputConfig", {}).get("Outputs", ()):
        if target := output.get("S3Output"):
            for name, content in files.items():
                bench.leave(inside(target["S3Uri"], name), json.dumps(content, indent=2).encode())
    return Outcome(members={"ExitMessage": LABEL})
