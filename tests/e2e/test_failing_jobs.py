"""A job that fails is a failed deployment, and `status` says why in SageMaker's words."""

from collections.abc import Callable
from typing import Any

import pytest
from builders import BUCKET
from e2e import every_type
from e2e.test_every_type import is_left_alone, promote, write
from e2e.user import User

MISSING = "nobody/uploaded/this"


def failing(name: str) -> dict[str, Callable[[], dict[str, Any]]]:
    """Declare one workload of each kind of job whose input is not there."""
    nowhere = {stage: f"acme-{stage}-data/{MISSING}.csv" for stage in ("dev", "staging", "prod")}
    return {
        "transform": lambda: every_type.batch(name, batch_inference_data=nowhere),
        "training": lambda: every_type.training(name, training_data=MISSING),
        "tuning": lambda: every_type.tuning(name, training_data=MISSING),
        "autopilot": lambda: every_type.autopilot(name, training_data=MISSING),
    }


@pytest.mark.parametrize("kind", ["transform", "training", "tuning", "autopilot"])
def test_a_failed_job_fails_its_deployment_and_is_run_again(
    user: User, name: str, kind: str
) -> None:
    """The reason is shown; once the data is there, applying again runs it to its end."""
    every_type.prepare(user)
    write(user, [failing(name)[kind]()])

    shown = promote(user)

    assert "failed:" in shown
    assert f"{name}-" in shown
    assert "next: Mend the cause, then run `mlops-gitops apply`." in shown
    if kind != "tuning":  # there the reason stands in the child's description
        assert MISSING in shown
    if kind == "training":
        user.aws("s3").put_object(Bucket=BUCKET, Key=f"{MISSING}/data.csv", Body=b"1,2\n")
        assert "All stages run what git says." in promote(user)
        user.aws("s3").delete_object(Bucket=BUCKET, Key=f"{MISSING}/data.csv")


def test_a_failed_baseline_fails_its_deployment_and_keeps_the_schedule_stopped(
    user: User, name: str
) -> None:
    """Nothing is compared with a baseline that could not be made."""
    every_type.prepare(user)
    endpoint, *_ = every_type.inference(name)
    write(user, [{**endpoint, "stages": ["dev"]}])
    promote(user)
    broken = {"dev": f"nobody-made-this-{name}/baseline"}
    monitor = every_type.monitor(name, "data_quality", name, stages=["dev"])
    write(user, [{**monitor, "baseline_job_output_location": broken}])

    shown = promote(user)

    assert f"Baseline job {name}-dev-data-quality-" in shown
    assert "nobody-made-this" in shown
    found = user.aws("sagemaker", "222222222222").list_monitoring_schedules(
        NameContains=f"{name}-dev"
    )["MonitoringScheduleSummaries"]
    assert [each["MonitoringScheduleStatus"] for each in found] == ["Stopped"]


def test_an_image_build_deploys_and_says_that_it_is_not_emulated(user: User) -> None:
    """Nothing pretends that an image was built."""
    every_type.prepare(user)
    write(user, [every_type.image_builder()])

    shown = promote(user)

    assert "orchestrator  111111111111  in sync" in shown
    assert "not emulated" in shown
    assert is_left_alone(user)
