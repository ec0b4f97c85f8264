"""Retiring on the embedded AWS: an orphan by `retire`, a declared workload by its tombstone."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from builders import ACCOUNTS, ORCHESTRATOR
from e2e.conftest import Arrive
from e2e.user import User, eventually, full_name, model, single_account

HANDLE = ["AWS::CloudFormation::WaitConditionHandle"]


def kinds(user: User, stack: str, account: str) -> list[str]:
    """List the types of a stack's resources."""
    cloudformation = user.aws("cloudformation", account)
    found = cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    return sorted(each["ResourceType"] for each in found)


def served(user: User, name: str, stage: str) -> bool:
    """Whether an endpoint is there."""
    sagemaker = user.aws("sagemaker", ACCOUNTS[stage])
    found = sagemaker.list_endpoints(NameContains=f"{name}-{stage}")["Endpoints"]
    return bool(found)


def rest(user: User, name: str) -> None:
    """Wait until nothing of a workload moves without a person."""
    eventually(lambda: all("token" in run for run in user._running(full_name(name))))


def later(user: User) -> User:
    """The same user, two hours later."""
    opened = user.world()
    return replace(user, opened=replace(opened, clock=Later()))


class Later:
    """A clock that is two hours fast and does not wait long."""

    def now(self) -> datetime:
        """Give the time in two hours."""
        return datetime.now(UTC) + timedelta(hours=2)

    def sleep(self, seconds: float) -> None:
        """Wait a little."""
        import time

        time.sleep(min(seconds, 0.2))


def test_an_orphan_goes_behind_its_gates(user: User, name: str) -> None:
    """Deployed to prod, its folder removed, planned, retired, approved twice, and swept away."""
    user.commit(model(name))
    user.did("apply")
    user.lead(name, "staging", "prod")
    assert served(user, name, "prod")
    user.git("rm", "-qr", name)
    user.commit()

    assert f"- {name}/byom_realtime_builtin / prod: stack" in user.did("plan")
    user.did("apply")
    assert served(user, name, "dev")
    assert user.run("retire", name).code == 3
    asked = user.run("retire", name, "--delete-endpoint")
    assert asked.code == 4
    assert "- Endpoint" in asked.out
    told: dict[str, Any] = json.loads(
        user.did("retire", name, "--delete-endpoint", "--yes", "--output", "json")
    )
    assert told["outcome"] == "started"
    rest(user, name)
    assert kinds(user, f"{full_name(name)}-dev", ACCOUNTS["dev"]) == HANDLE
    assert not served(user, name, "dev")
    assert served(user, name, "staging")
    again = json.loads(user.did("retire", name, "--delete-endpoint", "--yes", "--output", "json"))
    assert again["outcome"] == "under way"
    for stage in ("staging", "prod"):
        before = user.waiting(name)
        assert "- Endpoint" in user.approve(name, stage)
        eventually(lambda before=before: user.waiting(name) != before)  # type: ignore[misc] # bound at once
        rest(user, name)
        assert not served(user, name, stage)
    assert "is retired already" in user.did("retire", name)

    swept = later(user).did("gc", "--yes")

    assert f"empty stack of a retired workload: {full_name(name)}-prod" in swept
    assert f"delivery pipeline of a retired workload: {full_name(name)}-codepipeline" in swept
    assert not any(user.stack(name, stage) for stage in ACCOUNTS)
    assert user.stack_named(f"{full_name(name)}-codepipeline", ORCHESTRATOR) == {}
    assert name not in user.did("plan")


def test_a_tombstone_empties_a_single_account(arrive: Arrive, name: str) -> None:
    """No gate is there, and the line is written by `retire --write`; the config may come back."""
    user = arrive(single_account(ACCOUNTS["dev"]).replace('dev",', 'dev",'))
    user.commit(model(name, endpoint_name=name))
    user.did("apply")
    user.settled(name)
    refused = user.run("retire", name)
    assert refused.code == 4
    assert f"{name}/mlops-config.json" in refused.err
    user.did("retire", name, "--write")
    file = user.folder / name / "mlops-config.json"
    assert json.loads(file.read_text())["state"] == "retired"
    user.git("commit", "-qam", f"Retire\n\nAccept-Endpoint-Deletion: {name}")

    shown = user.did("plan")
    user.did("apply")
    rest(user, name)

    assert "active -> retired" in shown
    assert kinds(user, full_name(name), ACCOUNTS["dev"]) == HANDLE
    assert user.run("plan", "--detailed-exitcode").code == 0
    user.commit(model(name, endpoint_name=name))
    user.did("apply")
    user.settled(name)
    assert "AWS::SageMaker::Endpoint" in kinds(user, full_name(name), ACCOUNTS["dev"])
