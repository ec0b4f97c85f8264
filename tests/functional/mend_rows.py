"""Rows of the table of exit codes: what was changed by hand, and what is done about it."""

from collections.abc import Iterator

from builders import COMMIT
from functional.desk import Desk
from functional.row import Row
from functional.situations import STAGING, changed, fresh, in_prod
from functional.test_secrets import DEV

from mlops_gitops.adapters.memory.live import resources_of
from mlops_gitops.desired.stack import StackId


def bigger(desk: Desk, id_: StackId) -> None:
    """Let somebody give an endpoint a configuration with another instance."""
    (record,) = [
        each for each in desk.made.cloud.stacks.records(id_.account) if each.deployed.id == id_
    ]
    (variant,) = resources_of(record)["Endpoint"].properties["ProductionVariants"]
    variants = [{**variant, "InstanceType": "ml.m5.xlarge"}]
    config = {"EndpointConfigName": "by-hand", "ProductionVariants": variants}
    desk.made.cloud.live.changed[id_, "Endpoint"] = config


def by_hand(desk: Desk) -> None:
    """Somebody has made the endpoint of dev, where no gate is, a bigger one."""
    in_prod(desk)
    desk.made.remember(COMMIT.id)
    bigger(desk, DEV)


def behind_a_gate(desk: Desk) -> None:
    """Somebody has made the endpoint of staging a bigger one."""
    in_prod(desk)
    bigger(desk, STAGING)


def beyond_words(desk: Desk) -> None:
    """Somebody has deleted the endpoint of dev, which no config can say."""
    in_prod(desk)
    desk.made.remember(COMMIT.id)
    desk.made.cloud.live.gone.add((DEV, "Endpoint"))


def not_deployed(desk: Desk) -> None:
    """Somebody has changed dev by hand, and git says something new that nobody applied."""
    by_hand(desk)
    changed(desk)


def unseen(desk: Desk) -> None:
    """Somebody has changed dev by hand, and CloudFormation is kept from looking at it."""
    by_hand(desk)
    desk.made.cloud.detection.refusing[DEV.name] = "Rate exceeded"


def rows() -> Iterator[Row]:
    """Give the rows."""
    yield Row(("drift",), fresh, 0)
    yield Row(("drift",), in_prod, 0, ("--detailed-exitcode",))
    yield Row(("drift",), by_hand, 0, ("--notify",))
    yield Row(("drift",), by_hand, 2, ("churn", "--detailed-exitcode", "--output", "markdown"))
    yield Row(("drift",), unseen, 5, ("--output", "json", "--detailed-exitcode"))
    yield Row(("drift",), fresh, 1, ("chrun",))
    yield Row(("drift",), in_prod, 0, ("--revert",))
    yield Row(("drift",), in_prod, 0, ("--accept",))
    yield Row(("drift",), fresh, 1, ("--revert", "--accept"))
    yield Row(("drift",), fresh, 1, ("--revert", "--output", "json"))
    yield Row(("drift",), by_hand, 4, ("--revert",))
    yield Row(("drift",), by_hand, 0, ("--revert", "--yes"))
    yield Row(("drift",), by_hand, 0, ("churn", "--accept"))
    yield Row(("drift",), behind_a_gate, 0, ("churn", "--revert", "--yes"))
    yield Row(("drift",), beyond_words, 4, ("--accept",))
    yield Row(("drift",), beyond_words, 0, ("--revert", "--yes"))
    yield Row(("drift",), not_deployed, 4, ("--revert", "--yes"))
