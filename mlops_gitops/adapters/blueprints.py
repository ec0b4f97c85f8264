"""Blueprints of this installation, parsed once each."""

from functools import cache, lru_cache

from mlops_gitops.adapters.cloudformation_yaml import load_template
from mlops_gitops.desired.blueprint import Blueprint, blueprint_from_template
from mlops_gitops.desired.stack import Template
from mlops_gitops.ports import PackageData


class InstalledBlueprints:
    """Reads templates from package data."""

    def __init__(self, data: PackageData) -> None:
        self.blueprint = cache(lambda name: _read(data, name))


def _read(data: PackageData, name: str) -> Blueprint:
    return blueprint_from_template(name, parsed(data.blueprint(name)))


@lru_cache(maxsize=64)
def parsed(content: bytes) -> Template:
    """Parse a template: two revisions mostly have the same, and the parser is slow."""
    return load_template(content)
