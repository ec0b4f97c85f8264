"""Step Functions: where an execution is."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mlops_gitops.adapters.aws.session import PLAN_ROLE, Accounts, call
from mlops_gitops.status.progress import RunProgress

_NEWEST = 25
"""Events that are looked at: more than a state with a few retries makes."""
_ENTERED = "StateEntered"


class StepFunctionsMachines:
    """State machines of every account, by the role that may read."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def progress(self, account: str, execution: str) -> RunProgress | None:
        """Say where an execution is, by its ARN; None before it has entered a state."""
        answer = call(
            f"While reading the history of {execution}",
            self._accounts.client(account, PLAN_ROLE, "stepfunctions").get_execution_history,
            executionArn=execution,
            maxResults=_NEWEST,
            reverseOrder=True,
            includeExecutionData=True,
        )
        return progress_of(answer["events"])


def progress_of(events: Sequence[Mapping[str, Any]]) -> RunProgress | None:
    """Find the state that was entered last, and the job it has asked for since.

    Source: GetExecutionHistory, Step Functions API reference. What a task was called with holds
    the whole of a job's request; nothing but its name leaves here.

    Args:
        events: newest first.
    """
    job = ""
    for event in events:
        if event["type"].endswith(_ENTERED):
            return RunProgress(state=event["stateEnteredEventDetails"]["name"], job=job)
        job = job or _job(event.get("taskScheduledEventDetails", {}).get("parameters", ""))
    return None


def _job(parameters: str) -> str:
    """Read the name of a job from what a task was called with; empty where there is none."""
    try:
        called = json.loads(parameters)
    except ValueError:
        return ""
    found = called if isinstance(called, dict) else {}
    return next((str(value) for key, value in found.items() if key.endswith("JobName")), "")
