"""Facts about resource types: which properties CloudFormation cannot change in place.

Generated from the CloudFormation registry schemas (`createOnlyProperties` and
`conditionalCreateOnlyProperties`) into `data/create_only.json`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateOnly:
    """What of one resource type is fixed at its creation, as `/`-separated property paths.

    Attributes:
        always: a change replaces the resource.
        perhaps: a change replaces the resource under conditions that only AWS knows.
    """

    always: tuple[str, ...]
    perhaps: tuple[str, ...] = ()


Facts = Mapping[str, CreateOnly]
"""Resource type -> what is fixed; a type that is missing is not known at all."""


@cache
def registry_facts() -> Facts:
    """Read the facts that ship with the package."""
    text = files("mlops_gitops.diff").joinpath("data/create_only.json").read_text(encoding="utf-8")
    types = json.loads(text)["types"]
    return {
        name: CreateOnly(always=tuple(one["always"]), perhaps=tuple(one.get("perhaps", ())))
        for name, one in types.items()
    }
