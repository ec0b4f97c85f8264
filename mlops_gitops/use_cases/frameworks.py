"""Frameworks: what the table of images says about names and versions."""

import json
from collections.abc import Mapping
from pkgutil import get_data
from typing import Any

from mlops_gitops.config.frameworks import Frameworks


def read_frameworks(region: str) -> Frameworks:
    """Give the frameworks whose image is found by name and version in a region.

    Source: `desired/data/images.json`, generated from the SageMaker SDK's own tables.
    """
    table = json.loads(get_data("mlops_gitops.desired", "data/images.json") or b"")
    frameworks, registries = table["frameworks"], table["registries"]
    versions = {
        name: tuple(
            version
            for version, image in framework["versions"].items()
            if "missing" not in image and region in registries[image["registry"]]
        )
        for name, framework in frameworks.items()
    }
    need_more = {name for name in frameworks if _needs_more(frameworks[name])}
    any_version = {name for name in frameworks if "any_version" in frameworks[name]}
    return Frameworks(
        versions={name: found for name, found in versions.items() if name not in need_more},
        any_version=frozenset(any_version - need_more),
        need_more=frozenset(need_more),
    )


def _needs_more(framework: Mapping[str, Any]) -> bool:
    return all("missing" in image for image in framework["versions"].values())
