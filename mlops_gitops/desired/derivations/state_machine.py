"""Parameters of a workflow's stack that follow from objects of its config."""

from collections.abc import Callable, Mapping
from typing import Any

from mlops_gitops.desired.context import Context
from mlops_gitops.desired.names import run_name
from mlops_gitops.desired.stack import Resolved

_LOGGING, _ALARMS = "logging", "alarms"
_MILLISECONDS = 60_000


def _state_machine_name(context: Context) -> Resolved:
    return Resolved(run_name(f"{context.stack}-workflow"), "derived: from the stack's name")


def _within(field: str, key: str, default: Any, spell: Callable[[Any], str]) -> Any:
    def derive(context: Context) -> Resolved:
        given = context.value(field)
        if isinstance(given, dict) and key in given:
            return Resolved(spell(given[key]), context.place(field))
        return Resolved(spell(default), f"default of {field}: {key}")

    return derive


def _truth(value: Any) -> str:
    return "true" if value else "false"


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    "StateMachineName": _state_machine_name,
    "WorkflowLogLevel": _within(_LOGGING, "level", "ERROR", str),
    "WorkflowLogData": _within(_LOGGING, "include_execution_data", None, _truth),
    "WorkflowLogDays": _within(_LOGGING, "retention_days", 90, str),
    "WorkflowFailures": _within(_ALARMS, "failures", 0, str),
    "WorkflowMilliseconds": _within(
        _ALARMS, "run_minutes", 0, lambda minutes: str(minutes * _MILLISECONDS)
    ),
    "HasAccuracyAlarm": _within(_ALARMS, "accuracy", None, _truth),
    "HasResourceAlarm": _within(_ALARMS, "resource_use", None, _truth),
}
