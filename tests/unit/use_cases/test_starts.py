"""Only executions that may be under way are read, and `apply` says the same as if all were."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from builders import Trial, copied, realtime, trial
from e2e.every_type import training
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_gitops.desired.names import workload_stack
from mlops_gitops.errors import Blocked
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.execution import Execution
from mlops_gitops.runs.marks import MARKS, marks_in, settled_key
from mlops_gitops.runs.start import StartRequest
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, reject, review_approval
from mlops_gitops.use_cases.starts import stale_marks
from mlops_gitops.use_cases.world import World

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
FRAUD = CHURN.replace("churn", "fraud")
BIGGER = realtime("churn", inference_instance="ml.m5.xlarge")


class Killed(Exception):
    """What stands for the end of the process: nobody catches it."""


class Watched:
    """Delivery pipelines, and whose executions were read.

    Args:
        reached: is called when an execution is about to be started.
    """

    def __init__(self, pipelines: Any, reached: Callable[[], None] = lambda: None) -> None:
        self._pipelines = pipelines
        self._reached = reached
        self.read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        """Give what is not watched."""
        return getattr(self._pipelines, name)

    def executions(self, pipeline: str) -> tuple[Execution, ...]:
        """List executions, and note of which pipeline."""
        self.read.append(pipeline)
        found: tuple[Execution, ...] = self._pipelines.executions(pipeline)
        return found

    def start(self, pipeline: str, request: StartRequest) -> str:
        """Start an execution, after what was to be done before."""
        self._reached()
        started: str = self._pipelines.start(pipeline, request)
        return started


def killed() -> None:
    """End the process."""
    raise Killed


def carry(world: World) -> list[Outcome]:
    """Apply, and give what became of each workload."""
    return [each.outcome for each in apply(world, lambda *_: None)]


def watched(made: Trial, reached: Callable[[], None] = lambda: None) -> tuple[World, Watched]:
    """Give the world of a trial, and its pipelines."""
    world = made.world()
    pipelines = Watched(world.pipelines, reached)
    return replace(world, pipelines=pipelines), pipelines


def read_by_apply(made: Trial) -> list[str]:
    """Apply, and give whose executions were read for it."""
    world, pipelines = watched(made)
    carry(world)
    return sorted(set(pipelines.read))


def deployed(*configs: Mapping[str, Any]) -> Trial:
    """Give workloads that have arrived everywhere, and an `apply` that saw it."""
    made = trial(*configs)
    carry(made.world())
    made.cloud.settle()
    for config in made.world().repository.configs:
        answer(made, workload_stack(made.world().settings, config), *("staging", "prod"))
    carry(made.world())
    return made


def answer(made: Trial, workload: str, *stages: str) -> None:
    """Approve stages, one after the other."""
    for stage in stages:
        world = made.world()
        approve(world, review_approval(world, workload, stage, None))
        made.cloud.settle()


def forget(made: Trial) -> None:
    """Delete every mark, as a lifecycle rule may."""
    for key in made.cloud.assets.listed(MARKS):
        made.cloud.assets.remove(key)


def test_nothing_is_read_where_nothing_runs() -> None:
    """Of unchanged workloads no executions are read; of a changed one only its own."""
    made = deployed(realtime("churn"), realtime("fraud"))

    assert read_by_apply(made) == []
    made.commit(BIGGER)
    assert read_by_apply(made) == [CHURN]
    made.cloud.settle()
    assert read_by_apply(made) == [CHURN]  # it waits at a gate
    answer(made, CHURN, "staging", "prod")
    assert read_by_apply(made) == [CHURN]  # nobody has seen yet that it arrived
    assert read_by_apply(made) == []


def test_without_marks_everything_is_read_once() -> None:
    """Whoever deletes marks costs calls and nothing else."""
    made = deployed(realtime("churn"), realtime("fraud"))

    forget(made)

    assert read_by_apply(made) == [CHURN, FRAUD]
    assert read_by_apply(made) == []


def test_what_was_marked_and_never_started_is_read_again() -> None:
    """Killed before CodePipeline is called: whoever starts late is seen all the same."""
    made = deployed(realtime("churn"))
    made.commit(BIGGER)
    late: list[StartRequest] = []
    world, pipelines = watched(made)
    world = replace(world, pipelines=Late(pipelines, late))
    with pytest.raises(Killed):
        carry(world)
    made.commit(realtime("churn"))

    assert read_by_apply(made) == [CHURN]
    assert carry(made.world()) == [Outcome.UNCHANGED]
    made.cloud.pipelines.start(CHURN, late[0])
    assert carry(made.world()) != [Outcome.UNCHANGED]


class Late(Watched):
    """Pipelines whose callers die before the call, which arrives when somebody wants it to."""

    def __init__(self, pipelines: Any, requests: list[StartRequest]) -> None:
        super().__init__(pipelines)
        self._requests = requests

    def start(self, pipeline: str, request: StartRequest) -> str:
        """Keep the request of a pipeline, and die."""
        self._requests.append(request)
        raise Killed(pipeline)


def test_a_start_while_another_one_looks_is_not_lost() -> None:
    """What is started between looking and noting has a mark of its own, which stays."""
    made = deployed(realtime("churn"))
    forget(made)
    world, _ = watched(made)
    looking = Interleaved(world.pipelines, lambda: start_bigger(made))

    assert carry(replace(world, pipelines=looking)) == [Outcome.UNCHANGED]

    assert settled_key(CHURN) in made.cloud.assets.listed(MARKS)
    made.commit(realtime("churn"))
    assert read_by_apply(made) == [CHURN]


class Interleaved(Watched):
    """Pipelines where somebody else acts right after executions were read."""

    def __init__(self, pipelines: Any, act: Callable[[], None]) -> None:
        super().__init__(pipelines)
        self._act = act

    def executions(self, pipeline: str) -> tuple[Execution, ...]:
        """List executions, then let somebody else act."""
        found = super().executions(pipeline)
        self._act()
        return found


def start_bigger(made: Trial) -> None:
    """Commit and apply another instance."""
    made.commit(BIGGER)
    carry(made.world())


def test_a_run_that_failed_is_tried_again_whoever_looked_in_between() -> None:
    """Its stacks are as desired; its executions are read until one has succeeded."""
    made = trial(training("churn"))
    made.cloud.machines.failing[
        "arn:aws:states:us-east-1:111111111111:stateMachine:" + TRAINING
    ] = "no"

    assert [carried(made) for _ in range(3)] == [[Outcome.STARTED]] * 3
    made.cloud.machines.failing.clear()
    assert carried(made) == [Outcome.STARTED]
    assert carried(made) == [Outcome.UNCHANGED]
    assert read_by_apply(made) == []


TRAINING = "mlops-pipeline-churn-modeltraining"


def carried(made: Trial) -> list[Outcome]:
    """Apply, and let everything move that can."""
    found = carry(made.world())
    made.cloud.settle()
    return found


def test_marks_that_mean_nothing_are_found() -> None:
    """Of starts that something else has run since, and of workloads that are gone."""
    made = deployed(realtime("churn"), realtime("fraud"))
    made.commit(BIGGER)
    world, _ = watched(made, killed)
    with pytest.raises(Killed):
        carry(world)
    assert stale_marks(made.world()) == ()  # it may be about to be made
    (unmade,) = marks_in(made.cloud.assets.listed(MARKS))[CHURN].starts
    made.commit(realtime("churn", inference_instance="ml.m5.2xlarge"))
    carried(made)
    answer(made, CHURN, "staging", "prod")
    carry(made.world())
    made.cloud.assets.write(settled_key("mlops-pipeline-gone"), b"", "")

    assert stale_marks(made.world()) == (unmade.key, settled_key("mlops-pipeline-gone"))


STEPS = ("same", "bigger", "apply", "killed", "advance", "approve", "reject", "forget")


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_marks_change_nothing_that_apply_does(steps: list[str]) -> None:
    """Whatever happened: what becomes of each workload is what it were without any mark."""
    made = trial(realtime("churn"))

    for step in (*steps, "advance"):
        take(made, step)
        without = copied(made)
        forget(without)
        assert outcome(copied(made)) == outcome(without)


def outcome(made: Trial) -> list[Applied]:
    """Apply, and give all that became of it."""
    return [replace(each, failure=None) for each in apply(made.world(), lambda *_: None)]


def take(made: Trial, step: str) -> None:
    """Let something happen, if it can."""
    match step:
        case "same":
            made.commit(realtime("churn"))
        case "bigger":
            made.commit(BIGGER)
        case "apply":
            carry(made.world())
        case "killed":
            with suppress(Killed):
                carry(watched(made, killed)[0])
        case "advance":
            made.cloud.settle()
        case "forget":
            forget(made)
        case _:
            decide(made, step)


def decide(made: Trial, step: str) -> None:
    """Answer the gate that waits, if one does."""
    with suppress(Blocked):
        if step == "reject":
            reject(made.world(), CHURN, None, "no")
        else:
            answer(made, CHURN, "staging")
