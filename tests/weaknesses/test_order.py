"""Section 4.4: nothing is lost, nothing is run twice, and names derive from identity alone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from blueprints.running import run
from builders import DATA, ORCHESTRATOR, SETTINGS, Trial, realtime
from e2e import every_type
from weaknesses.composed import deployed, example, installed
from weaknesses.declared import problems

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, review_approval
from mlops_gitops.use_cases.desire import desire
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.status import status
from mlops_gitops.use_cases.validate import validate

ONE_OF_EACH: list[dict[str, Any]] = [
    *every_type.inference("churn"),
    *every_type.monitors("churn"),
    every_type.training("churn"),
    every_type.tuning("churn"),
    every_type.autopilot("churn"),
    every_type.image_builder(),
]


def promoted(made: Trial) -> Trial:
    """Apply, and approve everything that asks."""
    deployed(made)
    for each in status(made.world()):
        while pending_approvals(made.world(), each.name):
            approve(made.world(), review_approval(made.world(), each.name, None, None))
            made.cloud.settle()
    return made


def test_configs_are_found_in_any_folder_and_nothing_else_is() -> None:
    """All of a commit, wherever they lie; a backup beside one is no config."""
    config = json.dumps(realtime("churn")).encode()
    folders = ("team", "a folder with blanks", "größe/100%+1", "a/b/c/d")
    files = {
        f"{folder}/mlops-config.json": json.dumps(realtime(f"churn-{number}")).encode()
        for number, folder in enumerate(folders)
    }
    beside = {
        "team/mlops-config.json.bak": config,
        "team/old-mlops-config.json": config,
        ".trash/mlops-config.json": config,
    }

    found = validate(MemoryFiles({"mlops-gitops.yaml": SETTINGS.encode(), **files, **beside}), DATA)

    assert found.problems == ()
    assert {each.document.path for each in found.configs} == set(files)


def test_every_config_of_a_commit_is_deployed() -> None:
    """The predecessor read one object of an upload; here a commit is deployed as a whole."""
    made = installed(*(realtime(f"churn-{number}") for number in range(4)))

    outcomes = {each.workload: each.outcome for each in apply(made.world(), lambda *_: None)}

    assert len(outcomes) == 4
    assert set(outcomes.values()) == {Outcome.STARTED}


def test_an_execution_deploys_the_version_it_was_started_with() -> None:
    """What is uploaded to the bundle's key later is not what an earlier execution carries."""
    made = deployed(installed(realtime("churn")))
    (workload,) = desire(made.world()).workloads
    before = made.cloud.assets.latest(workload.bundle.key)
    made.cloud.assets.write(workload.bundle.key, b"somebody else's", "")

    (waiting,) = pending_approvals(made.world(), workload.name)

    assert before is not None
    assert waiting.digest == workload.bundle.digest


def test_names_that_differ_in_case_alone_are_one_workload() -> None:
    """Their stacks would have one name, so the second is refused and both files are named."""
    (problem,) = problems(realtime("churn"), realtime("Churn"))

    assert problem.code == "MG070"
    assert "config-0" in problem.message
    assert "config-1" in problem.message


def test_two_monitors_of_a_model_have_names_of_their_own() -> None:
    """Two endpoints need two names, which the problem says; with them both are deployed."""
    first = every_type.monitor("churn", "data_quality", "churn")
    second = every_type.monitor("churn", "data_quality", "churn-eu")

    (problem,) = problems(first, second)

    assert problem.code == "MG070"
    assert problem.hint == (
        "Give one of them another model_name, or delete one."
        " Different values of endpoint_name do not make them two."
    )
    assert problems(first, {**second, "model_name": "churn-eu"}) == []


def test_images_of_two_repositories_are_two_workloads() -> None:
    """The predecessor knew an image by its tag alone."""
    first = every_type.image_builder()
    others = [{**first, "ecr_repo_name": "every/other"}, {**first, "image_tag": "v2"}]
    # Joined with a hyphen these would be one.
    alike = [
        {**first, "ecr_repo_name": "aa-b", "image_tag": "c"},
        {**first, "ecr_repo_name": "aa", "image_tag": "b-c"},
    ]
    configs = [first, *others, *alike]

    assert problems(*configs) == []
    names = {each.name for each in desire(installed(*configs).world()).workloads}
    assert len(names) == len(configs)


def test_the_same_files_run_nothing_again() -> None:
    """Every type, deployed to prod: the second apply starts nothing, and no job is run."""
    made = promoted(installed(*ONE_OF_EACH))
    ran = list(made.cloud.machines.ran)
    assert ran

    assert {each.outcome for each in apply(made.world(), lambda *_: None)} == {Outcome.UNCHANGED}
    made.cloud.settle()

    assert plan(made.world()).is_empty
    assert made.cloud.machines.ran == ran


def test_two_processes_render_the_same() -> None:
    """Neither chance nor the order of a set is in what is deployed."""

    def rendered(seed: str) -> str:
        code = (
            "import json, sys; sys.path.insert(0, 'tests')\n"
            "from blueprints.composed import _declared, stack_of\n"
            "print([json.dumps([one.template, one.parameter_values()])"
            " for name, settings, config in _declared()"
            " if name == 'monitors-multi-account' for one in [stack_of(settings, config)]])"
        )
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    first = rendered("1")

    assert len(first) > len("[]\n")
    assert first == rendered("2")


@pytest.mark.parametrize(
    ("make", "member"),
    [
        (every_type.training, "TrainingJobName"),
        (every_type.tuning, "HyperParameterTuningJobName"),
        (every_type.autopilot, "AutoMLJobName"),
    ],
)
def test_a_job_name_of_ones_own_can_run_twice(make: Any, member: str) -> None:
    """Names of jobs are used once, so the given one is how each run's begins."""
    one = example(make("churn", job_name="nightly"))

    names = [
        {
            request[member]
            for asked in run(one).asked.values()
            for request in asked
            if member in request
        }
        for _ in range(2)
    ]

    assert names[0]
    assert not names[0] & names[1]
    assert all(name.startswith("nightly-") for name in names[0] | names[1])


@pytest.mark.parametrize("config", ONE_OF_EACH[:4], ids=lambda one: str(one["model_name"]))
def test_what_is_promoted_is_the_same_in_every_stage(config: dict[str, Any]) -> None:
    """Image and content are those of dev in staging and prod too."""
    (workload,) = desire(installed(config).world()).workloads
    stacks = workload.stacks

    assert [stack.stage for stack in stacks] == ["dev", "staging", "prod"]
    for name in ("ImageUri", "ModelArtifactLocationObject"):
        assert len({stack.parameter_values()[name] for stack in stacks}) == 1


def test_nothing_is_touched_before_everything_is_known_to_be_right() -> None:
    """One mistake in one config, and neither a stack nor a pipeline nor an object is made."""
    made = installed(realtime("good"), realtime("bad"))
    wrong = {**realtime("bad"), "inference_instance": {"dev": "ml.m5.large"}}
    made.files["config-1/mlops-config.json"] = json.dumps(wrong).encode()
    objects = {key: len(each) for key, each in made.cloud.assets.versions.items()}
    stacks = made.cloud.stacks.overview(ORCHESTRATOR)

    with pytest.raises(InvalidRepository) as refused:
        apply(made.world(), lambda *_: None)

    assert [one.code for one in refused.value.problems] == ["MG025"]
    assert {key: len(each) for key, each in made.cloud.assets.versions.items()} == objects
    assert made.cloud.stacks.overview(ORCHESTRATOR) == stacks
    assert made.cloud.pipelines.executions(pipeline_name("mlops-pipeline-good")) == ()


def test_a_pipeline_is_updated_before_it_carries_anything_more() -> None:
    """A gate that the settings ask for now stands before the next change reaches its stage."""
    made = promoted(installed(realtime("churn")))
    gated = SETTINGS.replace('"222222222222", approval: none', '"222222222222", approval: manual')
    made.files["mlops-gitops.yaml"] = gated.encode()
    changed = realtime("churn", inference_instance="ml.m5.xlarge")
    made.files["config-0/mlops-config.json"] = json.dumps(changed).encode()

    deployed(made)

    (told,) = status(made.world())
    assert told.stages[0].waiting == "approval"
    assert told.stages[0].facts["instance"] == "ml.m5.large"
