"""Stacks of configs that a test writes down, and what runs when they are deployed."""

import json
from collections.abc import Mapping
from typing import Any

from blueprints.composed import Example, stack_of
from builders import DATA, SETTINGS

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.use_cases.validate import load_repository


def example(config: Mapping[str, Any], settings: str = SETTINGS) -> Example:
    """Compose a config for its first stage."""
    files = {
        "mlops-gitops.yaml": settings.encode(),
        "mlops-config.json": json.dumps(config).encode(),
    }
    loaded = load_repository(MemoryFiles(files), DATA)
    (read,) = loaded.configs
    stack = stack_of(loaded.settings, read)
    return Example(name="written", blueprint=read.blueprint, config=read, stack=stack)
