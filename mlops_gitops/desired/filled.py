"""Filled: a blueprint with its inserts in place.

Most of it is the same for every workload, so that is neither copied nor written down again: plans
of thousands of stacks would spend most of their time and memory on it. What templates share is
shared for good; nobody may change a template that was composed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce

from mlops_gitops.definitions.asset import Asset
from mlops_gitops.definitions.inserts import Place, assets_of, expand_at, names_in, places_of
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.canonical import canonical
from mlops_gitops.desired.stack import Template

_RESOURCES = "Resources"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is worked out of a blueprint once.

    Attributes:
        places: where inserts stand.
        names: of all inserts.
        sections: each section of the template, canonically.
        resources: each resource, canonically.
    """

    places: tuple[Place, ...]
    names: tuple[str, ...]
    sections: Mapping[str, bytes]
    resources: Mapping[str, bytes]


def filled(blueprint: Blueprint, scope: Scope) -> Template:
    """Put every insert of a blueprint in its place.

    Raises:
        ModuleNotFoundError: the blueprint names an insert that there is not.
    """
    places = _known(blueprint).places
    template: Template = reduce(
        lambda made, place: expand_at(made, place, scope), places, blueprint.template
    )
    return template


def documents_of(blueprint: Blueprint, scope: Scope) -> tuple[Asset, ...]:
    """Give the documents that a blueprint's inserts refer to, each once."""
    return assets_of(_known(blueprint).names, scope)


def written(blueprint: Blueprint, template: Template) -> bytes:
    """Write a template canonically that was made of a blueprint."""
    resources = template[_RESOURCES]
    if not all(key.isascii() for key in (*template, *resources)):
        return canonical(dict(template))  # which knows how other keys are sorted
    known, own = _known(blueprint), blueprint.template
    sections = {
        key: known.sections[key] if value is own.get(key) else canonical(value)
        for key, value in template.items()
        if key != _RESOURCES
    }
    written_resources = {
        name: known.resources[name] if value is own[_RESOURCES].get(name) else canonical(value)
        for name, value in resources.items()
    }
    return _object({**sections, _RESOURCES: _object(written_resources)})


def _object(members: Mapping[str, bytes]) -> bytes:
    pairs = (canonical(key) + b":" + members[key] for key in sorted(members))
    return b"{" + b",".join(pairs) + b"}"


@lru_cache(maxsize=64)
def _known(blueprint: Blueprint) -> _Known:
    template = dict(blueprint.template)
    return _Known(
        places=tuple(places_of(template)),
        names=tuple(names_in(template)),
        sections={key: canonical(value) for key, value in template.items() if key != _RESOURCES},
        resources={name: canonical(value) for name, value in template[_RESOURCES].items()},
    )
