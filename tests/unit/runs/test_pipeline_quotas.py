"""Which quota a step's job needs, and whether it has room in it."""

from typing import Any

import pytest

from mlops_gitops.runs.pipeline_jobs import jobs_of
from mlops_gitops.runs.pipeline_quotas import Room, Usage, instances_of

RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 2}
TUNING = {
    "HyperParameterTuningJobConfig": {"ResourceLimits": {"MaxParallelTrainingJobs": 3}},
    "TrainingJobDefinition": {"ResourceConfig": RESOURCES, "EnableManagedSpotTraining": True},
}


@pytest.mark.parametrize(
    ("kind", "arguments", "quota", "needed"),
    [
        ("Training", {"ResourceConfig": RESOURCES}, "training job", 2),
        (
            "Training",
            {"ResourceConfig": RESOURCES, "EnableManagedSpotTraining": True},
            "spot training job",
            2,
        ),
        ("Tuning", TUNING, "spot training job", 6),
        ("Transform", {"TransformResources": RESOURCES}, "transform job", 2),
    ],
)
def test_a_job_has_the_quota_of_its_kind(
    kind: str, arguments: dict[str, Any], quota: str, needed: int
) -> None:
    """Spot instances have one of their own; trials that run at once count together."""
    (job,) = jobs_of({"Steps": [{"Name": "one", "Type": kind, "Arguments": arguments}]}, {})

    assert job.quota == f"ml.m5.large for {quota} usage"
    assert instances_of(job) == needed


@pytest.mark.parametrize(
    ("quota", "used", "left", "holds"),
    [(4, 1, 3, True), (4, 3, 1, False), (4, 9, 0, False), (4, None, None, True)],
)
def test_room_is_what_is_left(
    quota: float, used: float | None, left: float | None, *, holds: bool
) -> None:
    """Never less than nothing; what nobody knows is left out of it."""
    room = Room(quota=quota, usage=None if used is None else Usage(count=used))

    assert room.left == left
    assert room.holds(2) is holds
    assert not room.holds(5)
