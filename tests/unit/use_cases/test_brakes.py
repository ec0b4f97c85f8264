"""Brakes: what a stage blocks is never started, and much at once wants to be said twice."""

import json
from dataclasses import replace
from typing import Any

import pytest
from builders import SETTINGS, Trial, realtime, trial

from mlops_gitops.diff.plan import RiskKind
from mlops_gitops.errors import Blocked, PolicyFailure
from mlops_gitops.pipeline.brakes import Brake, is_confirmed
from mlops_gitops.runs.applied import Applied, Outcome, exit_code
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, review_approval
from mlops_gitops.use_cases.plan import plan

MODELS = ("a", "b", "c", "d")
HALF = f"{SETTINGS}max_changed_percent: 50\n"
NO_COST_IN_PROD = SETTINGS.replace("{name: prod,", "{name: prod, block: [cost, data-loss],")


def carry(made: Trial, brake: Brake = Brake.ON) -> tuple[Applied, ...]:
    """Apply, and let everything move that can."""
    applied = apply(made.world(), lambda *_: None, brake=brake)
    made.cloud.settle()
    return applied


def everywhere(settings: str = HALF) -> Trial:
    """Four workloads that run in all stages."""
    made = trial(*(realtime(name) for name in MODELS), settings=settings)
    carry(made)
    for name in MODELS:
        promote(made, name)
    assert plan(made.world()).is_empty
    return made


def promote(made: Trial, name: str) -> None:
    """Approve both stages."""
    full = f"mlops-pipeline-{name}-byompipelinerealtimebuiltin"
    while pending_approvals(made.world(), full):
        approve(made.world(), review_approval(made.world(), full, None, None))
        made.cloud.settle()


def bigger(*names: str) -> list[dict[str, Any]]:
    """Configs of workloads on bigger instances."""
    return [realtime(name, inference_instance="ml.m5.xlarge") for name in names]


def test_the_settings_name_the_risks_that_there_are() -> None:
    """The schema's words are the plan's."""
    schema = json.loads(trial(realtime("churn")).world().data.schema("settings"))

    stage = schema["properties"]["stages"]["items"]["properties"]
    for key in ("block", "require_approval_for"):
        assert stage[key]["items"] == {"$ref": "#/$defs/risk"}
    assert schema["$defs"]["risk"]["enum"] == [kind.value for kind in RiskKind]


def test_a_blocked_risk_is_refused_and_named() -> None:
    """Exit 3 for that workload, with stage, risk and reason; nothing of it is started."""
    made = trial(realtime("churn"), settings=NO_COST_IN_PROD)

    (applied,) = carry(made)

    assert isinstance(applied.failure, PolicyFailure)
    assert exit_code((applied,)) == 3
    assert "prod blocks this: cost, " in applied.failure.message
    assert "data-loss" not in applied.failure.message
    assert not made.cloud.pipelines.executions("mlops-pipeline-churn-byompipelinerealtimebuiltin")


def test_a_blocked_risk_holds_up_no_other_workload() -> None:
    """And a risk in a stage that does not block it is none of its business."""
    made = everywhere(NO_COST_IN_PROD.replace("cost, ", ""))
    made.files["mlops-gitops.yaml"] = NO_COST_IN_PROD.encode()
    instances = {"dev": "ml.m5.xlarge", "staging": "ml.m5.large", "prod": "ml.m5.large"}
    made.commit(*bigger("a"), realtime("b", inference_instance=instances))

    outcomes = {each.workload.split("-")[2]: each.outcome for each in carry(made)}

    assert outcomes["a"] is Outcome.FAILED
    assert outcomes["b"] is Outcome.STARTED
    assert outcomes["c"] is Outcome.UNCHANGED


def test_half_of_all_is_let_through_where_half_is_allowed() -> None:
    """The limit itself is no mass."""
    made = everywhere()
    made.commit(*bigger("a", "b"))

    assert [each.outcome for each in carry(made)].count(Outcome.STARTED) == 2


def test_more_than_the_limit_is_refused_before_anything_is_touched() -> None:
    """Exit 4; no bundle is uploaded, nothing is started, and the way to confirm is said."""
    made = everywhere()
    made.commit(*bigger("a", "b", "c"))
    before = dict(made.cloud.assets.versions)

    with pytest.raises(Blocked, match="3 of 4 deployed workloads") as refused:
        carry(made)

    assert refused.value.exit_code == 4
    assert "--accept-mass-change" in refused.value.hint
    assert made.cloud.assets.versions == before


def test_a_mass_change_is_made_when_it_is_confirmed() -> None:
    """By the flag, or by the commit itself."""
    by_flag, by_commit = everywhere(), everywhere()
    for made in (by_flag, by_commit):
        made.commit(*bigger(*MODELS))
    head = by_commit.commits.commit
    assert head is not None
    message = "Bigger instances\n\nAccept-Mass-Change: yes\n"
    by_commit.commits.commit = replace(head, message=message)

    assert {each.outcome for each in carry(by_flag, Brake.RELEASED)} == {Outcome.STARTED}
    assert {each.outcome for each in carry(by_commit)} == {Outcome.STARTED}


def test_what_is_on_its_way_is_not_counted_again() -> None:
    """Two small commits after each other are not a big one while the first waits at a gate."""
    made = everywhere()
    made.commit(*bigger("a", "b"))
    carry(made)
    made.commit(*bigger("c"))

    assert {each.outcome for each in carry(made)} >= {Outcome.STARTED, Outcome.UNDER_WAY}


def test_one_workload_is_never_a_mass() -> None:
    """Where there are few, each of them is a large share; and new ones change nothing deployed."""
    made = everywhere(f"{SETTINGS}max_changed_percent: 1\n")
    made.cloud.assets.write("e/model.tar.gz", b"a model", "")
    made.commit(*bigger("a"), realtime("e"))

    assert [each.outcome for each in carry(made)].count(Outcome.STARTED) == 2


@pytest.mark.parametrize(
    ("commit", "message", "confirmed"),
    [
        ("a" * 40, "Grow\n\nAccept-Mass-Change: yes", True),
        ("a" * 40, "Grow\n\naccept-mass-change:  YES \n", True),
        ("a" * 40, "Grow, and never say Accept-Mass-Change: yes", False),
        ("a" * 40, "Grow\n\nAccept-Mass-Change: no", False),
        (f"{'a' * 40}-dirty", "Grow\n\nAccept-Mass-Change: yes", False),
        ("", "Accept-Mass-Change: yes", False),
    ],
)
def test_only_a_commits_own_line_confirms(commit: str, message: str, confirmed: bool) -> None:  # noqa: FBT001 - pytest passes it
    """A line of its own, in the message of what is applied and not of what lies beside it."""
    assert is_confirmed(commit, message) == confirmed
