"""Lineage: what an execution made of what, recorded in SageMaker.

Source: `LineageStep`, SageMaker Python SDK 3.27.0; CreateAction, CreateArtifact and CreateContext,
SageMaker API reference.
"""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_loop_problems import not_recorded, nothing_recorded
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.references import scalar
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given

_ENTITIES = {"actions": "Action", "artifacts": "Artifact", "contexts": "Context"}
_ASSOCIATIONS = "associations"


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Lineage`."""
    arguments: dict[str, Json] = {}
    for key, kind in _ENTITIES.items():
        entities: list[Json] = [_entity(kind, each) for each in _listed(step, key)]
        arguments |= given(**{f"{kind}s": entities})
    associations: list[Json] = [_association(each) for each in _listed(step, _ASSOCIATIONS)]
    return single(step, "Lineage", {**arguments, **given(Associations=associations)})


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say that it records nothing, or that an association ends at what it does not record."""
    if not any(key in step.value for key in (*_ENTITIES, _ASSOCIATIONS)):
        yield step.mistake(nothing_recorded(step.name))
    for index, association in enumerate(_listed(step, _ASSOCIATIONS)):
        for end in ("source", "destination"):
            ((kind, name),) = _end(association, end).items()
            # A reference is a name that is known at run time only.
            is_own = kind != "arn" and isinstance(name, str)
            if is_own and name not in [each["name"] for each in _listed(step, f"{kind}s")]:
                yield step.mistake(not_recorded(kind, str(name)), _ASSOCIATIONS, index, end)


def _listed(step: Shorthand, key: str) -> list[Mapping[str, Json]]:
    written = step.value.get(key)
    listed = written if isinstance(written, list) else []
    return [each for each in listed if isinstance(each, dict)]


def _end(association: Mapping[str, Json], end: str) -> Mapping[str, Json]:
    found = association[end]
    return found if isinstance(found, dict) else {}


def _entity(kind: str, written: Mapping[str, Json]) -> dict[str, Json]:
    properties = written.get("properties")
    texts = properties if isinstance(properties, dict) else {}
    return {
        f"{kind}Name": scalar(written["name"]),
        "Source": {
            "SourceUri": scalar(written["source_uri"]),
            **given(SourceType=written.get("source_type")),
        },
        f"{kind}Type": written["kind"],
        **given(
            Description=written.get("description"),
            Status=written.get("status"),
            Properties={name: scalar(value) for name, value in texts.items()},
        ),
    }


def _association(written: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "Source": _reference(_end(written, "source")),
        "Destination": _reference(_end(written, "destination")),
        **given(AssociationType=written.get("kind")),
    }


def _reference(end: Mapping[str, Json]) -> dict[str, Json]:
    ((kind, name),) = end.items()
    if kind == "arn":
        return {"Arn": scalar(name)}
    return {"Name": scalar(name), "Type": _ENTITIES[f"{kind}s"]}
