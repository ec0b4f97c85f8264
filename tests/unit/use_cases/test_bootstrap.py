"""Bootstrap: shown first, done exactly so, repeated without effect, and never at people's cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from builders import (
    ACCOUNTS,
    BUCKET,
    ORCHESTRATOR,
    SETTINGS,
    Trial,
    preparation,
    repository,
    source,
)
from witness import Door

from mlops_gitops.adapters.memory.cloud import MemoryCloud
from mlops_gitops.config.installation import Bootstrap, Registry
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.bootstrap import BootstrapPlan
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Action
from mlops_gitops.errors import AwsError, Blocked, MlopsError, UsageError
from mlops_gitops.ports import StackResource
from mlops_gitops.use_cases.bootstrap import bootstrap, preview
from mlops_gitops.use_cases.bootstrap_parts import Preparation, desired_part, part_named

DEV = ACCOUNTS["dev"]
KEY = f"arn:aws:kms:us-east-1:{ORCHESTRATOR}:key/1234"
FIRST, SECOND = "mlops-gitops-orchestrator", "mlops-gitops-account"
WRITING = ("create", "delete", "execute", "propose", "update", "withdraw")


def trial() -> Trial:
    """Accounts in which nothing is prepared."""
    return Trial(repository(settings=SETTINGS), cloud=MemoryCloud())


@dataclass(slots=True)
class Run:
    """One run of the command, with everything it said and asked."""

    made: Trial
    account: str = ORCHESTRATOR
    settings: Settings | None = None
    key: str = ""
    operators: tuple[str, ...] = ()
    answer: MlopsError | None = None
    shown: list[BootstrapPlan] = field(default_factory=list)
    asked: int = 0
    told: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def ready(self) -> Preparation:
        """Give what the command works with; writing calls are noted."""
        settings = self.settings or self.made.world().settings
        prepared = preparation(self.made, settings, self.account, self.key)
        noting = {name: self._noting(name) for name in WRITING}
        stacks: Any = Door(prepared.stacks, noting)
        given = replace(prepared.source, operators=self.operators)
        return replace(prepared, stacks=stacks, source=given)

    def go(self) -> Mapping[str, str]:
        """Run it to its end."""
        return bootstrap(self.ready(), self.shown.append, self._confirm, self.told.append)

    def look(self) -> None:
        """Have it show what it would do."""
        preview(self.ready(), self.shown.append, self.told.append)

    def _noting(self, name: str) -> Any:
        def called(*arguments: Any) -> Any:
            self.written.append(name)
            return getattr(self.made.cloud.stacks, name)(*arguments)

        return called

    def _confirm(self) -> None:
        self.asked += 1
        if self.answer is not None:
            raise self.answer


def changed(of: Trial, **fields: Any) -> Settings:
    """Give the settings with something changed."""
    return replace(of.world().settings, **fields)


def id_of(stack: str, account: str = ORCHESTRATOR) -> StackId:
    """Where a part's stack is."""
    return StackId(account, "us-east-1", stack)


def test_what_is_new_is_shown_and_asked_about_once() -> None:
    """One question for all; what the second stack needs of the first is passed on."""
    run = Run(trial())

    outputs = run.go()

    (shown,) = run.shown
    assert {each.change.action for each in shown.parts} == {Action.CREATE}
    assert [each.part for each in shown.parts][:: len(shown.parts) - 1] == [
        "orchestrator",
        "account",
    ]
    assert shown.parts[-1].waits_for == ("AssetsKmsKeyArn",)
    assert run.asked == 1
    assert run.written == ["create"] * len(shown.parts)
    there = run.made.cloud.stacks.find(id_of(SECOND))
    assert there is not None
    assert there.parameters["AssetsKmsKeyArn"] == outputs["AssetsKmsKeyArn"]


def test_a_second_run_writes_nothing_and_asks_nothing() -> None:
    """No change is said, and CloudFormation is not even asked for a change set."""
    made = trial()
    outputs = Run(made).go()
    again = Run(made)

    assert again.go() == outputs
    assert again.shown[0].is_empty
    assert (again.asked, again.written) == (0, [])


def test_operators_stay_until_others_are_named() -> None:
    """What was named once is not taken away by a second run that names nobody."""
    made = trial()
    ada, ben = (f"arn:aws:iam::{ORCHESTRATOR}:role/{name}" for name in ("ada", "ben"))
    Run(made, operators=(ada, ben)).go()

    again = Run(made)
    again.go()
    Run(made, operators=(ben,)).go()

    assert again.shown[0].is_empty
    there = made.cloud.stacks.find(id_of(SECOND))
    assert there is not None
    assert there.parameters["OperatorArns"] == ben


def test_the_very_change_set_that_was_shown_is_executed() -> None:
    """An update is carried out by the change set of the plan, and none is left."""
    made = trial()
    Run(made).go()
    run = Run(made, settings=changed(made, notification_email="ops@example.com"))

    run.go()

    first, *others = run.shown[0].parts
    assert first.change.action is Action.UPDATE
    assert {each.change.action for each in others} == {Action.KEEP}
    assert run.written == ["propose", "execute"]
    there = made.cloud.stacks.find(id_of(FIRST))
    assert there is not None
    assert there.parameters["NotificationEmail"] == "ops@example.com"


def test_what_waits_for_another_part_is_planned_again_when_that_is_there() -> None:
    """Nothing is changed by values that nobody knows yet."""
    made = trial()
    Run(made).go()
    made.cloud.stacks.delete(id_of(FIRST))
    made.cloud.settle()
    run = Run(made)

    run.go()

    first, second = run.shown
    assert first.parts[-1].change.action is Action.UPDATE
    assert first.parts[-1].waits_for == ("AssetsKmsKeyArn",)
    assert second.is_empty
    assert (run.asked, run.written) == (1, ["create"])


def test_what_waits_for_what_nobody_gives_is_said_once() -> None:
    """A stack of that name, deployed by somebody else, does not make it go round in circles."""
    made = trial()
    Run(made).go()
    run = Run(made)
    ready = run.ready()

    def find(id_: StackId) -> DeployedStack | None:
        there = made.cloud.stacks.find(id_)
        return replace(there, outputs={}) if there and id_.name == FIRST else there

    stacks: Any = Door(ready.stacks, {"find": find})

    with pytest.raises(Blocked, match="needs outputs that no stack has: AssetsKmsKeyArn"):
        bootstrap(replace(ready, stacks=stacks), run.shown.append, lambda: None, run.told.append)

    assert run.written == []


def test_a_no_leaves_nothing_behind() -> None:
    """The change set that was made to look is deleted, and the stack stays as it was."""
    made = trial()
    Run(made).go()
    no = Blocked("The answer was no.", hint="Nothing was changed.")
    settings = changed(made, notification_email="ops@example.com")
    run = Run(made, settings=settings, answer=no)

    with pytest.raises(Blocked):
        run.go()

    assert run.written == ["propose", "withdraw"]
    assert made.cloud.stacks.change_sets(id_of(FIRST)) == ()


def test_a_look_changes_nothing() -> None:
    """`--plan` shows, asks nothing and leaves nothing."""
    made = trial()
    Run(made).go()
    run = Run(made, settings=changed(made, notification_email="ops@example.com"))

    run.look()

    assert (run.asked, run.written) == (0, ["propose", "withdraw"])


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"assets_bucket": "another-bucket"}, "The bucket AssetsBucket of mlops-gitops-orch"),
        ({"prefix": "other"}, "The topic NotificationTopic of mlops-gitops-orch"),
    ],
)
def test_what_holds_things_is_never_replaced(fields: dict[str, Any], what: str) -> None:
    """It is shown, refused with exit 4 before anybody is asked, and nothing was deployed."""
    made = trial()
    Run(made).go()
    run = Run(made, settings=changed(made, **fields))

    with pytest.raises(Blocked, match=what):
        run.go()

    assert run.asked == 0
    assert "execute" not in run.written
    assert run.shown[0].refused


def test_what_is_kept_by_the_template_may_be_given_up() -> None:
    """A bucket that becomes somebody else's leaves the stack and stays where it is."""
    made = trial()
    Run(made).go()
    made.cloud.brought.buckets[BUCKET] = {"Statement": []}
    run = Run(made, settings=changed(made, bootstrap=Bootstrap(existing_bucket=True)))

    run.go()

    gone = {each.logical_id: each for each in run.shown[0].parts[0].change.resources}
    assert (gone["AssetsBucket"].action, gone["AssetsBucket"].retained) == (Action.DELETE, True)


def test_a_failure_says_what_aws_said_and_what_comes_next() -> None:
    """The stack, the resource, the reason; then the same command goes on and mends it."""
    made = trial()
    failed = StackResource(
        logical_id="DeployRole",
        resource_type="AWS::IAM::Role",
        status="CREATE_FAILED",
        reason="A role with this name exists.",
    )
    made.cloud.stacks.broken[SECOND] = failed

    with pytest.raises(AwsError) as told:
        Run(made).go()

    assert SECOND in told.value.message
    assert "DeployRole (AWS::IAM::Role): A role with this name exists." in told.value.message
    assert "`mlops-gitops bootstrap` again" in told.value.hint

    del made.cloud.stacks.broken[SECOND]
    run = Run(made)
    run.go()
    *others, last = run.shown[0].parts
    assert {each.change.action for each in others} == {Action.KEEP}
    assert last.change.status is StackStatus.ROLLBACK_COMPLETE
    assert run.written == ["delete", "create"]
    assert Run(made).go()


def test_a_bucket_that_is_taken_has_a_way_out() -> None:
    """It may be somebody else's, or one of one's own that was there before."""
    made = trial()
    taken = f"{BUCKET} already exists"
    made.cloud.stacks.broken[FIRST] = StackResource(
        logical_id="AssetsBucket",
        resource_type="AWS::S3::Bucket",
        status="CREATE_FAILED",
        reason=taken,
    )

    with pytest.raises(AwsError, match=taken) as told:
        Run(made).go()

    assert "bootstrap.existing_bucket" in told.value.hint


def test_an_update_that_rolled_back_is_a_failure() -> None:
    """The stack is healthy again, and not as it was to be."""
    made = trial()
    Run(made).go()
    made.cloud.stacks.broken[FIRST] = StackResource(
        logical_id="AssetsKey", resource_type="AWS::KMS::Key", status="UPDATE_FAILED", reason="No."
    )

    with pytest.raises(AwsError, match=r"is UPDATE_ROLLBACK_COMPLETE: AssetsKey"):
        Run(made, settings=changed(made, notification_email="ops@example.com")).go()


def test_a_stack_that_moves_is_waited_for() -> None:
    """After a run that was interrupted the next one goes on where that stopped."""
    made = trial()
    Run(made).go()
    settings = changed(made, notification_email="ops@example.com")
    wanted = desired_part(source(settings), part_named("orchestrator"), ORCHESTRATOR, {})
    made.cloud.stacks.update(wanted.deployable())
    run = Run(made, settings=settings)

    run.go()

    assert run.told[0] == (
        f"waiting for {FIRST} in {ORCHESTRATOR} us-east-1, which is UPDATE_IN_PROGRESS"
    )
    assert run.shown[0].is_empty


def test_a_part_that_is_wanted_no_more_is_named_and_stays() -> None:
    """Nobody's stack is deleted because a line of the settings went."""
    made = trial()
    with_registry = changed(made, registry=Registry(model_package_groups=("churn",)))
    Run(made, settings=with_registry).go()
    run = Run(made)

    run.go()

    assert [each.name for each in run.shown[0].unwanted] == ["mlops-gitops-registry"]
    assert made.cloud.stacks.find(id_of("mlops-gitops-registry")) is not None


def test_a_stage_takes_the_key_that_was_named_or_found() -> None:
    """By the option, from the bucket, and afterwards from its own stack."""
    made = trial()
    with pytest.raises(UsageError, match="cannot tell the key"):
        Run(made, account=DEV).go()

    made.cloud.brought.default_keys[BUCKET] = KEY
    Run(made, account=DEV).go()
    there = made.cloud.stacks.find(id_of(SECOND, DEV))
    assert there is not None
    assert there.parameters["AssetsKmsKeyArn"] == KEY

    made.cloud.brought.default_keys.clear()
    again = Run(made, account=DEV)
    again.go()
    assert again.shown[0].is_empty

    other = KEY.replace("1234", "5678")
    Run(made, account=DEV, key=other).go()
    there = made.cloud.stacks.find(id_of(SECOND, DEV))
    assert there is not None
    assert there.parameters["AssetsKmsKeyArn"] == other


def test_a_stranger_is_refused() -> None:
    """Credentials of an account that the settings do not name change nothing."""
    with pytest.raises(UsageError, match="no part of this installation"):
        Run(trial(), account="999999999999").go()


def test_what_a_killed_run_left_is_deleted_an_hour_later() -> None:
    """A change set of bootstrap that nobody waits for is deleted by the next run, and no other."""
    made = trial()
    Run(made).go()
    there = made.cloud.stacks.find(id_of(FIRST))
    assert there is not None
    stack = DeployableStack(
        id=there.id, template={}, parameters=there.parameters, tags=there.tags, capabilities=()
    )
    for name in ("mg-bootstrap-old", "somebodys"):
        made.cloud.stacks.propose(stack, name, "")

    def left() -> list[str]:
        return [each.name for each in made.cloud.stacks.change_sets(there.id)]

    Run(made).look()
    assert left() == ["mg-bootstrap-old", "somebodys"]
    made.cloud.clock.sleep(3601)
    Run(made).look()
    assert left() == ["somebodys"]
