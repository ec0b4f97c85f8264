"""Rows of the table of exit codes: what is retired."""

import json
from collections.abc import Iterator

from builders import realtime
from functional.desk import Desk
from functional.row import Row
from functional.situations import CONFIG, fresh, in_prod, waiting

TOMBSTONE = json.dumps({**realtime("churn"), "state": "retired"}).encode()


def _delete(desk: Desk) -> None:
    del desk.made.files[CONFIG]
    (desk.folder / CONFIG).unlink()
    desk.save()


def orphaned(desk: Desk) -> None:
    """A workload runs in dev, and its config was deleted."""
    waiting(desk)
    desk.types("reject", "churn", "--reason", "no")
    desk.made.cloud.settle()
    _delete(desk)


def orphaned_in_prod(desk: Desk) -> None:
    """A workload runs in prod, and its config was deleted."""
    in_prod(desk)
    _delete(desk)


def retiring(desk: Desk) -> None:
    """A workload that no config declares any more is gone from dev and waits at staging's gate."""
    orphaned_in_prod(desk)
    assert desk.types("retire", "churn", "--yes", "--delete-endpoint").code == 0


def retired(desk: Desk) -> None:
    """A workload runs in prod, and its config is a tombstone."""
    in_prod(desk)
    desk.change(CONFIG, TOMBSTONE)


def never_deployed(desk: Desk) -> None:
    """A tombstone of what never was there."""
    desk.change(CONFIG, TOMBSTONE)


def rows() -> Iterator[Row]:
    """Give the rows of what is retired."""
    yield Row(("retire",), fresh, 4)
    yield Row(("retire",), fresh, 0, ("churn", "--write"))
    yield Row(("retire",), fresh, 1, ("chrun",))
    yield Row(("retire",), retired, 4, ("churn", "--write"))
    yield Row(("retire",), orphaned, 4, ("churn",))
    yield Row(("retire",), orphaned, 0, ("churn", "--yes"))
    yield Row(("retire",), orphaned, 0, ("churn", "--yes", "--output", "json"))
    yield Row(("retire",), orphaned_in_prod, 3, ("churn", "--yes"))
    yield Row(("retire",), orphaned_in_prod, 0, ("churn", "--yes", "--delete-endpoint"))
    yield Row(("plan",), retired, 0)
    yield Row(("plan",), retired, 2, ("--detailed-exitcode",))
    yield Row(("apply",), retired, 3)
    yield Row(("plan",), never_deployed, 0, ("--detailed-exitcode",))
    yield Row(("apply",), never_deployed, 0)
    for command in ("history", "why", "repair", "drift", "status"):
        yield Row((command,), orphaned_in_prod, 0, ("churn",))
        yield Row((command,), retiring, 0, ("churn",))
    yield Row(("status",), orphaned, 0, ("churn", "--watch"))
    yield Row(("repair",), orphaned, 0, ("churn", "--yes"))
    yield Row(("approve",), orphaned_in_prod, 4)
    yield Row(("rollback",), orphaned_in_prod, 1)
    yield Row(("approve",), retiring, 0)
