"""A plan by change set leaves no change set and no phantom stack, whatever happens to it."""

import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import ACCOUNTS
from e2e.user import User, eventually, full_name, model
from forked import Forked

from mlops_gitops.use_cases.gc import collect, leftovers

LAUNCHER = Path(__file__).with_name("killed.py")
ASK = ("plan", "--method", "change-set")


@pytest.fixture
def changed(user: User, name: str) -> User:
    """A user whose workload runs in dev, with a commit that makes it bigger."""
    user.commit(model(name))
    user.did("apply")
    user.settled(name)
    user.commit(model(name, inference_instance="ml.m5.xlarge"))
    return user


def change_sets(user: User, name: str) -> list[str]:
    """Names of the change sets that plans made of a workload's stacks."""
    found: list[dict[str, Any]] = []
    for stage, account in ACCOUNTS.items():
        if user.stack(name, stage):
            cloudformation = user.aws("cloudformation", account)
            stack = f"{full_name(name)}-{stage}"
            found += cloudformation.list_change_sets(StackName=stack)["Summaries"]
    names = (each["ChangeSetName"] for each in found)
    return [each for each in names if each.startswith("mg-plan-")]


def stacks(user: User, name: str) -> set[str]:
    """Stages in which there is a stack, be it an empty one."""
    return {stage for stage in ACCOUNTS if user.stack(name, stage)}


def test_cloudformation_answers_and_nothing_is_left(changed: User, name: str) -> None:
    """Dev by change set; staging waits in review and prod is new, which are compared here."""
    before = stacks(changed, name)

    answer = changed.run(*ASK)

    assert answer.code == 0, answer
    assert "CREATE_COMPLETE, method change-set" in answer.out
    assert "new, method template" in answer.out
    assert "ml.m5.large -> ml.m5.xlarge" in answer.out
    assert "± EndpointConfig" in answer.out
    assert "a change set would leave an empty stack behind" in " ".join(answer.err.split())
    assert change_sets(changed, name) == []
    assert stacks(changed, name) == before


def test_a_refusal_is_told_and_nothing_is_left(changed: User, name: str) -> None:
    """Exit 5: that stack with what AWS said, the others as they are."""
    world = changed.world()
    refusing = replace(changed, opened=replace(world, stacks=Refusing(world.stacks)))

    answer = refusing.run(*ASK)

    assert answer.code == 5, answer
    assert "CloudFormation gave no answer" in answer.out
    assert "ValidationError" in answer.out
    assert "+ create" in answer.out
    assert change_sets(changed, name) == []


@dataclass(frozen=True, slots=True)
class Refusing:
    """CloudFormation that is asked about a template that it does not take."""

    stacks: Any

    def propose(self, stack: Any, name: str, template_url: str) -> None:
        """Ask about that one."""
        wrong = {"Resources": {"One": {"Type": "AWS::No::Such"}}}
        self.stacks.propose(replace(stack, template=wrong), name, template_url)

    def __getattr__(self, name: str) -> Any:
        """Let everything else through."""
        return getattr(self.stacks, name)


@dataclass(frozen=True, slots=True)
class Later:
    """A clock that is two hours ahead."""

    clock: Any

    def now(self) -> datetime:
        """Give the time in two hours."""
        return datetime.now(UTC) + timedelta(hours=2)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.clock.sleep(seconds)


def test_killed_at_any_call_gc_removes_what_is_left(changed: User, name: str) -> None:
    """SIGKILL at a call to AWS; an hour later `gc` lists what is left, and deletes it."""
    before = stacks(changed, name)
    calls = killed_at(changed, 0)
    was_left = 0

    for number in range(1, calls + 1):
        killed_at(changed, number)
        assert stacks(changed, name) == before, number
        was_left += len(change_sets(changed, name))
        world = replace(changed.world(), clock=Later(changed.world().clock))
        collect(world, leftovers(world))
        assert change_sets(changed, name) == [], number

    assert was_left, "No kill hit a change set, so nothing was tested."


def test_gc_asks_and_deletes(changed: User, name: str) -> None:
    """It lists, wants a yes, and leaves what is young."""
    stack = f"{full_name(name)}-dev"
    later = replace(changed, opened=replace(changed.world(), clock=Later(changed.world().clock)))
    later.did("gc", "--yes")  # what is left of the workloads of other tests
    changed.aws("cloudformation", ACCOUNTS["dev"]).create_change_set(
        StackName=stack,
        ChangeSetName="mg-plan-of-a-killed-plan",
        TemplateBody='{"Resources": {"One": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}',
    )

    assert changed.did("gc") == "Nothing is left behind.\n"
    asked = later.run("gc")
    assert asked.code == 4
    assert f"- mg-plan-of-a-killed-plan of {stack}" in asked.out
    assert change_sets(changed, name) == ["mg-plan-of-a-killed-plan"]

    assert later.did("gc", "--yes").endswith("Deleted 1.\n")
    assert change_sets(changed, name) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_nothing_is_left(changed: User, name: str, number: signal.Signals) -> None:
    """Ctrl-C and a polite kill end what is under way."""
    process = changed.spawn(*ASK)
    eventually(once_seen(changed, name, process))

    process.send_signal(number)
    process.communicate(timeout=60)

    assert process.returncode in {128 + number, 0}  # 0: it had its answer already
    assert change_sets(changed, name) == []


def once_seen(user: User, name: str, process: Forked) -> Callable[[], bool]:
    """Whether the plan has made its change set, or is over."""
    return lambda: bool(change_sets(user, name)) or process.poll() is not None


def killed_at(user: User, number: int) -> int:
    """Plan until a call to AWS, in a process of its own; give how many there were, if it lives."""
    done = user.ran(str(number), "after", *ASK, script=LAUNCHER)
    assert done.code in ({-signal.SIGKILL, 0} if number else {0}), done
    return 0 if number else int(done.err.split()[-2])
