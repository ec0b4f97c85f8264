"""What whoever runs scripts promises us: processes of their own, and the twin that runs nothing."""

import json
import sys
from pathlib import Path

import pytest

from mlops_gitops.adapters.memory.pipeline_scripts import MemoryScripts
from mlops_gitops.adapters.pipeline_scripts import ChildScripts
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.script import FaultKind, ScriptCall, ScriptOrder
from mlops_gitops.ports import PipelineScripts

SCRIPT = """
import json

class Made:
    def __init__(self, name):
        self.name = name

    def definition(self):
        return json.dumps({"Steps": [{"Name": self.name, "Type": "Fail"}]})

def get_pipeline(pipeline_name):
    return Made(pipeline_name)
"""
NOTHING = "nothing = 1\n"


def known(call: ScriptCall) -> Json:
    """Do what the script does."""
    return {"Steps": [{"Name": call.arguments["pipeline_name"], "Type": "Fail"}]}


@pytest.fixture(params=["processes", "memory"])
def scripts(request: pytest.FixtureRequest, tmp_path: Path) -> PipelineScripts:
    """Both sides of the promise."""
    if request.param == "memory":
        return MemoryScripts({SCRIPT: known})
    return ChildScripts(tmp_path)


def order(text: str, *stages: str) -> ScriptOrder:
    """Ask for a pipeline in each stage."""
    calls = (
        ScriptCall(
            stage=stage,
            account="222222222222",
            arguments={"pipeline_name": f"abalone-{stage}"},
            extra={},
            prefix=f"pipelines/{stage}",
        )
        for stage in stages
    )
    return ScriptOrder(
        script="code/pipeline.py",
        files={"code/pipeline.py": text.encode(), "data.json": json.dumps(1).encode()},
        calls=tuple(calls),
        python=sys.executable,
        region="us-east-1",
        bucket="acme-mlops-assets",
    )


def test_every_call_gives_its_own_definition(scripts: PipelineScripts) -> None:
    """By stage, each with its arguments, and nothing uploaded."""
    (run,) = scripts.run([order(SCRIPT, "dev", "prod")])

    assert run.fault is None
    assert run.definitions == {
        stage: {"Steps": [{"Name": f"abalone-{stage}", "Type": "Fail"}]}
        for stage in ("dev", "prod")
    }
    assert run.objects == {"dev": {}, "prod": {}}


def test_runs_come_in_the_order_of_orders(scripts: PipelineScripts) -> None:
    """Side by side or not, and what fails in one is no matter of another."""
    runs = scripts.run([order(SCRIPT, "dev"), order(NOTHING, "dev"), order(SCRIPT, "prod")])

    assert [list(run.definitions) for run in runs] == [["dev"], [], ["prod"]]


def test_what_makes_no_pipeline_is_a_fault(scripts: PipelineScripts) -> None:
    """It is a value with its place, and nothing is raised."""
    (run,) = scripts.run([order(NOTHING, "dev")])

    assert run.fault is not None
    assert (run.fault.kind, run.fault.path) == (FaultKind.MISSING, "code/pipeline.py")


def test_no_orders_are_no_runs(scripts: PipelineScripts) -> None:
    """Nothing is started for nothing."""
    assert scripts.run([]) == ()
