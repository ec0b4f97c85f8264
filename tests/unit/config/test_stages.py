"""Where a workload runs: what its type says, unless its config says other."""

import json
from typing import Any

import pytest
from builders import DATA, ORCHESTRATOR, SETTINGS, SINGLE_ACCOUNT, realtime

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.config.settings import ORCHESTRATOR as ORCHESTRATOR_STAGE
from mlops_gitops.use_cases.validate import Validated, validate

TRAINING = {
    "pipeline_type": "model_training_builtin",
    "model_name": "churn",
    "training_data": "churn/train.csv",
    "job_output_location": "churn/out",
    "model_framework": "xgboost",
    "model_framework_version": "1",
    "algo_hyperparamaters": {"eta": "0.2"},
}


def read(config: dict[str, Any], settings: str = SETTINGS) -> Validated:
    """Validate a repository of one config."""
    files = {
        "mlops-gitops.yaml": settings.encode(),
        "mlops-config.json": json.dumps(config, indent=1).encode(),
    }
    return validate(MemoryFiles(files), DATA)


def stages(config: dict[str, Any], settings: str = SETTINGS) -> list[tuple[str, str]]:
    """Give the names and accounts of the stages that a good config runs in."""
    validated = read(config, settings)
    assert validated.problems == ()
    (found,) = validated.configs
    return [(stage.name, stage.account) for stage in found.stages]


def test_inference_goes_through_all_stages() -> None:
    """Without `stages` a model is promoted from the first to the last."""
    assert [name for name, _ in stages(realtime("churn"))] == ["dev", "staging", "prod"]


def test_training_runs_in_the_orchestrator_account() -> None:
    """What is made once for all stages has one stage of its own, without a gate."""
    assert stages(TRAINING) == [(ORCHESTRATOR_STAGE, ORCHESTRATOR)]


def test_in_a_single_account_training_runs_in_its_only_stage() -> None:
    """One stage in the orchestrator account is that account's stage for everything."""
    assert stages(TRAINING, SINGLE_ACCOUNT) == [("live", ORCHESTRATOR)]


@pytest.mark.parametrize("config", [realtime("churn"), TRAINING])
def test_stages_narrows_and_widens(config: dict[str, Any]) -> None:
    """The names decide, whatever the type says; promotion keeps the order of the settings."""
    written = {**config, "stages": ["prod", "dev"]}

    assert [name for name, _ in stages(written)] == ["dev", "prod"]


def test_an_object_names_the_stages_that_the_workload_runs_in() -> None:
    """A stage that is left out needs no value, and one that is not may not lack one."""
    objects = realtime("churn", inference_instance={"dev": "ml.m5.large"})

    assert stages({**objects, "stages": ["dev"]})
    (problem,) = read({**objects, "stages": ["dev", "prod"]}).problems
    assert (problem.code, problem.pointer) == ("MG025", "/inference_instance")
    assert "'prod'" in problem.message
    assert "staging" not in problem.message + problem.hint


@pytest.mark.parametrize(
    ("named", "code", "pointer"),
    [
        (["dev", "qa"], "MG054", "/stages/1"),
        (["Dev"], "MG054", "/stages/0"),
        (["dev", "prod", "dev"], "MG054", "/stages/2"),
        ([], "MG028", "/stages"),
        ("dev", "MG022", "/stages"),
        ([1], "MG022", "/stages/0"),
    ],
)
def test_what_names_no_stage_is_refused_at_its_place(named: Any, code: str, pointer: str) -> None:
    """One problem, where the name stands."""
    (problem,) = read(realtime("churn", stages=named)).problems

    assert (problem.code, problem.pointer) == (code, pointer)


def test_types_that_run_something_are_refused_in_china() -> None:
    """CodePipeline has no Step Functions action there; the reason is told."""
    settings = SETTINGS.replace("us-east-1", "cn-north-1")

    (problem,) = read(TRAINING, settings).problems

    assert (problem.code, problem.pointer) == ("MG057", "/pipeline_type")
    assert read(realtime("churn"), settings).problems == ()
