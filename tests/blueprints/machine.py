"""State machines, walked: tasks are answered by a table, everything else is Step Functions' own.

What is here is what the blueprints use: Pass, Task, Choice, Wait, Succeed and Fail in JSONata,
with Assign, Output, Catch. Expressions are evaluated by a port of the reference engine.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import jsonata
from ministack.services import stepfunctions

RUN = "name-of-the-execution"
Answer = Callable[[dict[str, Any]], Any]
"""What a service answers to the arguments of a task."""


class TaskError(Exception):
    """A task that fails, with the error and the cause that Step Functions would tell."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error)
        self.output = {"Error": error, "Cause": cause}


@dataclass(slots=True, kw_only=True)
class Walk:
    """One execution that has ended.

    Attributes:
        states: names of the states in the order they were entered.
        asked: task name -> the arguments of each call.
        waited: seconds spent in Wait states.
        until: times that Wait states waited for.
        failure: error and cause; None after success.
    """

    states: list[str] = field(default_factory=list)
    asked: dict[str, list[Any]] = field(default_factory=dict)
    waited: float = 0
    until: list[str] = field(default_factory=list)
    output: Any = None
    failure: tuple[str, str] | None = None


def walk(definition: Mapping[str, Any], given: Any, answers: Mapping[str, Answer]) -> Walk:
    """Run a state machine to its end.

    Args:
        definition: the state machine, its intrinsic functions worked out.
        given: input of the execution.
        answers: by the state's name; a state without one is answered by {}.
    """
    done = Walk()
    execution = _Execution(definition["States"], answers, done)
    name: str | None = definition["StartAt"]
    value = given
    for _ in count():
        if name is None:
            done.output = value
            return done
        done.states.append(name)
        if definition["States"][name]["Type"] == "Fail":
            done.failure = execution.failure(name)
            return done
        value, name = execution.step(name, value)
    raise AssertionError


@dataclass(slots=True)
class _Execution:
    states: Mapping[str, Any]
    answers: Mapping[str, Answer]
    done: Walk
    variables: dict[str, Any] = field(default_factory=dict)

    def step(self, name: str, value: Any) -> tuple[Any, str | None]:
        state = self.states[name]
        known: dict[str, Any] = {"input": value, "context": {"Execution": {"Name": RUN}}}
        match state["Type"]:
            case "Choice":
                return self._choose(state, known)
            case "Task":
                return self._task(name, state, known)
            case "Wait":
                self._wait(state, known)
            case "Pass" | "Succeed":
                pass
            case other:
                raise NotImplementedError(other)
        return self._leave(state, known, value)

    def _wait(self, state: Any, known: dict[str, Any]) -> None:
        if "Timestamp" in state:
            self.done.until.append(self._value(state["Timestamp"], known))
        else:
            self.done.waited += self._value(state["Seconds"], known)

    def failure(self, name: str) -> tuple[str, str]:
        state = self.states[name]
        return self._value(state["Error"], {}), self._value(state["Cause"], {})

    def _choose(self, state: Any, known: dict[str, Any]) -> tuple[Any, str | None]:
        for choice in state["Choices"]:
            truth = self._value(choice["Condition"], known)
            assert isinstance(truth, bool), choice
            if truth:
                self._assign(choice, known)
                return known["input"], choice["Next"]
        return known["input"], state["Default"]

    def _task(self, name: str, state: Any, known: dict[str, Any]) -> tuple[Any, str | None]:
        try:
            asked = self._value(state.get("Arguments", {}), known)
            self.done.asked.setdefault(name, []).append(asked)
            answer = self.answers.get(name, lambda _: {})(asked)
            return self._leave(state, {**known, "result": answer}, answer)
        except TaskError as error:
            (catch,) = state["Catch"]
            if not {error.output["Error"], "States.ALL"} & set(catch["ErrorEquals"]):
                raise
            self._assign(catch, {**known, "errorOutput": error.output})
            return error.output, catch["Next"]

    def _leave(self, state: Any, known: Any, value: Any) -> tuple[Any, str | None]:
        output = self._value(state["Output"], known) if "Output" in state else value
        self._assign(state, known)
        return output, state.get("Next")

    def _assign(self, state: Any, known: Mapping[str, Any]) -> None:
        # All of them are worked out before any holds, as in Step Functions.
        found = {name: self._value(each, known) for name, each in state.get("Assign", {}).items()}
        self.variables |= found

    def _value(self, node: Any, known: Mapping[str, Any]) -> Any:
        match node:
            case str() if node.startswith("{%") and node.endswith("%}"):
                return self._evaluate(node[2:-2].strip(), known)
            case dict():
                return {key: self._value(each, known) for key, each in node.items()}
            case list():
                return [self._value(each, known) for each in node]
            case _:
                return node

    def _evaluate(self, expression: str, known: Mapping[str, Any]) -> Any:
        engine = jsonata.Jsonata.jsonata(expression)
        stepfunctions._register_sfn_jsonata_functions(engine)
        try:
            value = engine.evaluate(None, {**self.variables, "states": dict(known)})
        except Exception as error:
            raise TaskError("States.QueryEvaluationError", f"{expression}: {error}") from error
        if value is None:
            raise TaskError("States.QueryEvaluationError", f"{expression} is undefined")
        return json.loads(json.dumps(value))
