"""Model cards: each update makes a version, and none is ever lost before its card is deleted.

Source: API_CreateModelCard and its like, "Amazon SageMaker Model Cards" of the developer guide.
Sentences of refusals are in SageMaker's manner.
"""

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from mlops_gitops.emulator.sagemaker.listing import page
from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Request, arn
from mlops_gitops.emulator.sagemaker.store import Record
from mlops_gitops.emulator.sagemaker.tags import tag, untag
from mlops_gitops.emulator.wire import CallError, Scope

_CARDS = "model-card"
_PARTS_OF_CONTENT = frozenset(
    [
        "additional_information",
        "business_details",
        "evaluation_details",
        "intended_uses",
        "model_overview",
        "model_package_details",
        "training_details",
    ]
)
_SUMMARY = ("ModelCardName", "ModelCardArn", "ModelCardStatus", "CreationTime", "LastModifiedTime")


def model_cards(inside: Inside) -> Mapping[str, Operation]:
    """The life of a model card."""
    return {
        "CreateModelCard": partial(_create, inside),
        "DescribeModelCard": partial(_describe, inside),
        "UpdateModelCard": partial(_update, inside),
        "DeleteModelCard": partial(_delete, inside),
        "ListModelCards": partial(_list, inside),
        "ListModelCardVersions": partial(_list_versions, inside),
    }


def find_version(inside: Inside, scope: Scope, request: Request) -> Record:
    """The version of a card that `ModelCardName` (or its ARN) and `ModelCardVersion` mean.

    Raises:
        CallError: ResourceNotFound.
    """
    versions = _versions(inside, scope, request)
    wanted = int(request.get("ModelCardVersion", len(versions)))
    if not 1 <= wanted <= len(versions):
        code, place = "ResourceNotFound", versions[0]["ModelCardArn"]
        raise CallError(code, f"Model Card {place} has no version {wanted}")
    return versions[wanted - 1]


def _versions(inside: Inside, scope: Scope, request: Request) -> list[Record]:
    name = request["ModelCardName"].rsplit("/", 1)[-1]
    found = inside.store.table(scope, _CARDS).get(name)
    if found is None:
        code = "ResourceNotFound"
        raise CallError(code, f"Model Card {arn(scope, _CARDS, name)} not found")
    versions: list[Record] = found["Versions"]
    return versions


def _create(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    name = request["ModelCardName"]
    place = arn(scope, _CARDS, name)
    _check_content(request["Content"])
    now = time.time()
    first = {key: value for key, value in request.items() if key != "Tags"}
    first |= {"ModelCardArn": place, "ModelCardVersion": 1}
    first |= {"CreationTime": now, "LastModifiedTime": now}
    with inside.store.lock:
        cards = inside.store.table(scope, _CARDS)
        if name in cards:
            code = "ConflictException"
            raise CallError(code, f"Model Card {place} already exists")
        cards[name] = {"Versions": [first]}
        tag(inside.store, scope, place, request.get("Tags", ()))
    return {"ModelCardArn": place}


def _check_content(content: str) -> None:
    code = "ValidationException"
    try:
        parsed = json.loads(content)
    except ValueError:
        raise CallError(code, "Model card content is not valid JSON") from None
    unknown = sorted(set(parsed) - _PARTS_OF_CONTENT) if isinstance(parsed, dict) else [content]
    if unknown:
        raise CallError(code, f"Model card content does not match its schema: {unknown[0]}")


def _describe(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    with inside.store.lock:
        found = dict(find_version(inside, scope, request))
    return found | {"CreatedBy": {}, "LastModifiedBy": {}}


def _update(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    given = {key: request[key] for key in ("Content", "ModelCardStatus") if key in request}
    if len(given) != 1:
        code = "ValidationException"
        both = "Content and ModelCardStatus cannot be updated in a single call"
        raise CallError(code, both if given else "There is nothing to update")
    if "Content" in given:
        _check_content(given["Content"])
    with inside.store.lock:
        versions = _versions(inside, scope, request)
        latest = versions[-1]
        if latest["ModelCardStatus"] == "Archived" and "Content" in given:
            code = "ConflictException"
            raise CallError(code, f"Model Card {latest['ModelCardArn']} is archived")
        number = {"ModelCardVersion": len(versions) + 1, "LastModifiedTime": time.time()}
        versions.append(latest | given | number)
    return {"ModelCardArn": latest["ModelCardArn"]}


def _delete(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    with inside.store.lock:
        latest = _versions(inside, scope, request)[-1]
        del inside.store.table(scope, _CARDS)[latest["ModelCardName"]]
        untag(inside.store, scope, latest["ModelCardArn"])
    return {}


def _list(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    with inside.store.lock:
        latest = [card["Versions"][-1] for card in inside.store.table(scope, _CARDS).values()]
        summaries = [{key: version[key] for key in _SUMMARY} for version in latest]
    order = {"": "CreationTime", "CreationTime": "CreationTime", "Name": "ModelCardName"}
    equals = {"ModelCardStatus": "ModelCardStatus"}
    return page(summaries, request, answer="ModelCardSummaries", order=order, equals=equals)


def _list_versions(inside: Inside, scope: Scope, request: Request) -> dict[str, Any]:
    shown = (*_SUMMARY, "ModelCardVersion")
    with inside.store.lock:
        versions = _versions(inside, scope, request)
        summaries = [{key: version[key] for key in shown} for version in versions]
    order = {"": "ModelCardVersion", "Version": "ModelCardVersion", "Name": "ModelCardName"}
    equals = {"ModelCardStatus": "ModelCardStatus"}
    answer = "ModelCardVersionSummaryList"
    return page(summaries, request, answer=answer, order=order, equals=equals)
