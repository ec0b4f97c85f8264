"""What the orchestrator account shares with all stages: model package groups, and images."""

from hashlib import sha256
from typing import Any

from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap.part import Known, Part, Where
from mlops_gitops.desired.stack import Template

_GROUP, _REPOSITORY = "ModelPackageGroup", "Repository"
_ANY_NAME = "name-of-the-settings"
"""What the blueprint's one group and one repository are called."""


def _compose(settings: Settings, template: Template) -> Template:
    """Give each name a resource like the blueprint's."""
    named = (
        (_GROUP, settings.registry.model_package_groups),
        (_REPOSITORY, settings.registry.ecr_repositories),
    )
    blueprint = template["Resources"]
    resources = {
        _logical_id(kind, name): _called(blueprint[kind], name)
        for kind, names in named
        for name in names
    }
    return {**template, "Resources": resources}


def _logical_id(kind: str, name: str) -> str:
    """Name a resource: for ever the same, wherever in the settings the name stands."""
    words = "".join(each.capitalize() for each in name.replace("/", "-").split("-"))
    readable = "".join(each for each in words if each.isalnum())
    return f"{kind}{readable}{sha256(name.encode()).hexdigest()[:8]}"


def _called(value: Any, name: str) -> Any:
    match value:
        case dict():
            return {key: _called(each, name) for key, each in value.items()}
        case list():
            return [_called(each, name) for each in value]
        case str():
            return value.replace(_ANY_NAME, name)
        case _:
            return value


def _values(known: Known) -> dict[str, str]:
    return {"StageAccounts": ",".join(known.settings.accounts)}


def _wanted(settings: Settings) -> bool:
    registry = settings.registry
    return bool(registry.model_package_groups or registry.ecr_repositories)


PART = Part(
    blueprint="bootstrap/registry",
    stack="mlops-gitops-registry",
    where=Where.ORCHESTRATOR,
    wanted=_wanted,
    values=_values,
    compose=_compose,
)
