"""Baselines: what a monitor compares with, and how it and the monitor's schedule are called.

Both names follow from what was declared, so a file that is applied again makes neither a second
baseline nor a second schedule, and whatever changes the baseline gives it a name of its own.
"""

import json
from hashlib import sha256

from mlops_gitops.definitions.scope import Scope

_SCHEDULE_LIMIT = 63  # CreateMonitoringSchedule, MonitoringScheduleName
_BASELINE_LIMIT = 54  # a job's 63, less a hyphen and the eight characters of each run
_DIGITS = 8

# Everything but data and image that a baseline job's result depends on. The key is among it: a
# monitor reads the baseline with the key that it has now.
_TEXTS = (
    "baseline_ground_truth_attribute",
    "baseline_inference_attribute",
    "baseline_probability_attribute",
    "endpoint_name",
    "kms_key_arn",
    "probability_threshold_attribute",
    "problem_type",
)
_VALUES = ("bias_config", "model_predicted_label_config", "model_scores", "shap_config")


def schedule_name(scope: Scope) -> str:
    """Name a monitor's schedule: `<endpoint>-<kind>-<hash of the stack's name>`."""
    return _name(scope, scope.stack, _SCHEDULE_LIMIT)


def baseline_name(scope: Scope, image: str) -> str:
    """Name a baseline by all that it is made from: `<endpoint>-<kind>-<hash of that>`.

    Args:
        scope: the monitor, and which bytes its baseline data held.
        image: URI of the image that computes the baseline.
    """
    made_from = {
        "image": image,
        "data": scope.content_key("baseline_data"),
        **{field: scope.text(field) for field in _TEXTS},
        **{field: scope.value(field) for field in _VALUES},
    }
    return _name(scope, json.dumps(made_from, sort_keys=True), _BASELINE_LIMIT)


def _name(scope: Scope, unique: str, limit: int) -> str:
    """Put a hash behind endpoint and kind; cut the endpoint's part where it is too long."""
    kind = scope.config.type.blueprint.removesuffix("_monitor").replace("_", "-")
    end = f"-{kind}-{sha256(unique.encode()).hexdigest()[:_DIGITS]}"
    return scope.text("endpoint_name").lower()[: limit - len(end)].rstrip("-") + end
