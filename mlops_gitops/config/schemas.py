"""Schemas: what each pipeline type takes. A type is a schema file; no list names them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]
"""A JSON Schema (draft 2020-12) as JSON values."""

BLUEPRINT = "x-blueprint"
"""Annotation that makes a schema a pipeline type: the folder in `blueprints/`."""
PER_STAGE = "x-per-stage"
"""Annotation of a property that takes one value, or an object with one value per stage."""

STAGES = "stages"
"""The property with which a config says where it runs."""
STATE = "state"
"""The property with which a config says that its workload is retired."""
CONTENT = "x-content"
"""Annotation of a property that names a key of the assets bucket whose content counts."""
UNIQUE = "x-unique-in-account"
"""Annotation of a property whose value names something that an account has once."""
LIVE_STATUS = "x-live-status"
"""Annotation of a property that, left out, leaves a model card's status as it is in SageMaker."""

FILE = "x-file"
"""Annotation of a text, wherever it stands, that names something beside the config.

It is a path from the config's folder: `true` for a file, else what `Kind` in `named_files.py`
lists.
"""

INSIDE = "x-inside"
"""Annotation beside `x-file`: the key of a folder or zip in which the file is, if that is written.

Then the text is a path in there, and names nothing beside the config.
"""
BESIDE = "x-beside"
"""Annotation of an object: a file beside the config that says more about it, if it is there."""

OR_REFERENCE = "x-or-reference"
"""Annotation of a value that may be an object instead, which is the second of its `anyOf`."""
VARIANT = "x-variant"
"""Annotation of an object that has one of the forms of its `anyOf`: the key that tells which.

The first form is that of objects without the key, which other required keys tell.
"""

_STACK_POSTFIX = "x-stack-postfix"
_SOURCE = "x-model-source"
_IDENTITY = "x-identity"
_RUNS_IN = "x-runs-in"
_RUN = "x-run"
_RULES = "x-rules"
_DEFINITION = "x-definition"


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineType:
    """A pipeline type, as its schema file describes it.

    Attributes:
        blueprint: folder in `blueprints/`.
        stack_postfix: last part of the names of its stacks.
        schema: self-contained; every `$ref` points into its own `$defs`.
        artifact_keys: properties that name a model by its artifact and image.
        package_keys: properties that name a model by its version in the registry.
        identity: properties that make the identity of a workload.
        in_orchestrator: whether it runs in the orchestrator account unless a config says other.
        runs: whether each stage ends with running something and waiting for it.
        rules: rules of `rules/types/` that hold for its configs.
        defaults: what holds where a property is not written.
        annotated: annotation (`x-...`) -> the properties that carry it.
        definition: the check in `definitions/checks/` that its configs are held to; empty for none.
        names_files: whether its configs may name files beside them.
        has_state: whether its configs say by `state` that they are retired; a blueprint of the
            repository may have a field of its own by that name.
    """

    name: str
    blueprint: str
    stack_postfix: str
    schema: Schema
    artifact_keys: tuple[str, ...]
    package_keys: tuple[str, ...]
    identity: tuple[str, ...]
    in_orchestrator: bool
    runs: bool
    rules: tuple[str, ...]
    defaults: Mapping[str, Any]
    annotated: Mapping[str, tuple[str, ...]]
    definition: str = ""
    names_files: bool = False
    has_state: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Schemas:
    """All schema files, parsed when somebody asks for them.

    Attributes:
        files: name without `.json` -> bytes.
    """

    files: Mapping[str, bytes]
    _parsed: dict[str, Schema] = field(default_factory=dict, init=False, repr=False)
    _bundled: dict[str, Schema] = field(default_factory=dict, init=False, repr=False)
    _types: dict[str, PipelineType] = field(default_factory=dict, init=False, repr=False)

    def pipeline_type(self, name: str) -> PipelineType | None:
        """Find a pipeline type; None where no schema has that name."""
        if name not in self.files or BLUEPRINT not in self._file(name):
            return None
        if name not in self._types:
            self._types[name] = self._type(name)
        return self._types[name]

    def _type(self, name: str) -> PipelineType:
        schema = self.bundled(name)
        return PipelineType(
            name=name,
            blueprint=schema[BLUEPRINT],
            stack_postfix=schema[_STACK_POSTFIX],
            schema=schema,
            artifact_keys=_source_keys(schema, "artifact"),
            package_keys=_source_keys(schema, "package"),
            identity=tuple(schema.get(_IDENTITY, ("model_name",))),
            in_orchestrator=schema.get(_RUNS_IN) == "orchestrator",
            runs=bool(schema.get(_RUN)),
            rules=tuple(schema.get(_RULES, ())),
            defaults=_defaults(schema),
            annotated=_annotated(schema),
            definition=schema.get(_DEFINITION, ""),
            names_files=_mentions(schema, FILE),
            has_state=schema["properties"].get(STATE) == {"$ref": "#/$defs/definitions.state"},
        )

    def pipeline_types(self) -> tuple[str, ...]:
        """List the names of all pipeline types, sorted."""
        return tuple(name for name in sorted(self.files) if BLUEPRINT in self._file(name))

    def blueprints(self) -> frozenset[str]:
        """Name the folders of the blueprints of all pipeline types."""
        return frozenset(self._file(name)[BLUEPRINT] for name in self.pipeline_types())

    def bundled(self, name: str) -> Schema:
        """Give a schema with everything it refers to in its own `$defs`.

        Raises:
            KeyError: no schema has that name.
        """
        if name not in self._bundled:
            self._bundled[name] = self._whole(name)
        return self._bundled[name]

    def _whole(self, name: str) -> Schema:
        definitions: dict[str, Any] = {}
        bundled = self._bundle(self._file(name), name, definitions)
        own = bundled.pop("$defs", {})
        bundled.pop("$id", None)
        return {**bundled, "$defs": {**own, **definitions}} if own or definitions else bundled

    def _bundle(self, node: Any, home: str, definitions: dict[str, Any]) -> Any:
        if isinstance(node, list):
            return [self._bundle(item, home, definitions) for item in node]
        if not isinstance(node, dict):
            return node
        bundled = {key: self._bundle(value, home, definitions) for key, value in node.items()}
        if isinstance(node.get("$ref"), str):
            bundled["$ref"] = self._refer(node["$ref"], home, definitions)
        return bundled

    def _refer(self, reference: str, home: str, definitions: dict[str, Any]) -> str:
        """Bring in what a reference names; give the reference that finds it here."""
        file, _, fragment = reference.partition("#/$defs/")
        name = file.removesuffix(".json")
        if not name and home not in {key.partition(".")[0] for key in definitions}:
            return reference
        key = f"{name or home}.{fragment}"
        if key not in definitions:
            definitions[key] = {}
            target = self._file(name or home)["$defs"][fragment]
            definitions[key] = self._bundle(target, name or home, definitions)
        return f"#/$defs/{key}"

    def _file(self, name: str) -> Schema:
        if name not in self._parsed:
            self._parsed[name] = _with_state(json.loads(self.files[name]), self.files)
        return self._parsed[name]


def _with_state(schema: Schema, files: Mapping[str, bytes]) -> Schema:
    """Let configs of every pipeline type say that they are retired, whoever wrote the type."""
    if BLUEPRINT not in schema or "definitions" not in files or STATE in schema["properties"]:
        return schema
    own = {STATE: {"$ref": "definitions.json#/$defs/state"}}
    return {**schema, "properties": {**schema["properties"], **own}}


@lru_cache(maxsize=16)
def schemas_of(files: tuple[tuple[str, bytes], ...]) -> Schemas:
    """Give the schemas in some files: for the same files the same ones, so each is parsed once.

    Args:
        files: name without `.json`, and bytes.
    """
    return Schemas(dict(files))


def _source_keys(schema: Schema, source: str) -> tuple[str, ...]:
    """Name the properties that belong to one way of naming a model."""
    properties = schema["properties"]
    return tuple(name for name in properties if properties[name].get(_SOURCE) == source)


def _defaults(schema: Schema) -> dict[str, Any]:
    """Give the defaults that properties declare."""
    nodes = _properties(schema)
    return {name: node["default"] for name, node in nodes.items() if "default" in node}


def _annotated(schema: Schema) -> dict[str, tuple[str, ...]]:
    """Name the properties that carry an annotation, beside a `$ref` or behind it."""
    nodes = _properties(schema)
    annotations = {key for node in nodes.values() for key in node if key.startswith("x-")}
    return {
        annotation: tuple(name for name, node in nodes.items() if annotation in node)
        for annotation in annotations
    }


def _mentions(node: Any, annotation: str) -> bool:
    """Tell whether an annotation stands anywhere in a schema."""
    if isinstance(node, dict):
        return annotation in node or any(_mentions(each, annotation) for each in node.values())
    return isinstance(node, list) and any(_mentions(each, annotation) for each in node)


def _properties(schema: Schema) -> dict[str, Schema]:
    return {name: resolve(schema, node) for name, node in schema["properties"].items()}


def resolve(schema: Schema, node: Schema) -> Schema:
    """Follow `$ref`s of a bundled schema; what stands beside a `$ref` adds to its target."""
    while "$ref" in node:
        target = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
        beside = {key: value for key, value in node.items() if key != "$ref"}
        if "pattern" in target and "pattern" in beside:
            # Both hold; a dict has room for one of a name.
            beside["allOf"] = [*beside.get("allOf", ()), {"pattern": target["pattern"]}]
        node = {**target, **beside}
    return node


def for_stages(schema: Schema, stages: tuple[str, ...], own: tuple[str, ...]) -> Schema:
    """Narrow per-stage properties to the stages of an installation.

    With several stages an object must name those that the workload runs in, and may name the
    others; with one there are no objects.

    Args:
        schema: bundled.
        stages: all of the installation.
        own: those that this workload runs in.
    """
    properties = {
        name: _narrow(node, stages, own) if PER_STAGE in node else node
        for name, node in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def _narrow(node: Schema, stages: tuple[str, ...], own: tuple[str, ...]) -> Schema:
    plain = single_value(node)
    if len(stages) == 1:
        return plain
    staged = {
        "type": "object",
        "properties": dict.fromkeys(stages, plain),
        "required": list(own),
        "additionalProperties": False,
    }
    return {**node, "anyOf": [plain, staged]}


def single_value(node: Schema) -> Schema:
    """Give the schema of one value of a per-stage property: the first of its `anyOf`."""
    value: Schema = node["anyOf"][0]
    return value


def variants_of(schema: Schema, node: Schema) -> list[str]:
    """Name the forms of an object that has one of several, but the first, in their order."""
    key = node[VARIANT]
    forms = (resolve(schema, form) for form in node["anyOf"][1:])
    return [form["properties"][key]["const"] for form in forms]


def variant_of(schema: Schema, node: Schema, value: Mapping[str, Any]) -> Schema | None:
    """Give the form that an object means; None where it is none of them."""
    key = node[VARIANT]
    first, *others = (resolve(schema, form) for form in node["anyOf"])
    if key not in value:
        return first if any(name in value for name in first["required"]) else None
    return next((form for form in others if form["properties"][key]["const"] == value[key]), None)
