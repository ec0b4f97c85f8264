"""Rows of the table of exit codes: what is held."""

from collections.abc import Iterator

from functional.desk import Desk
from functional.row import Row
from functional.situations import fresh, waiting


def suspended(desk: Desk) -> None:
    """Somebody suspended the workload before it was ever deployed."""
    assert desk.types("suspend", "churn", "--reason", "load test").code == 0


def frozen(desk: Desk) -> None:
    """Staging is suspended while it waits for an approval."""
    waiting(desk)
    assert desk.types("suspend", "--stage", "staging", "--reason", "freeze").code == 0


def rows() -> Iterator[Row]:
    """Give the rows of the commands that hold and let go."""
    yield Row(("suspend",), fresh, 0)
    yield Row(("suspend",), fresh, 0, ())
    yield Row(("suspend",), suspended, 0, ("--output", "json"))
    yield Row(("suspend",), fresh, 0, ("--stage", "prod", "--until", "2h", "--reason", "x"))
    yield Row(("suspend",), fresh, 1, ("churn",))
    yield Row(("suspend",), fresh, 1, ("--reason", "x"))
    yield Row(("suspend",), fresh, 1, ("churn", "--reason", "x", "--until", "soon"))
    yield Row(("suspend",), fresh, 1, ("churn", "--stage", "prod", "--reason", "x"))
    yield Row(("suspend",), fresh, 1, ("chrun", "--reason", "x"))
    yield Row(("resume",), fresh, 0)
    yield Row(("resume",), suspended, 0)
    yield Row(("resume",), fresh, 1, ())
    yield Row(("resume",), fresh, 1, ("chrun",))
    yield Row(("resume",), fresh, 1, ("churn", "--digest", "mg1-0123456789ab"))
    yield Row(("apply",), suspended, 0)
    yield Row(("plan",), suspended, 0)
    yield Row(("ci",), suspended, 0, ("--apply",))
    yield Row(("approve",), frozen, 4, ("churn", "--yes"))
    yield Row(("status",), frozen, 0)
