"""Why a document does not have the shape its schema asks for: one mistake, one problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from mlops_gitops.config import shape_problems
from mlops_gitops.config.document import Document, Json, Path, kind_of
from mlops_gitops.config.said import Said, nearest
from mlops_gitops.config.schemas import PER_STAGE, Schema, resolve, single_value
from mlops_gitops.config.shape import Verdict
from mlops_gitops.problems import Problem

_MOST_SUGGESTIONS = 50
_WORST_FIRST = ("type", "const", "enum", "minLength", "maxLength", "pattern")


def explain_shape(document: Document, schema: Schema, stages: tuple[str, ...] | None) -> Verdict:
    """Say everything that is wrong with a document that the validator has rejected."""
    keys = _keys(schema, document.value)
    walk = _Walk(document, schema, stages)
    problems = tuple(walk.object(schema, document.value, ()))
    if not problems:
        # A rejection that we cannot explain is still a rejection.
        problems = (walk.at(shape_problems.unexplained(), ()),)
    wrong = {problem.pointer.split("/")[1] for problem in problems if problem.pointer}
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
    meant: dict[str, str | None] = {}
    for name in (name for name in value if name not in known):
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
    stages: tuple[str, ...] | None

    def at(self, said: Said, path: Path) -> Problem:
        return said.at(self.document.where(*path), self.document.pointer(*path))

    def at_key(self, said: Said, path: Path) -> Problem:
        return said.at(self.document.where_key(*path), self.document.pointer(*path))

    def value(self, node: Schema, value: Json, path: Path) -> Iterator[Problem]:
        """Explain one value, whatever it should have been."""
        node = resolve(self.schema, node)
        if PER_STAGE in node:
            yield from self.per_stage(node, value, path)
        elif node.get("type") == "object" and isinstance(value, dict):
            yield from self.object(node, value, path)
        elif node.get("type") == "array" and isinstance(value, list):
            yield from self.array(node, value, path)
        elif isinstance(value, dict) and self.stages is not None:
            nested = len(path) > 1
            said = shape_problems.nested_object if nested else shape_problems.not_per_stage
            yield self.at(said(str(path[-1])), path)
        else:
            yield from self.single(node, value, path)

    def object(self, node: Schema, value: Mapping[str, Json], path: Path) -> Iterator[Problem]:
        """Explain an object: unknown keys, missing keys, then every value."""
        known = node.get("properties", {})
        keys = _keys(node, value)
        for name, meant in keys.meant.items():
            yield self.at_key(shape_problems.unknown_key(name, meant, tuple(known)), (*path, name))
        for name in keys.missing:
            about = resolve(self.schema, known[name])
            if PER_STAGE in about:
                about = resolve(self.schema, single_value(about))
            yield self.at(shape_problems.missing_key(name, about), path)
        for name in value:
            if name in known:
                yield from self.value(known[name], value[name], (*path, name))

    def array(self, node: Schema, value: list[Json], path: Path) -> Iterator[Problem]:
        """Explain an array: its length, then every item."""
        if not node.get("minItems", 0) <= len(value) <= node.get("maxItems", len(value)):
            yield self.at(shape_problems.wrong_length(str(path[-1]), len(value), node), path)
        for index, item in enumerate(value):
            yield from self.value(node.get("items", {}), item, (*path, index))

    def per_stage(self, node: Schema, value: Json, path: Path) -> Iterator[Problem]:
        """Explain a value that may be an object with one value per stage."""
        one = single_value(node)
        if not isinstance(value, dict):
            yield from self.value(one, value, path)
            return
        stages = self.stages or ()
        if len(stages) == 1:
            yield self.at(shape_problems.single_account(str(path[-1]), stages[0]), path)
            return
        unknown = tuple(name for name in value if name not in stages)
        missing = tuple(name for name in stages if name not in value)
        if unknown:
            said = shape_problems.unknown_stage(unknown, missing, stages)
            yield self.at_key(said, (*path, unknown[0]))
        elif missing:
            yield self.at(shape_problems.missing_stage(str(path[-1]), missing, stages), path)
        for stage in stages:
            if stage in value:
                yield from self.value(one, value[stage], (*path, stage))

    def single(self, node: Schema, value: Json, path: Path) -> Iterator[Problem]:
        """Explain a text, number or the like with the worst of what jsonschema says."""
        failed = set(_failures(node, value))
        worst = next((keyword for keyword in _WORST_FIRST if keyword in failed), None)
        if worst is not None or failed:
            yield self.at(_say(node, value, worst or min(failed), path), path)


def _say(node: Schema, value: Json, keyword: str, path: Path) -> Said:
    name = str(path[-1]) if path else ""
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
