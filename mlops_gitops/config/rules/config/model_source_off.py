"""MG050: A config names a model package, but the settings say that there is no registry.

With `model_registry: "no"` configs name an artifact in the assets bucket, and the image that
serves it.

Wrong:
    {"model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package/churn/7"}

Right:
    {"model_artifact_location": "models/churn/model.tar.gz",
     "model_framework": "xgboost", "model_framework_version": "1"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, listed, quoted
from mlops_gitops.config.settings import RegistryMode
from mlops_gitops.problems import Problem


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse model packages where the registry is off."""
    packages = draft.written(draft.type.package_keys)
    if draft.settings.model_registry is not RegistryMode.OFF or not packages:
        return
    message = f'{quoted(packages[0])} needs the model registry, but the settings say "no".'
    instead = listed(draft.type.artifact_keys)
    hint = f'Write {instead} instead, or set model_registry to "yes" or "any" in the settings.'
    yield draft.at_key(Said("MG050", message, hint), packages[0])
