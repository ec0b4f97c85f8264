"""A run on this machine, as JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

_VERSION = 1


def run_json(run: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], folder: str) -> str:
    """Write an execution down, with its steps as `ListPipelineExecutionSteps` has them.

    Args:
        run: what `run.json` says.
        steps: what `steps.json` says.
        folder: the run folder.
    """
    whole = {"schema_version": _VERSION, "folder": folder, "execution": run, "steps": steps}
    return json.dumps(whole, indent=2, ensure_ascii=False)
