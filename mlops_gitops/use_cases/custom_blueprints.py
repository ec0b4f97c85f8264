"""Custom blueprints: read those of the repository and hold them to the rules of the product."""

from collections.abc import Callable, Collection, Iterator, Sequence
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from mlops_gitops.config.blueprints.check import check_blueprints
from mlops_gitops.config.blueprints.folder import README, SCHEMA, TEMPLATE, Folder, path_in
from mlops_gitops.config.blueprints.networks import check_network
from mlops_gitops.config.blueprints.product import Filler, Product
from mlops_gitops.config.blueprints.template_document import read_template
from mlops_gitops.config.blueprints.types import Types
from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Document
from mlops_gitops.config.rules import texts
from mlops_gitops.config.rules import types as type_rules
from mlops_gitops.config.schemas import Schemas
from mlops_gitops.definitions import checks, inserts
from mlops_gitops.desired.context import field_of
from mlops_gitops.desired.derivations import derivations
from mlops_gitops.problems import Problem

if TYPE_CHECKING:
    from mlops_gitops.ports import PackageData

Read = Callable[[str], bytes | Problem | None]
"""Reads a file of the repository; None where there is none, a problem where it cannot be read."""

_OBJECT = "Object"


def check_custom(names: Sequence[str], read: Read, schemas: Schemas, data: "PackageData") -> Types:
    """Check the blueprints of a repository.

    Args:
        names: of their folders.
        read: reads one file of the repository.
        schemas: those of the installation.
        data: templates of the installation.
    """
    folders = [_folder(name, read) for name in names]
    return check_blueprints(folders, read_product(schemas, data))


def check_networks(configs: Sequence[Config], read: Read) -> Iterator[Problem]:
    """Say which blueprints make what cannot run in the network of a stage that configs name.

    Args:
        configs: of sound blueprints of the repository.
        read: reads one file of the repository.
    """
    looked: set[str] = set()
    for config in configs:
        inside = next((stage.name for stage in config.stages if stage.network), None)
        path = path_in(config.blueprint, TEMPLATE)
        content = read(path) if inside and path not in looked else None
        looked.add(path)
        document = read_template(path, content) if isinstance(content, bytes) else None
        if inside and isinstance(document, Document):
            yield from check_network(document, inside)


def read_product(schemas: Schemas, data: "PackageData") -> Product:
    """Put together what custom blueprints may refer to."""
    return Product(
        schemas=schemas,
        blueprints=schemas.blueprints(),
        taken=frozenset(data.blueprint_names()),
        template=data.blueprint,
        filler=_filler,
        inserts=_modules(inserts.__path__),
        rules=_modules(texts.__path__),
        type_rules=_modules(type_rules.__path__),
        definitions=_modules(checks.__path__),
    )


def _folder(name: str, read: Read) -> Folder:
    return Folder(
        name=name,
        schema=read(path_in(name, SCHEMA)),
        template=read(path_in(name, TEMPLATE)),
        readme=read(path_in(name, README)),
    )


def _filler(parameter: str, fields: Collection[str]) -> Filler:
    """Say how a parameter is filled; `<Field>Object` is a copy of what a field names."""
    is_copy = field_of(parameter) not in fields and parameter.endswith(_OBJECT)
    field = field_of(parameter.removesuffix(_OBJECT) if is_copy else parameter)
    return Filler(field=field, is_derived=parameter in derivations(), is_copy=is_copy)


def _modules(path: Sequence[str]) -> frozenset[str]:
    return frozenset(module.name for module in iter_modules(path))
