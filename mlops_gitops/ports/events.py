"""Events on the default bus of the orchestrator's account."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Events(Protocol):
    """Whoever takes what we tell others."""

    def put(self, kind: str, details: Sequence[Mapping[str, Any]]) -> None:
        """Put events of one detail-type, from source `mlops-gitops`.

        Raises:
            AwsError: one of them was not taken.
        """
