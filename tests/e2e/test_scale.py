"""What is asked of AWS grows with what changes, not with what there is; counted at AWS's door."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scaling.accounts import deployed, serving
from scaling.measured import Cost, Door, ran
from scaling.repositories import STAGES, changed, generated, written

from mlops_gitops.emulator.lifecycle import Measuring

pytestmark = pytest.mark.slow

COUNT = 110
PAGES = 2 * (len(STAGES) + 1) + 1
"""110 stacks and bootstrap's own in each account, the orchestrator's too; one list of artifacts."""
MORE = 10
LIMIT = 1
"""Calls a second; low enough to be met by a hundred workloads."""
CONFIGS = generated(COUNT)
PROGRAM = Path(sys.executable).with_name("mlops-gitops")


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a repository, and with accounts in which all of it is deployed."""
    folder = tmp_path_factory.mktemp("scale")
    deployed(folder, CONFIGS)
    return folder


@pytest.fixture
def door(accounts: Path) -> Iterator[Door]:
    """Where calls to these accounts are counted."""
    with serving(accounts / "state", measured(accounts)):
        yield Door(accounts / "calls.jsonl")


def measured(accounts: Path, limit: float = 0) -> Measuring:
    """Count calls, and have the accounts refuse some."""
    record = accounts / "calls.jsonl"
    record.unlink(missing_ok=True)
    return Measuring(calls_per_second=limit, record=record, saves_at_end=True)


def asked(accounts: Path, door: Door, *words: str) -> Cost:
    """Run a command in the repository."""
    root = str(accounts / "repository")
    return ran([str(PROGRAM), *words, "--root", root], door)


def test_what_has_not_changed_costs_pages(accounts: Path, door: Door) -> None:
    """Whatever the number of workloads: pages, and ten calls; what changed costs six more."""
    plan = asked(accounts, door, "plan")
    apply = asked(accounts, door, "apply", "--output", "json")
    path, config = next(iter(CONFIGS.items()))
    written(accounts / "repository", {path: changed(config)})
    one = asked(accounts, door, "plan")
    written(accounts / "repository", {path: config})

    assert "No changes" in plan.said
    assert plan.total <= PAGES + MORE, plan.calls
    assert {each["outcome"] for each in json.loads(apply.said)["workloads"]} == {"unchanged"}
    assert apply.total <= PAGES + MORE, apply.calls
    assert "3 to change" in one.said
    assert one.total <= plan.total + 6, one.calls


def test_an_accounts_limit_is_seen_by_nobody(accounts: Path) -> None:
    """What comes too early is sent again when its turn comes, so that few calls come too early."""
    with serving(accounts / "state", measured(accounts, LIMIT)):
        cost = asked(accounts, Door(accounts / "calls.jsonl"), "plan")

    assert "No changes" in cost.said
    assert 0 < cost.refused <= cost.total / 2
    assert cost.total <= PAGES + MORE + cost.refused
