"""The whole path through the installed command, every verb in a process of its own."""

import json

from e2e.user import User, eventually, full_name, model


def test_a_commit_reaches_prod_and_the_next_is_rejected(user: User, name: str) -> None:
    """Validate, plan, apply, watch, approve, history; then a change that staging refuses."""
    user.commit(model(name))
    assert user.ran("validate").code == 0
    assert user.ran("render", f"{name}/mlops-config.json", "--stage", "prod").code == 0
    assert user.ran("plan", "--detailed-exitcode").code == 2
    assert "started" in user.ran("apply").out
    for stage in ("staging", "prod"):
        watched = user.ran("status", "--watch")
        assert f"next: mlops-gitops approve {name} --stage {stage}" in watched.out + watched.err
        before = user.waiting(name)
        digest = json.loads(user.ran("plan", "--output", "json").out)["digests"][full_name(name)]
        words = ("--stage", stage, "--digest", digest, "--yes")
        assert f"Approved {digest}" in user.ran("approve", name, *words).out
        eventually(lambda before=before: user.waiting(name) != before)  # type: ignore[misc]  # bound at once
    assert "All stages run what git says." in user.settled(name)
    assert user.ran("plan", "--detailed-exitcode").code == 0

    user.commit(model(name, inference_instance="ml.m5.xlarge"))
    assert "ml.m5.large -> ml.m5.xlarge" in user.ran("plan").out
    assert user.ran("apply").code == 0
    assert user.ran("status", "--watch").code == 0
    assert user.ran("reject", name, "--reason", "latency doubled").code == 0
    user.settled(name)
    shown = user.ran("status", name).out
    assert "dev is ahead of staging and prod." in shown
    history = json.loads(user.ran("history", name, "--output", "json").out)["deployments"]
    assert [each["status"] for each in history] == ["Failed", "Succeeded"]
    assert "latency doubled" in history[0]["approvals"][0]["summary"]
    assert full_name(name) in user.ran("apply").out
