"""Configs of every type that are good, to be put wrong in one place, and what is said of them."""

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from builders import DATA, SETTINGS

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.validate import load_repository, validate

GOOD = Path(__file__).parents[2] / "config-examples" / "good"
SCHEMAS: dict[str, Any] = {
    name: schema
    for name in DATA.schema_names()
    if "x-blueprint" in (schema := json.loads(DATA.schema(name)))
}
TYPES = sorted(SCHEMAS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A good config that has one key.

    Attributes:
        settings: the settings it is good with, as text.
        stages: names of their stages.
        files: what it names beside itself, by path from its folder.
    """

    key: str
    config: dict[str, Any]
    settings: str
    stages: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def value(self) -> Any:
        """What the config says under the key; of a value per stage, the first."""
        value = self.config[self.key]
        is_per_stage = (
            "x-per-stage" in SCHEMAS[self.config["pipeline_type"]]["properties"][self.key]
        )
        return next(iter(value.values())) if is_per_stage and isinstance(value, dict) else value

    def problems(self, value: Any) -> list[Problem]:
        """Say what is wrong once the key has another value."""
        changed = {**self.config, self.key: value}
        return problems(changed, settings=self.settings, files=self.files)


def problems(
    *configs: Mapping[str, Any] | bytes,
    settings: str = SETTINGS,
    files: Mapping[str, bytes] = MappingProxyType({}),
) -> list[Problem]:
    """Validate a repository of these configs, each in a folder of its own."""
    all_files = {"mlops-gitops.yaml": settings.encode()}
    for number, config in enumerate(configs):
        content = config if isinstance(config, bytes) else json.dumps(config, indent=1).encode()
        all_files[f"config-{number}/mlops-config.json"] = content
        all_files |= {f"config-{number}/{name}": beside for name, beside in files.items()}
    return list(validate(MemoryFiles(all_files), DATA).problems)


@cache
def having(type_: str, *, multi_account: bool) -> tuple[Good, ...]:
    """Give a good config of a type for each of its keys that some example has."""
    found: dict[str, Good] = {}
    for each in _examples():
        fits = (len(each.stages) > 1) is multi_account
        if fits and each.config["pipeline_type"] == type_:
            found.setdefault(each.key, each)
    return tuple(found.values())


@cache
def _examples() -> tuple[Good, ...]:
    return tuple(_each_key())


def _each_key() -> Iterator[Good]:
    for file in sorted(GOOD.rglob("mlops-gitops.yaml")):
        files = {
            path.relative_to(file.parent).as_posix(): path.read_bytes()
            for path in file.parent.rglob("*")
            if path.is_file()
        }
        settings = file.read_text(encoding="utf-8")
        repository = load_repository(MemoryFiles(files), DATA)
        stages = tuple(stage.name for stage in repository.settings.stages)
        for config in repository.configs:
            if config.type.name not in SCHEMAS:
                continue
            whole = {"pipeline_type": config.type.name, **config.fields}
            folder = posixpath.dirname(config.document.path)
            beside = {
                posixpath.relpath(path, folder or "."): content
                for path, content in config.files.items()
                # A script brings its whole folder along, and that holds the config that is good.
                if path != config.document.path
            }
            for key in config.fields:
                yield Good(key=key, config=whole, settings=settings, stages=stages, files=beside)
