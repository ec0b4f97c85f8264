"""Exit codes from the outside: one table of commands, situations and codes.

0 success, 1 failure, 2 changes, 3 invalid or forbidden, 4 blocked, 5 incomplete; interruptions have
their own file.
"""

from collections.abc import Iterator

import pytest
from functional.adopt_rows import rows as adopt_rows
from functional.hold_rows import rows as hold_rows
from functional.mend_rows import rows as mend_rows
from functional.pipeline_rows import pipeline_rows
from functional.pipeline_situations import CALLS
from functional.repair_rows import rows as repair_rows
from functional.retire_rows import rows as retire_rows
from functional.row import Row
from functional.situations import (
    ANYWHERE,
    AT_AWS,
    CONFIG,
    MINIMAL,
    OFFLINE,
    Desk,
    at_prod,
    aws_refuses,
    broken_type,
    changed,
    desk,
    failing,
    failing_staging,
    forbidden,
    fresh,
    in_prod,
    invalid_config,
    invalid_settings,
    leftover,
    no_credentials,
    no_git,
    no_network,
    no_plan,
    no_repository,
    nobody_uploaded,
    obsolete,
    old_config,
    own_type,
    pull_request,
    signed_out_pull_request,
    stale,
    unanswered,
    unprovable,
    waiting,
    with_card,
)
from functional.test_secrets_everywhere import leaves
from refusing_aws import refusing_aws

__all__ = ["desk"]


def rows() -> Iterator[Row]:
    """Give the whole table, in the same order to every process that runs tests."""
    for command in MINIMAL:
        yield Row(command, fresh, 1, ("--no-such-option",))
        if command not in ANYWHERE:
            yield Row(command, no_repository, 1)
    for command in sorted(AT_AWS | OFFLINE | {("ci",), ("doctor",)}):
        yield Row(command, invalid_config, 3)
        yield Row(command, invalid_settings, 3)
    for command in sorted(AT_AWS | {("bootstrap",)}):
        yield Row(command, no_credentials, 1)
        yield Row(command, aws_refuses, 1)
    yield from SINGLE
    yield from pipeline_rows()
    yield from repair_rows()
    yield from adopt_rows()
    yield from hold_rows()
    yield from retire_rows()
    yield from mend_rows()


SINGLE = (
    Row(("validate",), fresh, 0),
    Row(("validate",), fresh, 1, ("nowhere",)),
    Row(("validate",), fresh, 1, ("--changed-since", "nowhere")),
    Row(("validate",), no_git, 1, ("--changed-since", "main")),
    Row(("migrate",), fresh, 0),
    Row(("migrate",), fresh, 0, ("--check", "--detailed-exitcode")),
    Row(("migrate",), old_config, 3),
    Row(("explain",), fresh, 0),
    Row(("explain",), fresh, 0, ("exit-codes",)),
    Row(("explain",), fresh, 1, ("MG999",)),
    Row(("schema",), fresh, 0),
    Row(("schema",), fresh, 1, ("byom",)),
    Row(("render",), fresh, 0),
    Row(("render",), fresh, 1, (CONFIG, "--stage", "live")),
    Row(("plan",), fresh, 0),
    Row(("plan",), fresh, 2, ("--detailed-exitcode",)),
    Row(("plan",), in_prod, 0, ("--detailed-exitcode",)),
    Row(("plan",), nobody_uploaded, 3),
    Row(("plan",), forbidden, 0),
    Row(("plan",), unprovable, 5),
    Row(("plan",), unprovable, 5, ("--detailed-exitcode",)),
    Row(("plan",), unanswered, 5, ("--method", "change-set")),
    Row(("plan",), no_network, 1),
    Row(("diff",), changed, 0),
    Row(("diff",), changed, 2, ("main", "HEAD", "--detailed-exitcode")),
    Row(("diff",), fresh, 0, ("main", "HEAD", "--detailed-exitcode")),
    Row(("diff",), fresh, 1, ("nowhere",)),
    Row(("diff",), no_git, 1),
    Row(("diff",), unprovable, 5),
    Row(("apply",), fresh, 0),
    Row(("apply",), in_prod, 0),
    Row(("apply",), waiting, 0, ("--wait",)),
    Row(("apply",), failing, 1, ("--wait",)),
    Row(("apply",), failing, 0),
    Row(("apply",), nobody_uploaded, 3),
    Row(("apply",), forbidden, 3),
    Row(("apply",), stale, 4, ("--plan", "saved.json")),
    Row(("apply",), no_plan, 1, ("--plan", "saved.json")),
    Row(("apply",), fresh, 1, ("--plan", "nowhere.json")),
    Row(("apply",), fresh, 1, ("--detailed-exitcode",)),
    Row(("ci",), fresh, 0),
    Row(("ci",), fresh, 1, ()),
    Row(("ci",), fresh, 1, ("--apply", "--changed-since", "main")),
    Row(("ci",), fresh, 1, ("--changed-since", "nowhere")),
    Row(("ci",), changed, 0),
    Row(("ci",), changed, 2, ("--changed-since", "main", "--detailed-exitcode")),
    Row(("ci",), nobody_uploaded, 3),
    Row(("ci",), forbidden, 3),
    Row(("ci",), unprovable, 5),
    Row(("ci",), pull_request, 0, ()),
    Row(("ci",), signed_out_pull_request, 0, ()),
    Row(("ci",), fresh, 0, ("--apply",)),
    Row(("ci",), forbidden, 3, ("--apply",)),
    Row(("ci",), invalid_config, 3, ("--apply",)),
    Row(("ci",), no_credentials, 1, ("--apply",)),
    Row(("ci",), aws_refuses, 1, ("--apply",)),
    *(Row(("watch",), each, 3) for each in (invalid_config, invalid_settings)),
    *(Row(("watch",), each, 1) for each in (no_credentials, aws_refuses)),
    Row(("watch",), fresh, 0),
    Row(("watch",), in_prod, 0),
    Row(("watch",), nobody_uploaded, 3),
    Row(("watch",), forbidden, 3),
    Row(("watch",), fresh, 1, ("--remote", "https://x:password@127.0.0.1:1/x", "--once")),
    Row(("watch",), fresh, 1, (*CALLS["watch",], "--branch", "nowhere")),
    Row(("watch",), fresh, 1, (*CALLS["watch",], "--from", "0123456")),
    Row(("watch",), fresh, 1, ("--remote", ".", "--listen", "nowhere")),
    Row(("watch",), fresh, 1, ("--once",)),
    Row(("approve",), waiting, 0),
    Row(("approve",), waiting, 0, ("--by-settings",)),
    Row(("approve",), waiting, 1, ("--by-settings", "--yes")),
    Row(("approve",), waiting, 4, ("churn",)),
    Row(("approve",), waiting, 4, ("churn", "--digest", "mg1-0123456789ab", "--yes")),
    Row(("approve",), waiting, 4, ("churn", "--stage", "prod", "--yes")),
    Row(("approve",), waiting, 1, ("churn", "--stage", "live", "--yes")),
    Row(("approve",), waiting, 1, ("chrun", "--yes")),
    Row(("approve",), at_prod, 4),
    Row(("approve",), obsolete, 4, ("churn", "--yes")),
    Row(("approve",), failing_staging, 1, ("churn", "--yes", "--wait")),
    Row(("approve",), in_prod, 4),
    Row(("reject",), waiting, 0),
    Row(("reject",), in_prod, 4),
    Row(("reject",), waiting, 1, ("chrun", "--reason", "no")),
    Row(("reject",), waiting, 1, ("churn",)),
    Row(("status",), fresh, 0),
    Row(("status",), in_prod, 0, ("churn", "--watch")),
    Row(("status",), fresh, 1, ("chrun",)),
    Row(("history",), fresh, 0),
    Row(("history",), in_prod, 0),
    Row(("history",), fresh, 1, ("churn", "--limit", "0")),
    Row(("history",), fresh, 1, ("chrun",)),
    Row(("init",), no_repository, 1),
    Row(("init",), no_repository, 1, ("--owner", "a b")),
    Row(("init",), no_repository, 1, ("--repository", "models")),
    Row(("init",), fresh, 1, ("--stage", "dev=222222222222", "--bucket", "acme-mlops")),
    Row(("blueprint", "list"), fresh, 0),
    Row(("blueprint", "show"), fresh, 0),
    Row(("blueprint", "show"), fresh, 1, ("byom",)),
    Row(("blueprint", "new"), fresh, 0),
    Row(("blueprint", "new"), own_type, 1),
    Row(("blueprint", "lint"), own_type, 0),
    Row(("blueprint", "lint"), broken_type, 3),
    Row(("blueprint", "lint"), own_type, 1, ("yours",)),
    Row(("model-card", "list"), fresh, 0),
    Row(("model-card", "list"), fresh, 1, ("--stage", "live")),
    Row(("model-card", "describe"), with_card, 0),
    Row(("model-card", "describe"), fresh, 1),
    Row(("model-card", "export"), with_card, 0),
    Row(("model-card", "export"), fresh, 1),
    Row(("model-card", "delete"), with_card, 0),
    Row(("model-card", "delete"), with_card, 4, ("theirs",)),
    Row(("gc",), fresh, 0),
    Row(("gc",), leftover, 4, ()),
    Row(("gc",), leftover, 0, ("--yes",)),
    Row(("bootstrap",), invalid_settings, 3),
    Row(("bootstrap",), no_network, 1),
    Row(("bootstrap",), no_network, 0, ("--print",)),
    Row(("bootstrap",), fresh, 0, ("--print", "bucket-policy")),
    Row(("bootstrap",), fresh, 1, ("--print", "buckets")),
    Row(("doctor",), fresh, 0),
    Row(("doctor",), fresh, 0, ("--stage", "dev", "--output", "json")),
    Row(("doctor",), fresh, 1, ("--stage", "live")),
    Row(("doctor",), no_git, 0),
    Row(("doctor",), nobody_uploaded, 4),
    Row(("doctor",), no_credentials, 4),
    Row(("doctor",), no_network, 4),
    Row(("doctor",), aws_refuses, 4),
    Row(("local", "up"), invalid_settings, 3),
    Row(("local", "up"), invalid_settings, 3, ("--enforce-iam",)),
    Row(("local", "up"), fresh, 1, ("--port", "70000")),
    Row(("local", "down"), fresh, 0),
    Row(("local", "status"), fresh, 1),
    Row(("local", "env"), fresh, 1),
    Row(("local", "reset"), fresh, 4, ()),
    Row(("local", "reset"), fresh, 0),
)


@pytest.fixture(scope="module", autouse=True)
def refusing() -> Iterator[None]:
    """One AWS that refuses everything, for all rows."""
    with refusing_aws("You may not.") as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("REFUSING_AWS", address)
        yield


@pytest.mark.parametrize("row", list(rows()), ids=str)
def test_a_command_ends_with_its_code(desk: Desk, row: Row) -> None:
    """The same for every command; why is told, and never by a traceback."""
    row.situation(desk)

    said = desk.types(*row.command, *(CALLS[row.command] if row.words is None else row.words))

    assert said.code == row.code, said
    assert "defect" not in said.err
    assert "Traceback" not in said.err
    assert said.out or said.err or said.code == 0


def test_every_command_has_rows() -> None:
    """A command that comes is in the table, and in it succeeds somewhere or says why it may not."""
    assert {row.command for row in rows()} == leaves().keys() == CALLS.keys()
    succeeding = {row.command for row in rows() if row.code == 0}
    # These start servers or make accounts; tests/e2e and the tests of init see them succeed.
    others = {("init",), ("local", "up"), ("local", "env"), ("local", "status")}
    assert leaves().keys() - succeeding == others | {("demo",)}


def test_every_code_has_rows() -> None:
    """Those for interruptions are tested below, in processes."""
    assert {row.code for row in rows()} == {0, 1, 2, 3, 4, 5}
