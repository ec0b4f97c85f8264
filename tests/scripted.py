"""Repositories with a script that makes a pipeline, and what came of it.

None needs the SageMaker SDK: whatever has a `definition()` is a pipeline.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from builders import SETTINGS

from mlops_gitops.adapters.pipeline_scripts import Limits
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.build_scripts import BuiltScripts

MADE = """
import json

class Made:
    def __init__(self, *steps, **more):
        self.value = {"Version": "2020-12-01", "Parameters": [], "Steps": list(steps), **more}

    def definition(self):
        return json.dumps(self.value)

def fail(name, message="no"):
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}}
"""
HEAD = "from made import Made, fail\n"
LIMITS = Limits(seconds=60, grace=5, memory=2 * 1024**3)
Build = Callable[..., BuiltScripts]


def repository(root: Path, script: str, files: Mapping[str, str], **fields: Any) -> Path:
    """Write a repository with one script."""
    config = {"pipeline_type": "sagemaker_pipeline", "model_name": "abalone"}
    here = root / "models" / "abalone"
    here.mkdir(parents=True)
    written = {**config, "script": "pipeline.py", **fields}
    (root / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    (here / "mlops-config.json").write_text(json.dumps(written), encoding="utf-8")
    for name, text in {"pipeline.py": script, "made.py": MADE, **files}.items():
        (here / name).write_text(text, encoding="utf-8")
    return root


def only(built: BuiltScripts) -> Problem:
    """Give the one problem that there is."""
    (problem,) = built.problems
    assert not built.built
    return problem


def definition(built: BuiltScripts, stage: str = "dev") -> Any:
    """Give what was made for a stage."""
    assert built.problems == ()
    return built.built["models/abalone/mlops-config.json", stage].definition


class Ready:
    """Docker that is there."""

    def check(self) -> None:
        """Find nothing that lacks."""
