"""Accepting: which value of a config a drifted property was made from, and what to write there.

A guess is enough here: whoever writes it composes the config anew, and keeps nothing that does not
give exactly what is live.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Json
from mlops_gitops.config.secrets import masked_value, names_a_secret
from mlops_gitops.desired.context import field_of
from mlops_gitops.desired.shown import MASK, is_hidden
from mlops_gitops.desired.stack import DesiredStack, Template
from mlops_gitops.desired.trace import Path, parameters_at, trace, value_at
from mlops_gitops.diff.template import see
from mlops_gitops.diff.values import canonical, show
from mlops_gitops.status.drift import Drift, DriftKind, PropertyDrift
from mlops_gitops.status.drifting.expected import ENDPOINT, ENDPOINT_CONFIG, SERVED

_PROPERTIES = "Properties"
_RESOURCES, _PARAMETERS = "Resources.", "Parameters."
_SHORTENED = "..."
_KEYED = re.compile(r"\[([^\]]*)\]")
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)\}")
_KINDS = (DriftKind.STACK_CHANGED, DriftKind.RESOURCE_CHANGED)


@dataclass(frozen=True, slots=True)
class Origin:
    """A value of a config in one stage, and what it would have to be.

    Attributes:
        field: of the config.
        inside: keys and indexes below the field's value in that stage.
    """

    field: str
    inside: Path
    value: Json


@dataclass(frozen=True, slots=True)
class NoOrigin:
    """Why a property cannot be written into a config, and what helps instead."""

    why: str
    next_step: str


def why_never(drift: Drift) -> str:
    """Say why no value of a drift can be written into a config; empty where one may be."""
    match drift.kind:
        case DriftKind.RESOURCE_MISSING | DriftKind.STACK_MISSING:
            return "nothing is there that could be written down"
        case DriftKind.PIPELINE_CHANGED:
            return "a delivery pipeline follows from the settings, not from a config"
        case DriftKind.ORPHAN:
            return "no config declares it"
        case DriftKind.STACK_CHANGED | DriftKind.RESOURCE_CHANGED:
            return ""


def origin_of(
    drift: Drift,
    found: PropertyDrift,
    stack: DesiredStack,
    blueprint: Template,
    config: Config,
) -> Origin | NoOrigin:
    """Find the value of a config behind a drifted property.

    Args:
        drift: what drifted.
        found: which property.
        stack: what the config is composed to now.
        blueprint: the template that it is composed from.
        config: the config.
    """
    revert = drift.next_step
    path = _template_path(drift, found.path, stack)
    if found.live is None:
        return NoOrigin("it was taken away, and a config cannot say so", revert)
    if _may_be_secret(found, path, stack):
        return NoOrigin("it may be a secret, which no config may hold", revert)
    place = None if path is None else _place(path, stack, blueprint, config)
    if path is None or place is None:
        return NoOrigin("no single value of the config makes it", revert)
    field, *rest = place
    if field in config.staged:
        rest = rest[1:]
    old = value_at(tuple(rest), config.value(str(field), stack.stage))
    live = _out_of_text(path, stack, found.live)
    return Origin(str(field), tuple(rest), typed(live, old))


def live_in(stack: DesiredStack, drift: Drift, path: str) -> str | None:
    """Give what a stack would have where a property drifted, as it is shown."""
    if path.startswith(_PARAMETERS):
        return stack.parameter_values().get(path.removeprefix(_PARAMETERS))
    place = _template_path(drift, path, stack)
    if place is None:
        return None
    seen = see(stack.template, stack.parameter_values(), stack.id)
    resource = seen.resources.get(str(place[1]))
    if resource is None:
        return None
    name = drift.logical_id or str(place[1])
    text = path if drift.logical_id else path.removeprefix(f"{_RESOURCES}{name}.{_PROPERTIES}.")
    within = _walk(resource.properties, text)
    value = None if within is None else value_at(within, resource.properties)
    return None if value is None else show(canonical(value))


def typed(live: str, old: object) -> Json:
    """Spell a shown value the way the config has the old one."""
    match old:
        case bool():
            return live.lower() == "true" if live.lower() in ("true", "false") else live
        case int() | float():
            return _number(live)
        case list() | dict():
            return _parsed(live)
        case _:
            return live


def _number(live: str) -> Json:
    try:
        number = float(live)
    except ValueError:
        return live
    return int(number) if number.is_integer() else number


def _parsed(live: str) -> Json:
    try:
        value: Json = json.loads(live)
    except ValueError:
        # How `show` writes a list of texts.
        is_list = live.startswith("[") and live.endswith("]")
        return [each for each in live[1:-1].split(", ") if each] if is_list else live
    return value


def _may_be_secret(found: PropertyDrift, path: Path | None, stack: DesiredStack) -> bool:
    live, name = found.live or "", re.split(r"[.\[]", found.path.rstrip("]"))[-1]
    declared = stack.template.get("Parameters", {})
    referred = () if path is None else parameters_at(path, stack)
    named = (*referred, found.path.removeprefix(_PARAMETERS))
    return (
        MASK in (live, found.desired, found.deployed)
        or _SHORTENED in live
        or names_a_secret(name)
        or masked_value(name, live) != live
        or any(is_hidden(declared.get(each, {})) for each in named)
    )


def _template_path(drift: Drift, path: str, stack: DesiredStack) -> Path | None:
    """Give the place in the stack's template that a drift's path means."""
    if drift.kind not in _KINDS:
        return None
    if path.startswith(_PARAMETERS):
        return ("Parameters", path.removeprefix(_PARAMETERS))
    if drift.logical_id:
        logical_id, text = drift.logical_id, path
    elif path.startswith(_RESOURCES) and f".{_PROPERTIES}." in path:
        logical_id, _, text = path.removeprefix(_RESOURCES).partition(f".{_PROPERTIES}.")
    else:
        return None
    if drift.resource_type == ENDPOINT and text.startswith(SERVED):
        logical_id = _config_of(logical_id, stack) or logical_id
    properties = stack.template["Resources"].get(logical_id, {}).get(_PROPERTIES, {})
    found = _walk(properties, text)
    return None if found is None else ("Resources", logical_id, _PROPERTIES, *found)


def _config_of(endpoint: str, stack: DesiredStack) -> str | None:
    """Name the configuration that an endpoint of the template refers to."""
    resources = stack.template["Resources"]
    referred = json.dumps(resources.get(endpoint, {}).get(_PROPERTIES, {}))
    found = [
        name
        for name, each in resources.items()
        if each.get("Type") == ENDPOINT_CONFIG and f'"{name}"' in referred
    ]
    return found[0] if len(found) == 1 else None


def _walk(node: Any, text: str) -> Path | None:
    """Find what a person's path, such as `A.b[key].c`, means in a tree; keys may have dots."""
    if not text:
        return ()
    match node:
        case list() if (keyed := _KEYED.match(text)) is not None:
            index = _item(node, keyed[1])
            if index is None:
                return None
            rest = _walk(node[index], text[keyed.end() :].removeprefix("."))
            return None if rest is None else (index, *rest)
        case dict():
            return next(_members(node, text), None)
        case _:
            return None


def _members(node: Mapping[str, Any], text: str) -> Iterator[Path]:
    for key in sorted(node, key=len, reverse=True):
        after = text.removeprefix(key)
        if text.startswith(key) and (not after or after[0] in ".["):
            rest = _walk(node[key], after.removeprefix("."))
            if rest is not None:
                yield (key, *rest)


def _item(items: list[Any], key: str) -> int | None:
    """Find an item by its place, or by the one of its members that is called so."""
    if key.isdigit() and int(key) < len(items):
        return int(key)
    named = [
        index for index, item in enumerate(items) if isinstance(item, dict) and key in item.values()
    ]
    return named[0] if len(named) == 1 else None


def _place(path: Path, stack: DesiredStack, blueprint: Template, config: Config) -> Path | None:
    """Give the place in the config, also of a field that is left to its default."""
    traced = trace(path, stack, blueprint, config)
    if traced is not None:
        return traced
    names = (str(path[1]),) if path[0] == "Parameters" else parameters_at(path, stack)
    if len(names) != 1 or names[0] not in stack.parameters:
        return None
    field = field_of(names[0])
    return (field,) if stack.parameters[names[0]].came_from == f"default of {field}" else None


def _out_of_text(path: Path, stack: DesiredStack, live: str) -> str:
    """Take what a template puts around its only parameter away from a value."""
    match value_at(path, stack.template):
        case {"Fn::Sub": str() as text} if len(_VARIABLE.findall(text)) == 1:
            before, _name, after = _VARIABLE.split(text)
            is_around = live.startswith(before) and live.endswith(after)
            return live[len(before) : len(live) - len(after)] if is_around else live
        case _:
            return live
