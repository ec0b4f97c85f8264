"""Section 4.3: nothing fails unseen, and new content is never taken for the old."""

import json
import re
from typing import Any

import pytest
from blueprints.blueprint_files import TEMPLATES, load, mappings
from blueprints.composed import examples
from blueprints.machine import TaskError
from blueprints.monitors import missing
from blueprints.running import run
from builders import CONTENTS, realtime
from e2e import every_type
from weaknesses.composed import deployed, example, installed
from weaknesses.declared import SCHEMAS

from mlops_gitops.diff.plan import Action
from mlops_gitops.use_cases.plan import plan

STARTS = re.compile(
    r":create\w*Job(V2)?(\.sync)?$|:startBuild(\.sync)?$|:states:startExecution(\.sync:2)?$"
    r"|:startPipelineExecution$"
)
LOOKS = {"autopilot", "sagemaker_pipeline"}
"""What they start has no `.sync`."""
RUNS = sorted({one["x-blueprint"] for one in SCHEMAS.values() if one.get("x-run")})


def tasks(blueprint: str) -> list[tuple[str, dict[str, Any]]]:
    """Give the tasks of a blueprint's state machines that start something, by name."""
    (example, *_) = examples(blueprint)
    found = [
        (name, state)
        for one in mappings(example.stack.template)
        for name, state in one.get("States", {}).items()
        if STARTS.search(json.dumps(state.get("Resource", "")).rstrip('"}]'))
    ]
    assert found
    return found


@pytest.mark.parametrize("blueprint", RUNS)
def test_whatever_starts_a_job_waits_for_it(blueprint: str) -> None:
    """By `.sync`, or where there is none, by looking until it has ended."""
    for name, task in tasks(blueprint):
        resource = json.dumps(task["Resource"])
        if blueprint in LOOKS:
            (example, *_) = examples(blueprint)
            (machine,) = [one for one in mappings(example.stack.template) if "States" in one]
            assert machine["States"][task["Next"]]["Type"] in {"Wait", "Pass", "Task"}
            assert "Look" in machine["States"]
        else:
            assert ".sync" in resource, name
        assert task["Catch"][0]["ErrorEquals"] == ["States.ALL"], name


DOORS = {"InferenceFunction", "Function"}
"""Functions that people call: the inference API's, and the one of the API that takes configs."""


def test_no_function_stands_between_cloudformation_and_a_job() -> None:
    """A custom resource would run on changes only, and a function could start and not wait."""
    for path in TEMPLATES:
        for name, resource in load(path)["Resources"].items():
            kind = resource["Type"]
            assert not kind.startswith(("Custom::", "AWS::CloudFormation::CustomResource")), name
            assert kind != "AWS::Lambda::Function" or name in DOORS, path


@pytest.mark.parametrize(
    "config",
    [
        realtime("churn"),
        every_type.batch("churn"),
        every_type.monitor("churn", "data_quality", "churn"),
        every_type.image_builder(),
    ],
    ids=["realtime", "batch", "monitor", "image builder"],
)
def test_new_content_under_the_same_key_is_a_change(config: dict[str, Any]) -> None:
    """Whatever key a config names, what lies there counts, not the key."""
    made = deployed(installed(config))
    assert plan(made.world()).changes[0].action is Action.KEEP

    (key,) = [config[name] for name in CONTENTS if name in config]
    made.cloud.assets.write(key, b"another model", "")

    again = plan(made.world()).changes[0]
    assert again.action is Action.UPDATE
    assert [one.name for one in again.summary if "content" in one.name or "data" in one.name]


def test_an_image_that_was_pushed_again_is_a_change() -> None:
    """A tag is looked up each time, and what runs is named by its digest."""
    config = every_type.realtime_custom("churn")
    made = deployed(installed(config))
    assert plan(made.world()).changes[0].action is Action.KEEP

    made.cloud.images.pushed[config["custom_image_uri"]] = "sha256:" + "1" * 64

    (again, *_) = plan(made.world()).changes
    assert again.action is Action.UPDATE
    assert "image" in {one.name for one in again.summary}


@pytest.mark.parametrize("cause", ["", "no JSON", "{}", "[]", '{"FailureReason": null}', '"text"'])
def test_any_failure_of_a_batch_job_is_told(cause: str) -> None:
    """Whatever the service says or does not say, the job's name is in the sentence."""

    def fail(_: dict[str, Any]) -> Any:
        raise TaskError("SageMaker.ValidationException", cause)

    done = run(example(every_type.batch("churn")), LastRun=missing, Transform=fail)

    assert done.failure is not None
    assert done.failure[0] == "SageMaker.ValidationException"
    assert "churn-" in done.failure[1]
    assert "Remember" not in done.asked
