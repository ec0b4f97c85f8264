"""Drafts: a config on its way to being one; what the rules look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mlops_gitops.config.document import Document, Json, Path, pointer
from mlops_gitops.config.frameworks import Frameworks
from mlops_gitops.config.said import Said
from mlops_gitops.config.schemas import PER_STAGE, STAGES, PipelineType, resolve
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

    def value(self, field: str) -> Json:
        """Give what is written, else the default; None where what is written is wrong."""
        if field in self.fields:
            return self.fields[field]
        default: Json = None if field in self.mentioned else self.type.defaults.get(field)
        return default

    def number(self, field: str) -> int | None:
        """Give the number that holds; None where there is none within its bounds."""
        value = self.value(field)
        if isinstance(value, bool) or not isinstance(value, (int, float, str)) or value == "":
            return None
        about = resolve(self.type.schema, self.type.schema["properties"][field])
        number = int(value)
        fits = about.get("minimum", number) <= number <= about.get("maximum", number)
        return number if fits else None

    def flag(self, field: str) -> bool:
        """Say whether a truth holds, however it is spelt."""
        return str(self.value(field)).lower() == "true"

    @property
    def stage_names(self) -> tuple[str, ...]:
        """Names of the stages that it runs in: those it names, else all."""
        every = tuple(stage.name for stage in self.settings.stages)
        named = self.fields.get(STAGES)
        return tuple(name for name in every if name in named) if isinstance(named, list) else every

    def in_stage(self, field: str, stage: str) -> tuple[Path, Json]:
        """Give what is written for a stage, with its path; None where nothing is."""
        written = self.fields.get(field)
        if isinstance(written, dict) and PER_STAGE in self.type.schema["properties"][field]:
            value = written.get(stage)
            return (field, stage), None if value == "" else value
        return (field,), written

    def written(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Keep the names that are mentioned."""
        return tuple([name for name in names if name in self.mentioned])

    def at(self, said: Said, *path: str | int) -> Problem:
        """Give what was said the place of a value."""
        return said.at(self.document.where(*path), pointer(path))

    def at_key(self, said: Said, *path: str | int) -> Problem:
        """Give what was said the place of a key."""
        return said.at(self.document.where_key(*path), pointer(path))
