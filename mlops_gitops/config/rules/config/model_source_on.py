"""MG051: A config names an artifact or an image, but models come from the registry.

With `model_registry: "yes"` a config names one version of a model package, which brings its own
artifact and image. Beside a package, what MLOps Workload Orchestrator ignored is a warning.

Wrong:
    {"model_artifact_location": "models/churn/model.tar.gz",
     "model_framework": "xgboost", "model_framework_version": "1"}

Right:
    {"model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package/churn/7"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, listed, quoted
from mlops_gitops.config.settings import RegistryMode
from mlops_gitops.problems import Problem, Severity


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse artifacts where models come from the registry only."""
    artifacts = draft.written(draft.type.artifact_keys)
    if draft.settings.model_registry is not RegistryMode.ON or not artifacts:
        return
    packages = draft.type.package_keys
    names = listed([quoted(name) for name in artifacts])
    if draft.written(packages):
        message = f"{names} {_is(artifacts)} not used: the model package brings its own."
        said = Said("MG051", message, "Delete what is not used.", Severity.WARNING)
    else:
        message = f"The settings take models from the registry only; {names} {_is(artifacts)} here."
        hint = f'Write {listed(packages)} instead, or set model_registry to "any" in the settings.'
        said = Said("MG051", message, hint)
    yield draft.at_key(said, artifacts[0])


def _is(names: tuple[str, ...]) -> str:
    return "is" if len(names) == 1 else "are"
