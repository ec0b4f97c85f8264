"""Monitoring schedules: Pending for a moment after each change. None ever runs a job here.

Sources: API_ScheduleConfig (which cron expressions there are, what NOW needs), the documentation of
MonitoringStoppingCondition (how long a job of an hourly schedule may run), and public reports of
"Monitoring schedule in status Pending". Sentences that nobody quotes are in SageMaker's manner.
"""

import re
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from mlops_gitops.emulator.sagemaker.job_definitions import (
    SCHEDULES,
    check_endpoint,
    endpoint_of,
    find_definition,
)
from mlops_gitops.emulator.sagemaker.listing import page
from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Request, arn
from mlops_gitops.emulator.sagemaker.store import Record
from mlops_gitops.emulator.sagemaker.tags import tag, untag
from mlops_gitops.emulator.wire import CallError, Scope

_PENDING_SECONDS = 0.2
_HOUR = r"(0?[0-9]|1[0-9]|2[0-3])"
_EVERY = r"(0?[1-9]|1[0-9]|2[0-4])"
_CRON = re.compile(rf"cron\(0 (\*|{_HOUR}(/{_EVERY})?) \? \* \* \*\)")
_HOURLY = "cron(0 * ? * * *)"
_NOW = "NOW"
_LONGEST_HOURLY_SECONDS = {
    "DataQuality": 3600,
    "ModelExplainability": 3600,
    "ModelBias": 1800,
    "ModelQuality": 1800,
}


def monitoring_schedules(inside: Inside) -> Mapping[str, Operation]:
    """The life of a schedule; it has no executions to list."""
    return {
        "CreateMonitoringSchedule": partial(_create, inside),
        "DescribeMonitoringSchedule": partial(_describe, inside),
        "UpdateMonitoringSchedule": partial(_update, inside),
        "DeleteMonitoringSchedule": partial(_delete, inside),
        "StartMonitoringSchedule": partial(_switch, inside, "Scheduled"),
        "StopMonitoringSchedule": partial(_switch, inside, "Stopped"),
        "ListMonitoringSchedules": partial(_list, inside),
        "ListMonitoringExecutions": lambda _scope, _request: {"MonitoringExecutionSummaries": []},
    }


def _create(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    name, config = request["MonitoringScheduleName"], request["MonitoringScheduleConfig"]
    derived = _derived(inside, scope, config)
    place = arn(scope, SCHEDULES, name)
    now = time.time()
    with inside.store.lock:
        schedules = inside.store.table(scope, SCHEDULES)
        if name in schedules:
            code = "ResourceInUse"
            raise CallError(code, f"Monitoring Schedule {place} already exists")
        schedules[name] = {
            "MonitoringScheduleName": name,
            "MonitoringScheduleArn": place,
            "MonitoringScheduleConfig": config,
            "CreationTime": now,
            "LastModifiedTime": now,
            **derived,
        }
        tag(inside.store, scope, place, request.get("Tags", ()))
    return {"MonitoringScheduleArn": place}


def _derived(inside: Inside, scope: Scope, config: Mapping[str, Any]) -> Record:
    """What follows from a config: what is monitored, and a moment of being Pending.

    Raises:
        CallError: SageMaker would refuse the config.
    """
    inline, name = config.get("MonitoringJobDefinition"), config.get("MonitoringJobDefinitionName")
    if (inline is None) == (name is None):
        wanted = "MonitoringJobDefinition or MonitoringJobDefinitionName"
        raise _invalid(f"Exactly one of {wanted} is required.")
    kind = config.get("MonitoringType") or ("DataQuality" if inline is not None else None)
    if kind is None:
        raise _invalid("MonitoringType is required with MonitoringJobDefinitionName.")
    definition = inline or find_definition(inside, scope, kind, str(name))
    inputs = definition["MonitoringInputs"][0] if inline else definition[f"{kind}JobInput"]
    check_endpoint(inside, scope, endpoint_of(inputs))
    _check_schedule(config.get("ScheduleConfig"), kind, definition)
    derived = {
        "MonitoringType": kind,
        "MonitoringScheduleStatus": "Scheduled",
        "PendingUntil": time.time() + _PENDING_SECONDS,
        "EndpointName": endpoint_of(inputs),
        "MonitoringJobDefinitionName": name,
    }
    return {key: value for key, value in derived.items() if value is not None}


def _check_schedule(
    schedule: Mapping[str, Any] | None, kind: str, definition: Mapping[str, Any]
) -> None:
    if schedule is None:  # SageMaker picks a time of the day
        return
    expression = schedule["ScheduleExpression"]
    if expression == _NOW:
        for member in ("DataAnalysisStartTime", "DataAnalysisEndTime"):
            if member not in schedule:
                raise _invalid(f"{member} is required when ScheduleExpression is {_NOW}.")
    elif not _CRON.fullmatch(expression):
        raise _invalid(f"Invalid schedule expression '{expression}'.")
    longest = _LONGEST_HOURLY_SECONDS[kind]
    runtime = definition.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", 0)
    if expression == _HOURLY and runtime > longest:
        limit = f"MaxRuntimeInSeconds {runtime} exceeds {longest}"
        raise _invalid(f"{limit}, the most for an hourly {kind} schedule.")


def _invalid(message: str) -> CallError:
    return CallError("ValidationException", message)


def _find(inside: Inside, scope: Scope, request: Request) -> Record:
    name = request["MonitoringScheduleName"]
    found = inside.store.table(scope, SCHEDULES).get(name)
    if found is None:
        code = "ResourceNotFound"
        raise CallError(code, f"Monitoring Schedule {arn(scope, SCHEDULES, name)} not found")
    return found


def _settled(inside: Inside, scope: Scope, request: Request) -> Record:
    found = _find(inside, scope, request)
    if _status(found) == "Pending":
        raise _invalid("Monitoring schedule in status Pending")
    return found


def _status(record: Record) -> str:
    pending = time.time() < record["PendingUntil"]
    return "Pending" if pending else str(record["MonitoringScheduleStatus"])


def _describe(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    hidden = ("PendingUntil", "MonitoringJobDefinitionName")
    with inside.store.lock:
        found = _find(inside, scope, request)
        shown = {key: value for key, value in found.items() if key not in hidden}
        return shown | {"MonitoringScheduleStatus": _status(found)}


def _update(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    config = request["MonitoringScheduleConfig"]
    derived = _derived(inside, scope, config)
    with inside.store.lock:
        found = _settled(inside, scope, request)
        for stale in ("EndpointName", "MonitoringJobDefinitionName"):
            found.pop(stale, None)
        stopped = found["MonitoringScheduleStatus"]
        found.update(derived, MonitoringScheduleConfig=config, LastModifiedTime=time.time())
        found["MonitoringScheduleStatus"] = stopped
        return {"MonitoringScheduleArn": found["MonitoringScheduleArn"]}


def _delete(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    with inside.store.lock:
        found = _settled(inside, scope, request)
        del inside.store.table(scope, SCHEDULES)[found["MonitoringScheduleName"]]
        untag(inside.store, scope, found["MonitoringScheduleArn"])
    return {}


def _switch(inside: Inside, status: str, scope: Scope, request: Request) -> dict[str, Any]:
    with inside.store.lock:
        found = _settled(inside, scope, request)
        now = time.time()
        found.update(MonitoringScheduleStatus=status, LastModifiedTime=now)
        found["PendingUntil"] = now + _PENDING_SECONDS
    return {}


def _list(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    hidden = ("PendingUntil", "MonitoringScheduleConfig")
    with inside.store.lock:
        summaries = [
            {key: value for key, value in record.items() if key not in hidden}
            | {"MonitoringScheduleStatus": _status(record)}
            for record in inside.store.table(scope, SCHEDULES).values()
        ]
    order = {
        "": "CreationTime",
        "CreationTime": "CreationTime",
        "Name": "MonitoringScheduleName",
        "Status": "MonitoringScheduleStatus",
    }
    equals = {
        "EndpointName": "EndpointName",
        "StatusEquals": "MonitoringScheduleStatus",
        "MonitoringJobDefinitionName": "MonitoringJobDefinitionName",
        "MonitoringTypeEquals": "MonitoringType",
    }
    answer = "MonitoringScheduleSummaries"
    return page(summaries, request, answer=answer, order=order, equals=equals)
