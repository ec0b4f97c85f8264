"""What the product brings itself: what a custom blueprint may refer to and may not be called."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.schemas import Schemas


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Schemas, blueprints and everything that fills a parameter, as later steps know it.

    Attributes:
        schemas: those of the installation, without the repository's.
        blueprints: names of the installed blueprints that a type can be made from.
        taken: names of everything in `blueprints/` of the installation.
        template: gives the bytes of an installed blueprint's template.
        filler: says how a parameter is filled, given its name and the schema's fields.
        inserts: names of the structured values that templates may ask for.
        rules: names that `x-rule` may have.
        type_rules: names that `x-rules` may hold.
        definitions: names that `x-definition` may have.
    """

    schemas: Schemas
    blueprints: frozenset[str]
    taken: frozenset[str]
    template: Callable[[str], bytes]
    filler: Callable[[str, Collection[str]], "Filler"]
    inserts: frozenset[str]
    rules: frozenset[str]
    type_rules: frozenset[str]
    definitions: frozenset[str]

    def schema(self, name: str) -> Any:
        """Give an installed schema as its file says it."""
        return json.loads(self.schemas.files[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filler:
    """How a parameter is filled.

    Attributes:
        field: the field of its name; empty where the schema has none.
        is_derived: whether a derivation fills it.
        is_copy: whether it takes the copy of an object that the field names.
    """

    field: str
    is_derived: bool
    is_copy: bool
