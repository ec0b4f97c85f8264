"""Foundation models in a dict."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.memory.atomic import atomic


@atomic
class MemoryModelHub:
    """A hub whose models are given.

    Args:
        documents: by id and version.

    Attributes:
        asked: what was asked for, in that order.
    """

    def __init__(self, documents: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        self.asked: list[tuple[str, str]] = []
        self._documents = documents

    def describe(self, model_id: str, version: str) -> Mapping[str, Any] | None:
        """Give the document of a model's version; None if there is none."""
        self.asked.append((model_id, version))
        return self._documents.get((model_id, version))
