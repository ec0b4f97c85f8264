"""By settings: a gate opens without a person where nothing that needs one was found."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from builders import ACCOUNTS, COMMIT, SETTINGS, Trial, realtime, trial

from mlops_gitops.adapters.memory.identity import MemoryIdentity
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.change_set import ChangeSetState
from mlops_gitops.errors import Blocked, InvalidRepository, MlopsError, PolicyFailure
from mlops_gitops.pipeline.by_settings import Passage
from mlops_gitops.status.progress import WorkloadProgress
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.follow import Followed, all_to_follow, follow
from mlops_gitops.use_cases.history import history
from mlops_gitops.use_cases.pass_gates import follow_through, pass_gates
from mlops_gitops.use_cases.status import status
from mlops_gitops.views.status_text import status_text

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
STAGING = StackId(ACCOUNTS["staging"], "us-east-1", f"{CHURN}-staging")
SEVERE = "require_approval_for: [widens-access, interrupts, data-loss]"
BY_RISK = SETTINGS.replace("{name: staging,", f"{{name: staging, {SEVERE},")
EVERY_STAGE = frozenset({"dev", "staging", "prod"})


def settings_with(keys: str) -> str:
    """Settings whose staging says more."""
    return SETTINGS.replace("{name: staging,", f"{{name: staging, {keys},")


def everywhere(settings: str = BY_RISK) -> Trial:
    """A workload that runs in all stages, let in by people."""
    made = trial(realtime("churn"), settings=SETTINGS)
    carry(made)
    for stage in ("staging", "prod"):
        approve(made.world(), review_approval(made.world(), CHURN, stage, None))
        made.cloud.settle()
    made.files["mlops-gitops.yaml"] = settings.encode()
    return made


def carry(made: Trial) -> None:
    """Apply, and let everything move that can."""
    apply(made.world(), lambda *_: None)
    made.cloud.settle()


def bigger(settings: str = BY_RISK, **fields: object) -> Trial:
    """A workload that waits at staging for a bigger instance."""
    made = everywhere(settings)
    made.commit(realtime("churn", **(fields or {"inference_instance": "ml.m5.xlarge"})))
    carry(made)
    return made


def asked(made: Trial, stages: frozenset[str] = EVERY_STAGE) -> tuple[Passage, ...]:
    """Ask the settings about everything that waits."""
    world = made.world()
    return pass_gates(world, all_to_follow(world, frozenset()), stages)


def left(made: Trial) -> str:
    """Why the only approval that waits is left to a person; it waits on."""
    (passage,) = asked(made)
    assert not passage.is_through
    assert passage.failure is None
    assert [each.token for each in pending_approvals(made.world(), CHURN)] == [passage.token]
    return passage.why


def refused(made: Trial, kind: type[MlopsError]) -> str:
    """Why the only approval that waits is refused; it waits on."""
    (passage,) = asked(made)
    assert isinstance(passage.failure, kind)
    assert pending_approvals(made.world(), CHURN)
    return passage.why


def test_a_change_without_a_listed_risk_is_let_through() -> None:
    """It is cost and rollover, of which the settings say nothing; it gets to the next gate."""
    made = bigger()
    (waiting,) = pending_approvals(made.world(), CHURN)

    (passage,) = asked(made)

    made.cloud.settle()
    assert passage.is_through
    assert (passage.called, passage.stage) == ("churn", "staging")
    assert passage.digest == waiting.digest
    there = made.cloud.stacks.find(STAGING)
    assert there is not None
    assert there.parameters["InferenceInstance"] == "ml.m5.xlarge"
    assert [each.stage for each in pending_approvals(made.world(), CHURN)] == ["prod"]


@pytest.mark.parametrize("kind", ["cost", "rollover"])
def test_a_listed_risk_waits_for_a_person(kind: str) -> None:
    """Its kind, its resource and its reason are told."""
    made = bigger(settings_with(f"require_approval_for: [{kind}]"))

    assert left(made).startswith(f"{kind}, ")


def test_a_stage_without_the_key_is_as_it_was() -> None:
    """Nothing is looked at: every change needs a person."""
    made = bigger(SETTINGS)

    assert left(made) == "every change needs a person here"


def test_other_stages_are_left_alone() -> None:
    """What was not asked for is neither answered nor told."""
    made = bigger()

    assert asked(made, frozenset({"prod"})) == ()
    assert len(pending_approvals(made.world(), CHURN)) == 1


def test_the_first_deployment_waits_for_a_person() -> None:
    """There is nothing to compare with, whatever its risks are."""
    made = trial(realtime("churn"), settings=BY_RISK)
    carry(made)

    assert left(made) == "it is deployed here for the first time"


def test_where_no_risk_needs_a_person_the_first_deployment_does_not() -> None:
    """The list is there and empty."""
    made = trial(realtime("churn"), settings=settings_with("require_approval_for: []"))
    carry(made)

    (passage,) = asked(made)
    made.cloud.settle()
    assert passage.is_through
    assert made.cloud.stacks.find(STAGING) is not None


def test_where_nothing_would_change_no_person_is_needed() -> None:
    """An empty change set has no risks, as long as the stack is as planned."""
    made = bigger(settings_with("require_approval_for: [cost]"))
    approve(made.world(), review_approval(made.world(), CHURN, "staging", None))
    made.cloud.settle()
    reject(made.world(), CHURN, "prod", "not today")
    made.cloud.settle()
    carry(made)
    review = review_approval(made.world(), CHURN, "staging", None)
    assert review.change_set.state is ChangeSetState.EMPTY

    (passage,) = asked(made)
    assert passage.is_through


def test_a_stack_that_was_changed_by_hand_is_refused() -> None:
    """What was judged when it was applied is not what would happen now."""
    made = bigger()
    there = made.cloud.stacks.find(STAGING)
    assert there is not None
    by_hand = DeployableStack(
        id=STAGING,
        template=made.cloud.stacks.template(STAGING),
        parameters={**there.parameters, "InferenceInstance": "ml.m5.4xlarge"},
        tags=there.tags,
        capabilities=(),
    )
    made.cloud.stacks.update(by_hand)
    made.cloud.stacks.advance()

    assert "obsolete" in refused(made, Blocked)


def test_another_change_set_than_the_planned_one_is_refused() -> None:
    """Somebody put one of the same name into its place."""
    made = bigger()
    found = review_approval(made.world(), CHURN, "staging", None).change_set
    theirs = DeployableStack(
        id=STAGING,
        template={**found.template, "Description": "theirs"},
        parameters=found.parameters,
        tags=found.tags,
        capabilities=(),
    )
    made.cloud.stacks.prepare(theirs, found.name)

    assert "template differ" in refused(made, Blocked)


def test_the_change_set_is_judged_and_not_what_the_plan_said() -> None:
    """The stack became another one between the plan and the change set, and so did the risks."""
    made = everywhere()
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    apply(made.world(), lambda *_: None)
    there = made.cloud.stacks.find(STAGING)
    assert there is not None
    template = made.cloud.stacks.template(STAGING)
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "PAY_PER_REQUEST"}}
    by_hand = DeployableStack(
        id=STAGING,
        template={**template, "Resources": {**template["Resources"], "Table": table}},
        parameters=there.parameters,
        tags=there.tags,
        capabilities=(),
    )
    made.cloud.stacks.update(by_hand)
    made.cloud.settle()
    (pending,) = pending_approvals(made.world(), CHURN)
    assert "data-loss" not in pending.variables["summary_staging"]

    assert "data-loss, Table: deleted without Retain: loses items" in left(made)


def test_what_a_stage_blocks_is_refused_at_the_gate() -> None:
    """By settings and for a person, with exit 3; the plan had not been asked for it."""
    made = bigger()
    made.files["mlops-gitops.yaml"] = settings_with(f"{SEVERE}, block: [cost]").encode()

    assert refused(made, PolicyFailure).startswith("staging blocks this: cost, ")
    with pytest.raises(PolicyFailure, match="staging blocks this: cost, ") as blocked:
        review_approval(made.world(), CHURN, "staging", None)
    assert blocked.value.exit_code == 3


def test_what_is_blocked_by_now_is_refused_though_it_was_looked_at() -> None:
    """Between the look and the answer the settings became stricter."""
    made = bigger()
    review = review_approval(made.world(), CHURN, "staging", None)
    made.files["mlops-gitops.yaml"] = settings_with("block: [cost]").encode()

    with pytest.raises(PolicyFailure):
        approve(made.world(), review)
    assert pending_approvals(made.world(), CHURN)


def test_a_first_deployment_is_blocked_at_the_gate_too() -> None:
    """It has the risks of what is new."""
    made = trial(realtime("churn"))
    carry(made)
    made.files["mlops-gitops.yaml"] = settings_with("block: [cost]").encode()

    with pytest.raises(PolicyFailure, match="is new"):
        review_approval(made.world(), CHURN, None, None)


def test_history_and_status_say_that_it_was_no_person() -> None:
    """With the digest, and with who ran the command; status as soon as it is deployed."""
    made = bigger()
    asked(made)
    made.cloud.settle()

    (told, before) = history(made.world(), CHURN, 2)
    (passed,) = told.approvals
    (now,) = status(made.world())

    assert (passed.by_settings, passed.is_bound) == (True, True)
    assert passed.summary.split()[1:] == ["by=settings", f"actor={made.cloud.identity.arn()}"]
    assert not any(each.by_settings for each in before.approvals)
    assert [each.by_settings for each in now.stages] == [False, True, False]
    assert status_text([now]).count("let through by the settings") == 1


def test_status_forgets_it_when_a_person_lets_in_the_next_one() -> None:
    """It is about what was deployed last."""
    made = bigger()
    asked(made)
    made.cloud.settle()
    reject(made.world(), CHURN, "prod", "not today")
    made.commit(realtime("churn", inference_instance="ml.m5.2xlarge"))
    carry(made)
    approve(made.world(), review_approval(made.world(), CHURN, "staging", None))
    made.cloud.settle()

    (now,) = status(made.world())
    assert not any(each.by_settings for each in now.stages)


def test_the_settings_are_nobodys_commit() -> None:
    """Four eyes are about people: the author may run what lets through what needs nobody."""
    four_eyes = settings_with(f"{SEVERE}, author_may_approve: false")
    made = everywhere(four_eyes)
    made.commits.commit = replace(COMMIT, author="Jane <jane@example.com>")
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    carry(made)
    jane = MemoryIdentity("arn:aws:sts::111111111111:assumed-role/people/jane")
    world = replace(made.world(), identity=jane)

    with pytest.raises(Blocked, match="wants somebody else"):
        approve(world, review_approval(world, CHURN, "staging", None))
    (passage,) = pass_gates(world, all_to_follow(world, frozenset()), EVERY_STAGE)
    assert passage.is_through


def test_whoever_waits_passes_every_gate_that_the_settings_open() -> None:
    """And stops at the first that needs a person; each gate is looked at once."""
    both = BY_RISK.replace("{name: prod,", "{name: prod, require_approval_for: [cost],")
    made = everywhere(both)
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    (applied,) = apply(made.world(), lambda *_: None)
    world = made.world()
    told: list[Passage] = []

    def watch(each: Sequence[Followed]) -> tuple[WorkloadProgress, ...]:
        return follow(world, each, lambda _: None)

    (ended,) = follow_through(world, all_to_follow(world, frozenset()), watch, told.extend)

    assert [(each.stage, each.is_through) for each in told] == [("staging", True), ("prod", False)]
    assert not ended.has_failed(applied.execution_id)
    assert [each.stage for each in pending_approvals(made.world(), CHURN)] == ["prod"]


def test_a_bundle_that_cannot_be_read_holds_up_no_other_workload() -> None:
    """It is refused by name, and the other one is let through."""
    made = trial(realtime("a"), realtime("b"), settings=settings_with("require_approval_for: []"))
    carry(made)
    key = "mlops_provisioned_pipelines/mlops-pipeline-a-byompipelinerealtimebuiltin/template.zip"
    version, _ = made.cloud.assets.versions[key][0]
    made.cloud.assets.versions[key][0] = (version, b"garbage")

    broken, whole = asked(made)

    assert (broken.called, whole.called) == ("a", "b")
    assert isinstance(broken.failure, Blocked)
    assert whole.is_through


def test_a_gate_that_was_left_is_not_looked_at_again() -> None:
    """One workload goes on and is looked at again; of the other, it is said once that it waits."""
    made = trial(realtime("a"), realtime("b"))
    carry(made)
    for name in ("a", "b"):
        full = f"mlops-pipeline-{name}-byompipelinerealtimebuiltin"
        approve(made.world(), review_approval(made.world(), full, "staging", None))
    made.cloud.settle()
    made.files["mlops-gitops.yaml"] = settings_with("require_approval_for: [cost]").encode()
    bigger = realtime("a", inference_instance="ml.m5.xlarge")
    made.commit(bigger, realtime("b", data_capture_location="acme-capture/elsewhere"))
    apply(made.world(), lambda *_: None)
    world = made.world()
    told: list[Passage] = []

    def watch(each: Sequence[Followed]) -> tuple[WorkloadProgress, ...]:
        return follow(world, each, lambda _: None)

    follow_through(world, all_to_follow(world, frozenset()), watch, told.extend)

    assert [(each.called, each.is_through) for each in told] == [("a", False), ("b", True)]


def test_a_stage_without_a_gate_has_nothing_to_let_through() -> None:
    """The settings are refused: nobody would be asked there anyway."""
    with pytest.raises(InvalidRepository) as refused:
        trial(settings=settings_with(SEVERE).replace("approval: manual", "approval: none"))

    assert [each.code for each in refused.value.problems] == ["MG068"]
