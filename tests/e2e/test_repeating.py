"""Repeating `apply`, and commits that change nothing."""

import json

from builders import ORCHESTRATOR
from e2e.conftest import Arrive
from e2e.user import User, eventually, model, single_account


def test_apply_twice_starts_nothing_the_second_time(user: User, name: str) -> None:
    """Right after the start, while it is under way, and when all is deployed."""
    user.commit(model(name))

    assert "started" in user.did("apply")
    assert "under way" in user.did("apply")
    user.settled(name)
    assert "under way" in user.did("apply")
    user.lead(name, "staging", "prod")
    assert "unchanged" in user.did("apply")
    assert len(user.executions(name)) == 1


def test_whitespace_key_order_and_folders_change_no_digest(user: User, name: str) -> None:
    """What people may rearrange as they like neither plans nor starts anything."""
    config = model(name)
    user.commit(config)
    before = json.loads(user.did("plan", "--output", "json"))["digests"]
    user.did("apply")
    user.lead(name, "staging", "prod")

    user.git("mv", name, "elsewhere")
    rearranged = dict(reversed(config.items()))
    (user.folder / "elsewhere" / "mlops-config.json").write_text(
        "\n\n" + json.dumps(rearranged, indent=7, separators=(" ,", " : ")), encoding="utf-8"
    )
    user.commit()

    assert before == json.loads(user.did("plan", "--output", "json"))["digests"]
    assert "unchanged" in user.did("apply")
    assert len(user.executions(name)) == 1


def test_going_from_a_to_b_and_back_deploys_a_again(arrive: Arrive, name: str) -> None:
    """The bundle of A lies in the bucket already, and is not what runs."""
    user = arrive(single_account(ORCHESTRATOR))
    a = model(name, endpoint_name=name)
    for config in (a, {**a, "inference_instance": "ml.m5.xlarge"}, a):
        user.commit(config)
        assert "started" in user.did("apply")
        assert "All stages run what git says." in user.settled(name)
        [runs] = user.did("status", "--output", "json").split('"facts"')[1:]
        assert config["inference_instance"] in runs

    assert len(user.executions(name)) == 3


def test_git_goes_back_while_the_newer_one_waits(user: User, name: str) -> None:
    """B waits at staging when git says A again: A follows B, and B is not lost from sight."""
    a, b = model(name), model(name, inference_instance="ml.m5.xlarge")
    user.commit(a)
    user.did("apply")
    user.lead(name, "staging", "prod")
    user.commit(b)
    user.did("apply")
    user.settled(name)
    user.commit(a)

    assert "started" in user.did("apply")
    shown = user.settled(name)
    assert "a newer execution waits behind it" in shown
    assert user.parameters(name, "dev")["InferenceInstance"] == "ml.m5.large"
    assert "under way" in user.did("apply")
    user.did("reject", name, "--stage", "staging", "--reason", "git went back")
    eventually(lambda: user.executions(name)[0]["status"] == "InProgress")
    shown = user.lead(name, "staging", "prod")
    assert "All stages run what git says." in shown
    assert len(user.executions(name)) == 3
