"""Checks of `template.yaml`: what every blueprint has, and whether template and schema fit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.blueprints import said
from mlops_gitops.config.blueprints.product import Product
from mlops_gitops.config.document import Document, Path, pointer
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import (
    CONTENT,
    PER_STAGE,
    STATE,
    PipelineType,
    Schema,
    resolve,
    single_value,
)
from mlops_gitops.problems import Problem

INSERT = "Mlops::Insert"
DIGEST = "MlopsGitopsDigest"

_VERSION = ("Metadata", "mlops-gitops", "version")
_NOT_FOR_TEMPLATES = frozenset({"$schema", "pipeline_type", "stages", "model_name"})
_PLAIN = frozenset({"string", "integer", "number", "boolean"})
_FIELD = "config."


def check_template(document: Document) -> Iterator[Problem]:
    """Say what a template lacks, whatever its schema."""
    template: Any = document.value
    yield from _parts(document)
    yield from _transforms(document)
    version = _get(template, *_VERSION)
    if not isinstance(version, int) or isinstance(version, bool):
        message = "The template has no integer Metadata.mlops-gitops.version."
        hint = "Write `Metadata: {mlops-gitops: {version: 1}}`."
        yield _at(document, said.not_a_template(message, hint), *_VERSION)
    for section, name in (
        ("Parameters", DIGEST),
        ("Outputs", DIGEST),
        ("Outputs", "BlueprintVersion"),
    ):
        if not isinstance(_get(template, section, name), dict):
            message = f"{section} lacks {quoted(name)}."
            hint = "`mlops-gitops blueprint new` writes it; copy it from there."
            yield _at(document, said.not_a_template(message, hint), section)


def _parts(document: Document) -> Iterator[Problem]:
    """See that sections are objects, parameters too, and that resources have a type."""
    template: Any = document.value
    for section in ("Parameters", "Resources", "Outputs"):
        part = template.get(section)
        if not isinstance(part, dict) or not part:
            message, hint = f"The template has no {section}.", f"Write {section}."
            yield _at(document, said.not_a_template(message, hint), section)
            continue
        for name, node in part.items():
            if name == INSERT:
                continue
            if not isinstance(node, dict):
                message = f"{quoted(name)} is no object."
                hint = "Write what it is made of, indented below its name."
                yield _at(document, said.not_a_template(message, hint), section, name)
            elif section == "Resources" and not isinstance(node.get("Type"), str):
                message, hint = f"Resource {quoted(name)} has no Type.", "Write its Type."
                yield _at(document, said.not_a_template(message, hint), section, name)


def _transforms(document: Document) -> Iterator[Problem]:
    """See that CloudFormation runs what was shown, and nothing that was made of it."""
    for path, name in _keys(document.value):
        if name == "Fn::Transform" or (name == "Transform" and not path):
            message = "The template uses a transform."
            hint = "Write out what it would make; an insert puts a value of the config in."
            yield _at(document, said.not_a_template(message, hint), *path, name)


def _keys(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Give every key with the path of its object."""
    match value:
        case dict():
            for key, inner in value.items():
                yield path, key
                yield from _keys(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from _keys(inner, (*path, index))
        case _:
            pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A schema and the template it is for, both sound by themselves.

    Attributes:
        schema: the repository's document.
        template: the repository's document; None where the blueprint is the product's.
        body: the template's value, wherever it comes from.
    """

    type: PipelineType
    schema: Document
    template: Document | None
    body: Any
    product: Product

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that a config may have."""
        return tuple(self.type.schema["properties"])

    @property
    def always(self) -> frozenset[str]:
        """Names of the fields that have a value in every config."""
        return frozenset(self.type.schema.get("required", ())) | self.type.defaults.keys()

    def takes_plain(self, field: str) -> bool:
        """Tell whether a field is a text, a number or a truth value in every config."""
        schema = self.type.schema
        node = resolve(schema, schema["properties"][field])
        return _is_plain(schema, single_value(node) if PER_STAGE in node else node)


def check_fit(pair: Pair) -> Iterator[Problem]:
    """Say what in schema and template has no counterpart."""
    yield from _unfilled(pair)
    yield from _lost_inserts(pair)
    yield from _unused(pair)
    if pair.type.runs:
        yield from _run(pair)


def _unfilled(pair: Pair) -> Iterator[Problem]:
    for name, declared in pair.body.get("Parameters", {}).items():
        filler = pair.product.filler(name, pair.fields)
        if name == DIGEST or filler.is_derived:
            continue
        if filler.is_copy:
            what = _why_no_copy(pair, name, filler.field)
        else:
            what = _why_unfilled(pair, name, filler.field, has_default="Default" in declared)
        if what is not None:
            yield _in_template(pair, what, "Parameters", name)


def _why_no_copy(pair: Pair, name: str, field: str) -> Said | None:
    return None if field in pair.type.annotated.get(CONTENT, ()) else said.no_content(name, field)


def _why_unfilled(pair: Pair, name: str, field: str, *, has_default: bool) -> Said | None:
    if field not in pair.fields:
        return None if has_default else said.unfilled_parameter(name, field)
    if not pair.takes_plain(field):
        return said.not_plain(name, field)
    if has_default or field in pair.always:
        return None
    return said.optional_field(f"parameter {quoted(name)}", field)


def _is_plain(schema: Schema, node: Schema) -> bool:
    """Tell whether a schema lets in plain values only."""
    node = resolve(schema, node)
    types = node.get("type")
    if types is not None:
        return _PLAIN.issuperset([types] if isinstance(types, str) else types)
    values = node.get("enum", [node["const"]] if "const" in node else None)
    if values is not None:
        return all(isinstance(value, str | int | float) for value in values)
    choices = node.get("anyOf", node.get("oneOf", ()))
    return bool(choices) and all(_is_plain(schema, choice) for choice in choices)


def _lost_inserts(pair: Pair) -> Iterator[Problem]:
    known = (*(f"{_FIELD}{field}" for field in pair.fields), *sorted(pair.product.inserts))
    for path, name in inserts(pair.body):
        field = name.removeprefix(_FIELD)
        if name not in known:
            yield _in_template(pair, said.unknown_insert(name, known), *path, INSERT)
        elif field in pair.fields and field not in pair.always:
            what = f"insert {quoted(name)}"
            yield _in_template(pair, said.optional_field(what, field), *path, INSERT)


def _unused(pair: Pair) -> Iterator[Problem]:
    parameters = [
        pair.product.filler(name, pair.fields) for name in pair.body.get("Parameters", {})
    ]
    used = {filler.field for filler in parameters} | {
        name.removeprefix(_FIELD) for _, name in inserts(pair.body)
    }
    used |= {*pair.type.identity, *_NOT_FOR_TEMPLATES}
    used |= {STATE} if pair.type.has_state else set()
    # What the product's own derivations and inserts read is what its own types have as fields.
    named = [name for _, name in inserts(pair.body) if not name.startswith(_FIELD)]
    if named or any(filler.is_derived for filler in parameters):
        used |= _product_fields(pair.product)
    for name in pair.fields:
        if name not in used:
            parameter = "".join(part.capitalize() for part in name.split("_"))
            problem = said.unused_field(name, parameter)
            yield problem.at(
                pair.schema.where_key("properties", name), pointer(("properties", name))
            )


def _product_fields(product: Product) -> set[str]:
    types = product.schemas.pipeline_types()
    return {name for type_ in types for name in product.schema(type_)["properties"]}


def _run(pair: Pair) -> Iterator[Problem]:
    machines = {
        name: resource
        for name, resource in pair.body.get("Resources", {}).items()
        if _get(resource, "Type") == "AWS::StepFunctions::StateMachine"
    }
    started = [
        name
        for name, machine in machines.items()
        if _get(machine, "Properties", "StateMachineName") == {"Ref": "RunName"}
    ]
    if len(started) != 1:
        message = f"{len(started)} state machines are called `!Ref RunName`; it has to be one."
        yield _in_template(pair, said.nothing_to_run(message), "Resources")


def inserts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Give the path and the name of every insert of a template."""
    match value:
        case dict():
            if INSERT in value:
                yield path, str(value[INSERT])
            for key, inner in value.items():
                yield from inserts(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from inserts(inner, (*path, index))
        case _:
            pass


def _in_template(pair: Pair, what: Said, *path: str | int) -> Problem:
    """Give the place in the template, or where the schema chose the product's."""
    if pair.template is None:
        return _at(pair.schema, what, "x-blueprint")
    return _at(pair.template, what, *path)


def _get(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _at(document: Document, what: Said, *path: str | int) -> Problem:
    return what.at(document.where(*path), pointer(path))
