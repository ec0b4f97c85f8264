"""Drafts: a config on its way to being one; what the rules look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mlops_gitops.config.document import Document, Json, pointer
from mlops_gitops.config.frameworks import Frameworks
from mlops_gitops.config.said import Said
from mlops_gitops.config.schemas import PER_STAGE, PipelineType
from mlops_gitops.config.settings import Settings
from mlops_gitops.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A config whose shape may still be wrong in places.

    Attributes:
        fields: the values whose shape is right; empty texts left out.
        mentioned: names that are written, rightly, wrongly or with a misspelling.
    """

    document: Document
    type: PipelineType
    settings: Settings
    frameworks: Frameworks
    fields: Mapping[str, Json]
    mentioned: frozenset[str]

    def texts(self, field: str) -> Iterator[tuple[tuple[str, ...], str]]:
        """Give the texts of a field with their paths: one, or one per stage."""
        written = self.fields.get(field)
        if isinstance(written, str):
            yield (field,), written
        if isinstance(written, dict) and PER_STAGE in self.type.schema["properties"][field]:
            for stage, value in written.items():
                if isinstance(value, str) and value:
                    yield (field, stage), value

    def written(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Keep the names that are mentioned."""
        return tuple([name for name in names if name in self.mentioned])

    def at(self, said: Said, *path: str | int) -> Problem:
        """Give what was said the place of a value."""
        return said.at(self.document.where(*path), pointer(path))

    def at_key(self, said: Said, *path: str | int) -> Problem:
        """Give what was said the place of a key."""
        return said.at(self.document.where_key(*path), pointer(path))
