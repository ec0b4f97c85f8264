"""Pipelines themselves: made, changed, described, listed, deleted.

Sources: CreatePipeline and its like of the SageMaker API reference; the sentence about names that
are taken is the one that the SageMaker Python SDK looks for.
"""

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from mlops_gitops.emulator.codepipeline import roles
from mlops_gitops.emulator.sagemaker.listing import seconds
from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Request, arn
from mlops_gitops.emulator.sagemaker.store import Record
from mlops_gitops.emulator.sagemaker.tags import tag, untag
from mlops_gitops.emulator.wire import CallError, Scope
from mlops_gitops.errors import UsageError
from mlops_gitops.executor.graph import read_graph

PIPELINES = "pipeline"
_SERVICE = "sagemaker.amazonaws.com"
_PAGE = 10
_CHANGEABLE = ("PipelineDisplayName", "PipelineDescription", "RoleArn", "ParallelismConfiguration")
_SUMMARY = (
    "PipelineArn", "PipelineName", "PipelineDisplayName", "PipelineDescription", "RoleArn",
    "CreationTime", "LastModifiedTime", "LastExecutionTime",
)  # fmt: skip


def definitions(inside: Inside) -> Mapping[str, Operation]:
    """The life of a pipeline."""
    return {
        "CreatePipeline": partial(_create, inside),
        "UpdatePipeline": partial(_update, inside),
        "DescribePipeline": partial(_describe, inside),
        "DeletePipeline": partial(_delete, inside),
        "ListPipelines": partial(_list, inside),
    }


def find_pipeline(inside: Inside, scope: Scope, name_or_arn: str) -> Record:
    """Find a pipeline by its name or its ARN.

    Raises:
        CallError: ResourceNotFound.
    """
    name = name_or_arn.rpartition("/")[2].lower()
    for known, record in inside.store.table(scope, PIPELINES).items():
        if known.lower() == name:
            return record
    place = arn(scope, PIPELINES, name)
    raise CallError("ResourceNotFound", f"Pipeline '{place}' does not exist.")


def paged(found: list[Any], request: Request, member: str, size: int = _PAGE) -> dict[str, Any]:
    """Give one page of what was found.

    Raises:
        CallError: ValidationException, for a NextToken that nobody gave.
    """
    token = request.get("NextToken", "0")
    if not token.isdigit():
        raise CallError("ValidationException", "The pagination token is invalid.")
    begin, size = int(token), int(request.get("MaxResults", size))
    more = {"NextToken": str(begin + size)} if begin + size < len(found) else {}
    return {member: found[begin : begin + size], **more}


def _create(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    name = request["PipelineName"]
    _check_role(inside, scope, request["RoleArn"])
    text = _definition(inside, scope, request)
    now, place = time.time(), arn(scope, PIPELINES, name.lower())
    with inside.store.lock:
        table = inside.store.table(scope, PIPELINES)
        known = next((each for each in table.values() if each["PipelineArn"] == place), None)
        if known is not None:
            if known.get("ClientRequestToken") == request.get("ClientRequestToken"):
                return {"PipelineArn": place}
            message = (
                "Pipeline names must be unique within an AWS account and region. "
                f"Pipeline with name ({name}) already exists."
            )
            raise CallError("ValidationException", message)
        table[name] = {
            **{key: request[key] for key in _CHANGEABLE if key in request},
            "PipelineName": name,
            "PipelineArn": place,
            "PipelineDefinition": text,
            "PipelineStatus": "Active",
            "ClientRequestToken": request.get("ClientRequestToken"),
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        tag(inside.store, scope, place, request.get("Tags", ()))
    return {"PipelineArn": place}


def _update(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    record = find_pipeline(inside, scope, request["PipelineName"])
    if "RoleArn" in request:
        _check_role(inside, scope, request["RoleArn"])
    changed = {key: request[key] for key in _CHANGEABLE if key in request}
    if {"PipelineDefinition", "PipelineDefinitionS3Location"} & request.keys():
        changed["PipelineDefinition"] = _definition(inside, scope, request)
    with inside.store.lock:
        record.update(changed, LastModifiedTime=time.time())
    return {"PipelineArn": record["PipelineArn"]}


def _describe(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    with inside.store.lock:
        record = dict(find_pipeline(inside, scope, request["PipelineName"]))
    record.pop("ClientRequestToken", None)
    last = record.pop("LastExecutionTime", None)
    return record | ({} if last is None else {"LastRunTime": last})


def _delete(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    record = find_pipeline(inside, scope, request["PipelineName"])
    with inside.store.lock:
        inside.store.table(scope, PIPELINES).pop(record["PipelineName"], None)
        untag(inside.store, scope, record["PipelineArn"])
    return {"PipelineArn": record["PipelineArn"]}


def _list(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    prefix = request.get("PipelineNamePrefix", "")
    with inside.store.lock:
        found = [
            {key: record[key] for key in _SUMMARY if key in record}
            for name, record in inside.store.table(scope, PIPELINES).items()
            if name.startswith(prefix) and in_time(record, request)
        ]
    by = "PipelineName" if request.get("SortBy") == "Name" else "CreationTime"
    found.sort(key=lambda each: each[by], reverse=request.get("SortOrder") != "Ascending")
    return paged(found, request, "PipelineSummaries")


def in_time(record: Mapping[str, Any], request: Request) -> bool:
    """Tell whether something was made when a request asks."""
    made = float(record["CreationTime"])
    after, before = request.get("CreatedAfter"), request.get("CreatedBefore")
    return (after is None or made > seconds(after)) and (before is None or made < seconds(before))


def _definition(inside: Inside, scope: Scope, request: Request) -> str:
    text = request.get("PipelineDefinition")
    place = request.get("PipelineDefinitionS3Location")
    if (text is None) == (place is None):
        both = "Exactly one of PipelineDefinition and PipelineDefinitionS3Location is required."
        raise CallError("ValidationException", both)
    if place is not None:
        s3 = inside.clients.of_account("s3", scope.account, scope.region)
        found = s3.get_object(Bucket=place["Bucket"], Key=place["ObjectKey"])
        text = found["Body"].read().decode()
    try:
        read_graph(json.loads(str(text)))
    except ValueError as error:
        message = f"Unable to parse pipeline definition. {error}"
        raise CallError("ValidationException", message) from error
    except UsageError as error:
        message = f"Unable to parse pipeline definition. {error}"
        raise CallError("ValidationException", message) from error
    return str(text)


def _check_role(inside: Inside, scope: Scope, role: str) -> None:
    if roles.account_of(role) != scope.account:
        raise CallError("AccessDeniedException", "Cross-account pass role is not allowed.")
    try:
        roles.check_service_role(inside.clients, role, _SERVICE, scope.region)
    except roles.RoleError as error:
        message = (
            f"Could not assume role {role}. Please ensure that the role exists and allows "
            f"principal '{_SERVICE}' to assume the role."
        )
        raise CallError("ValidationException", message) from error
