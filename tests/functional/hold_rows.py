"""Rows of the table of exit codes: what is held, and completion."""

from collections.abc import Iterator

from builders import realtime
from functional.desk import Desk, once
from functional.row import Row
from functional.situations import fresh, in_prod, no_repository, waiting


def suspended(desk: Desk) -> None:
    """Somebody suspended the workload before it was ever deployed."""
    assert desk.types("suspend", "churn", "--reason", "load test").code == 0


def frozen(desk: Desk) -> None:
    """Staging is suspended while it waits for an approval."""
    waiting(desk)
    assert desk.types("suspend", "--stage", "staging", "--reason", "freeze").code == 0


@once
def twice(desk: Desk) -> None:
    """Two commits have gone to prod, one after the other."""
    in_prod(desk)
    bigger(desk)
    in_prod(desk)


def bigger(desk: Desk) -> None:
    """Somebody commits a bigger instance, here and where commands look."""
    desk.made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    desk.write()
    desk.save()


def overwritten(desk: Desk) -> None:
    """An artifact has been overwritten since both were deployed."""
    twice(desk)
    desk.made.cloud.assets.write("churn/model.tar.gz", b"another model", "")


def rolled_back(desk: Desk) -> None:
    """Somebody rolled back, and somebody else commits what was rolled back from."""
    twice(desk)
    assert desk.types("rollback", "churn", "--yes", "--reason", "wrong scores").code == 0
    bigger(desk)


def rows() -> Iterator[Row]:
    """Give the rows of the commands that hold and let go."""
    yield Row(("completion",), fresh, 0)
    yield Row(("completion",), no_repository, 0, ("zsh",))
    yield Row(("completion",), fresh, 1, ())
    yield Row(("completion",), fresh, 1, ("tcsh",))
    yield Row(("rollback",), twice, 0)
    yield Row(("rollback",), twice, 0, ("churn", "--now", "--yes", "--output", "json"))
    yield Row(("rollback",), twice, 4, ("churn",))
    yield Row(("rollback",), twice, 1, ("churn", "--to", "mg1-0123456789ab", "--yes"))
    yield Row(("rollback",), overwritten, 4)
    yield Row(("rollback",), overwritten, 4, ("churn", "--now", "--yes"))
    yield Row(("rollback",), in_prod, 1)
    yield Row(("rollback",), fresh, 1, ("chrun", "--yes"))
    yield Row(("apply",), rolled_back, 4)
    yield Row(("ci",), rolled_back, 4, ("--apply",))
    yield Row(("ci",), rolled_back, 3)
    yield Row(("plan",), rolled_back, 0)
    yield Row(("rollback",), suspended, 1)
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
