"""Rows of the table of exit codes: what can be adopted, and what cannot."""

from collections.abc import Iterator

from former import DELIVERY, deploy, hand_made
from former_stacks import HANDLE
from functional.desk import Desk
from functional.row import Row
from functional.situations import fresh


def by_hand(desk: Desk) -> None:
    """Somebody made the endpoint of a stage by hand."""
    fresh(desk)
    desk.made.cloud.adopting.made.update(hand_made().cloud.adopting.made)


def not_importable(desk: Desk) -> None:
    """CloudFormation does not import endpoints there."""
    by_hand(desk)
    desk.made.cloud.adopting.imports.clear()


def somebody_elses(desk: Desk) -> None:
    """The delivery stack's name belongs to somebody else."""
    fresh(desk)
    deploy(desk.made, DELIVERY, {"Resources": {"Thing": {"Type": HANDLE}}})


def rows() -> Iterator[Row]:
    """Give the rows."""
    yield Row(("adopt",), fresh, 0, ())
    yield Row(("adopt",), fresh, 1, ("chrun",))
    yield Row(("adopt",), by_hand, 0, ("--plan",))
    yield Row(("adopt",), by_hand, 4, ())
    yield Row(("adopt",), by_hand, 0, ("churn", "--yes"))
    yield Row(("adopt",), not_importable, 4, ("--yes",))
    yield Row(("adopt",), somebody_elses, 4, ("--yes",))
