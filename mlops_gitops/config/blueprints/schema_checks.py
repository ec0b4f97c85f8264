"""Checks of `schema.json`: is it a schema of a config, and does everything lead somewhere."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from mlops_gitops.config.blueprints import said
from mlops_gitops.config.blueprints.product import Product
from mlops_gitops.config.document import Document, Path, pointer
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import BLUEPRINT, PER_STAGE, Schemas
from mlops_gitops.problems import Problem

POSTFIX = "x-stack-postfix"

_ONE = ("items", "contains", "propertyNames", "not", "if", "then", "else")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_MAPS = ("properties", "$defs", "patternProperties", "dependentSchemas")
"""Keywords whose values are schemas (draft 2020-12), one, in a list or by name."""

_OWN = "#/$defs/"
_NO_TYPE = "types are string, integer, number, boolean, object, array and null"

_POSTFIX = re.compile(r"[a-z][a-z0-9]{0,39}")


def check_schema(name: str, document: Document, product: Product) -> tuple[Problem, ...]:
    """Say what is wrong with a schema; later checks rely on what earlier ones found good."""
    checks: tuple[Callable[[str, Document, Product], Iterator[Problem]], ...] = (
        _meta,
        _config,
        _empty_schemas,
        _annotations,
        _references,
        _circles,
        _fields,
    )
    for check in checks:
        if problems := tuple(check(name, document, product)):
            return problems
    return tuple(_compiles(name, document, product))


def _meta(_name: str, document: Document, _product: Product) -> Iterator[Problem]:
    """Hold it to the meta-schema; the first fault is told."""
    import jsonschema_rs

    draft = "https://json-schema.org/draft/2020-12/schema"
    try:
        jsonschema_rs.meta.validate({**document.value, "$schema": draft})
    except jsonschema_rs.ValidationError as error:
        path = tuple(error.instance_path)
        reason = _NO_TYPE if path and path[-1] == "type" else _reason(error.message)
        yield _at(document, said.not_a_schema(reason), *path)


def _reason(message: str) -> str:
    """Cut a library's sentence to one line that can be read."""
    first = message.strip().splitlines()[0].rstrip(".")
    return first if len(first) <= 200 else f"{first[:200]}..."  # noqa: PLR2004 - some lines of text


def _config(name: str, document: Document, _product: Product) -> Iterator[Problem]:
    """See that it describes a config."""
    schema: Any = document.value
    properties = schema.get("properties")
    if schema.get("type") != "object" or not isinstance(properties, dict):
        hint = 'Write "type": "object" and "properties".'
        yield _at(document, said.not_a_config_schema("A config is an object.", hint), "type")
        return
    if schema.get("additionalProperties") is not False:
        hint = 'Write "additionalProperties": false.'
        message = "A config takes no unknown keys."
        yield _at(document, said.not_a_config_schema(message, hint), "additionalProperties")
    yield from _keys(document)
    about = properties.get("pipeline_type")
    if isinstance(about, dict) and about.get("const") != name:
        hint = f'Write "const": "{name}", the name of the folder.'
        message = f"pipeline_type is not {quoted(name)} alone."
        said_ = said.not_a_config_schema(message, hint)
        yield _at(document, said_, "properties", "pipeline_type", "const")


def _keys(document: Document) -> Iterator[Problem]:
    """See that required keys are properties, and those that every config has are required."""
    schema: Any = document.value
    properties = schema["properties"]
    for key in _always(schema):
        if key not in properties:
            message, hint = f"Property {quoted(key)} is missing.", f"Add {quoted(key)}."
            yield _at(document, said.not_a_config_schema(message, hint), "properties")
        elif key not in schema.get("required", ()):
            message, hint = f"{quoted(key)} is not required.", 'Add it to "required".'
            yield _at(document, said.not_a_config_schema(message, hint), "required")
    for key in schema.get("required", ()):
        if key not in properties and key not in _always(schema):
            message = f"Required key {quoted(key)} is no property."
            hint = "Describe it in properties, or delete it here."
            yield _at(document, said.not_a_config_schema(message, hint), "required")


def _always(schema: Any) -> tuple[str, ...]:
    """Name what every config of a type has; another identity makes up for the model's name."""
    return ("pipeline_type",) if "x-identity" in schema else ("pipeline_type", "model_name")


def _empty_schemas(_name: str, document: Document, _product: Product) -> Iterator[Problem]:
    """See that every value is described: `true` and `false` in a schema's place say nothing."""
    for path, node in _subschemas(document.value):
        if not isinstance(node, dict):
            message = f"{quoted(str(path[-1]))} is {str(node).lower()}, which describes nothing."
            said_ = said.not_a_config_schema(message, "Describe what it takes.")
            yield _at(document, said_, *path)


def _subschemas(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Give every schema inside of a schema; `additionalProperties` may be a truth value."""
    if not isinstance(node, dict):
        return
    inner: list[tuple[Path, Any]] = [((key,), node[key]) for key in _ONE if key in node]
    inner += [
        ((key, index), each) for key in _LISTS for index, each in enumerate(node.get(key, ()))
    ]
    inner += [((key, name), each) for key in _MAPS for name, each in node.get(key, {}).items()]
    if isinstance(node.get("additionalProperties"), dict):
        inner.append((("additionalProperties",), node["additionalProperties"]))
    for where, each in inner:
        yield (*path, *where), each
        yield from _subschemas(each, (*path, *where))


def _annotations(name: str, document: Document, product: Product) -> Iterator[Problem]:
    """See that it says where its template is and what its stacks are called."""
    schema: Any = document.value
    blueprint = schema.get(BLUEPRINT)
    if blueprint != name and not (isinstance(blueprint, str) and blueprint in product.blueprints):
        hint = f'Write "{BLUEPRINT}": "{name}".'
        wanted = f"{quoted(name)} or the name of an installed blueprint"
        yield _at(document, said.wrong_annotation(BLUEPRINT, wanted, hint), BLUEPRINT)
    postfix = schema.get(POSTFIX)
    if not (isinstance(postfix, str) and _POSTFIX.fullmatch(postfix)):
        wanted = "1 to 40 lower-case letters and digits that begin with a letter"
        suggestion = re.sub(r"[^a-z0-9]", "", name)
        hint = f'Write "{POSTFIX}": "{suggestion}".'
        yield _at(document, said.wrong_annotation(POSTFIX, wanted, hint), POSTFIX)
    required = schema.get("required", ())
    identity = schema.get("x-identity", ["model_name"])
    if not (isinstance(identity, list) and identity and all(key in required for key in identity)):
        hint = 'Leave it out for ["model_name"].'
        wanted = "a list of required fields"
        yield _at(document, said.wrong_annotation("x-identity", wanted, hint), "x-identity")
    if schema.get("x-runs-in", "stages") not in {"stages", "orchestrator"}:
        hint = "Leave it out for the stages."
        wanted = '"stages" or "orchestrator"'
        yield _at(document, said.wrong_annotation("x-runs-in", wanted, hint), "x-runs-in")
    if not isinstance(schema.get("x-run", False), bool):
        hint = "Leave it out if nothing is to run."
        yield _at(document, said.wrong_annotation("x-run", "true or false", hint), "x-run")
    rules = schema.get("x-rules", [])
    if not (isinstance(rules, list) and all(str(rule) in product.type_rules for rule in rules)):
        hint = f"Known: {', '.join(sorted(product.type_rules))}."
        wanted = "a list of rules that there are"
        yield _at(document, said.wrong_annotation("x-rules", wanted, hint), "x-rules")
    if schema.get("x-definition", "") not in {"", *product.definitions}:
        hint = f"Known: {', '.join(sorted(product.definitions))}."
        wanted = "a check of definitions that there is"
        yield _at(document, said.wrong_annotation("x-definition", wanted, hint), "x-definition")


def _references(_name: str, document: Document, product: Product) -> Iterator[Problem]:
    """See that every `$ref` names something."""
    known = [
        f"{file}.json#/$defs/{key}"
        for file in ("definitions", "instance-types")
        for key in product.schema(file)["$defs"]
    ]
    known += _definitions(document)
    for path, node in _objects(document.value):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference not in known:
            yield _at(document, said.lost_reference(reference, known), *path, "$ref")


def _circles(_name: str, document: Document, _product: Product) -> Iterator[Problem]:
    """See that no definition is part of itself; what the product shares is tested elsewhere."""
    definitions = _definitions(document)
    refers = {
        name: {str(each.get("$ref")) for _, each in _objects(node)} & definitions.keys()
        for name, node in definitions.items()
    }
    for name in definitions:
        reached: set[str] = set()
        pending = set(refers[name])
        while pending:
            reached |= pending
            pending = {after for each in pending for after in refers[each]} - reached
        if name in reached:
            key = name.removeprefix(_OWN)
            yield _at(document, said.circular(key), "$defs", key)
            return


def _definitions(document: Document) -> dict[str, Any]:
    """Give the schema's own definitions by the reference that names each."""
    own = document.value.get("$defs")
    return {f"{_OWN}{key}": node for key, node in own.items()} if isinstance(own, dict) else {}


def _fields(_name: str, document: Document, product: Product) -> Iterator[Problem]:
    """See that rules exist, and that per-stage fields say what one stage takes."""
    for path, node in _objects(document.value):
        rule = node.get("x-rule")
        if rule is not None and rule not in product.rules:
            yield _at(
                document, said.unknown_rule(str(rule), sorted(product.rules)), *path, "x-rule"
            )
        choices = node.get("anyOf")
        if PER_STAGE in node and not (isinstance(choices, list) and len(choices) == 2):  # noqa: PLR2004 - one value, or one per stage
            message = f"{quoted(str(path[-1]))} is per stage, but does not say how."
            hint = 'Write "anyOf": [<one value>, {"type": "object", "additionalProperties": ...}].'
            yield _at(document, said.not_a_config_schema(message, hint), *path)


def _compiles(name: str, document: Document, product: Product) -> Iterator[Problem]:
    """Compile it as `validate` will; what a regular expression lacks comes out here."""
    import jsonschema_rs

    files = {**product.schemas.files, name: document.text.encode()}
    try:
        jsonschema_rs.Draft202012Validator(dict(Schemas(files).bundled(name)))
    except (ValueError, jsonschema_rs.ValidationError) as error:
        path = tuple(getattr(error, "instance_path", ()))
        yield _at(document, said.not_a_schema(_reason(str(error))), *path)


def _objects(value: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give every object of a document with its path."""
    match value:
        case dict():
            yield path, value
            for key, inner in value.items():
                yield from _objects(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from _objects(inner, (*path, index))
        case _:
            pass


def _at(document: Document, what: Said, *path: str | int) -> Problem:
    return what.at(document.where(*path), pointer(path))
