"""Check the repository's blueprints: each by itself, then all together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlops_gitops.config.blueprints import said
from mlops_gitops.config.blueprints.folder import README, SCHEMA, TEMPLATE, Folder
from mlops_gitops.config.blueprints.product import Product
from mlops_gitops.config.blueprints.schema_checks import POSTFIX, check_schema
from mlops_gitops.config.blueprints.template_checks import Pair, check_fit, check_template
from mlops_gitops.config.blueprints.template_document import read_template
from mlops_gitops.config.blueprints.types import Types
from mlops_gitops.config.document import Document, pointer, read_document
from mlops_gitops.config.said import Said
from mlops_gitops.config.schemas import schemas_of
from mlops_gitops.problems import Problem

_NAME = re.compile(r"[a-z][a-z0-9_]{1,62}")


def check_blueprints(folders: Sequence[Folder], product: Product) -> Types:
    """Check every folder, and that no two types share their stacks' names."""
    looked = [_look(folder, product) for folder in folders]
    problems = [problem for each in looked for problem in each.problems]
    problems += _shared_postfixes([each for each in looked if each.schema], product)
    broken = frozenset(each.name for each in looked if each.schema is None)
    own = {each.name: each.schema.text.encode() for each in looked if each.schema}
    files = {**product.schemas.files, **own}
    return Types(
        schemas=schemas_of(tuple(files.items())) if own else product.schemas,
        custom=tuple(own),
        broken=broken,
        problems=tuple(problems),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """One folder: its schema if that is sound, and everything that is wrong."""

    name: str
    schema: Document | None = None
    problems: tuple[Problem, ...] = ()


def _look(folder: Folder, product: Product) -> _Looked:
    if refused := name_refused(folder.name, product):
        return _Looked(name=folder.name, problems=(refused.at(folder.where(SCHEMA)),))
    problems = tuple(_absent(folder, README, folder.readme))
    schema = _read_schema(folder)
    faults = check_schema(folder.name, schema, product) if isinstance(schema, Document) else schema
    if faults or not isinstance(schema, Document):
        return _Looked(name=folder.name, problems=(*problems, *faults))
    problems = (*problems, *_template(folder, schema, product))
    return _Looked(name=folder.name, schema=schema, problems=problems)


def name_refused(name: str, product: Product) -> Said | None:
    """Say why a folder's name cannot be a pipeline type; None where it can."""
    if name in product.schemas.files:
        return said.name_taken(name, "a schema")
    if name in product.taken:
        return said.name_taken(name, "a blueprint")
    return None if _NAME.fullmatch(name) else said.bad_name(name)


def _absent(folder: Folder, file: str, content: bytes | Problem | None) -> Iterator[Problem]:
    if isinstance(content, Problem):
        yield content
    elif content is None:
        yield said.missing_file(file, folder.name).at(folder.where(file))


def _read_schema(folder: Folder) -> Document | tuple[Problem, ...]:
    if not isinstance(folder.schema, bytes):
        return tuple(_absent(folder, SCHEMA, folder.schema))
    document = read_document(folder.path(SCHEMA), folder.schema)
    return document if isinstance(document, Document) else (document,)


def _template(folder: Folder, schema: Document, product: Product) -> tuple[Problem, ...]:
    """Check the template that a schema is for, and whether the two fit."""
    files = {**product.schemas.files, folder.name: schema.text.encode()}
    type_ = schemas_of(tuple(files.items())).pipeline_type(folder.name)
    if type_ is None:
        raise AssertionError("A schema that has been checked is a pipeline type.")
    if type_.blueprint != folder.name:
        installed = read_template(type_.blueprint, product.template(type_.blueprint))
        if isinstance(installed, Problem):
            raise AssertionError("An installed template can be read.")
        pair = Pair(type=type_, schema=schema, template=None, body=installed.value, product=product)
        return tuple(check_fit(pair))
    if not isinstance(folder.template, bytes):
        return tuple(_absent(folder, TEMPLATE, folder.template))
    document = read_template(folder.path(TEMPLATE), folder.template)
    if isinstance(document, Problem):
        return (document,)
    pair = Pair(type=type_, schema=schema, template=document, body=document.value, product=product)
    return tuple(check_template(document)) or tuple(check_fit(pair))


def _shared_postfixes(looked: Sequence[_Looked], product: Product) -> Iterator[Problem]:
    """Find two types whose stacks would have the same names."""
    owners = {str(product.schema(name)[POSTFIX]): name for name in product.schemas.pipeline_types()}
    for each in looked:
        if each.schema is None:
            continue
        postfix = str(each.schema.value[POSTFIX])
        if owner := owners.get(postfix):
            problem = said.postfix_taken(postfix, owner)
            yield problem.at(each.schema.where(POSTFIX), pointer((POSTFIX,)))
        owners.setdefault(postfix, each.name)
