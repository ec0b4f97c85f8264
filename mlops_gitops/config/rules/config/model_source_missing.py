"""MG053: A config does not say, or not fully, which model to deploy.

Without the registry a model is an artifact and the image that serves it: for `..._builtin` types a
framework and its version, for `..._custom` types the image's URI. With the registry it is one
version of a model package. The `model_registry` of the settings says which of the two is taken.

Wrong:
    {"model_artifact_location": "models/churn/model.tar.gz", "model_framework": "xgboost"}

Right:
    {"model_artifact_location": "models/churn/model.tar.gz",
     "model_framework": "xgboost", "model_framework_version": "1"}
"""

from collections.abc import Iterator
from typing import assert_never

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, listed, quoted
from mlops_gitops.config.settings import RegistryMode
from mlops_gitops.problems import Problem


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse a config without a full source of its model."""
    artifact_keys, package_keys = draft.type.artifact_keys, draft.type.package_keys
    artifacts, packages = draft.written(artifact_keys), draft.written(package_keys)
    if not package_keys:
        return  # a type that deploys no model
    if packages:
        return  # a package is full by itself; whether it is allowed is for MG050 and MG052
    missing = tuple(name for name in artifact_keys if name not in artifacts)
    match draft.settings.model_registry:
        case RegistryMode.OFF:
            if missing:
                yield draft.at(_missing(missing, 'the settings say model_registry: "no"'))
        case RegistryMode.ON:
            if not artifacts:
                yield draft.at(_missing(package_keys, 'the settings say model_registry: "yes"'))
        case RegistryMode.ANY:
            if not artifacts:
                yield draft.at(_nothing(artifact_keys, package_keys))
            elif missing:
                yield draft.at(_missing(missing, "an artifact needs the image that serves it"))
        case _:
            assert_never(draft.settings.model_registry)


def _missing(names: tuple[str, ...], because: str) -> Said:
    keys = "Key" if len(names) == 1 else "Keys"
    verb = "is" if len(names) == 1 else "are"
    message = f"{keys} {listed([quoted(name) for name in names])} {verb} missing."
    return Said("MG053", message, f"Add what is missing: {because}.")


def _nothing(artifact_keys: tuple[str, ...], package_keys: tuple[str, ...]) -> Said:
    hint = f"Write {listed(artifact_keys)}, or {listed(package_keys)} alone."
    return Said("MG053", "The config does not say which model to deploy.", hint)
