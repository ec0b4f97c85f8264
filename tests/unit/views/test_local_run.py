"""A run on this machine is shown as it was: what ran, and what did not."""

import json
from typing import Any

from mlops_gitops.views.local_run_json import run_json
from mlops_gitops.views.local_run_text import notice_text, run_text

RUN = {
    "PipelineName": "abalone",
    "PipelineExecutionId": "abc",
    "PipelineExecutionStatus": "Failed",
    "FailureReason": "The error is above 6",
    "IsolationMeaning": "Each step has an /opt/ml of its own.",
}


def step(name: str, how: str, why: str = "", **more: str) -> dict[str, Any]:
    """Write a step."""
    local = {"Type": "Training", "Status": "Skipped", "How": how, "Why": why}
    return {"StepName": name, "Local": local, **more}


STEPS = [
    step("Never", "skipped", "Gate took the other branch."),
    step(
        "Second",
        "failed",
        StepStatus="Failed",
        FailureReason="bad \x1b[31m\nvery bad",
        StartTime="2026-01-01T00:00:02.000Z",
        EndTime="2026-01-01T00:00:03.500Z",
    ),
    step("First", "stubbed", "AutoML runs on AWS only.", StepStatus="Succeeded", StartTime="2026"),
]


def test_steps_are_shown_in_the_order_in_which_they_ran() -> None:
    """With what was really done, why, and for how long; nothing acts on the terminal."""
    assert run_text(RUN, STEPS, "runs/abc").splitlines() == [
        "abalone abc: Failed. The error is above 6",
        "",
        "+ First   Training        stubbed",
        "    AutoML runs on AWS only.",
        "x Second  Training        failed    1.5 s",
        "    bad \\u001b[31m",
        "    very bad",
        "- Never   Training        skipped",
        "    Gate took the other branch.",
        "",
        "Each step has an /opt/ml of its own.",
        "Run folder: runs/abc",
    ]


def test_json_carries_all_of_it_and_its_version() -> None:
    """Steps are as AWS lists them."""
    found = json.loads(run_json(RUN, STEPS, "runs/abc"))

    assert found == {"schema_version": 1, "folder": "runs/abc", "execution": RUN, "steps": STEPS}


def test_what_happens_is_one_line() -> None:
    """Of a step, or of the execution."""
    assert notice_text("A", "Failed", "why\nnot") == "A: Failed. why not"
    assert notice_text("", "Succeeded", "") == "Execution: Succeeded"
