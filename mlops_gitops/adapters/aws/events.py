"""EventBridge: the default bus of the orchestrator's account, with the caller's own credentials."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError

_SOURCE = "mlops-gitops"
_AT_ONCE = 10
"""Entries that PutEvents takes; see "PutEvents", EventBridge API reference."""


class EventBridge:
    """The bus that notifications listen to."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def put(self, kind: str, details: Sequence[Mapping[str, Any]]) -> None:
        """Put events of one detail-type."""
        entries = [
            {"Source": _SOURCE, "DetailType": kind, "Detail": json.dumps(each)} for each in details
        ]
        for first in range(0, len(entries), _AT_ONCE):
            self._put(kind, entries[first : first + _AT_ONCE])

    def _put(self, kind: str, entries: list[dict[str, str]]) -> None:
        client = self._accounts.own("events")
        answer = call(f"While telling of {kind}", client.put_events, Entries=entries)
        refused = [each for each in answer["Entries"] if each.get("ErrorCode")]
        if refused:
            first = refused[0]
            raise AwsError(
                f"While telling of {kind}, AWS said {first['ErrorCode']}: "
                f"{first.get('ErrorMessage', '')}",
                hint="Repeat the command; what was told already is told once.",
                code=first["ErrorCode"],
            )
