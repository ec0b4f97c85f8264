"""The shell around the machine: threads for steps, one thread that listens to them."""

import contextlib
import fcntl
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.attempt import Attempt, Outcome, attempt
from mlops_gitops.executor.facts import Facts, Identity
from mlops_gitops.executor.folder import LOCK, STOP, RunFolder, create, read_json
from mlops_gitops.executor.graph import Graph, Node, read_graph, selected
from mlops_gitops.executor.language import Json, Unresolved, references
from mlops_gitops.executor.ledger import Ledger
from mlops_gitops.executor.loops import facts_inside, loop_properties
from mlops_gitops.executor.parameters import parameter_values
from mlops_gitops.executor.plan import begin, react
from mlops_gitops.executor.request import Listener, Notice, RunRequest
from mlops_gitops.executor.sandbox import available
from mlops_gitops.executor.state import (
    Effect,
    End,
    Event,
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
from mlops_gitops.executor.storage import Storage
from mlops_gitops.executor.work.desk import Done, House

_LOOK = 0.5
"""How often to look whether somebody wants the execution to stop, in seconds."""
_FAILED = "Step failure: One or multiple steps failed."
"""SageMaker's own words for an execution whose steps failed."""


class Execution:
    """One execution, from its folder to its end.

    Args:
        request: what to run.
        listener: is told what happens.

    Raises:
        UsageError: it cannot start; no run folder has been made.
    """

    def __init__(self, request: RunRequest, listener: Listener) -> None:
        self._graph = read_graph(request.definition)
        parameters = parameter_values(_parameters(request.definition), request.parameters)
        self._all = {name: node.step for name, node in self._graph.items()}
        reused: dict[str, Json] = {}
        if request.selected is not None:
            whole, self._graph = self._graph, selected(self._graph, request.selected)
            reused = _reused(whole, self._graph, request.previous)
        folder = create(request.parent, request.execution)
        identity = Identity(
            pipeline=request.pipeline,
            execution=folder.path.name,
            region=request.region,
            account=request.account,
            started=request.clock.now(),
        )
        self._request, self._listener = request, listener
        self._parameters = parameters
        self.folder = folder
        self.house = House(
            identity=identity,
            folder=folder,
            python=request.python,
            environment=request.environment,
            isolation=request.isolation or available(),
            functions=request.functions,
            grace=request.grace,
            now=request.clock.now,
            abandon=threading.Event(),
            catalog=request.catalog,
        )
        self._storage = Storage(folder.storage, _sources(request), request.elsewhere)
        self.ledger = Ledger(folder, identity, request, self.house.isolation, parameters)
        self.ledger.properties.update(reused)
        self._inbox: deque[tuple[str, Outcome] | StopRequested] = deque()
        self._news = threading.Event()
        self._telling = threading.Lock()
        self._stops: dict[str, threading.Event] = {}
        self._items: dict[str, tuple[Json, ...]] = {}

    def run(self) -> None:
        """Run to the end."""
        with _locked(self.folder):
            self.ledger.begin()
            self._tell("", Status.EXECUTING, str(self.folder.path))
            state, effects = begin(self._graph, self._request.parallelism, self._now())
            self._follow(state, effects)
            while state.ended is None:
                self._request.clock.wait(self._news, self._pause(state))
                self._news.clear()
                if not state.stopping and (self.folder.path / STOP).exists():
                    self._inbox.append(StopRequested())
                for event in [*self._events(), Ticked()]:
                    state, effects = react(state, event, self._now())
                    self._end_loops(state)
                    self._follow(state, effects)

    def stop(self) -> None:
        """Ask it to stop; programs are told, and answers to callbacks are waited for."""
        self._inbox.append(StopRequested())
        self._news.set()

    def abandon(self) -> None:
        """Ask it to stop, and to wait for nothing that is not its own."""
        self.house.abandon.set()
        self.stop()

    def break_off(self, reason: str) -> None:
        """End it here and now: a defect, here or in the listener."""
        self.house.abandon.set()
        for stop in self._stops.values():
            stop.set()
        self.ledger.status, self.ledger.reason = Status.FAILED, reason
        self.ledger.write(self._now())

    def _pause(self, state: State) -> float:
        """Say how long to wait for news: until a step is due, or to look whether to stop."""
        due = _LOOK if state.next_due is None else state.next_due - self._now()
        return min(_LOOK, max(0.0, due))

    def _now(self) -> float:
        return self._request.clock.now()

    def _events(self) -> list[Event]:
        found: list[Event] = []
        while self._inbox:
            news = self._inbox.popleft()
            found.append(news if isinstance(news, StopRequested) else self._event(*news))
        return found

    def _event(self, name: str, outcome: Outcome) -> Event:
        """Write down how an attempt ended, and say it in the machine's words."""
        report = self.ledger.step(name)
        if outcome.done is not None:
            done = outcome.done
            if done.items is not None:
                self._items[name] = done.items
                return Expanded(step=name, count=len(done.items))
            self.ledger.done(name, done, outcome.source)
            return Succeeded(step=name, branch=done.branch)
        if outcome.failed is not None:
            failed = outcome.failed
            self.ledger.change(replace(report, reason=failed.reason, metadata=failed.metadata))
            return Failed(step=name, error=failed.error)
        metadata = outcome.stopped.metadata if outcome.stopped else {}
        self.ledger.change(replace(report, metadata=metadata))
        return Stopped(step=name)

    def _follow(self, state: State, effects: tuple[Effect, ...]) -> None:
        """Write the new state down, tell it, and do what the machine wants done."""
        if any(isinstance(effect, End) for effect in effects):
            self._end(state)
        elif state.stopping and state.ended is None:
            self.ledger.status = Status.STOPPING
        changed = self.ledger.follow(state, self._now())
        if changed or effects:
            self.ledger.write(self._now())
        for report in changed:
            if report.status not in {Status.WAITING, Status.SKIPPED} or report.why:
                self._tell(report.name, report.status, report.reason or report.why)
        for effect in effects:
            match effect:
                case Start(step=name):
                    self._start(state, name)
                case Stop(step=name):
                    self._stops[name].set()
                case End(status=status):
                    self._tell("", status, self.ledger.reason)

    def _end(self, state: State) -> None:
        self.ledger.status = state.ended or Status.FAILED
        self.ledger.can_retry = not state.halted
        failing = [name for name, step in state.steps.items() if step.status is Status.FAILED]
        message = [name for name in failing if state.graph[name].type == "Fail"]
        if message:
            self.ledger.reason = self.ledger.step(message[0]).reason
        elif state.ended is Status.FAILED:
            self.ledger.reason = _FAILED

    def _start(self, state: State, name: str) -> None:
        node = state.graph[name]
        self._stops[name] = threading.Event()
        given = Attempt(
            house=self.house,
            request=self._request,
            node=node,
            number=state.steps[name].attempts,
            facts=self._facts(state, node),
            stop=self._stops[name],
            tell=lambda text: self._tell(name, Status.EXECUTING, text),
        )
        threading.Thread(target=self._work, args=(given,), name=name, daemon=True).start()

    def _work(self, given: Attempt) -> None:
        self._inbox.append((given.node.name, attempt(given)))
        self._news.set()

    def _end_loops(self, state: State) -> None:
        """Give loops that have just succeeded their properties."""
        for loop in state.loops:
            if state.steps[loop].status is Status.SUCCEEDED and loop not in self.ledger.properties:
                properties = self._loop(state, loop)
                self.ledger.done(loop, Done(properties=properties), "")

    def _loop(self, state: State, loop: str) -> dict[str, Json]:
        try:
            facts = self._facts(state, state.graph[loop])
            return loop_properties(state, loop, self.ledger.properties, facts)
        except Unresolved as error:
            return {"Status": "Succeeded", "SelectorFailure": str(error)}

    def _facts(self, state: State, node: Node) -> Facts:
        known = Facts(
            identity=self.house.identity,
            parameters=self._parameters,
            properties=dict(self.ledger.properties),
            steps=self._all,
            storage=self._storage,
            now=self._now,
        )
        if node.loop is None or node.item is None:
            return known
        item = self._items[node.loop][node.item]
        return facts_inside(known, state.graph[node.loop], node.item, item)

    def _tell(self, step: str, status: Status, text: str) -> None:
        with self._telling:
            self._listener(Notice(at=self._now(), step=step, status=status, text=text))


def _parameters(definition: Json) -> Json:
    return definition.get("Parameters") if isinstance(definition, dict) else None


def _reused(whole: Graph, kept: Graph, previous: Path | None) -> dict[str, Json]:
    """Read what selected steps refer to in steps that were not selected.

    Raises:
        UsageError: there is no earlier execution, or it did not get that far.
    """
    found: dict[str, Json] = {}
    for name in kept:
        for reference in references(dict(whole[name].step)):
            step = reference.step
            if step is None or step in kept or step in found or step not in whole:
                continue
            hint = "Select that step too, or name the run folder of an execution that has it."
            if previous is None:
                raise UsageError(f"Step {name} refers to {step}, which is not selected.", hint=hint)
            file = RunFolder(previous).properties(step)
            if not file.is_file():
                raise UsageError(f"Step {step} did not succeed in {previous}.", hint=hint)
            found[step] = read_json(file)
    return found


def _sources(request: RunRequest) -> Mapping[str, Path]:
    """Lay the objects of an earlier execution below what the caller named."""
    buckets = RunFolder(request.previous).storage if request.previous else None
    earlier = buckets.iterdir() if buckets and buckets.is_dir() else ()
    return {**{f"s3://{each.name}": each for each in earlier}, **request.sources}


@contextlib.contextmanager
def _locked(folder: RunFolder) -> Iterator[None]:
    """Hold the lock that tells a reader that somebody is at work."""
    with (folder.path / LOCK).open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
