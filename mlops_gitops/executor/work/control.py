"""Steps that steer: Condition, ForEach and Fail."""

import json

from mlops_gitops.executor.conditions import all_hold
from mlops_gitops.executor.language import Json, Unresolved
from mlops_gitops.executor.work.desk import Desk, Done, StepFailed


def decide(desk: Desk) -> Done:
    """Take a branch.

    Raises:
        StepFailed: a condition cannot be decided.
    """
    raw = desk.step.get("Arguments")
    try:
        outcome = all_hold(raw.get("Conditions") if isinstance(raw, dict) else None, desk.facts)
    except Unresolved as error:
        raise StepFailed(f"ClientError: {error}") from error
    return Done(
        properties={"Outcome": str(outcome)},
        metadata={"Condition": {"Outcome": str(outcome)}},
        branch=outcome,
    )


def expand(desk: Desk) -> Done:
    """Read what a loop goes through: a list, or a text that is a list in JSON.

    Raises:
        StepFailed: it is none.
    """
    items: Json = desk.arguments.get("IterableItems")
    if isinstance(items, str):
        try:
            items = json.loads(items)
        except ValueError:
            items = None
    if not isinstance(items, list):
        raise StepFailed("ClientError: IterableItems is not a list in JSON.")
    return Done(items=tuple(items))


def fail(desk: Desk) -> Done:
    """End the execution.

    Raises:
        StepFailed: always, with the step's own message.
    """
    message = str(desk.arguments.get("ErrorMessage", ""))
    raise StepFailed(message, metadata={"Fail": {"ErrorMessage": message}})
