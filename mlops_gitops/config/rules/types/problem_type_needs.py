"""MG109: A key is missing that the problem type needs.

Which of the optional keys of a monitor are needed depends on `problem_type`. Regression and
MulticlassClassification compare inferences, so they need the inference's place. Monitors of model
quality for BinaryClassification need it in the baseline too, or the probability with its threshold.
Bias is computed from labels, so both classifications need `model_predicted_label_config`.

Wrong:
    {"problem_type": "Regression"}

Right:
    {"problem_type": "Regression", "monitor_inference_attribute": "0"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, listed, quoted
from mlops_gitops.config.schemas import Schema, resolve
from mlops_gitops.config.shape_problems import missing_key
from mlops_gitops.problems import Problem

_TYPE = "problem_type"
_BASELINE_INFERENCE = "baseline_inference_attribute"
_BASELINE_PROBABILITY = ("baseline_probability_attribute", "probability_threshold_attribute")
_ALWAYS = {
    "Regression": (_BASELINE_INFERENCE, "monitor_inference_attribute"),
    "MulticlassClassification": (
        _BASELINE_INFERENCE,
        "monitor_inference_attribute",
        "model_predicted_label_config",
    ),
    "BinaryClassification": ("model_predicted_label_config",),
}


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse each needed key that is not written."""
    kind = draft.fields.get(_TYPE)
    if not isinstance(kind, str):
        return
    properties = draft.type.schema["properties"]
    for name in _ALWAYS[kind]:
        if name in properties and name not in draft.mentioned:
            about = resolve(draft.type.schema, properties[name])
            yield draft.at(_missing(name, kind, about))
    if kind == "BinaryClassification" and _BASELINE_INFERENCE in properties:
        missing = [name for name in _BASELINE_PROBABILITY if name not in draft.mentioned]
        if missing and _BASELINE_INFERENCE not in draft.mentioned:
            yield draft.at(_neither(missing))


def _missing(name: str, kind: str, about: Schema) -> Said:
    message = f"Key {quoted(name)} is missing: problem type {kind} needs it."
    return Said("MG109", message, missing_key(name, about).hint)


def _neither(missing: list[str]) -> Said:
    message = (
        "The baseline of a BinaryClassification needs the inference, or the probability and its"
        " threshold."
    )
    names = listed([quoted(name) for name in missing])
    return Said("MG109", message, f"Add {names}, or {quoted(_BASELINE_INFERENCE)}.")
