"""Formats of configs that versions 1.0 to 1.5 of MLOps Workload Orchestrator took.

What each version took is in its own code: the keys that it asked for, and the parameters that it
made of them (`pipeline_orchestration/index.py` and `lambda_helpers.py`, tags v1.0.0 to v1.5.0).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mlops_gitops.config.document import Document, Json
from mlops_gitops.config.old_names import (
    BYOM,
    CONTAINER,
    INFERENCE,
    MONITOR_KEYS,
    MONITORING,
    MONITORS,
    MOST_KEYS,
    OLD_KEYS,
)
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schemas
from mlops_gitops.problems import Problem, Severity

_TYPE = "pipeline_type"
_MONITORING_TYPES = {
    "": "byom_data_quality_monitor",
    "dataquality": "byom_data_quality_monitor",
    "modelquality": "byom_model_quality_monitor",
    "modelbias": "byom_model_bias_monitor",
    "modelexplainability": "byom_model_explainability_monitor",
}
_INFERENCE_TYPES = ("realtime", "batch")
_FEW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OldFormat:
    """How a config of an old format becomes one of today's.

    Attributes:
        versions: which versions wrote such configs.
        key: the key that gives it away, as it is written.
        pipeline_type: today's; None where it stays as it is.
        renamed: key -> its name today.
        dropped: keys that mean nothing any more.
        copied: key of today -> the old key whose value it takes, too.
        lost: key -> why it could not be carried over; its place is told.
        undecided: the key that leaves open what is meant; nothing is rewritten then.
    """

    versions: str
    key: str
    pipeline_type: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    copied: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    undecided: str | None = None


def find_old_format(document: Document, schemas: Schemas) -> OldFormat | None:
    """Tell whether a config is of an old format; None for one of today's, right or wrong."""
    value = document.value
    spelled = _spelled_otherwise(value, schemas)
    plain = {spelled.get(key, key): item for key, item in value.items()}
    found = _find(plain)
    if found is None:
        if len(spelled) < _FEW:
            return None
        key = next(iter(spelled))
        return OldFormat(versions="for stack parameters (1.2 and later)", key=key, renamed=spelled)
    return _as_written(found, spelled)


def old_format(found: OldFormat, document: Document) -> Problem:
    """MG167: A config has the format of an old version.

    MLOps Workload Orchestrator changed the names of pipeline types and keys between its versions
    1.0 and 1.4. `mlops-gitops migrate` writes such configs anew, in place, and says what it could
    not carry over; `--check` only shows what it would do.

    Wrong:
        {"pipeline_type": "byom", "inference_type": "realtime", "model_name": "churn"}

    Right:
        {"pipeline_type": "byom_realtime_builtin", "model_name": "churn"}
    """
    message = f"The config has the format of MLOps Workload Orchestrator {found.versions}."
    said = Said("MG167", message, f"Run `mlops-gitops migrate {document.path}`.")
    where = document.where_key if found.key != _TYPE else document.where
    return said.at(where(found.key), document.pointer(found.key))


def lost(document: Document, key: str, why: str) -> Problem:
    """MG170: `migrate` cannot carry a key over (warning).

    The key meant something to an old version that no key says today. The rest of the config is
    written anew; what the key was for has to be done in another way, or is not needed any more.

    Wrong:
        {"pipeline_type": "byom", "custom_model_container": "containers/churn.zip"}

    Right:
        {"pipeline_type": "byom_image_builder", "custom_algorithm_docker": "containers/churn.zip"},
        and its image as "custom_image_uri" in the config of the model
    """
    said = Said("MG170", f"{quoted(key)} cannot be carried over.", why, Severity.WARNING)
    return said.at(document.where_key(key), document.pointer(key))


def undecided(document: Document, key: str) -> Problem:
    """MG171: `migrate` cannot tell what a config of an old format is for.

    Version 1.0 and 1.1 had one type for all deployments, and version 1.1 one for all monitors; a
    second key said which. Without it there is nothing to go by, and the file is left as it is.

    Wrong:
        {"pipeline_type": "byom", "inference_type": "realtime | batch"}

    Right:
        {"pipeline_type": "byom", "inference_type": "batch"}
    """
    possible = (
        _INFERENCE_TYPES if key == INFERENCE else [name for name in _MONITORING_TYPES if name]
    )
    message = f"{quoted(key)} does not say which kind of {_TYPE} this is."
    said = Said("MG171", message, f"Write one of: {', '.join(possible)}; then migrate again.")
    return said.at(document.where(key), document.pointer(key))


def _spelled_otherwise(value: Mapping[str, Json], schemas: Schemas) -> dict[str, str]:
    """Give keys spelled as CloudFormation parameters were, `MODELNAME` or `ModelName`."""
    if len(value) >= MOST_KEYS or "".join(value).islower():
        return {}
    type_ = schemas.pipeline_type(str(value.get(_TYPE)))
    types = (type_,) if type_ else tuple(map(schemas.pipeline_type, schemas.pipeline_types()))
    known = {name for each in types if each for name in each.schema["properties"]} | OLD_KEYS
    squashed = {name.replace("_", ""): name for name in known}
    return {
        key: name
        for key in value
        if key not in known and (name := squashed.get(key.lower().replace("_", "")))
        if name not in value
    }


def _find(value: Mapping[str, Json]) -> OldFormat | None:
    name = str(value.get(_TYPE, "")).strip().lower()
    if name == BYOM:
        return _inference(value)
    if name in MONITORS:
        return _monitor(value, MONITORS[name])
    if name in _MONITORING_TYPES.values() and any(key in value for key in MONITOR_KEYS):
        found = _monitor(value, "1.1 to 1.3")
        return replace(found, pipeline_type=None, key=_first(value, MONITOR_KEYS), undecided=None)
    if name.startswith(("byom_realtime_", "byom_batch_")):
        return _leftovers(value)
    return None


def _inference(value: Mapping[str, Json]) -> OldFormat:
    """Version 1.0 and 1.1: one type for endpoints and batches, with and without a container."""
    kind = str(value.get(INFERENCE, "")).strip().lower()
    is_custom = bool(value.get(CONTAINER))
    found = _leftovers(value) or OldFormat(versions="", key=_TYPE)
    found = replace(found, versions="1.0 and 1.1", key=_TYPE)
    if kind not in _INFERENCE_TYPES:
        return replace(found, undecided=INFERENCE)
    unused = {"training_data": "No deployment used it."}
    if kind == "realtime":
        unused["batch_inference_data"] = "An endpoint has no use for it."
    if is_custom:
        why = "The image brings its framework."
        unused |= {"model_framework": why, "model_framework_version": why}
    written = {key: why for key, why in unused.items() if key in value}
    return replace(
        found,
        pipeline_type=f"byom_{kind}_{'custom' if is_custom else 'builtin'}",
        dropped=found.dropped | frozenset(written),
        lost={**found.lost, **{key: why for key, why in written.items() if value[key]}},
    )


def _leftovers(value: Mapping[str, Json]) -> OldFormat | None:
    """Drop the keys that versions 1.0 and 1.1 used to tell types apart."""
    dropped = frozenset(key for key in (INFERENCE, CONTAINER) if key in value)
    if not dropped:
        return None
    why = (
        "Its image was built on the way. Give it a config of byom_image_builder, and name the"
        " image here as custom_image_uri."
    )
    lost_keys = {CONTAINER: why} if value.get(CONTAINER) else {}
    first = _first(value, dropped)
    return OldFormat(versions="1.0 and 1.1", key=first, dropped=dropped, lost=lost_keys)


def _monitor(value: Mapping[str, Json], versions: str) -> OldFormat:
    """Version 1.1 to 1.3: one type for all monitors, one time limit for both of its jobs."""
    kind = str(value.get(MONITORING, "")).strip().lower()
    renamed = {old: new for old, new in MONITOR_KEYS.items() if old in value and new not in value}
    both, limit = "baseline_max_runtime_seconds", "max_runtime_seconds"
    dropped = {MONITORING} if MONITORING in value else set()
    lost_keys = {}
    if str(value.get(limit, "0")).strip() in {"-1", ""}:
        renamed.pop(limit, None)
        dropped.add(limit)
        lost_keys[limit] = "It said that there was no limit; add monitor_max_runtime_seconds."
    return OldFormat(
        versions=versions,
        key=_TYPE,
        pipeline_type=_MONITORING_TYPES.get(kind),
        renamed=renamed,
        dropped=frozenset(dropped),
        copied={both: limit} if limit in renamed and both not in value else {},
        lost=lost_keys,
        undecided=None if kind in _MONITORING_TYPES else MONITORING,
    )


def _first(value: Mapping[str, Json], keys: Mapping[str, str] | frozenset[str]) -> str:
    return next(key for key in value if key in keys)


def _as_written(found: OldFormat, spelled: Mapping[str, str]) -> OldFormat:
    """Speak of keys as they are written in the file."""
    written = {name: key for key, name in spelled.items()}
    kept = {key: name for key, name in spelled.items() if name not in found.dropped}
    renamed = {written.get(key, key): name for key, name in found.renamed.items()}
    undecided_key = found.undecided and written.get(found.undecided, found.undecided)
    return replace(
        found,
        key=written.get(found.key, found.key),
        renamed={**kept, **renamed},
        dropped=frozenset(written.get(key, key) for key in found.dropped),
        copied={name: written.get(key, key) for name, key in found.copied.items()},
        lost={written.get(key, key): why for key, why in found.lost.items()},
        undecided=undecided_key,
    )
