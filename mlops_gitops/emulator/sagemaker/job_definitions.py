"""The job definitions of Model Monitor, four kinds that differ in the names of their members.

What SageMaker answers is documented, except for some of its sentences: that of an endpoint which is
not there is quoted in public reports of CreateDataQualityJobDefinition; those of a definition that
is taken, missing or in use are in its manner.
"""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from mlops_gitops.emulator.sagemaker.listing import page
from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Request, arn
from mlops_gitops.emulator.sagemaker.store import Record, Table
from mlops_gitops.emulator.sagemaker.tags import tag, untag
from mlops_gitops.emulator.wire import CallError, Scope

MONITORING_TYPES = {
    "DataQuality": "data-quality-job-definition",
    "ModelQuality": "model-quality-job-definition",
    "ModelBias": "model-bias-job-definition",
    "ModelExplainability": "model-explainability-job-definition",
}
"""A monitoring type, and what stands for its definitions in ARNs."""

SCHEDULES = "monitoring-schedule"
"""The table of schedules, which use definitions."""

_USUAL_INPUT = {"S3InputMode": "File", "S3DataDistributionType": "FullyReplicated"}
_USUAL_RUNTIME = {"MaxRuntimeInSeconds": 3600}


def job_definitions(inside: Inside) -> Mapping[str, Operation]:
    """Create, Describe, Delete and List for each monitoring type."""
    operations: dict[str, Operation] = {}
    for kind in MONITORING_TYPES:
        name = f"{kind}JobDefinition"
        operations |= {
            f"Create{name}": partial(_create, inside, kind),
            f"Describe{name}": partial(_describe, inside, kind),
            f"Delete{name}": partial(_delete, inside, kind),
            f"List{name}s": partial(_list, inside, kind),
        }
    return operations


def definition_arn(scope: Scope, kind: str, name: str) -> str:
    """The ARN of a definition of a monitoring type."""
    return arn(scope, MONITORING_TYPES[kind], name)


def find_definition(inside: Inside, scope: Scope, kind: str, name: str) -> Record:
    """The definition of this name.

    Raises:
        CallError: ResourceNotFound.
    """
    found = _table(inside, scope, kind).get(name)
    if found is None:
        code = "ResourceNotFound"
        place = definition_arn(scope, kind, name)
        raise CallError(code, f"Monitoring Job Definition {place} not found")
    return found


def endpoint_of(inputs: Mapping[str, Any]) -> str | None:
    """The endpoint whose captured data is monitored, if it is an endpoint's."""
    name = inputs.get("EndpointInput", {}).get("EndpointName")
    return None if name is None else str(name)


def check_endpoint(inside: Inside, scope: Scope, name: str | None) -> None:
    """Refuse to monitor an endpoint that is not there."""
    if name is None:
        return
    try:
        inside.call(scope, "DescribeEndpoint", {"EndpointName": name})
    except CallError:
        code = "ValidationException"
        raise CallError(code, f"Endpoint '{name}' does not exist or is not valid") from None


def _table(inside: Inside, scope: Scope, kind: str) -> Table:
    return inside.store.table(scope, MONITORING_TYPES[kind])


def _create(inside: Inside, kind: str, scope: Scope, request: Request) -> dict[str, Any]:
    name, inputs = request["JobDefinitionName"], request[f"{kind}JobInput"]
    if len(inputs.keys() & {"EndpointInput", "BatchTransformInput"}) != 1:
        code = "ValidationException"
        raise CallError(code, "Exactly one of EndpointInput and BatchTransformInput is required.")
    check_endpoint(inside, scope, endpoint_of(inputs))
    place = definition_arn(scope, kind, name)
    with inside.store.lock:
        if name in _table(inside, scope, kind):
            code = "ResourceInUse"
            raise CallError(code, f"Monitoring Job Definition {place} already exists")
        _table(inside, scope, kind)[name] = _record(kind, request, place)
        tag(inside.store, scope, place, request.get("Tags", ()))
    return {"JobDefinitionArn": place}


def _record(kind: str, request: Request, place: str) -> Record:
    record = {key: value for key, value in request.items() if key != "Tags"}
    inputs = {
        key: _USUAL_INPUT | value if key != "GroundTruthS3Input" else value
        for key, value in request[f"{kind}JobInput"].items()
    }
    return {
        "StoppingCondition": _USUAL_RUNTIME,
        **record,
        f"{kind}JobInput": inputs,
        "JobDefinitionArn": place,
        "CreationTime": time.time(),
    }


def _describe(inside: Inside, kind: str, scope: Scope, request: Request) -> dict[str, Any]:
    return dict(find_definition(inside, scope, kind, request["JobDefinitionName"]))


def _delete(inside: Inside, kind: str, scope: Scope, request: Request) -> dict[str, Any]:
    name = request["JobDefinitionName"]
    with inside.store.lock:
        place = find_definition(inside, scope, kind, name)["JobDefinitionArn"]
        users = [
            schedule["MonitoringScheduleName"]
            for schedule in inside.store.table(scope, SCHEDULES).values()
            if (schedule["MonitoringType"], schedule.get("MonitoringJobDefinitionName"))
            == (kind, name)
        ]
        if users:
            code = "ValidationException"
            used = f"is in use by monitoring schedule {users[0]}"
            raise CallError(code, f"Monitoring Job Definition {place} {used}")
        del _table(inside, scope, kind)[name]
        untag(inside.store, scope, place)
    return {}


def _list(inside: Inside, kind: str, scope: Scope, request: Request) -> dict[str, Any]:
    with inside.store.lock:
        summaries = [
            {
                "MonitoringJobDefinitionName": record["JobDefinitionName"],
                "MonitoringJobDefinitionArn": record["JobDefinitionArn"],
                "CreationTime": record["CreationTime"],
                "EndpointName": endpoint_of(record[f"{kind}JobInput"]) or "",
            }
            for record in _table(inside, scope, kind).values()
        ]
    order = {
        "": "CreationTime",
        "CreationTime": "CreationTime",
        "Name": "MonitoringJobDefinitionName",
    }
    equals = {"EndpointName": "EndpointName"}
    return page(summaries, request, answer="JobDefinitionSummaries", order=order, equals=equals)
