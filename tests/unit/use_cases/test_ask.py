"""Asking CloudFormation: a verdict for each stack that is there, and nothing left behind."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock
from typing import Any

import pytest
from builders import Trial, realtime, trial
from unit.use_cases.test_path import CHURN, carry, carry_to_prod
from witness import Door

from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.names import INSTALLATION_TAG
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Action, Method, Plan
from mlops_gitops.errors import AwsError, Blocked, Incomplete
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import pending_approvals, review_approval
from mlops_gitops.use_cases.ask import OURS
from mlops_gitops.use_cases.gc import collect, leftovers
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.world import World

BIGGER = realtime("churn", inference_instance="ml.m5.xlarge")


def deployed() -> Trial:
    """A workload that runs everywhere, and a commit that changes it."""
    made = trial(realtime("churn"))
    carry_to_prod(made)
    made.commit(BIGGER)
    return made


def asked(world: World) -> Plan:
    """The plan by change set."""
    return plan(world, Method.CHANGE_SET)


def left(made: Trial) -> list[str]:
    """Names of the change sets that plans made and that are there still."""
    stacks = made.cloud.stacks
    accounts = made.world().settings.accounts
    ids = [each.id for account in accounts for each in stacks.overview(account)]
    names = (each.name for id_ in ids for each in stacks.change_sets(id_))
    return [name for name in names if name.startswith(OURS)]


@dataclass(frozen=True, slots=True)
class Between:
    """CloudFormation with somebody in between who does something before a call."""

    stacks: MemoryStacks
    before: Callable[[str], None]

    def __getattr__(self, name: str) -> Any:
        """Do it, then let the call through."""
        self.before(name)
        return getattr(self.stacks, name)


def test_every_stage_that_is_there_has_cloudformations_verdict() -> None:
    """It agrees with our own comparison here, and says who said it."""
    made = deployed()

    ours, theirs = plan(made.world()), asked(made.world())

    assert {change.method for change in theirs.changes} == {Method.CHANGE_SET}
    assert [one.action for c in theirs.changes for one in c.resources] == [
        one.action for c in ours.changes for one in c.resources
    ]
    assert left(made) == []


def test_new_stacks_are_compared_here_and_say_so() -> None:
    """No empty stack appears."""
    made = trial(realtime("churn"))

    found = asked(made.world())

    assert {(c.method, c.action) for c in found.changes} == {(Method.TEMPLATE, Action.CREATE)}
    for change in found.changes:
        assert made.cloud.stacks.find(change.id) is None


def test_a_refusal_is_told_for_its_stack_and_the_others_are_shown() -> None:
    """CloudFormation's words, no fall-back, no change set."""
    made = deployed()
    made.cloud.stacks.refusing[f"{CHURN}-staging"] = "Hook org::Guard said no"

    found = {change.stage: change for change in asked(made.world()).changes}

    assert "Hook org::Guard said no" in found["staging"].unprovable
    assert found["staging"].resources == ()
    assert found["dev"].resources
    assert not found["dev"].unprovable
    assert left(made) == []


def test_what_cloudformation_says_is_told_without_secrets() -> None:
    """A hook may quote what it refuses."""
    made = deployed()
    key = "AKIA" + "IOSFODNN7" + "EXAMPL3"
    made.cloud.stacks.refusing[f"{CHURN}-staging"] = f"Hook says {key} is no key"

    told = "".join(change.unprovable for change in asked(made.world()).changes)

    assert "Hook says" in told
    assert key not in told


def test_a_refused_request_is_told_and_leaves_nothing() -> None:
    """Also where it is not known whether the request was carried out."""
    made = deployed()

    def answer_lost(call: str) -> None:
        if call == "change_set":
            raise AwsError("The connection was lost.", hint="")

    world = replace(made.world(), stacks=Between(made.cloud.stacks, answer_lost))

    found = asked(world)

    assert all("The connection was lost." in change.unprovable for change in found.changes)
    assert left(made) == []


def test_a_change_set_that_cannot_be_deleted_is_told() -> None:
    """Never a tick over something that stayed."""
    made = deployed()

    def refused(call: str) -> None:
        if call == "withdraw":
            raise AwsError("AWS said AccessDenied.", hint="", code="AccessDenied")

    world = replace(made.world(), stacks=Between(made.cloud.stacks, refused))

    found = asked(world)

    assert all("gc" in change.unprovable for change in found.changes)
    assert len(left(made)) == len(found.changes)


def test_what_cannot_be_deleted_yet_is_deleted_a_little_later() -> None:
    """CloudFormation does not delete a change set that it is still making."""
    made = deployed()
    refusals = iter(range(3))

    def busy(call: str) -> None:
        if call == "withdraw" and next(refusals, None) is not None:
            raise AwsError("Being made.", hint="", code="InvalidChangeSetStatus")

    world = replace(made.world(), stacks=Between(made.cloud.stacks, busy))

    assert not any(change.unprovable for change in asked(world).changes)
    assert left(made) == []


def test_interrupted_it_leaves_nothing() -> None:
    """What is under way is ended, and what has not begun never begins."""
    made = deployed()

    def interrupted(call: str) -> None:
        if call == "change_set":
            raise KeyboardInterrupt

    world = replace(made.world(), stacks=Between(made.cloud.stacks, interrupted))

    with pytest.raises(KeyboardInterrupt):
        asked(world)

    assert left(made) == []


@dataclass(frozen=True, slots=True)
class Recording:
    """CloudFormation that remembers where templates were said to lie."""

    stacks: MemoryStacks
    urls: list[str] = field(default_factory=list)

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:
        """Remember it."""
        self.urls.append(template_url)
        self.stacks.propose(stack, name, template_url)

    def __getattr__(self, name: str) -> Any:
        """Let everything else through."""
        return getattr(self.stacks, name)


def test_a_template_too_long_for_a_request_lies_in_the_bucket() -> None:
    """Under a key that says its content; a short one is sent."""
    made = deployed()
    short = Recording(made.cloud.stacks)
    asked(replace(made.world(), stacks=short))
    assert set(short.urls) == {""}

    recording = Recording(made.cloud.stacks)
    world = made.world()
    lengthened = replace(world, stacks=recording, blueprints=Longer(world.blueprints))
    asked(lengthened)

    assert recording.urls
    for url in recording.urls:
        key = url.removeprefix("memory://")
        assert key.startswith("mlops_gitops_questions/")
        assert made.cloud.assets.latest(key) is not None


@dataclass(frozen=True, slots=True)
class Longer:
    """Blueprints whose templates do not fit into a request."""

    blueprints: Any

    def blueprint(self, name: str) -> Any:
        """Give the blueprint with a lot of metadata."""
        found = self.blueprints.blueprint(name)
        metadata = {**found.template["Metadata"], "long": "x" * 60_000}
        return replace(found, template={**found.template, "Metadata": metadata})


def test_a_saved_plan_by_change_set_is_applied_while_nothing_moved() -> None:
    """Made anew in the same way it is the same, and afterwards it is stale."""
    made = deployed()
    saved = asked(made.world())

    assert apply(made.world(), lambda _workload, _doing: None, saved)
    made.commit(realtime("churn", inference_instance="ml.m5.2xlarge"))
    with pytest.raises(Blocked):
        apply(made.world(), lambda _workload, _doing: None, saved)


def test_gc_deletes_only_old_change_sets_of_plans() -> None:
    """Neither those of delivery pipelines, nor those of a plan that is under way."""
    made = deployed()
    carry(made)
    stack = _deployable(made, f"{CHURN}-prod")
    world = made.world()
    world.stacks.propose(stack, "mg-plan-old", "")
    world.stacks.propose(stack, "mg-somebody-else", "")
    world.clock.sleep(timedelta(hours=2).total_seconds())
    world.stacks.propose(stack, "mg-plan-young", "")

    found = leftovers(world)
    collect(world, found)

    assert [(one.stack, one.name) for one in found] == [(stack.id, "mg-plan-old")]
    names = {each.name for each in world.stacks.change_sets(stack.id)}
    assert {"mg-somebody-else", "mg-plan-young"} <= names
    assert "mg-plan-old" not in names
    assert leftovers(world) == ()


def test_gc_leaves_what_a_delivery_pipeline_waits_with() -> None:
    """However long its approval waits, its change set is there when somebody answers."""
    made = deployed()
    apply(made.world(), lambda _workload, _doing: None)
    made.cloud.settle()
    (pending,) = pending_approvals(made.world(), CHURN)
    made.cloud.clock.sleep(timedelta(days=6).total_seconds())

    collect(made.world(), leftovers(made.world()))

    assert review_approval(made.world(), CHURN, pending.stage, None).change_set.changes


def test_gc_leaves_what_belongs_to_another_installation() -> None:
    """Also where its prefix begins like ours; a stack of the predecessor has no tag yet."""
    made = deployed()
    ours = _deployable(made, f"{CHURN}-dev")
    name = f"{made.world().settings.prefix}-eu-churn-dev"
    others = [
        replace(ours, id=replace(ours.id, name=name), tags={INSTALLATION_TAG: "mlops-pipeline-eu"}),
        replace(ours, id=replace(ours.id, name=f"{name}-old"), tags={}),
    ]
    for other in others:
        made.cloud.stacks.create(other)
        made.cloud.settle()
        changed = replace(other, template={**other.template, "Description": "a third"})
        made.cloud.stacks.propose(changed, f"{OURS}left", "")
    made.cloud.clock.sleep(timedelta(hours=2).total_seconds())

    assert [one.stack.name for one in leftovers(made.world())] == [f"{name}-old"]


@pytest.mark.parametrize(
    "status",
    [
        StackStatus.ROLLBACK_COMPLETE,
        StackStatus.REVIEW_IN_PROGRESS,
        StackStatus.UPDATE_IN_PROGRESS,
        StackStatus.UPDATE_ROLLBACK_FAILED,
    ],
)
def test_what_takes_no_change_set_is_not_asked_about(status: StackStatus) -> None:
    """It is compared here, says so, and says what stands in the way; the others are asked."""
    made = deployed()
    stuck = f"{CHURN}-staging"
    proposed: list[str] = []

    def overview(account: str) -> tuple[DeployedStack, ...]:
        there = made.cloud.stacks.overview(account)
        return tuple(replace(s, status=status) if s.id.name == stuck else s for s in there)

    def propose(stack: DeployableStack, name: str, template_url: str) -> None:
        proposed.append(stack.id.name)
        made.cloud.stacks.propose(stack, name, template_url)

    instead = {"overview": overview, "propose": propose}
    found = asked(replace(made.world(), stacks=Door(made.cloud.stacks, instead)))

    methods = {change.stage: change.method for change in found.changes}
    assert methods["staging"] is Method.TEMPLATE
    assert sorted(proposed) == [f"{CHURN}-dev", f"{CHURN}-prod"]
    assert left(made) == []


def test_a_stack_that_is_deleted_meanwhile_comes_not_back() -> None:
    """Not even as an empty one: the plan is incomplete, and nothing is left."""
    made = deployed()
    gone = next(c.id for c in plan(made.world()).changes if c.stage == "staging")

    def vanish(call: str) -> None:
        if call == "propose" and made.cloud.stacks.find(gone):
            made.cloud.stacks.delete(gone)
            made.cloud.settle()

    with pytest.raises(Incomplete):
        asked(replace(made.world(), stacks=Between(made.cloud.stacks, vanish)))

    assert made.cloud.stacks.find(gone) is None
    assert left(made) == []


def test_two_plans_at_once_do_not_disturb_each_other() -> None:
    """Each has its answer, and takes away its own change sets alone."""
    made = deployed()
    meanwhile: list[Plan] = []
    first = Lock()

    def again(call: str) -> None:
        # Accounts are asked side by side; one of them alone has another plan made.
        if call == "change_set" and first.acquire(blocking=False):
            made.cloud.clock.sleep(0.001)
            meanwhile.append(asked(made.world()))

    mine = asked(replace(made.world(), stacks=Between(made.cloud.stacks, again)))

    assert mine == meanwhile[0] == asked(made.world())
    assert not any(change.unprovable for change in mine.changes)
    assert left(made) == []


def _deployable(made: Trial, name: str) -> DeployableStack:
    id_ = next(c.id for c in plan(made.world()).changes if c.id.name == name)
    there = made.cloud.stacks.find(StackId(id_.account, id_.region, name))
    assert there is not None
    return DeployableStack(
        id=id_,
        template={**made.cloud.stacks.template(id_), "Description": "another"},
        parameters=there.parameters,
        tags=there.tags,
        capabilities=(),
    )
