"""What somebody changed by hand is written into the config, and nothing else is."""

import json
from typing import Any

import pytest
from builders import ACCOUNTS, COMMIT, Trial, realtime, trial
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.desired.stack import StackId
from mlops_gitops.errors import Blocked, UsageError
from mlops_gitops.status.accepted import Accepted
from mlops_gitops.status.accepting import live_in
from mlops_gitops.status.drift import Drift, DriftKind, PropertyDrift
from mlops_gitops.use_cases.accept import accept, write
from mlops_gitops.use_cases.desire import desire
from mlops_gitops.use_cases.world import World

NAME = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
CONFIG = "churn/mlops-config.json"
INSTANCE = "ProductionVariants[AllTraffic].InstanceType"


def drifted(
    path: str,
    live: str | None,
    *,
    stage: str = "prod",
    logical_id: str = "Endpoint",
    kind: DriftKind = DriftKind.RESOURCE_CHANGED,
) -> Drift:
    """One property of one resource of the workload, as a sweep tells it."""
    return Drift(
        kind=kind,
        stack=StackId(ACCOUNTS[stage], "us-east-1", f"{NAME}-{stage}"),
        workload=NAME,
        stage=stage,
        logical_id=logical_id,
        physical_id="arn",
        resource_type=f"AWS::SageMaker::{logical_id}"
        if logical_id
        else "AWS::CloudFormation::Stack",
        properties=(PropertyDrift(path=path, desired="was", deployed="was", live=live),),
        next_step="nothing",
    )


def committed(**fields: Any) -> Trial:
    """A workload that is committed as it is."""
    made = trial(realtime("churn", **fields))
    made.remember(COMMIT.id)
    return made


def after(accepted: Accepted) -> dict[str, Any]:
    """The config as it would be."""
    found: dict[str, Any] = json.loads(accepted.files[CONFIG])
    return found


def digests(world: World) -> dict[str, str]:
    """The digest of each stage."""
    (workload,) = desire(world).workloads
    return {stack.stage: stack.digest for stack in workload.stacks}


def test_the_name_is_the_right_one() -> None:
    """The workload of these tests is called as its stacks are."""
    (workload,) = desire(committed().world()).workloads

    assert workload.name == NAME


def test_one_stage_gets_a_value_of_its_own() -> None:
    """The others keep theirs: their stacks do not change at all."""
    made = committed()
    world = made.world()
    before = digests(world)

    accepted = accept(world, [drifted(INSTANCE, "ml.m5.xlarge")])

    assert accepted.left == ()
    assert after(accepted)["inference_instance"] == {
        "dev": "ml.m5.large",
        "staging": "ml.m5.large",
        "prod": "ml.m5.xlarge",
    }
    made.files |= accepted.files
    now = digests(made.world())
    assert {stage for stage in now if now[stage] != before[stage]} == {"prod"}


def test_all_stages_alike_stay_one_value() -> None:
    """Where everybody has been changed to the same, the config needs no stages."""
    made = committed()

    drifts = [drifted(INSTANCE, "ml.m5.xlarge", stage=stage) for stage in ACCOUNTS]

    assert after(accept(made.world(), drifts))["inference_instance"] == "ml.m5.xlarge"


def test_a_value_of_a_stage_is_written_where_it_stands() -> None:
    """An object of stages keeps the others, and their order."""
    made = committed(
        inference_instance={"prod": "ml.m5.large", "staging": "ml.c5.large", "dev": "ml.t2.medium"}
    )

    accepted = accept(made.world(), [drifted(INSTANCE, "ml.m5.xlarge")])

    written = accepted.files[CONFIG].decode()
    old = made.files[CONFIG].decode()
    assert written == old.replace('"prod": "ml.m5.large"', '"prod": "ml.m5.xlarge"', 1)


def test_a_parameter_that_was_changed_by_hand_is_its_field() -> None:
    """A stack that somebody updated tells the parameter, and the config has the field."""
    made = committed()
    found = drifted(
        "Parameters.InferenceInstance",
        "ml.m5.xlarge",
        logical_id="",
        kind=DriftKind.STACK_CHANGED,
    )

    assert after(accept(made.world(), [found]))["inference_instance"]["prod"] == "ml.m5.xlarge"


def test_what_a_template_puts_around_a_value_is_taken_off() -> None:
    """The endpoint says s3://bucket/prefix, and the config does not."""
    made = committed()
    found = drifted("DataCaptureConfig.DestinationS3Uri", "s3://acme-capture/elsewhere")

    accepted = accept(made.world(), [found])

    assert after(accepted)["data_capture_location"]["prod"] == "acme-capture/elsewhere"


def test_what_follows_from_what_is_written_is_no_loss() -> None:
    """The endpoint has another configuration because its instance is another."""
    made = committed()
    both = drifted(INSTANCE, "ml.m5.xlarge")
    config = PropertyDrift(path="EndpointConfigName", desired="a", deployed="a", live="b")
    found = Drift(
        **{
            **{name: getattr(both, name) for name in both.__slots__},
            "properties": (config, *both.properties),
        }
    )

    accepted = accept(made.world(), [found])

    assert [each.path for each in accepted.taken] == [INSTANCE]
    assert accepted.left == ()


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (drifted("EndpointConfigName", "by-hand"), "no single value of the config"),
        (drifted(INSTANCE, "ml.unknown.large"), "no config may say so"),
        (drifted(INSTANCE, None), "taken away"),
        (drifted("EndpointName", "CHURN-prod"), "cannot be written so that it comes out"),
        (
            drifted(
                "Parameters.ModelArtifactLocation",
                "churn/other.tar.gz",
                logical_id="",
                kind=DriftKind.STACK_CHANGED,
            ),
            "the same in all stages",
        ),
        (drifted("ProductionVariants[AllTraffic].InitialInstanceCount", "3"), "no single value"),
        (drifted(INSTANCE, "****"), "secret"),
        (drifted("DataCaptureConfig.DestinationS3Uri", "s3://b/AKIA..."), "secret"),
        (drifted("x", "y", kind=DriftKind.RESOURCE_MISSING), "nothing is there"),
        (drifted("x", "y", kind=DriftKind.PIPELINE_CHANGED, logical_id=""), "settings"),
        (drifted("x", "y", kind=DriftKind.ORPHAN, logical_id=""), "no config declares it"),
    ],
)
def test_what_cannot_be_written_is_said(found: Drift, why: str) -> None:
    """Nothing is written, and there is a reason and something to do."""
    accepted = accept(committed().world(), [found])

    assert accepted.files == {}
    (left,) = accepted.left
    assert why in left.why
    assert left.next_step


def test_a_config_with_other_changes_is_not_touched() -> None:
    """What is written goes onto the commit, so the commit has to be what is compared."""
    made = committed()
    made.files[CONFIG] += b"\n"

    with pytest.raises(Blocked, match="differs from what is committed"):
        accept(made.world(), [drifted(INSTANCE, "ml.m5.xlarge")])


def test_outside_git_nothing_can_be_accepted() -> None:
    """There has to be something to write it on."""
    made = committed()
    made.commits.commit = None

    with pytest.raises(UsageError, match="no commit"):
        accept(made.world(), [drifted(INSTANCE, "ml.m5.xlarge")])


def test_it_is_one_commit_on_a_branch_of_its_own() -> None:
    """The working tree stays as it is, and doing it again is the same commit."""
    made = committed()
    world, found = made.world(), drifted(INSTANCE, "ml.m5.xlarge")
    before = dict(made.files)

    accepted = accept(world, [found])
    first, second = write(world, accepted), write(world, accepted)

    assert first == second
    assert made.files == before
    assert accepted.branch == f"mlops-gitops/accept-drift-{found.id[:12]}"
    assert "inference_instance was -> ml.m5.xlarge" in accepted.message


@given(
    st.sampled_from(["ml.m5.xlarge", "ml.c5.large", "ml.m4.2xlarge"]),
    st.sampled_from(list(ACCOUNTS)),
    st.booleans(),
    st.sampled_from([None, 2, "\t"]),
)
def test_what_is_composed_is_what_is_live(
    live: str,
    stage: str,
    per_stage: bool,  # noqa: FBT001 -- drawn
    indent: Any,
) -> None:
    """Whatever is accepted, wherever, composing it gives that, and the other lines stay."""
    old = dict.fromkeys(ACCOUNTS, "ml.m5.large") if per_stage else "ml.m5.large"
    made = committed()
    made.files[CONFIG] = json.dumps(
        realtime("churn", inference_instance=old), indent=indent
    ).encode()
    made.remember(COMMIT.id)
    found = drifted(INSTANCE, live, stage=stage)

    accepted = accept(made.world(), [found])

    was, now = made.files[CONFIG].decode(), accepted.files[CONFIG].decode()
    made.files |= accepted.files
    (workload,) = desire(made.world()).workloads
    stacks = {stack.stage: stack for stack in workload.stacks}
    assert live_in(stacks[stage], found, INSTANCE) == live
    at = was.index('"inference_instance"')
    end = was.index('"data_capture_location"')
    assert now.startswith(was[:at])
    assert now.endswith(was[end:])
