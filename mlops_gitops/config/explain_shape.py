"""Why a document does not have the shape its schema asks for: one mistake, one problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from mlops_gitops.config import shape_problems
from mlops_gitops.config.document import Document, Json, Path, kind_of
from mlops_gitops.config.limit import MOST_PROBLEMS, limited
from mlops_gitops.config.said import Said, nearest
from mlops_gitops.config.schemas import (
    OR_REFERENCE,
    PER_STAGE,
    VARIANT,
    Schema,
    resolve,
    single_value,
    variant_of,
    variants_of,
)
from mlops_gitops.config.shape import Stages, Verdict
from mlops_gitops.problems import Problem

_MOST_SUGGESTIONS = 50
_WRONG_TYPE = "MG022"
_WORST_FIRST = ("type", "const", "enum", "minLength", "maxLength", "pattern")


def explain_shape(document: Document, schema: Schema, stages: Stages | None) -> Verdict:
    """Say everything that is wrong with a document that the validator has rejected."""
    keys = _keys(schema, document.value)
    walk = _Walk(document, schema, stages)
    problems = limited(walk.object(schema, document.value, ()), document)
    if not problems:
        # A rejection that we cannot explain is still a rejection.
        problems = (walk.at(shape_problems.unexplained(), ()),)
    # Where not all problems are known, no value is known to be good.
    all_known = len(problems) <= MOST_PROBLEMS
    told = {problem.pointer.split("/")[1] for problem in problems if problem.pointer}
    wrong = told if all_known else set(document.value)
    meant = {name for name in keys.meant.values() if name is not None}
    return Verdict(problems=problems, wrong=frozenset(wrong), meant=frozenset(meant))


@dataclass(frozen=True, slots=True)
class _Keys:
    """How an object's keys differ from its schema's.

    Attributes:
        meant: unknown key -> the key that was probably meant.
        missing: required keys that nobody wrote, not even with a misspelling.
    """

    meant: Mapping[str, str | None]
    missing: tuple[str, ...]


def _keys(node: Schema, value: Mapping[str, Json]) -> _Keys:
    known = node.get("properties", {})
    free = [name for name in known if name not in value]
    takes_all = node.get("additionalProperties") is not False
    meant: dict[str, str | None] = {}
    for name in () if takes_all else [name for name in value if name not in known]:
        meant[name] = nearest(name, free) if len(meant) < _MOST_SUGGESTIONS else None
        if meant[name] in free:
            free.remove(str(meant[name]))
    missing = tuple(name for name in node.get("required", ()) if name in free)
    return _Keys(meant, missing)


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk through a document along its schema."""

    document: Document
    schema: Schema
    stages: Stages | None

    def at(self, said: Said, path: Path) -> Problem:
        return said.at(self.document.where(*path), self.document.pointer(*path))

    def at_key(self, said: Said, path: Path) -> Problem:
        return said.at(self.document.where_key(*path), self.document.pointer(*path))

    def value(self, node: Schema, value: Json, path: Path) -> Iterator[Problem]:
        """Explain one value, whatever it should have been."""
        node = resolve(self.schema, node)
        if PER_STAGE in node:
            yield from self.per_stage(node, value, path)
        elif OR_REFERENCE in node:
            yield from self.value(node["anyOf"][isinstance(value, dict)], value, path)
        elif VARIANT in node:
            yield from self.variant(node, value, path)
        elif isinstance(value, dict) and len(path) == 1 and self.are_stages(node, value):
            yield self.at(shape_problems.not_per_stage(_name(path)), path)
        elif isinstance(value, dict) and _takes(node, "object"):
            yield from self.object(node, value, path)
        elif isinstance(value, list) and _takes(node, "array"):
            yield from self.array(node, value, path)
        elif isinstance(value, dict) and len(path) == 1 and self.may_be_stages(node, value):
            yield self.at(shape_problems.not_per_stage(_name(path)), path)
        elif isinstance(value, dict) and self.is_of_stage(path):
            yield self.at(shape_problems.nested_object(_name(path)), path)
        else:
            yield from self.single(node, value, path)

    def variant(self, node: Schema, value: Json, path: Path) -> Iterator[Problem]:
        """Explain an object that has one of several forms."""
        if not isinstance(value, dict):
            said = shape_problems.wrong_type(_name(path), {"type": "object"}, kind_of(value), value)
            yield self.at(said, path)
            return
        one = variant_of(self.schema, node, value)
        if one is not None:
            yield from self.object(one, value, path)
            return
        key = node[VARIANT]
        about = {"enum": variants_of(self.schema, node), "description": "What kind it is."}
        if not isinstance(value.get(key), str):
            said = shape_problems.missing_key(key, {**about, "examples": about["enum"][:1]})
            yield self.at(said, path)
        else:
            yield self.at(shape_problems.not_among(key, value[key], about), (*path, key))

    def are_stages(self, node: Schema, value: Mapping[str, Json]) -> bool:
        """Say whether an object gives values per stage where it should be one value."""
        stages = self.stages.all if self.stages is not None else ()
        is_closed = node.get("additionalProperties") is False
        known = node.get("properties", ())
        return (
            is_closed
            and bool(value)
            and all(name in stages and name not in known for name in value)
        )

    def may_be_stages(self, node: Schema, value: Mapping[str, Json]) -> bool:
        """Say whether an object that is no value was meant to have one for each stage.

        Where a list is wanted, it may as well be the only item of one.
        """
        if self.stages is None:
            return False
        return not _takes(node, "array") or any(name in self.stages.all for name in value)

    def is_of_stage(self, path: Path) -> bool:
        """Say whether a path leads to one stage's value."""
        properties = self.schema["properties"]
        return len(path) == 2 and PER_STAGE in resolve(self.schema, properties[path[0]])  # noqa: PLR2004 - a property and a stage

    def object(self, node: Schema, value: Mapping[str, Json], path: Path) -> Iterator[Problem]:
        """Explain an object: unknown keys, missing keys, its size, then every value."""
        known = node.get("properties", {})
        keys = _keys(node, value)
        for name, meant in keys.meant.items():
            yield self.at_key(shape_problems.unknown_key(name, meant, tuple(known)), (*path, name))
        for name in keys.missing:
            about = resolve(self.schema, known[name])
            if PER_STAGE in about:
                about = resolve(self.schema, single_value(about))
            needing = known.get("pipeline_type", {}).get("const", "")
            yield self.at(shape_problems.missing_key(name, about, needing), path)
        if not node.get("minProperties", 0) <= len(value) <= node.get("maxProperties", len(value)):
            yield self.at(shape_problems.wrong_size(_name(path), len(value), node), path)
        for name in value:
            if name in known:
                yield from self.value(known[name], value[name], (*path, name))
            elif isinstance(node.get("additionalProperties"), dict):
                yield from self.free(node, name, value[name], (*path, name))

    def free(self, node: Schema, name: str, value: Json, path: Path) -> Iterator[Problem]:
        """Explain a member whose name the user chooses."""
        names = node.get("propertyNames", {})
        if not names.get("minLength", 0) <= len(name) <= names.get("maxLength", len(name)):
            yield self.at_key(shape_problems.wrong_name(name, names), path)
        elif "x-rule" in names and any(_failures(names, name)):
            yield self.at_key(_say(names, name, "pattern", path), path)
        yield from self.value(node["additionalProperties"], value, path)

    def array(self, node: Schema, value: list[Json], path: Path) -> Iterator[Problem]:
        """Explain an array: its length, then every item."""
        if not node.get("minItems", 0) <= len(value) <= node.get("maxItems", len(value)):
            yield self.at(shape_problems.wrong_length(_name(path), len(value), node), path)
            if "prefixItems" in node:
                return  # what stands where is not known then
        first = node.get("prefixItems", ())
        problems: list[list[Problem]] = []
        for index, item in enumerate(value):
            about = first[index] if index < len(first) else node.get("items", {})
            problems.append(list(self.value(about, item, (*path, index))))
        # One mistake, such as brackets that are missing, makes every item wrong; it is said once.
        same = all([problem.code for problem in found] == [_WRONG_TYPE] for found in problems)
        for found in problems[:1] if same else problems:
            yield from found

    def per_stage(self, node: Schema, value: Json, path: Path) -> Iterator[Problem]:
        """Explain a value that may be an object with one value per stage."""
        one = single_value(node)
        if not isinstance(value, dict):
            yield from self.value(one, value, path)
            return
        stages = self.stages or Stages(all=(), own=())
        if len(stages.all) == 1:
            yield self.at(shape_problems.single_account(str(path[-1]), stages.all[0]), path)
            return
        unknown = tuple(name for name in value if name not in stages.all)
        missing = tuple(name for name in stages.own if name not in value)
        if unknown:
            said = shape_problems.unknown_stage(unknown, missing, stages.all)
            yield self.at_key(said, (*path, unknown[0]))
        elif missing:
            yield self.at(shape_problems.missing_stage(str(path[-1]), missing, stages.own), path)
        for stage in stages.all:
            if stage in value:
                yield from self.value(one, value[stage], (*path, stage))

    def single(self, node: Schema, value: Json, path: Path) -> Iterator[Problem]:
        """Explain a text, number or the like with the worst of what jsonschema says."""
        failed = set(_failures(node, value))
        worst = next((keyword for keyword in _WORST_FIRST if keyword in failed), None)
        if worst is not None or failed:
            yield self.at(_say(node, value, worst or min(failed), path), path)


def _takes(node: Schema, kind: str) -> bool:
    types = node.get("type", ())
    return kind in ([types] if isinstance(types, str) else types)


def _name(path: Path) -> str:
    """Name a value as its key, and an item of a list by the list and its index."""
    keys = [at for at, part in enumerate(path) if isinstance(part, str)]
    if not keys:
        return ""
    return f"{path[keys[-1]]}{''.join(f'[{index}]' for index in path[keys[-1] + 1 :])}"


def _say(node: Schema, value: Json, keyword: str, path: Path) -> Said:
    name = _name(path)
    if keyword == "type" or not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return shape_problems.wrong_type(name, node, kind_of(value), value)
    if isinstance(value, str) and "x-rule" in node:
        rule = import_module(f"mlops_gitops.config.rules.texts.{node['x-rule']}")
        said: Said = rule.why(value, node)
        return said
    if keyword in {"enum", "const"}:
        return shape_problems.not_among(name, value, node)
    return shape_problems.out_of_bounds(name, value, keyword, node)


def _failures(node: Schema, value: Json) -> Iterator[str]:
    """Name the keywords that a single value fails."""
    for error in _validator_class()(node).iter_errors(value):
        yield error.validator


@lru_cache(maxsize=1)
def _validator_class() -> Any:
    """Give jsonschema's validator with ECMA-262's `$`, which is the end and no line break."""
    import re

    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
            yield ValidationError(f"{instance!r} does not match {pattern!r}")

    return extend(Draft202012Validator, {"pattern": pattern})
