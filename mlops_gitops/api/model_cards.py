"""Model cards through `POST /provisionpipeline`, as the predecessor's clients ask for them.

Cards are made and changed by configs, so creating and updating one deploys a config; the others are
answered at once.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from mlops_gitops.api.accepted import accepted
from mlops_gitops.api.answer import Answer, ok
from mlops_gitops.api.handed_over import event_of
from mlops_gitops.api.request import Request
from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.document import Json
from mlops_gitops.config.settings import Settings
from mlops_gitops.errors import UsageError
from mlops_gitops.status.model_card import CardSummary, ModelCard
from mlops_gitops.use_cases.card_bodies import CREATE, UPDATE, card_config
from mlops_gitops.use_cases.entrance import CONFIG, Entrance, judge, submit
from mlops_gitops.use_cases.model_cards import (
    EXPORTS,
    delete_card,
    describe_card,
    export_card,
    list_cards,
)
from mlops_gitops.use_cases.validate import Repository
from mlops_gitops.use_cases.world import World

Operation = Callable[[Entrance, Request, Mapping[str, Json]], Answer]

_PATIENCE = 20.0
"""Seconds: API Gateway gives up after 29."""
_NAME = re.compile(r"[A-Za-z0-9](-*[A-Za-z0-9]){0,62}")
_DIGITS = re.compile(r"[1-9][0-9]{0,8}")


def _put(entrance: Entrance, request: Request, members: Mapping[str, Json]) -> Answer:
    config = card_config(_world(entrance, request), members, _name(members))
    content = json.dumps(config).encode()
    judged = judge(entrance, CONFIG, content)
    return accepted(submit(entrance, judged, request.by, event_of(content, request.by)))


def _describe(entrance: Entrance, request: Request, members: Mapping[str, Json]) -> Answer:
    version = _version(members, "version")
    card = describe_card(_world(entrance, request), _name(members), None, version)
    return ok(message=_described(card))


def _list(entrance: Entrance, request: Request, _: Mapping[str, Json]) -> Answer:
    found = list_cards(_world(entrance, request), None)
    return ok(message={"ModelCardSummaries": [_summary(entrance.settings, each) for each in found]})


def _delete(entrance: Entrance, request: Request, members: Mapping[str, Json]) -> Answer:
    name = _name(members)
    delete_card(_world(entrance, request), name, None)
    return ok(message=f"Model card with the name: {name} has been deleted")


def _export(entrance: Entrance, request: Request, members: Mapping[str, Json]) -> Answer:
    name, version = _name(members), _version(members, "model_card_version")
    job = members.get("export_job_name") or ""
    if job and not (isinstance(job, str) and _NAME.fullmatch(job)):
        raise UsageError("export_job_name is no name of a job.", hint=_NAMES)
    world = _world(entrance, request)
    made = export_card(world, name, None, version, job=str(job), longest=_PATIENCE)
    folder = f"s3://{entrance.settings.assets_bucket}/{EXPORTS}"
    message = f"Model card with the name: {name} has been exported to {folder}"
    return ok(message=message, location=made.location)


OPERATIONS: Mapping[str, Operation] = {
    CREATE: _put,
    UPDATE: _put,
    "describe_model_card": _describe,
    "delete_model_card": _delete,
    "export_model_card": _export,
    "list_model_cards": _list,
}
"""By `pipeline_type` of the body."""

_NAMES = "Write up to 63 letters, digits and hyphens between them."


def _world(entrance: Entrance, request: Request) -> World:
    repository = Repository(settings=entrance.settings, configs=(), since=request.by.door)
    return entrance.open(repository, request.by)


def _name(members: Mapping[str, Json]) -> str:
    name = members.get("name")
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise UsageError("The body lacks name, the name of a model card.", hint=_NAMES)


def _version(members: Mapping[str, Json], member: str) -> int | None:
    version = members.get(member)
    if version in (None, ""):
        return None
    if isinstance(version, int | str) and _DIGITS.fullmatch(str(version)):
        return int(version)
    raise UsageError(f"{member} is no version.", hint="Write a whole number from 1.")


def _described(card: ModelCard) -> dict[str, Any]:
    """Spell a card as DescribeModelCard does."""
    key = {"SecurityConfig": {"KmsKeyId": card.kms_key}} if card.kms_key else {}
    return {
        "ModelCardArn": card.arn,
        "ModelCardName": card.name,
        "ModelCardVersion": card.version,
        "ModelCardStatus": card.status,
        "Content": json.dumps(card.content),
        "CreationTime": card.created_at.isoformat(),
        "LastModifiedTime": card.modified_at.isoformat(),
        **key,
    }


def _summary(settings: Settings, card: CardSummary) -> dict[str, Any]:
    """Spell a card as ListModelCards does."""
    account = f"{settings.region}:{settings.orchestrator_account}"
    arn = f"arn:{partition_of(settings.region)}:sagemaker:{account}:model-card/{card.name}"
    return {
        "ModelCardName": card.name,
        "ModelCardArn": arn,
        "ModelCardStatus": card.status,
        "LastModifiedTime": card.modified_at.isoformat(),
    }
