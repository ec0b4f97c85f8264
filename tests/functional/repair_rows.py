"""Rows of the table of exit codes: what is stuck, and why."""

import json
from collections.abc import Iterator

from builders import realtime
from functional.desk import Desk
from functional.row import Row
from functional.situations import CONFIG, at_prod, changed, failing, fresh, in_prod, waiting
from functional.test_secrets import DEV

from mlops_gitops.diff.deployed import StackStatus


def failed(desk: Desk) -> None:
    """The first deployment to dev failed and was rolled back."""
    failing(desk)
    desk.types("apply")
    del desk.made.cloud.stacks.broken[DEV.name]


def failed_change(desk: Desk) -> None:
    """A change of what is in prod failed in dev, and its cause is mended."""
    in_prod(desk)
    changed(desk)
    failed(desk)


def stuck(desk: Desk) -> None:
    """An update of dev failed, and so did its rollback."""
    in_prod(desk)
    text = json.dumps(realtime("churn", inference_instance="ml.m5.2xlarge"))
    desk.change(CONFIG, text.encode())
    desk.made.cloud.stacks.stuck[DEV.name] = StackStatus.UPDATE_ROLLBACK_FAILED
    desk.types("apply")


def beyond_repair(desk: Desk) -> None:
    """Rolling back an import failed; CloudFormation has no command for that."""
    in_prod(desk)
    changed(desk)
    desk.made.cloud.stacks.stuck[DEV.name] = StackStatus.IMPORT_ROLLBACK_FAILED
    desk.types("apply")


def rows() -> Iterator[Row]:
    """Give the rows."""
    yield Row(("repair",), fresh, 0)
    yield Row(("repair",), in_prod, 0)
    yield Row(("repair",), waiting, 4)
    yield Row(("repair",), at_prod, 1, ("chrun",))
    yield Row(("repair",), fresh, 1, ("churn", "--skip", "Endpoint"))
    yield Row(("repair",), failed, 4)
    yield Row(("repair",), failed, 0, ("churn", "--yes"))
    yield Row(("repair",), failed_change, 0, ("churn", "--yes"))
    yield Row(("repair",), stuck, 0, ("churn", "--yes"))
    yield Row(("repair",), stuck, 0, ("churn", "--skip", "Endpoint", "--yes"))
    yield Row(("repair",), stuck, 1, ("churn", "--skip", "Endpont", "--yes"))
    yield Row(("repair",), beyond_repair, 4, ("churn", "--yes"))
    yield Row(("why",), fresh, 0)
    yield Row(("why",), in_prod, 0)
    yield Row(("why",), stuck, 0)
    yield Row(("why",), fresh, 1, ("chrun",))
