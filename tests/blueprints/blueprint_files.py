"""The templates as these tests read them: CloudFormation's short forms as their long ones."""

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from mlops_gitops.adapters.blueprints import parsed

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "blueprints").glob("*/*.yaml"))


@cache
def load(path: Path) -> dict[str, Any]:
    """Read a template as the program does, once: nobody changes what is given."""
    template = parsed(path.read_bytes())
    # What an insert adds beside the template's own members is known only once it is rendered.
    resources = {k: v for k, v in template["Resources"].items() if k != "Mlops::Insert"}
    return {**template, "Resources": resources}


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Give every mapping inside a value, itself included."""
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value
    if isinstance(children, list | type({}.values())):
        for child in children:
            yield from mappings(child)


def module_at(path: Path, name: str) -> ModuleType:
    """Import a file that is in no package."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
