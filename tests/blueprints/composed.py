"""The stacks of every good example: blueprints as CloudFormation gets them, inserts in place."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from blueprints.blueprint_files import ROOT, load, mappings
from builders import BLUEPRINTS, DATA, INSTALLATION

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.config.declared import Config
from mlops_gitops.config.schemas import CONTENT
from mlops_gitops.config.settings import Settings
from mlops_gitops.definitions.content import Content
from mlops_gitops.definitions.inserts import INSERT
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.validate import load_repository

EXAMPLES = ROOT / "config-examples" / "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One stack of one example."""

    name: str
    blueprint: str
    config: Config
    stack: DesiredStack


def stack_of(settings: Settings, config: Config) -> DesiredStack:
    """Compose a config for its first stage, as if all content that it names were there."""
    keys = config.texts(CONTENT).values()
    contents = {key: Content(key=key, etag="0" * 32, size=7) for key in keys}
    inputs = replace(read_inputs(DATA, INSTALLATION), contents=contents)
    blueprint = BLUEPRINTS.blueprint(config.blueprint)
    return compose(settings, config, config.stages[0], blueprint, inputs)


@cache
def examples(blueprint: str) -> tuple[Example, ...]:
    """Give every example of a blueprint, in its first stage."""
    return tuple(
        Example(
            name=f"{name}-{config.workload}",
            blueprint=blueprint,
            config=config,
            stack=stack_of(settings, config),
        )
        for name, settings, config in _declared()
        if config.blueprint == blueprint
    )


@cache
def _declared() -> tuple[tuple[str, Settings, Config], ...]:
    return tuple(_each())


def _each() -> Iterator[tuple[str, Settings, Config]]:
    for file in sorted(EXAMPLES.rglob("mlops-gitops.yaml")):
        below = file.parent
        files = {
            each.relative_to(below).as_posix(): each.read_bytes()
            for each in below.rglob("*")
            if each.is_file()
        }
        repository = load_repository(MemoryFiles(files), DATA)
        yield from ((below.name, repository.settings, config) for config in repository.configs)


@cache
def whole(path: Path) -> dict[str, Any]:
    """Read a template; where it has inserts, as its longest example fills them."""
    template = load(path)
    if not any(INSERT in one for one in mappings(template)):
        return template
    texts = [json.dumps(one.stack.template) for one in examples(path.parent.name)]
    longest: dict[str, Any] = json.loads(max(texts, key=len))
    return longest
