"""What the operations we add to SageMaker remember: JSON records in tables of an account."""

import json
import threading
from typing import Any

from mlops_gitops.emulator.wire import Scope

Record = dict[str, Any]
Table = dict[str, Record]


class Store:
    """Tables of records for all accounts and regions of this process.

    Records hold JSON only: they are written to a file as they are, times as seconds since 1970.

    Operations run on several threads. Whoever reads and then writes holds `lock` meanwhile, and
    never over a call to another service: that call is answered by this very process, which takes
    the lock to save.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._tables: dict[str, Table] = {}

    def table(self, scope: Scope, kind: str) -> Table:
        """The records of one kind in one account and region, by name, to be changed in place."""
        with self.lock:
            return self._tables.setdefault(f"{scope.account}/{scope.region}/{kind}", {})

    def dump(self) -> bytes:
        """All records."""
        with self.lock:
            return json.dumps(self._tables).encode()

    def load(self, dumped: bytes) -> None:
        """Take over what `dump` gave.

        Raises:
            ValueError: it is damaged.
        """
        try:
            tables = json.loads(dumped)
        except ValueError as error:
            way_out = "Run `mlops-gitops local reset` to start afresh."
            raise ValueError(f"SageMaker's records cannot be read ({error}). {way_out}") from error
        with self.lock:
            self._tables = tables
