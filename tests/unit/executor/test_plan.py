"""Whatever a pipeline looks like, its steps run in order, in bounds, and to an end."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.executor.graph import read_graph, selected
from mlops_gitops.executor.language import Json, Trigger
from mlops_gitops.executor.plan import begin, react
from mlops_gitops.executor.retries import INTERNAL_ERROR, SERVICE_FAULT
from mlops_gitops.executor.state import (
    Effect,
    End,
    Expanded,
    Failed,
    Start,
    State,
    Status,
    Stop,
    Stopped,
    StopRequested,
    Succeeded,
    Ticked,
)

RETRY: Json = [
    {
        "ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"],
        "IntervalSeconds": 10,
        "BackoffRate": 2,
        "MaxAttempts": 2,
    }
]
INTERNAL = "SageMaker.JOB_INTERNAL_ERROR"


def step(name: str, kind: str = "Training", *needs: Json, **more: Json) -> dict[str, Json]:
    """Write a step."""
    return {"Name": name, "Type": kind, "DependsOn": list(needs), "Arguments": {}, **more}


def condition(name: str, yes: list[Json], no: list[Json], *needs: Json) -> dict[str, Json]:
    """Write a condition."""
    arguments: Json = {"Conditions": [], "IfSteps": yes, "ElseSteps": no}
    return {"Name": name, "Type": "Condition", "DependsOn": list(needs), "Arguments": arguments}


def loop(name: str, body: dict[str, Json], most: int, *more: dict[str, Json]) -> dict[str, Json]:
    """Write a ForEach."""
    arguments: Json = {"MaxConcurrency": most, "ForEachBody": [body, *more], "IterableItems": "[]"}
    return {"Name": name, "Type": "ForEach", "Arguments": arguments}


class Run:
    """An execution that a test drives."""

    def __init__(self, *steps: Json, parallelism: int = 2, names: list[str] | None = None) -> None:
        """Begin it."""
        graph = read_graph({"Steps": list(steps)})
        graph = graph if names is None else selected(graph, names)
        self.at = 0.0
        self.effects: list[Effect] = []
        self.state, effects = begin(graph, parallelism, self.at)
        self._take(effects)

    def tell(self, event: Any, at: float | None = None) -> list[str]:
        """Let something happen; give the names of the steps that start."""
        self.at = self.at if at is None else at
        self.state, effects = react(self.state, event, self.at)
        return self._take(effects)

    def succeed(self, name: str, branch: bool | None = None) -> list[str]:  # noqa: FBT001 - which way a condition goes
        """Let a step succeed."""
        return self.tell(Succeeded(step=name, branch=branch))

    def fail(self, name: str, error: str = "AlgorithmError") -> list[str]:
        """Let a step fail."""
        return self.tell(Failed(step=name, error=error))

    def statuses(self) -> dict[str, str]:
        """Say how far each step is."""
        return {name: each.status.value for name, each in self.state.steps.items()}

    def _take(self, effects: tuple[Effect, ...]) -> list[str]:
        self.effects += effects
        return [effect.step for effect in effects if isinstance(effect, Start)]


@st.composite
def pipelines(draw: st.DrawFn) -> list[Json]:
    """Draw a pipeline: steps, conditions and loops that need earlier ones in any way."""
    steps: list[Json] = []
    names: list[str] = []
    for index in range(draw(st.integers(1, 8))):
        picked = draw(st.lists(st.sampled_from(names), max_size=3)) if names else []
        needs: list[Json] = [
            {"Step": each, "Trigger": draw(st.sampled_from([t.value for t in Trigger]))}
            for each in picked
        ]
        name = f"S{index}"
        kind = draw(st.sampled_from(["Training", "Training", "Condition", "ForEach", "Fail"]))
        if kind == "Condition":
            yes, no = step(f"{name}Y", "Training", *needs), step(f"{name}N")
            steps.append(condition(name, [yes], [no], *needs))
            names += [f"{name}Y", f"{name}N", name]
        elif kind == "ForEach":
            steps.append(loop(name, step(f"{name}B", "Training", *needs), draw(st.integers(1, 3))))
            names.append(name)
        else:
            steps.append(step(name, kind, *needs, RetryPolicies=RETRY))
            names += [name] if kind == "Training" else []
    return steps


def happen(draw: Any, state: State, name: str) -> Any:
    """Draw what happens to a step that runs."""
    status, kind = state.steps[name].status, state.graph[name].type
    if status is Status.STOPPING and draw(st.booleans()):
        return Stopped(step=name)
    if kind == "ForEach":
        return Expanded(step=name, count=draw(st.integers(0, 4)))
    if kind == "Fail" or draw(st.integers(0, 3)) == 0:
        return Failed(step=name, error=draw(st.sampled_from([INTERNAL, "AlgorithmError"])))
    return Succeeded(step=name, branch=draw(st.booleans()) if kind == "Condition" else None)


def satisfied(state: State, name: str) -> bool:
    """Tell whether everything that a step needs has ended as it wants."""
    ends = {
        Trigger.COMPLETED: {Status.SUCCEEDED},
        Trigger.FAILED: {Status.FAILED},
        Trigger.STOPPED: {Status.STOPPED},
        Trigger.ANY: {Status.SUCCEEDED, Status.FAILED, Status.STOPPED},
    }
    node = state.graph[name]
    gate = node.gate and state.steps[node.gate.condition]
    open_ = gate is None or (
        gate.status is Status.SUCCEEDED
        and node.gate is not None
        and gate.branch is node.gate.branch
    )
    return open_ and all(state.steps[need.step].status in ends[need.trigger] for need in node.needs)


@given(pipelines(), st.integers(1, 4), st.data())
def test_every_pipeline_runs_in_order_in_bounds_and_to_an_end(
    steps: list[Json], parallelism: int, data: st.DataObject
) -> None:
    """Each step starts after what it needs, in bounds of the parallelism, and all of it ends."""
    run = Run(*steps, parallelism=parallelism)
    stop_at = data.draw(st.integers(0, 40))
    expanded: set[str] = set()
    for turn in range(300):
        state = run.state
        if state.ended:
            break
        if turn == stop_at:
            run.tell(StopRequested())
            continue
        waiting = [n for n, s in state.steps.items() if s.status.is_running and n not in expanded]
        started: list[str] = []
        if waiting:
            name = data.draw(st.sampled_from(waiting))
            event = happen(data.draw, state, name)
            if isinstance(event, Expanded):
                expanded.add(name)
            started = run.tell(event)
        else:
            assert state.next_due is not None, "nothing runs and nothing will"
            started = run.tell(Ticked(), state.next_due)
        assert len(run.state.running) <= parallelism
        assert all(satisfied(run.state, each) for each in started)
        assert not (state.stopping and started)
    assert run.state.ended is not None
    assert run.effects[-1] == End(run.state.ended)
    assert sum(isinstance(effect, End) for effect in run.effects) == 1
    assert all(each.status.is_over for each in run.state.steps.values())


@given(pipelines(), st.integers(1, 4))
def test_a_pipeline_without_failures_succeeds(steps: list[Json], parallelism: int) -> None:
    """Unless it has a Fail step that was reached."""
    run = Run(*steps, parallelism=parallelism)
    while run.state.ended is None:
        name = next(
            n
            for n, s in run.state.steps.items()
            if s.status.is_running and not run.state.loops.get(n)
        )
        kind = run.state.graph[name].type
        if kind == "Fail":
            run.fail(name)
        else:
            run.tell(Expanded(step=name, count=2)) if kind == "ForEach" else run.succeed(
                name, branch=True
            )

    failed = "Failed" in run.statuses().values()
    assert run.state.ended is (Status.FAILED if failed else Status.SUCCEEDED)


def test_branches_run_side_by_side_up_to_the_parallelism() -> None:
    """In the order of the definition."""
    run = Run(step("A"), step("B"), step("C"), parallelism=2)

    assert run.state.running == ("A", "B")
    assert run.succeed("B") == ["C"]


def test_a_failure_keeps_dependents_from_starting_and_lets_the_others_go_on() -> None:
    """Directly and through others; the execution has failed at the end."""
    run = Run(
        step("A"),
        step("B", "Training", "A"),
        step("C", "Training", "B"),
        step("D"),
        step("E", "Training", "D"),
    )

    assert run.fail("A") == []
    assert run.succeed("D") == ["E"]
    run.succeed("E")
    assert run.statuses() == {
        "A": "Failed",
        "B": "Skipped",
        "C": "Skipped",
        "D": "Succeeded",
        "E": "Succeeded",
    }
    assert run.state.ended is Status.FAILED


def test_a_step_may_wait_for_a_failure() -> None:
    """A trigger says how the other step has to end."""
    run = Run(
        step("A"),
        step("Clean", "Training", {"Step": "A", "Trigger": "Failed"}),
        step("Always", "Training", {"Step": "A", "Trigger": "Any"}),
        step("Never", "Training", {"Step": "A", "Trigger": "Stopped"}),
    )

    assert run.fail("A") == ["Clean", "Always"]
    assert run.statuses()["Never"] == "Skipped"


def test_a_condition_opens_one_branch() -> None:
    """The other is skipped, and so is what waits for it."""
    run = Run(
        step("A"),
        condition("Gate", [step("Yes")], [step("No")], "A"),
        step("AfterYes", "Training", "Yes"),
        step("AfterNo", "Training", "No"),
        step("AfterGate", "Training", "Gate"),
    )

    assert run.succeed("A") == ["Gate"]
    assert run.succeed("Gate", branch=False) == ["No", "AfterGate"]
    assert run.succeed("No") == ["AfterNo"]
    assert run.statuses()["Yes"] == run.statuses()["AfterYes"] == "Skipped"


def test_after_a_fail_step_nothing_new_starts_and_what_runs_may_end() -> None:
    """The execution fails when the concurrent steps have ended."""
    run = Run(step("Stop", "Fail"), step("B"), step("C", "Training", "B"))

    assert run.fail("Stop") == []
    assert run.state.ended is None
    assert run.succeed("B") == []
    assert run.statuses() == {"Stop": "Failed", "B": "Succeeded", "C": "Skipped"}
    assert run.state.ended is Status.FAILED


def test_a_step_is_tried_again_as_its_policy_says() -> None:
    """With a longer pause each time, as often as allowed, and only for what the policy names."""
    run = Run(step("A", RetryPolicies=RETRY), step("B", RetryPolicies=RETRY))

    assert run.fail("B") == []
    assert run.statuses()["B"] == "Failed"
    run.fail("A", INTERNAL)
    assert run.state.next_due == 10
    assert run.tell(Ticked(), 9) == []
    assert run.tell(Ticked(), 10) == ["A"]
    run.fail("A", INTERNAL)
    assert run.state.next_due == 30
    run.tell(Ticked(), 30)
    assert run.state.steps["A"].attempts == 3
    run.fail("A", INTERNAL)
    assert run.statuses()["A"] == "Failed"


def test_a_step_that_waits_to_be_tried_again_leaves_its_place() -> None:
    """And takes the next free one before those that have not started."""
    run = Run(step("A", RetryPolicies=RETRY), step("B"), step("C"), parallelism=1)

    assert run.fail("A", INTERNAL) == ["B"]
    assert run.tell(Ticked(), 10) == []
    assert run.succeed("B") == ["A"]


def test_stopping_ends_when_everything_has_stopped() -> None:
    """What has not started never does; what waits for another try has stopped at once."""
    run = Run(step("A"), step("B", RetryPolicies=RETRY), step("C"))
    run.fail("B", INTERNAL)
    run.effects.clear()

    run.tell(StopRequested())

    assert run.effects == [Stop("A"), Stop("C")]
    assert run.statuses() == {"A": "Stopping", "B": "Stopped", "C": "Stopping"}
    run.tell(Stopped(step="A"))
    assert run.state.ended is None
    run.succeed("C")
    assert run.state.ended is Status.STOPPED


def test_a_function_that_runs_out_of_time_while_stopping_fails_the_execution() -> None:
    """As AWS describes it for Lambda steps; another failure, or another step's, does not."""
    late, other = "OutOfTime", "AlgorithmError"
    cases = [("Lambda", late, Status.FAILED), ("Lambda", other, Status.STOPPED)]
    for kind, error, end in [*cases, ("Callback", late, Status.STOPPED)]:
        run = Run(step("A", kind))
        run.tell(StopRequested())
        run.fail("A", error)

        assert run.state.ended is end


def test_a_loop_runs_its_body_once_for_each_item() -> None:
    """No more at a time than it allows, and what waits for it waits for all."""
    run = Run(loop("Each", step("Fit"), 2), step("After", "Training", "Each"), parallelism=5)

    assert run.tell(Expanded(step="Each", count=3)) == ["Fit-0", "Fit-1"]
    assert run.succeed("Fit-1") == ["Fit-2"]
    run.fail("Fit-0")
    assert run.succeed("Fit-2") == ["After"]
    assert run.statuses()["Each"] == "Succeeded"
    run.succeed("After")
    assert run.state.ended is Status.SUCCEEDED


def test_a_loop_fails_when_no_iteration_succeeds() -> None:
    """And a loop over nothing succeeds."""
    run = Run(loop("Each", step("Fit"), 2), loop("None", step("Other"), 1))
    run.tell(Expanded(step="None", count=0))
    run.tell(Expanded(step="Each", count=1))
    run.fail("Fit-0")

    assert run.statuses() == {"Each": "Failed", "None": "Succeeded", "Fit-0": "Failed"}
    assert run.state.ended is Status.FAILED


def test_a_search_is_not_tried_again_after_what_its_jobs_are_tried_after() -> None:
    """Jobs of tuning and AutoML steps retry internal errors themselves."""
    policy: Json = {"ExceptionType": [INTERNAL_ERROR, SERVICE_FAULT], "MaxAttempts": 3}
    inner = [(kind, INTERNAL_ERROR, "Failed") for kind in ("Tuning", "AutoML")]
    again = [("Training", INTERNAL_ERROR, "Retrying"), ("Tuning", SERVICE_FAULT, "Retrying")]
    for kind, error, end in [*inner, *again]:
        run = Run({**step("A", kind), "RetryPolicies": [policy]})
        run.fail("A", error)

        assert run.statuses() == {"A": end}


def test_steps_of_an_iteration_wait_for_each_other() -> None:
    """Not for those of another one; an iteration has succeeded if all of its steps have."""
    run = Run(loop("Each", step("Fit"), 4, step("Score", "Training", "Fit")), parallelism=9)

    assert run.tell(Expanded(step="Each", count=2)) == ["Fit-0", "Fit-1"]
    assert run.succeed("Fit-1") == ["Score-1"]
    run.fail("Fit-0")
    assert run.statuses()["Score-0"] == "Skipped"
    run.fail("Score-1")
    assert run.statuses()["Each"] == "Failed"


def test_steps_can_be_selected() -> None:
    """What they need outside of the selection is taken as done, gates too."""
    run = Run(
        step("A"),
        step("B", "Training", "A"),
        condition("Gate", [step("Yes", "Training", "B")], [], "B"),
        names=["B", "Yes"],
    )

    assert run.state.running == ("B",)
    assert run.succeed("B") == ["Yes"]


def test_news_of_a_step_that_does_not_run_changes_nothing() -> None:
    """It comes too late."""
    run = Run(step("A"), step("B"))
    run.succeed("A")
    before = run.state

    run.fail("A")

    assert replace(run.state) == before
