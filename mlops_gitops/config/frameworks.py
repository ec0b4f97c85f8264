"""Frameworks: which names and versions are enough to find SageMaker's image."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Frameworks:
    """What `model_framework` and `model_framework_version` may say in one region.

    Attributes:
        versions: framework -> the versions whose image is found by name and version alone; none
            where the version does not matter and every text is taken.
        trained: frameworks that have images for training; of the others some serve, some process.
        need_more: frameworks whose images also depend on scope, Python version or instance type.
    """

    versions: Mapping[str, tuple[str, ...]]
    need_more: frozenset[str] = frozenset()
    trained: frozenset[str] = frozenset()
