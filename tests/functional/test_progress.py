"""Progress on standard error: lines where nothing can be drawn, a drawing on a terminal."""

import io
import json
from pathlib import Path

import pytest
from builders import realtime, trial
from functional.conftest import Golden, Say
from functional.test_path import CHURN, User
from rich.console import Console

from mlops_gitops.cli.live import redrawn
from mlops_gitops.ports import StackResource
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.follow import to_follow

FAILURE = StackResource(
    logical_id="Endpoint",
    resource_type="AWS::SageMaker::Endpoint",
    status="CREATE_FAILED",
    reason="no capacity",
)


@pytest.fixture
def user(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody whose only workload is not deployed yet."""
    monkeypatch.chdir(tmp_path)
    return User(say, tmp_path)


def test_apply_waits_for_the_next_gate(user: User, golden: Golden) -> None:
    """Every line from the start to the gate, which is no failure."""
    said = user.types("apply", "--wait")

    assert said.code == 0
    golden("apply/wait", said)


def test_apply_that_waits_fails_with_what_it_started(user: User, golden: Golden) -> None:
    """Exit code 1, the reason and the next command."""
    user.made.cloud.stacks.broken[f"{CHURN}-dev"] = FAILURE

    said = user.types("apply", "--wait")

    assert said.code == 1
    golden("apply/wait-failed", said)


def test_apply_that_has_nothing_to_wait_for(user: User) -> None:
    """Without an execution there is nothing to follow, and nothing more is said."""
    digest = json.loads(user.types("apply", "--output", "json").out)["workloads"][0]["digest"]
    for stage in ("staging", "prod"):
        user.types("approve", "churn", "--stage", stage, "--digest", digest, "--yes")

    said = user.types("apply", "--wait")

    assert (said.code, said.err) == (0, "")
    assert said.out == f"= {CHURN}  unchanged\n"


def test_json_is_one_document_also_after_waiting(user: User) -> None:
    """Progress goes to standard error; standard output is what was done and where it ended."""
    said = user.types("apply", "--wait", "--output", "json")

    told = json.loads(said.out)
    assert [each["outcome"] for each in told["workloads"]] == ["started"]
    assert [each["waiting"] for each in told["statuses"][0]["stages"]] == ["", "approval", ""]
    assert "churn dev: Deploy is running" in said.err


def test_status_follows(user: User, golden: Golden) -> None:
    """`status --watch` says what moves, then shows what `status` shows."""
    user.made.cloud.stacks.broken.clear()
    user._say("apply", world=user.made.world)

    golden("status/watched", user.types("status", "--watch"))


@pytest.mark.parametrize("no_color", [False, True])
def test_a_terminal_is_drawn_on(*, no_color: bool) -> None:
    """Each look replaces the one before, and nothing of it is left at the end."""
    made = trial(realtime("churn"))
    world = made.world()
    (applied,) = apply(world, lambda *_: None)
    paper = io.StringIO()
    console = Console(file=paper, force_terminal=True, no_color=no_color, width=100)

    (end,) = redrawn(world, [to_follow(world, CHURN, applied.execution_id)], console)

    drawn = paper.getvalue()
    assert end.is_settled
    assert "Deploy is running" in drawn
    assert "CREATE_IN_PROGRESS" in drawn
    assert "\x1b[2K" in drawn  # erases lines
    assert not no_color or not any(f"\x1b[3{digit}m" in drawn for digit in range(8))
