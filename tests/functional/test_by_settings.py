"""Gates that settings open, through the front door, in a cloud in memory."""

import json
from pathlib import Path

import pytest
from builders import SETTINGS
from functional.conftest import Golden, Say
from functional.test_path import User, deploy

BY_RISK = SETTINGS.replace(
    "{name: staging,",
    "{name: staging, require_approval_for: [widens-access, interrupts, data-loss],",
)


@pytest.fixture
def user(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody whose workload runs everywhere; from now on staging tells risks apart."""
    monkeypatch.chdir(tmp_path)
    user = User(say, tmp_path)
    deploy(user)
    user.made.files["mlops-gitops.yaml"] = BY_RISK.encode()
    user.commit(inference_instance="ml.m5.xlarge")
    return user


def say_in_settings(user: User, before: str, after: str) -> None:
    """Change the settings."""
    user.made.files["mlops-gitops.yaml"] = BY_RISK.replace(before, after).encode()
    user.write()


def test_what_has_no_such_risk_is_let_through(user: User, golden: Golden) -> None:
    """The rest waits, and says why; status and history say that it was no person."""
    user.types("apply")

    golden("by-settings/let-through", user.types("approve", "--by-settings"))
    golden("by-settings/status", user.types("status"))
    golden("by-settings/history", user.types("history", "churn", "--limit", "1"))
    golden("by-settings/waits", user.types("approve", "churn", "--by-settings"))
    told = json.loads(user.types("history", "churn", "--output", "json").out)
    assert told["deployments"][0]["approvals"][0]["by_settings"]
    user.types("approve", "churn", "--yes", "--digest", user.digest())
    golden("by-settings/nothing-waits", user.types("approve", "--by-settings"))


def test_a_listed_risk_waits_for_a_person(user: User, golden: Golden) -> None:
    """Kind, resource and reason; exit 0, as nothing is wrong."""
    say_in_settings(user, "[widens-access,", "[cost, widens-access,")
    user.types("apply")

    golden("by-settings/listed", user.types("approve", "--by-settings", "--stage", "staging"))
    assert "waits for approval" in user.types("status").out


def test_a_blocked_risk_is_refused_for_everybody(user: User, golden: Golden) -> None:
    """Exit 3: by the settings, and for a person before anything is asked."""
    user.types("apply")
    say_in_settings(user, "data-loss],", "data-loss], block: [cost],")

    golden("by-settings/blocked", user.types("approve", "--by-settings"))
    golden("by-settings/blocked-for-a-person", user.types("approve", "churn", "--yes"))


def test_whoever_waits_passes_the_gate(user: User, golden: Golden) -> None:
    """`apply --wait` asks the settings where it comes to a gate, and stops before prod."""
    golden("by-settings/apply-wait", user.types("apply", "--wait"))


def test_gates_are_not_asked_twice_in_one_wait(user: User) -> None:
    """Where a person is needed it is said once, and what was started has not failed."""
    say_in_settings(user, "[widens-access,", "[cost, widens-access,")

    said = user.types("apply", "--wait")

    assert said.code == 0
    assert said.err.count("waits for a person") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--by-settings", "--yes"),
        ("--by-settings", "--digest", "mg1-0123456789ab"),
        ("--by-settings", "--wait"),
        ("--yes",),
    ],
)
def test_settings_and_people_are_not_mixed(user: User, words: tuple[str, ...]) -> None:
    """Exit 1 and nothing is answered; so without a workload where a person is to decide."""
    user.types("apply")

    said = user.types("approve", *words)

    assert said.code == 1
    assert "by-settings" in said.err
    assert "waits for approval" in user.types("status").out
