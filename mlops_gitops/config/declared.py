"""Configs: what one `mlops-config.json` declares."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from mlops_gitops.config.document import Document, Json
from mlops_gitops.config.schemas import PipelineType
from mlops_gitops.config.settings import Stage
from mlops_gitops.problems import Location


@dataclass(frozen=True, slots=True, order=True)
class Workload:
    """The identity of what a config declares; never its path.

    Attributes:
        model_name: lower-cased, as in the names of its stacks; for a type that has another
            identity (`x-identity`), that.
        pipeline_type: the name of its schema.
    """

    model_name: str
    pipeline_type: str

    def __str__(self) -> str:
        return self.model_name


class Lifecycle(Enum):
    """What a config wants of its workload: the values of its `state`."""

    ACTIVE = "active"
    RETIRED = "retired"  # nothing of it is to be left


def identity_of(values: Sequence[str]) -> str:
    """Give what stacks are named after: one value as it is, several with a hash of them.

    Joined values alone would be equal for `a-b` and `c`, and for `a` and `b-c`.
    """
    if len(values) == 1:
        return values[0].lower()
    from hashlib import sha256

    exact = sha256("\0".join(values).encode()).hexdigest()[:8]
    words = re.sub(r"[^a-z0-9]+", "-", "-".join(values).lower()).strip("-")
    return f"{words}-{exact}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One valid config. The shape has been checked, so nothing required is missing.

    Attributes:
        workload: its identity.
        type: its pipeline type.
        stages: where it runs, in the order of promotion.
        fields: what the user wrote; `pipeline_type`, `$schema` and empty texts left out.
        staged: names of the fields that are written as per-stage objects.
        document: where it was written.
        files: what it names beside itself (`x-file`), by path from the repository's root; of a
            folder every file in it.
        named: the paths of those files and folders.
        state: of a retired one only the identity is in `fields`, and its stages are all there are.
    """

    workload: Workload
    type: PipelineType
    stages: tuple[Stage, ...]
    fields: Mapping[str, Json]
    document: Document
    staged: frozenset[str] = frozenset()
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    named: tuple[str, ...] = ()
    state: Lifecycle = Lifecycle.ACTIVE

    @property
    def is_retired(self) -> bool:
        """Whether it is a tombstone."""
        return self.state is Lifecycle.RETIRED

    @property
    def blueprint(self) -> str:
        """Folder in `blueprints/` that its schema names."""
        return self.type.blueprint

    def value(self, field: str, stage: str) -> Json:
        """Give the value that holds in a stage, else the schema's default, else None.

        A per-stage object names every stage (checked before), a plain value applies to all.
        An empty text means "not written", as it did for the predecessor.
        """
        written = self.fields.get(field)
        value = written[stage] if isinstance(written, dict) and field in self.staged else written
        return self.type.defaults.get(field) if value in (None, "") else value

    def beside(self, path: str) -> str:
        """Give the path from the repository's root of what is named from the config's folder.

        One that leads out begins with `../` or `/`.
        """
        folder = posixpath.dirname(self.document.path)
        return posixpath.normpath(posixpath.join(folder, path.strip().replace("\\", "/")))

    def texts(self, annotation: str) -> Mapping[str, str]:
        """Give the plain texts of the fields that carry an annotation, by field."""
        return {
            name: value
            for name in self.type.annotated.get(annotation, ())
            if isinstance(value := self.fields.get(name), str)
        }

    def where(self, field: str, stage: str) -> Location:
        """Give the place where the value that holds in a stage is written."""
        return (
            self.document.where(field, stage)
            if field in self.staged
            else self.document.where(field)
        )
