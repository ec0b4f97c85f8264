"""MG052: A config names both an artifact and a model package.

Only one of them can be deployed, and nobody could tell which one was meant.

Wrong:
    {"model_artifact_location": "models/churn/model.tar.gz",
     "model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package/churn/7"}

Right:
    {"model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package/churn/7"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, listed, quoted
from mlops_gitops.config.settings import RegistryMode
from mlops_gitops.problems import Problem


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse two sources of one model, where either alone would do."""
    packages = draft.written(draft.type.package_keys)
    artifacts = draft.written(draft.type.artifact_keys)
    if draft.settings.model_registry is not RegistryMode.ANY or not (packages and artifacts):
        return
    names = listed([quoted(name) for name in artifacts])
    message = f"{quoted(packages[0])} and {names} are both written."
    hint = f"Keep {quoted(packages[0])}, or keep {names}: one model has one source."
    yield draft.at_key(Said("MG052", message, hint), packages[0])
