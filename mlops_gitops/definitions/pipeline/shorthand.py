"""Shorthands: steps as configs spell them, and what becomes of one."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.said import Said
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.definitions.pipeline.references import scalar, scalars
from mlops_gitops.definitions.pipeline.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a step, and where in the config."""

    at: Path
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What becomes of steps.

    Attributes:
        steps: in the definition's spelling.
        origins: name of each step, nested ones included, and where in the config it is declared.
        assets: code to be uploaded before the definition is deployed.
        resources: resources of CloudFormation that the steps need, by logical id.
    """

    steps: tuple[dict[str, Json], ...]
    origins: tuple[tuple[str, Path], ...] = ()
    assets: tuple[Asset, ...] = ()
    resources: Mapping[str, Json] = field(default_factory=dict)


def together(parts: Iterable[Compiled]) -> Compiled:
    """Put what becomes of several steps into one."""
    every = tuple(parts)
    return Compiled(
        steps=tuple(step for part in every for step in part.steps),
        origins=tuple(origin for part in every for origin in part.origins),
        assets=tuple(asset for part in every for asset in part.assets),
        resources={name: made for part in every for name, made in part.resources.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shorthand:
    """One step as the config spells it; its shape has been checked.

    Attributes:
        at: where in the config it is.
    """

    value: Mapping[str, Json]
    at: Path
    around: Surroundings

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.value["name"])

    @property
    def kind(self) -> str:
        """Its type, as configs spell it."""
        return str(self.value["type"])

    def scalar(self, key: str) -> Json:
        """Give a single value, references in the definition's spelling; None if not written."""
        return scalar(self.value.get(key))

    def scalars(self, key: str) -> list[Json]:
        """Give a list of single values; empty if not written."""
        return scalars(self.value.get(key))

    def mapped(self, key: str) -> dict[str, Json]:
        """Give a map of single values by names that the user chose; empty if not written."""
        value = self.value.get(key)
        found = value.items() if isinstance(value, dict) else ()
        return {name: scalar(each) for name, each in found}

    def members(self, key: str) -> dict[str, Mapping[str, Json]]:
        """Give a map of objects by names that the user chose; empty if not written."""
        value = self.value.get(key)
        found = value.items() if isinstance(value, dict) else ()
        return {name: each for name, each in found if isinstance(each, dict)}

    def file(self, key: str) -> tuple[str, bytes]:
        """Give the name of a file that a key names, and what it holds."""
        return self.named(str(self.value[key]))

    def named(self, text: str) -> tuple[str, bytes]:
        """Give the name of a file beside the config, and what it holds."""
        path = self.around.scope.config.beside(text)
        return posixpath.basename(path), self.around.scope.files[path]

    def mistake(self, said: Said, *at: str | int) -> Mistake:
        """Place what is said at a member of the step, or at the step."""
        return Mistake((*self.at, *at), said)


def given(**members: Json) -> dict[str, Json]:
    """Leave out the members that nobody gave: None, and empty lists and maps."""
    return {name: value for name, value in members.items() if value not in (None, [], {}, "")}
