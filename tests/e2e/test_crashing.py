"""`apply` is killed at every call it makes to AWS, and run again.

A sample runs with every test run; FULL_SWEEP=1 runs every call of every scenario, with approvals.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from builders import ACCOUNTS, BUCKET, ORCHESTRATOR, SETTINGS
from e2e.conftest import Arrive
from e2e.meanwhile import apply_and_lose
from e2e.user import User, full_name, model, packaged, registered, single_account

LAUNCHER = Path(__file__).with_name("killed.py")
SAMPLE_STEP = 5
MOMENTS = pytest.mark.parametrize("moment", ["before", "after"])
full_sweep = pytest.mark.skipif("FULL_SWEEP" not in os.environ, reason="only with FULL_SWEEP=1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What was before, and who approves.

    Attributes:
        before: brings a workload to where the next `apply` is the one that is killed.
        executions: how many have deployed in the end.
        bundles: how many versions of the bundle there are in the end.
    """

    settings: str
    before: Callable[[User, str], None]
    executions: int
    bundles: int

    @property
    def accounts(self) -> dict[str, str]:
        """Account of each stack's suffix."""
        if self.settings == SETTINGS:
            return {f"-{stage}": account for stage, account in ACCOUNTS.items()}
        return {"": ORCHESTRATOR}


def nothing_yet(user: User, name: str) -> None:
    """The workload is new."""
    user.commit(model(name, endpoint_name=name))


def another_commit(user: User, name: str) -> None:
    """The commit before is deployed."""
    nothing_yet(user, name)
    user.did("apply")
    user.settled(name)
    user.commit(model(name, endpoint_name=name, inference_instance="ml.m5.xlarge"))


def a_failed_creation(user: User, name: str) -> None:
    """The first stage was rolled back, and the cause has been mended."""
    vanishing = registered(user, name)
    user.commit(packaged(name, vanishing, endpoint_name=name))
    apply_and_lose(user, vanishing)
    assert "ROLLBACK_COMPLETE" in user.settled(name)
    user.commit(packaged(name, registered(user, name), endpoint_name=name))


SINGLE = single_account(ORCHESTRATOR)
FIRST = Scenario(settings=SINGLE, before=nothing_yet, executions=1, bundles=1)
SCENARIOS = {
    "first": FIRST,
    "update": Scenario(settings=SINGLE, before=another_commit, executions=2, bundles=2),
    "mend": Scenario(settings=SINGLE, before=a_failed_creation, executions=1, bundles=2),
    "approved": Scenario(settings=SETTINGS, before=nothing_yet, executions=1, bundles=1),
}


@MOMENTS
def test_apply_killed_at_a_call_and_run_again(arrive: Arrive, name: str, moment: str) -> None:
    """Every few calls, before it is sent or after it was answered: the end state is the same."""
    sweep(arrive, name, moment, FIRST, SAMPLE_STEP)


@full_sweep
@pytest.mark.slow
@MOMENTS
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_apply_killed_at_every_call(arrive: Arrive, name: str, scenario: str, moment: str) -> None:
    """Every call of every scenario."""
    sweep(arrive, name, moment, SCENARIOS[scenario], 1)


def sweep(arrive: Arrive, name: str, moment: str, scenario: Scenario, step: int) -> None:
    """Kill it at every `step`th call; the first time not at all, to see how many there are."""
    calls = apply_until(arrive, f"{name}-0", scenario, 0, moment)
    sys.stdout.write(f"N = {calls} calls to AWS, killed {moment} every {step}.\n")
    # Waiting takes a call more or less, so a few more are tried; a survivor is no harm.
    for number in range(1, calls + 3, step):
        apply_until(arrive, f"{name}-{number}", scenario, number, moment)


def apply_until(arrive: Arrive, name: str, scenario: Scenario, number: int, moment: str) -> int:
    """Apply until the call, apply again, approve, and look; give how many calls there were."""
    user = arrive(scenario.settings)
    scenario.before(user, name)
    killed = user.ran(str(number), moment, "apply", script=LAUNCHER)
    assert killed.code in ({0, -signal.SIGKILL} if number else {0}), killed
    user.did("apply")
    shown = user.lead(name, *(["staging", "prod"] if scenario.settings == SETTINGS else []))

    assert "All stages run what git says." in shown
    assert end_state(user, name, scenario) == {
        "stacks": {
            f"{full_name(name)}{suffix}" for suffix in (*scenario.accounts, "-codepipeline")
        },
        "succeeded": scenario.executions,
        "under way": 0,
        "bundles": scenario.bundles,
        "without plan": {},
        "change sets": 0,
    }, (number, moment)
    assert "unchanged" in user.did("apply")
    return 0 if number else int(killed.err.split()[-2])


def end_state(user: User, name: str, scenario: Scenario) -> dict[str, Any]:
    """What there is of a workload in every account, counted where ids differ."""
    found: list[dict[str, Any]] = []
    pending = 0
    for account in {ORCHESTRATOR, *scenario.accounts.values()}:
        cloudformation = user.aws("cloudformation", account)
        pages = cloudformation.get_paginator("describe_stacks").paginate()
        here = [s for page in pages for s in page["Stacks"] if is_of(s["StackName"], name)]
        for stack in here:
            listed = cloudformation.list_change_sets(StackName=stack["StackName"])["Summaries"]
            pending += sum(each["ExecutionStatus"] == "AVAILABLE" for each in listed)
        found += here
    statuses = [each["status"] for each in user.executions(name)]
    versions = user.aws("s3").list_object_versions(
        Bucket=BUCKET, Prefix=f"mlops_provisioned_pipelines/{full_name(name)}/template.zip"
    )
    history = json.loads(user.did("history", name, "--details", "--output", "json"))
    return {
        "stacks": {stack["StackName"] for stack in found},
        "succeeded": statuses.count("Succeeded"),
        "under way": statuses.count("InProgress"),
        "bundles": len(versions["Versions"]),
        "without plan": history["without_plan"],
        "change sets": pending,
    }


def is_of(stack: str, name: str) -> bool:
    """Whether a stack is of this very workload: names begin alike."""
    return stack == full_name(name) or stack.startswith(f"{full_name(name)}-")
