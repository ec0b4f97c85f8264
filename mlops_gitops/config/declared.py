"""Configs: what one `mlops-config.json` declares."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_gitops.config.document import Document, Json
from mlops_gitops.problems import Location


@dataclass(frozen=True, slots=True, order=True)
class Workload:
    """The identity of what a config declares; never its path.

    Attributes:
        model_name: lower-cased, as in the names of its stacks.
        pipeline_type: the name of its schema.
    """

    model_name: str
    pipeline_type: str

    def __str__(self) -> str:
        return self.model_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One valid config. The shape has been checked, so nothing required is missing.

    Attributes:
        workload: its identity.
        blueprint: the folder in `blueprints/` that its schema names (`x-blueprint`).
        stack_postfix: last part of its stacks' names (`x-stack-postfix` of the schema).
        fields: what the user wrote; `pipeline_type`, `$schema` and empty texts left out.
        document: where it was written.
    """

    workload: Workload
    blueprint: str
    stack_postfix: str
    fields: Mapping[str, Json]
    document: Document

    def value(self, field: str, stage: str) -> Json:
        """Give the value that holds in a stage; None where the field is not written.

        A per-stage object names every stage (checked before), a plain value applies to all.
        An empty text means "not written", as it did for the predecessor.
        """
        written = self.fields.get(field)
        value = written[stage] if isinstance(written, dict) and field in self.staged else written
        return None if value == "" else value

    staged: frozenset[str] = frozenset()
    """Names of the fields that are written as per-stage objects."""

    def where(self, field: str, stage: str) -> Location:
        """Give the place where the value that holds in a stage is written."""
        return (
            self.document.where(field, stage)
            if field in self.staged
            else self.document.where(field)
        )
