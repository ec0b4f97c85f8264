"""Scopes: what a definition may depend on, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Json
from mlops_gitops.config.installation import Network
from mlops_gitops.definitions.content import Contents, copy_of, etag_of
from mlops_gitops.definitions.pipeline.script import Built


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One workload in one stage.

    Attributes:
        stage: name of the stage.
        stack: name of the stack, the base of names that are derived.
        contents: what the keys of the assets bucket held; empty offline.
        built: what the config's script made; None where it was not run.
        network: VPC of the stage; None for none.
        known: what one insert has worked out and another one needs, too, by a name.
    """

    config: Config
    stage: str
    account: str
    stack: str
    region: str
    assets_bucket: str
    contents: Contents
    built: Built | None = None
    network: Network | None = None
    known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def files(self) -> Mapping[str, bytes]:
        """What the config names beside itself, by path from the repository's root."""
        return self.config.files

    def file(self, field: str) -> bytes:
        """Give what the file holds that a field names; see `x-file`."""
        return self.config.files[self.config.beside(str(self.value(field)))]

    def value(self, field: str) -> Json:
        """Give a field's value in this stage, else the schema's default, else None."""
        return self.config.value(field, self.stage)

    def text(self, field: str) -> str:
        """Give a field as text, without blanks around it and without a slash at its end."""
        value = self.value(field)
        return "" if value is None else str(value).strip().removesuffix("/")

    def number(self, field: str) -> int | None:
        """Give a whole number, whether it was written as a number or as a text."""
        value = self.value(field)
        return int(value) if isinstance(value, int | float | str) else None

    def flag(self, field: str) -> bool:
        """Give a truth value, whether it was written as `true` or as "True"."""
        return str(self.value(field)).strip().lower() == "true"

    def texts(self, field: str) -> tuple[str, ...]:
        """Give a list of texts, whether it was written as a list or as a list in a text."""
        value = self.value(field)
        listed = json.loads(value) if isinstance(value, str) else value
        return tuple(str(each) for each in listed) if isinstance(listed, list) else ()

    def content_key(self, field: str) -> str:
        """Give the key of the copy of what a field names; empty where it names nothing."""
        key = self.text(field)
        return copy_of(self.contents, key) if key else ""

    def content_id(self, field: str) -> str:
        """Give the ETag of what a field names; empty offline and where it names nothing."""
        return etag_of(self.contents, self.text(field))
