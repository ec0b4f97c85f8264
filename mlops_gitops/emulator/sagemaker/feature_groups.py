"""Feature groups of SageMaker Feature Store: what they are, not what is in them.

moto makes and describes them, and can neither change nor delete one. Source: API_CreateFeatureGroup
and its like. Records are not kept: `PutRecord` of the Feature Store runtime is not emulated.
Sentences of refusals are in SageMaker's manner.
"""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Request, arn
from mlops_gitops.emulator.sagemaker.store import Record
from mlops_gitops.emulator.sagemaker.tags import tag, untag
from mlops_gitops.emulator.wire import CallError, Scope

_KIND = "feature-group"


def feature_groups(inside: Inside) -> Mapping[str, Operation]:
    """The life of a feature group."""
    return {
        "CreateFeatureGroup": partial(_create, inside),
        "DescribeFeatureGroup": partial(_describe, inside),
        "UpdateFeatureGroup": partial(_update, inside),
        "DeleteFeatureGroup": partial(_delete, inside),
    }


def _create(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    name = str(request["FeatureGroupName"])
    _check(request)
    place = arn(scope, _KIND, name)
    with inside.store.lock:
        groups = inside.store.table(scope, _KIND)
        if name in groups:
            raise CallError("ResourceInUse", f"Feature Group {place} already exists.")
        now = time.time()
        kept = {key: value for key, value in request.items() if key != "Tags"}
        groups[name] = {
            **kept,
            "FeatureGroupArn": place,
            "FeatureGroupStatus": "Created",
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        tag(inside.store, scope, place, request.get("Tags", ()))
    return {"FeatureGroupArn": place}


def _check(request: Request) -> None:
    names = [each["FeatureName"] for each in request["FeatureDefinitions"]]
    for key in ("RecordIdentifierFeatureName", "EventTimeFeatureName"):
        if request[key] not in names:
            message = f"{key} {request[key]} is not in the list of feature definitions."
            raise CallError("ValidationException", message)
    if not request.get("OfflineStoreConfig") and not request.get("OnlineStoreConfig"):
        message = "Either OnlineStoreConfig or OfflineStoreConfig must be given."
        raise CallError("ValidationException", message)


def _describe(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    # The API requires a token for more definitions than fit, of which there are none here.
    return {**_found(inside, scope, request), "NextToken": ""}


def _update(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    with inside.store.lock:
        record = _found(inside, scope, request)
        names = {each["FeatureName"] for each in record["FeatureDefinitions"]}
        added = list(request.get("FeatureAdditions", ()))
        for each in added:
            if each["FeatureName"] in names:
                message = f"Feature {each['FeatureName']} already exists."
                raise CallError("ValidationException", message)
        record["FeatureDefinitions"] = [*record["FeatureDefinitions"], *added]
        record["LastModifiedTime"] = time.time()
        return {"FeatureGroupArn": record["FeatureGroupArn"]}


def _delete(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    with inside.store.lock:
        record = _found(inside, scope, request)
        untag(inside.store, scope, record["FeatureGroupArn"])
        inside.store.table(scope, _KIND).pop(record["FeatureGroupName"])
    return {}


def _found(inside: Inside, scope: Scope, request: Request) -> Record:
    name = str(request["FeatureGroupName"]).rpartition("/")[2]
    record = inside.store.table(scope, _KIND).get(name)
    if record is None:
        code, place = "ResourceNotFound", arn(scope, _KIND, name)
        raise CallError(code, f"Feature Group {place} does not exist.")
    return record
