"""MG152: A framework has no image for training.

Some of SageMaker's images only serve models or process data. What each is for is in the tables of
the SageMaker SDK.

Wrong:
    {"pipeline_type": "model_training_builtin", "model_framework": "sparkml-serving"}

Right:
    {"pipeline_type": "model_training_builtin", "model_framework": "xgboost"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_NAME = "model_framework"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse known frameworks that do not train, where something is trained."""
    name, known = draft.fields.get(_NAME), draft.frameworks
    if draft.type.schema["properties"].get(_NAME, {}).get("x-purpose") != "training":
        return
    if isinstance(name, str) and name in known.versions and name not in known.trained:
        fitting = [other for other in known.versions if other in known.trained]
        message = f"{quoted(name)} has no image for training."
        yield draft.at(Said("MG152", message, f"Use one of: {', '.join(fitting)}."), _NAME)
