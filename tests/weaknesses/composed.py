"""Stacks of configs that a test writes down, and what runs when they are deployed."""

import json
from collections.abc import Mapping
from typing import Any

from blueprints.composed import Example, stack_of
from builders import CONTENTS, DATA, SETTINGS, Trial, trial

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.use_cases.apply import apply
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


def installed(*configs: Mapping[str, Any], settings: str = SETTINGS) -> Trial:
    """Prepare a cloud for configs of any type; everything that they name is there."""
    made = trial(settings=settings)
    for number, config in enumerate(configs):
        made.files[f"config-{number}/mlops-config.json"] = json.dumps(config).encode()
        for name in CONTENTS:
            if key := config.get(name):
                made.cloud.assets.write(key, b"a model", "")
        if image := config.get("custom_image_uri"):
            made.cloud.images.pushed[image] = "sha256:" + "0" * 64
    return made


def deployed(made: Trial) -> Trial:
    """Apply, and let everything happen that happens by itself: dev is deployed."""
    apply(made.world(), lambda *_: None)
    made.cloud.settle()
    return made
