"""The check of state machines: file, placeholders, structure, and what its tasks ask for."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from mlops_gitops.config import state_machine_faults as faults
from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Document, Json, read_document, said_at
from mlops_gitops.config.said import Said
from mlops_gitops.config.settings import Settings
from mlops_gitops.config.suspicions import suspicions
from mlops_gitops.definitions.state_machine.integrations import (
    NEEDS,
    Integration,
    Kind,
    Waits,
    iam_service,
)
from mlops_gitops.definitions.state_machine.machine import (
    BUILT_IN,
    DEFINITION,
    PARAMETERS,
    all_states,
    in_stage,
)
from mlops_gitops.definitions.state_machine.permissions import (
    PERMISSIONS,
    integration_of,
    is_allowed,
    is_derived,
    sample,
)
from mlops_gitops.definitions.state_machine.placeholders import (
    NAME,
    PSEUDO,
    Placeholder,
    placeholders,
)
from mlops_gitops.definitions.state_machine.run_input import INPUT, RUN_ID
from mlops_gitops.definitions.state_machine.structure import faults_of
from mlops_gitops.problems import Problem

_NAME = re.compile(NAME)
_TAGS = "tags"
_TAG = re.compile(r"(?!aws:|mlops-gitops:).{1,128}")
_USERS = (INPUT, PERMISSIONS, "job_permissions", "alarms")
"""Fields whose texts may hold placeholders too."""


def check(config: Config, settings: Settings) -> Iterator[Problem]:
    """Say what is wrong with the definition that a config names, at its line there."""
    path = config.beside(str(config.fields[DEFINITION]))
    document = read_document(path, config.files[path])
    if not isinstance(document, Document):
        yield document
        return
    yield from suspicions(document, {})
    yield from _parameters(config, document)
    yield from _tags(config)
    found = [*faults_of(document.value)]
    for at, said in found or _tasks(config, settings, document):
        yield said_at(said, document, *at)


def _parameters(config: Config, document: Document) -> Iterator[Problem]:
    given = _given(config)
    known = {*given, *BUILT_IN, *PSEUDO}
    used = set()
    for each in placeholders(document.text):
        used.add(each.name)
        if each.name not in known:
            yield _unknown(each, given).at(document.at(each.start))
    for at, each in _elsewhere(config):
        used.add(each.name)
        run = (RUN_ID,) if at[0] == INPUT else ()
        if each.name not in (*known, *run):
            yield said_at(_unknown(each, (*given, *run)), config.document, *at)
    for name in given:
        if not _NAME.fullmatch(name):
            yield _at_key(config, faults.no_parameter_name(name), PARAMETERS, name)
        elif name not in used:
            yield _at_key(config, faults.unused_parameter(name), PARAMETERS, name)
    yield from _stages(config, given)


def _tags(config: Config) -> Iterator[Problem]:
    tags = config.fields.get(_TAGS)
    for key in tags if isinstance(tags, dict) else ():
        if not _TAG.fullmatch(key):
            yield _at_key(config, faults.reserved_tag(key), _TAGS, key)


def _at_key(config: Config, said: Said, *at: str) -> Problem:
    return said.at(config.document.where_key(*at), config.document.pointer(*at))


def _unknown(placeholder: Placeholder, given: Collection[str]) -> Said:
    return faults.unknown_placeholder(placeholder.name, tuple(given), (*BUILT_IN, *PSEUDO))


def _given(config: Config) -> Mapping[str, Json]:
    given = config.fields.get(PARAMETERS)
    return given if isinstance(given, dict) else {}


def _elsewhere(config: Config) -> Iterator[tuple[tuple[str | int, ...], Placeholder]]:
    """Give the placeholders of the config's own texts, with their paths."""
    for field in _USERS:
        for at, text in _texts(config.fields.get(field), (field,)):
            yield from ((at, each) for each in placeholders(text))


def _texts(value: Json, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield at, value
    inner: Sequence[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        inner = [*value.items()]
    elif isinstance(value, list):
        inner = [*enumerate(value)]
    for key, each in inner:
        yield from _texts(each, (*at, key))


def _stages(config: Config, given: Mapping[str, Json]) -> Iterator[Problem]:
    """See that objects have a value for each stage that the workload runs in."""
    stages = [stage.name for stage in config.stages]
    for name, value in given.items():
        if isinstance(value, dict):
            lacks = [stage for stage in stages if stage not in value]
            unknown = [stage for stage in value if stage not in stages]
            if lacks or unknown:
                said = faults.stages_of_parameter(name, lacks, unknown)
                at = (PARAMETERS, name, *unknown[:1])
                yield said_at(said, config.document, *at)


def _tasks(
    config: Config, settings: Settings, document: Document
) -> Iterator[tuple[tuple[str | int, ...], Said]]:
    """Say which tasks cannot be, in the first stage where they cannot."""
    for state, at in _asking(document.value):
        resource, here = str(state["Resource"]), (*at, "Resource")
        for stage in config.stages:
            values = {
                **dict.fromkeys(BUILT_IN),
                "Environment": stage.name,
                **{name: in_stage(value, stage.name) for name, value in _given(config).items()},
            }
            said = _task(config, settings.region, resource, state, values)
            if said is not None:
                yield here, said
                break


def _asking(machine: Any) -> Iterator[tuple[Mapping[str, Any], tuple[str | int, ...]]]:
    """Give whatever has a `Resource`: tasks, and where a distributed Map reads and writes."""
    for state, at in all_states(machine):
        for path in ((), ("ItemReader",), ("ResultWriter",)):
            part = state.get(path[0]) if path else state
            if isinstance(part, dict) and "Resource" in part:
                yield part, (*at, *path)


def _task(
    config: Config,
    region: str,
    resource: str,
    state: Mapping[str, Any],
    values: Mapping[str, Json],
) -> Said | None:
    partition = partition_of(region)
    integration = integration_of(resource, region, partition, values)
    if integration is None:
        given = sample(resource, region, partition, values)
        because = "it is no ARN" if not given.startswith("arn:") else "it names no integration"
        return faults.no_resource(resource, because)
    if integration.partition != partition:
        because = f"it is of partition {integration.partition}, and {region} is of {partition}"
        return faults.no_resource(resource, because)
    if _is_express(config) and integration.waits is not Waits.NOT:
        return faults.express_waits(resource)
    return _permission(config, integration, state)


def _is_express(config: Config) -> bool:
    return config.fields.get("state_machine_type") == "EXPRESS"


def _permission(config: Config, integration: Integration, state: Mapping[str, Any]) -> Said | None:
    """Say what nobody can tell; a role of the user's own may whatever they let it."""
    permissions: Any = config.fields.get(PERMISSIONS, ())
    if "role_arn" in config.fields or is_derived(integration, state):
        return None
    if is_allowed(integration, permissions):
        return None
    what = f"{integration.service}:{integration.action}"
    if integration.kind is Kind.SDK:
        what = f"aws-sdk:{what}"
    derived = [f"{service}:{action}" for service, action in NEEDS]
    return faults.unknown_permission(what, iam_service(integration), derived)
