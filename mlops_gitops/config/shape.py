"""Shape: a document against a JSON Schema, in our words.

jsonschema-rs accepts or rejects. Only what it rejects is explained: objects and stages by the
walk in `explain_shape.py`, single values by jsonschema.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jsonschema_rs

from mlops_gitops.config.document import Document
from mlops_gitops.config.schemas import Schema, Schemas, for_stages
from mlops_gitops.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wrong with a document's shape.

    Attributes:
        problems: none for a good shape.
        wrong: names of the top-level keys whose values may not be looked at.
        meant: names that were probably meant by unknown keys.
    """

    problems: tuple[Problem, ...] = ()
    wrong: frozenset[str] = frozenset()
    meant: frozenset[str] = frozenset()


GOOD = Verdict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The stages that a per-stage object may name and those that it must.

    Attributes:
        all: names of the settings, in the order of promotion.
        own: those that the workload runs in.
    """

    all: tuple[str, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A compiled schema.

    Attributes:
        schema: bundled, as the schema file says it.
        stages: where values may differ; None for a document without stages, such as the settings.
    """

    schema: Schema
    stages: Stages | None
    validator: Any

    def check(self, document: Document) -> Verdict:
        """Compare a document with the schema."""
        if self.validator.is_valid(document.value):
            return GOOD
        from mlops_gitops.config.explain_shape import explain_shape

        return explain_shape(document, self.schema, self.stages)


def compile_shape(schema: Schema, stages: Stages | None) -> Shape:
    """Compile a bundled schema."""
    narrowed = schema if stages is None else for_stages(schema, stages.all, stages.own)
    # Formats and remote references play no part; annotations (x-...) are ignored by the validator.
    return Shape(schema, stages, jsonschema_rs.Draft202012Validator(dict(narrowed)))


@lru_cache(maxsize=128)
def shape_of(schemas: Schemas, name: str, stages: Stages | None) -> Shape:
    """Compile a schema of several by its name, once for all repositories that a process reads."""
    return compile_shape(schemas.bundled(name), stages)
