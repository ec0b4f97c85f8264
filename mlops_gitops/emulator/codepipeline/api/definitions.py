"""Operations on the declaration of pipelines, and on their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_gitops.emulator.codepipeline import events, roles
from mlops_gitops.emulator.codepipeline.api.call import Call, Json, page
from mlops_gitops.emulator.codepipeline.declaration import normalise, read_pipeline
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.ledger import Key
from mlops_gitops.emulator.codepipeline.state import PipelineState
from mlops_gitops.emulator.codepipeline.structure import check_structure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_TAGS = 50
MAX_PIPELINES = 1000
ARN_PARTS = 6


def create_pipeline(call: Call) -> Json:
    """Create a pipeline; like on AWS it starts at once."""
    raw = call.request["pipeline"]
    tags = _tags(call.request.get("tags") or ())
    _check(call, raw)
    key = Key(account=call.account, region=call.region, name=raw["name"])
    pipeline = read_pipeline(normalise(raw, 1))
    at = call.ledger.at()
    state = PipelineState(pipeline=pipeline, created=at, updated=at, tags=_merge({}, tags))
    first = events.Started(
        execution=call.ledger.new_id(), trigger="CreatePipeline", detail=call.caller
    )
    call.ledger.create(key, state, first)
    return {"pipeline": pipeline.raw, "tags": _listed(tags)}


def update_pipeline(call: Call) -> Json:
    """Give a pipeline a new declaration; what runs is cancelled."""
    raw = call.request["pipeline"]
    key = Key(account=call.account, region=call.region, name=raw["name"])
    call.ledger.find(key)
    _check(call, raw)

    def decide(state: PipelineState) -> events.Event:
        version = state.pipeline.version + 1
        return events.DefinitionUpdated(pipeline=read_pipeline(normalise(raw, version)))

    return {"pipeline": call.ledger.apply(key, decide).pipeline.raw}


def get_pipeline(call: Call) -> Json:
    """Show a declaration, the current one or an earlier version."""
    key = call.key()
    state = call.ledger.find(key)
    version = call.request.get("version", state.pipeline.version)
    found = [p for p in (*state.earlier, state.pipeline) if p.version == version]
    if not found:
        raise ApiError(
            "PipelineVersionNotFoundException",
            f"Pipeline '{key.name}' does not have a version {version}",
        )
    metadata = {"pipelineArn": key.arn, "created": state.created, "updated": state.updated}
    return {"pipeline": found[0].raw, "metadata": metadata}


def delete_pipeline(call: Call) -> Json:
    """Delete a pipeline; one that does not exist is deleted already."""
    key = call.key()
    if call.ledger.get(key):
        call.ledger.apply(key, lambda _state: events.DefinitionDeleted())
        call.ledger.remove(key)
    return {}


def list_pipelines(call: Call) -> Json:
    """List the pipelines of the account and region."""
    keys = [
        k for k in call.ledger.pipelines() if (k.account, k.region) == (call.account, call.region)
    ]
    cut, token = page(call, keys, lambda key: key.name, MAX_PIPELINES)
    states = [state for key in cut if (state := call.ledger.get(key))]
    return {"pipelines": [_summary(state) for state in states], **token}


def tag_resource(call: Call) -> Json:
    """Add tags, or change their values."""
    tags = _tags(call.request["tags"])
    call.ledger.retag(_tagged(call), lambda old: _merge(old, tags))
    return {}


def untag_resource(call: Call) -> Json:
    """Remove tags."""
    gone = set(call.request["tagKeys"])
    call.ledger.retag(
        _tagged(call), lambda old: {key: value for key, value in old.items() if key not in gone}
    )
    return {}


def list_tags_for_resource(call: Call) -> Json:
    """List tags."""
    tags = _listed(call.ledger.find(_tagged(call)).tags)
    cut, token = page(call, tags, lambda tag: tag["key"], 100)
    return {"tags": cut, **token}


def _check(call: Call, raw: Json) -> None:
    check_structure(raw)
    role = raw["roleArn"]
    try:
        roles.check_service_role(call.clients, role, roles.PIPELINE_SERVICE, call.region)
    except roles.RoleError as error:
        raise ApiError(
            "InvalidStructureException",
            f"CodePipeline is not authorized to perform AssumeRole on role {role}: {error}",
        ) from error
    if roles.account_of(role) != call.account:
        raise ApiError("InvalidStructureException", "Cross-account pass role is not allowed.")


def _summary(state: PipelineState) -> Json:
    raw = state.pipeline.raw
    return {
        "name": state.pipeline.name,
        "version": state.pipeline.version,
        "pipelineType": raw["pipelineType"],
        "executionMode": raw["executionMode"],
        "created": state.created,
        "updated": state.updated,
    }


def _tagged(call: Call) -> Key:
    arn = call.request["resourceArn"]
    parts = arn.split(":")
    if len(parts) != ARN_PARTS:
        raise ApiError("InvalidArnException", f"Invalid ARN: {arn}")
    key = Key(account=parts[4], region=parts[3], name=parts[5])
    if parts[4] != call.account or call.ledger.get(key) is None:
        raise ApiError("ResourceNotFoundException", f"Resource {arn} was not found")
    return key


def _tags(listed: Iterable[Json]) -> dict[str, str]:
    tags = {tag["key"]: tag["value"] for tag in listed}
    if reserved := [key for key in tags if key.lower().startswith("aws:")]:
        raise ApiError("InvalidTagsException", f"Tag keys may not start with aws: {reserved[0]}")
    return tags


def _merge(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    merged = {**old, **new}
    if len(merged) > MAX_TAGS:
        raise ApiError("TooManyTagsException", f"A resource may have at most {MAX_TAGS} tags.")
    return merged


def _listed(tags: Mapping[str, str]) -> list[Json]:
    return [{"key": key, "value": value} for key, value in tags.items()]
