"""Single-account mode: one stage, no gate."""

import json
from typing import Any

import pytest
from builders import ACCOUNTS, ORCHESTRATOR
from e2e.conftest import Arrive
from e2e.user import User, full_name, model, packaged, registered, single_account


def artifact(_user: User, name: str) -> dict[str, Any]:
    """A workload that serves an artifact."""
    return model(name, endpoint_name=name)


def package(user: User, name: str) -> dict[str, Any]:
    """A workload that serves a registered model package."""
    return packaged(name, registered(user, name), endpoint_name=name)


@pytest.mark.parametrize("account", [ORCHESTRATOR, ACCOUNTS["dev"]])
@pytest.mark.parametrize("declare", [artifact, package])
def test_a_config_goes_straight_to_its_only_stage(
    arrive: Arrive, name: str, account: str, declare: Any
) -> None:
    """Source, then DeployPipeline; the stack has the workload's own name, and nobody is asked."""
    registry = "no" if declare is artifact else "yes"
    settings = single_account(account).replace(
        "model_registry: any", f'model_registry: "{registry}"'
    )
    user = arrive(settings)
    user.commit(declare(user, name))
    user.did("apply")
    shown = user.settled(name)

    assert "All stages run what git says." in shown
    assert "InService" in shown
    assert user.stack_named(full_name(name), account)["StackStatus"] == "CREATE_COMPLETE"
    declared = user.aws("codepipeline").get_pipeline(name=full_name(name))["pipeline"]
    assert [
        (stage["name"], [action["name"] for action in stage["actions"]])
        for stage in declared["stages"]
    ] == [("Source", ["Source"]), ("DeployPipeline", ["Prepare", "Deploy"])]

    user.commit({**declare(user, name), "inference_instance": "ml.m5.xlarge"})
    assert user.run("plan", "--detailed-exitcode").code == 2
    user.did("apply")
    user.settled(name)
    assert user.run("plan", "--detailed-exitcode").code == 0
    history = json.loads(user.did("history", name, "--output", "json"))["deployments"]
    assert [each["stages"] for each in history] == [["DeployPipeline"], ["DeployPipeline"]]


def test_nothing_is_there_to_be_approved(arrive: Arrive, name: str) -> None:
    """Approving says so and exits 4."""
    user = arrive(single_account(ORCHESTRATOR))
    user.commit(artifact(user, name))
    user.did("apply")
    user.settled(name)

    assert user.run("approve", name, "--yes").code == 4
