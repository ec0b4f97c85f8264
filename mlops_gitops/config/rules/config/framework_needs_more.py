"""MG058: A framework needs more than its name and version.

The images of TensorFlow, PyTorch, Hugging Face and some others also depend on Python version,
processor and purpose, which `byom_realtime_builtin` has no keys for. MLOps Workload Orchestrator
accepted them and failed while deploying. A config of a `..._custom` type names the full image.

Wrong:
    {"pipeline_type": "byom_realtime_builtin",
     "model_framework": "pytorch", "model_framework_version": "2.1"}

Right:
    {"pipeline_type": "byom_realtime_custom", "custom_image_uri":
     "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1.0-cpu-py310"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_NAME = "model_framework"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse frameworks whose image cannot be found by name and version."""
    name = draft.fields.get(_NAME)
    if not isinstance(name, str) or name not in draft.frameworks.need_more:
        return
    message = f"{quoted(name)} needs more than a version to find its image."
    yield draft.at(Said("MG058", message, _hint(draft)), _NAME)


def _hint(draft: Draft) -> str:
    """Say what to use instead; training has no type for images of one's own."""
    if not draft.type.artifact_keys:
        return "Use a framework that needs no more, such as xgboost, sklearn or linear-learner."
    custom = draft.type.name.replace("_builtin", "_custom")
    return f"Use pipeline_type {quoted(custom)} with the full URI of the image in custom_image_uri."
