"""Types: the pipeline types of an installation and of one repository."""

from dataclasses import dataclass

from mlops_gitops.config.schemas import Schemas
from mlops_gitops.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Types:
    """All pipeline types, and what is wrong with those of the repository.

    Attributes:
        schemas: those of the product and of all custom blueprints whose schema is sound.
        custom: names of the custom blueprints whose schema is sound.
        broken: names of the others; configs of these types cannot be judged.
        problems: everything that is wrong with custom blueprints.
    """

    schemas: Schemas
    custom: tuple[str, ...] = ()
    broken: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
