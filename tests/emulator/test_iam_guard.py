"""The guard: what is noted of whom, and what is refused when."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from mlops_gitops.emulator.iam.decide import Policies
from mlops_gitops.emulator.iam.facts import Place
from mlops_gitops.emulator.iam.guard import Guard
from mlops_gitops.emulator.iam.http import HttpRequest
from mlops_gitops.emulator.iam.needs import Need
from mlops_gitops.emulator.iam.policy import Asked, Policy, Principal, read_policy
from mlops_gitops.emulator.iam.record import Recorder

ACCOUNT = "111111111111"
PLACE = Place("aws", "us-east-1", ACCOUNT)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
ROOT = Principal(arn=f"arn:aws:iam::{ACCOUNT}:root", role=ROLE, account=ACCOUNT, is_root=True)
READER = Principal(arn=f"{ROLE}/me", role=ROLE, account=ACCOUNT)
READ = Need(action="s3:GetObject", resource="arn:aws:s3:::b/x")
WRITE = Need(action="s3:PutObject", resource="arn:aws:s3:::b/x")
MAY_READ = read_policy(
    {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Accounts with one role and one policy of a resource."""

    resource: Policy = ()
    needs_resource: bool = False
    asked: list[Asked] = field(default_factory=list)

    def principal(self, _request: HttpRequest) -> Principal | None:
        """The reader, whoever asks."""
        return READER

    def role(self, _arn: str) -> Principal | None:
        """The reader, whatever role is meant."""
        return READER

    def policies(self, asked: Asked) -> Policies:
        """What it may."""
        self.asked.append(asked)
        return Policies(
            identity=(MAY_READ,),
            resource=self.resource,
            owner=ACCOUNT,
            needs_resource=self.needs_resource,
        )

    def key_of(self, _resource: str) -> str | None:
        """No keys."""
        return None

    def key_id_of(self, alias_or_id: str, _place: Place) -> str:
        """No keys."""
        return alias_or_id


def test_what_is_refused_is_not_noted(tmp_path: Path) -> None:
    """The record says what roles did, each combination once."""
    record = tmp_path / "calls.jsonl"
    guard = Guard(Held(), Recorder(record), enforcing=True)

    assert guard.check_needs(READER, [READ, READ], PLACE) is None
    denied = guard.check_needs(READER, [READ, WRITE], PLACE)

    assert denied
    assert denied.asked.action == "s3:PutObject"
    rows = [json.loads(line) for line in record.read_text().splitlines()]
    assert rows == [[ROLE, READ.action, READ.resource]]


def test_where_nothing_is_enforced_all_is_noted_and_no_policy_is_read() -> None:
    """A record of what is asked for, not of what is allowed."""
    held, noted = Held(), list[tuple[str, str, str]]()
    guard = Guard(held, lambda *row: noted.append(row), enforcing=False)

    assert guard.check_needs(READER, [READ, WRITE], PLACE) is None
    assert [action for _, action, _ in noted] == ["s3:GetObject", "s3:PutObject"]
    assert not held.asked


def test_an_account_itself_is_not_noted_and_stopped_by_denials_alone() -> None:
    """It is nobody's role."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}
    noted = list[tuple[str, str, str]]()
    held = Held(resource=read_policy({"Statement": deny}))
    guard = Guard(held, lambda *row: noted.append(row), enforcing=True)

    assert guard.check_needs(ROOT, [READ], PLACE) is None
    assert guard.check_needs(ROOT, [WRITE], PLACE) is not None
    assert not noted


def test_an_account_itself_becomes_what_trusts_a_service_alone() -> None:
    """Services of the embedded AWS assume the roles that trust them as the account."""
    guard = Guard(Held(needs_resource=True), lambda *_: None, enforcing=True)

    assert guard.check_needs(ROOT, [READ], PLACE) is None
    assert guard.check_needs(READER, [READ], PLACE) is not None


def test_conditions_are_told_who_asks_and_where() -> None:
    """And what a call says beside it."""
    held = Held()
    guard = Guard(held, lambda *_: None, enforcing=True)
    need = Need(action="s3:GetObject", resource=READ.resource, context={"s3:versionid": ("1",)})

    denied = guard.check_needs(READER, [replace(need, action="s3:PutObject")], PLACE)

    assert denied
    assert denied.asked.context == {
        "aws:principalarn": (ROLE,),
        "aws:principalaccount": (ACCOUNT,),
        "aws:principaltype": ("AssumedRole",),
        "aws:requestedregion": ("us-east-1",),
        "aws:resourceaccount": (ACCOUNT,),
        "aws:securetransport": ("true",),
        "aws:viaawsservice": ("false",),
        "s3:versionid": ("1",),
    }
