"""Every pipeline type is deployed to prod, and what it runs is run."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from builders import ACCOUNTS
from e2e import every_type
from e2e.user import User

from mlops_gitops.use_cases.status import status


def write(user: User, configs: list[dict[str, Any]]) -> None:
    """Write configs, each in a folder called like its type and model, and commit them."""
    for config in configs:
        name = config.get("model_name", "image")
        folder = user.folder / f"{config['pipeline_type']}-{name}"
        folder.mkdir(exist_ok=True)
        (folder / "mlops-config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    user.git("add", "-A")
    user.git("commit", "-qm", "a change")


def promote(user: User) -> str:
    """Apply, then approve every stage of every workload; give the last status."""
    user.did("apply")
    shown = user.settled()
    for stage in ("staging", "prod"):
        for each in status(user.world()):
            waiting = [one.stage for one in each.stages if one.waiting == "approval"]
            if stage in waiting:
                user.approve(each.name, stage)
        shown = user.settled()
    return shown


def is_left_alone(user: User) -> bool:
    """Whether all that was deployed can be compared, and nothing of it has drifted."""
    drift = user.run("drift", *(each.name for each in status(user.world())))
    assert (drift.code, drift.out.strip().rpartition(": ")[2]) == (0, "no drift."), drift.out
    return True


def test_inference_reaches_prod(user: User, name: str) -> None:
    """Endpoints and batch inference, with SageMaker's images and one's own."""
    every_type.prepare(user)
    write(user, every_type.inference(name))

    shown = promote(user)

    assert shown.count("All stages run what git says.") == 4, shown
    assert is_left_alone(user)
    for account in ACCOUNTS.values():
        jobs = user.aws("sagemaker", account).list_transform_jobs()["TransformJobSummaries"]
        mine = [each for each in jobs if each["TransformJobName"].startswith(f"{name}-")]
        assert {each["TransformJobStatus"] for each in mine} == {"Completed"}
        assert len(mine) == 2


@pytest.mark.parametrize("make", [every_type.training, every_type.tuning, every_type.autopilot])
def test_training_is_run_to_its_end(user: User, name: str, make: Callable[..., Any]) -> None:
    """One stage without a gate in the orchestrator account, and no second run of the same."""
    every_type.prepare(user)
    write(user, [make(name)])

    shown = promote(user)

    assert "All stages run what git says." in shown
    assert is_left_alone(user)
    assert "unchanged" in user.did("apply")


def test_training_in_a_stage_keeps_its_results_in_the_assets_bucket(user: User, name: str) -> None:
    """Another account's job may write where its config says, and nowhere that is deployed from."""
    every_type.prepare(user)
    write(user, [every_type.training(name, stages=["dev"])])

    assert "All stages run what git says." in promote(user)

    sagemaker = user.aws("sagemaker", ACCOUNTS["dev"])
    (job,) = sagemaker.list_training_jobs(NameContains=f"{name}-")["TrainingJobSummaries"]
    assert job["TrainingJobStatus"] == "Completed"


def test_monitors_reach_prod(user: User, name: str) -> None:
    """Each makes its baseline and then starts; the next deployment makes none."""
    every_type.prepare(user)
    endpoint, *_ = every_type.inference(name)
    write(user, [endpoint])
    promote(user)
    write(user, every_type.monitors(name))

    shown = promote(user)

    assert shown.count("All stages run what git says.") == 5, shown
    assert is_left_alone(user)
    for account in ACCOUNTS.values():
        sagemaker = user.aws("sagemaker", account)
        found = sagemaker.list_monitoring_schedules()["MonitoringScheduleSummaries"]
        mine = [each for each in found if each["EndpointName"].startswith(f"{name}-")]
        assert {each["MonitoringScheduleStatus"] for each in mine} == {"Scheduled"}
        assert len(mine) == 4
