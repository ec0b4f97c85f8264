"""Frameworks: which names and versions are enough to find SageMaker's image."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Frameworks:
    """What `model_framework` and `model_framework_version` may say.

    Attributes:
        versions: framework -> its versions; none where the image has no version and any is taken.
        need_more: frameworks whose image also depends on scope, Python version or instance type.
    """

    versions: Mapping[str, tuple[str, ...]]
    need_more: frozenset[str] = frozenset()
