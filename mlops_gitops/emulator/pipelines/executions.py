"""Executions: started, stopped, retried, and told of, from the run folders of the executor.

Source: StartPipelineExecution and its like of the SageMaker API reference. A retry is refused after
a Fail step, as "Retry a pipeline execution" of the developer guide says.
"""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from mlops_gitops.emulator.pipelines.definitions import find_pipeline, in_time, paged
from mlops_gitops.emulator.pipelines.runs import Runs
from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Request
from mlops_gitops.emulator.sagemaker.store import Record
from mlops_gitops.emulator.wire import CallError, Scope
from mlops_gitops.executor.folder import token
from mlops_gitops.executor.language import Json
from mlops_gitops.executor.parameters import parameter_values
from mlops_gitops.executor.work.desk import Object, an_object

EXECUTIONS = "pipeline-execution"
_ID = 12
_TIMES = ("StartTime", "EndTime")
_TOLD = (
    "PipelineArn", "PipelineExecutionArn", "PipelineExecutionDisplayName",
    "PipelineExecutionDescription", "CreationTime", "ParallelismConfiguration",
    "SelectiveExecutionConfig",
)  # fmt: skip
_SUMMARY = ("PipelineExecutionArn", "PipelineExecutionDescription", "PipelineExecutionDisplayName")
_OTHER_BRANCH = "took the other branch"


def executions(inside: Inside) -> Mapping[str, Operation]:
    """The life of an execution."""
    runs = Runs(inside)
    given = {
        "StartPipelineExecution": _start,
        "StopPipelineExecution": _stop,
        "RetryPipelineExecution": _retry,
        "DescribePipelineExecution": _describe,
        "ListPipelineExecutions": _list,
        "ListPipelineExecutionSteps": _steps,
        "ListPipelineParametersForExecution": _parameters,
        "DescribePipelineDefinitionForExecution": _definition,
        "SendPipelineExecutionStepSuccess": _success,
        "SendPipelineExecutionStepFailure": _failure,
    }
    return {name: partial(operation, inside, runs) for name, operation in given.items()}


def _find(inside: Inside, scope: Scope, arn: str) -> Record:
    found = inside.store.table(scope, EXECUTIONS).get(arn)
    if found is None:
        message = f"Pipeline execution with ARN {arn} does not exist."
        raise CallError("ResourceNotFound", message)
    return found


def _start(inside: Inside, runs: Runs, scope: Scope, request: Request) -> dict[str, Any]:
    pipeline = find_pipeline(inside, scope, request["PipelineName"])
    asked = request.get("ClientRequestToken")
    with inside.store.lock:
        for known in inside.store.table(scope, EXECUTIONS).values():
            is_same = known["PipelineArn"] == pipeline["PipelineArn"]
            if asked and is_same and known.get("ClientRequestToken") == asked:
                return {"PipelineExecutionArn": known["PipelineExecutionArn"]}
    identity = token(_ID)
    parallel = request.get("ParallelismConfiguration", pipeline.get("ParallelismConfiguration"))
    now = time.time()
    record: Record = {
        **{
            key: request[key]
            for key in (*_SUMMARY[1:], "SelectiveExecutionConfig")
            if key in request
        },
        "Id": identity,
        "Take": 1,
        "PipelineName": pipeline["PipelineName"],
        "PipelineArn": pipeline["PipelineArn"],
        "PipelineExecutionArn": f"{pipeline['PipelineArn']}/execution/{identity}",
        "PipelineDefinition": pipeline["PipelineDefinition"],
        "PipelineParameters": list(request.get("PipelineParameters", ())),
        "RoleArn": pipeline["RoleArn"],
        "ClientRequestToken": asked,
        "CreationTime": now,
        **({"ParallelismConfiguration": parallel} if parallel else {}),
        "Parallelism": (parallel or {}).get("MaxParallelExecutionSteps"),
        **_selected(inside, runs, scope, request),
    }
    runs.begin(scope, record)
    with inside.store.lock:
        inside.store.table(scope, EXECUTIONS)[record["PipelineExecutionArn"]] = record
        pipeline["LastExecutionTime"] = now
    return {"PipelineExecutionArn": record["PipelineExecutionArn"]}


def _selected(inside: Inside, runs: Runs, scope: Scope, request: Request) -> Record:
    """Say which steps run, and where the others' outputs come from: the newest one if not said."""
    config = request.get("SelectiveExecutionConfig")
    if config is None:
        return {}
    source = config.get("SourcePipelineExecutionArn")
    if source is None:
        pipeline = find_pipeline(inside, scope, request["PipelineName"])
        every = inside.store.table(scope, EXECUTIONS).values()
        own = [each for each in every if each["PipelineArn"] == pipeline["PipelineArn"]]
        source = own[-1]["PipelineExecutionArn"] if own else None
    record = _find(inside, scope, source) if source else None
    return {
        "Selected": [each["StepName"] for each in config["SelectedSteps"]],
        "Previous": str(runs.folder(scope, record)) if record else None,
    }


def _stop(inside: Inside, runs: Runs, scope: Scope, request: Request) -> dict[str, Any]:
    record = _find(inside, scope, request["PipelineExecutionArn"])
    runs.stop(scope, record)
    return {"PipelineExecutionArn": record["PipelineExecutionArn"]}


def _retry(inside: Inside, runs: Runs, scope: Scope, request: Request) -> dict[str, Any]:
    """Run again what did not succeed, in the same execution."""
    record = _find(inside, scope, request["PipelineExecutionArn"])
    run, steps = runs.look(scope, record)
    status = run.get("PipelineExecutionStatus")
    if status not in {"Failed", "Stopped"} or not run.get("CanRetry", True):
        reason = "was ended by a Fail step" if status == "Failed" else f"is in status {status}"
        message = f"Pipeline execution with ARN {record['PipelineExecutionArn']} {reason}"
        raise CallError("ValidationException", f"{message} and cannot be retried.")
    again = [
        str(step["StepName"])
        for step in steps
        if step.get("StepStatus") != "Succeeded"
        and _OTHER_BRANCH not in str(an_object(step.get("Local")).get("Why"))
    ]
    earlier = [step for step in steps if step.get("StepStatus") == "Succeeded"]
    previous = str(runs.folder(scope, record))
    with inside.store.lock:
        kept = [*record.get("Earlier", []), *earlier]
        record.update(Take=record["Take"] + 1, Selected=again, Previous=previous, Earlier=kept)
    runs.begin(scope, record)
    return {"PipelineExecutionArn": record["PipelineExecutionArn"]}


def _describe(inside: Inside, runs: Runs, scope: Scope, request: Request) -> dict[str, Any]:
    record = _find(inside, scope, request["PipelineExecutionArn"])
    run, _ = runs.look(scope, record)
    reason = run.get("FailureReason")
    return {
        **{key: record[key] for key in _TOLD if key in record},
        "PipelineExecutionStatus": run["PipelineExecutionStatus"],
        "LastModifiedTime": _seconds(run.get("LastModifiedTime")) or record["CreationTime"],
        **({"FailureReason": reason} if reason else {}),
    }


def _list(inside: Inside, runs: Runs, scope: Scope, request: Request) -> dict[str, Any]:
    pipeline = find_pipeline(inside, scope, request["PipelineName"])
    with inside.store.lock:
        every = list(inside.store.table(scope, EXECUTIONS).values())
    found = [
        {**{key: each[key] for key in _SUMMARY if key in each}, "StartTime": each["CreationTime"]}
        for each in every
        if each["PipelineArn"] == pipeline["PipelineArn"] and in_time(each, request)
    ]
    by = request.get("SortBy", "CreationTime")
    key = "StartTime" if by == "CreationTime" else by
    found.sort(key=lambda each: each[key], reverse=request.get("SortOrder") != "Ascending")
    answer = paged(found, request, "PipelineExecutionSummaries")
    for each in answer["PipelineExecutionSummaries"]:
        record = _find(inside, scope, each["PipelineExecutionArn"])
        run, _ = runs.look(scope, record)
        each["PipelineExecutionStatus"] = run["PipelineExecutionStatus"]
        if run.get("FailureReason"):
            each["PipelineExecutionFailureReason"] = run["FailureReason"]
    return answer


def _steps(inside: Inside, runs: Runs, scope: Scope, request: Request) -> dict[str, Any]:
    record = _find(inside, scope, request["PipelineExecutionArn"])
    _, steps = runs.look(scope, record)
    listed = [_told(step) for step in [*record.get("Earlier", []), *steps] if "StepStatus" in step]
    listed.sort(
        key=lambda step: float(step.get("StartTime", 0)),
        reverse=request.get("SortOrder", "Descending") == "Descending",
    )
    return paged(listed, request, "PipelineExecutionSteps")


def _told(step: Object) -> dict[str, Any]:
    """Write a step as the API does; that it was stood in for is said in its description."""
    told: dict[str, Any] = {key: value for key, value in step.items() if key != "Local"}
    for key in _TIMES:
        if key in told:
            told[key] = _seconds(told[key])
    local = an_object(step.get("Local"))
    if local.get("How") == "stubbed":
        said = str(told.get("StepDescription", ""))
        told["StepDescription"] = f"{said} (emulated: {local.get('Why')})".strip()
    return told


def _parameters(inside: Inside, _: Runs, scope: Scope, request: Request) -> dict[str, Any]:
    record = _find(inside, scope, request["PipelineExecutionArn"])
    declared = json.loads(record["PipelineDefinition"]).get("Parameters")
    given = {each["Name"]: each["Value"] for each in record["PipelineParameters"]}
    values = parameter_values(declared, given)
    listed = [{"Name": name, "Value": str(value)} for name, value in values.items()]
    return paged(listed, request, "PipelineParameters")


def _definition(inside: Inside, _: Runs, scope: Scope, request: Request) -> dict[str, Any]:
    record = _find(inside, scope, request["PipelineExecutionArn"])
    return {
        "PipelineDefinition": record["PipelineDefinition"],
        "CreationTime": record["CreationTime"],
    }


def _success(_: Inside, runs: Runs, __: Scope, request: Request) -> dict[str, Any]:
    details: Object = {"OutputParameters": request.get("OutputParameters", [])}
    return {"PipelineExecutionArn": runs.answer(request["CallbackToken"], "Success", details)}


def _failure(_: Inside, runs: Runs, __: Scope, request: Request) -> dict[str, Any]:
    details: Object = {"FailureReason": request.get("FailureReason", "")}
    return {"PipelineExecutionArn": runs.answer(request["CallbackToken"], "Failure", details)}


def _seconds(text: Json) -> float:
    return datetime.fromisoformat(text).timestamp() if isinstance(text, str) else 0.0
