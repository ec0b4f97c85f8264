"""Who may approve is carried by IAM, and whose commit it is by the execution."""

import json

import pytest
from builders import ORCHESTRATOR, SETTINGS
from e2e.conftest import Arrive
from e2e.user import User, eventually, full_name, model

from mlops_gitops import app

MANAGERS = f"arn:aws:iam::{ORCHESTRATOR}:role/release-managers"
ROOT = f"arn:aws:iam::{ORCHESTRATOR}:root"
FOUR_EYES = SETTINGS.replace(
    "{name: prod,", f'{{name: prod, author_may_approve: false, approvers: ["{MANAGERS}"],'
)

pytestmark = pytest.mark.slow


@pytest.fixture
def team(arrive: Arrive) -> User:
    """A user whose prod has approvers, in an installation that was told so."""
    user = arrive(FOUR_EYES)
    settings = app.settings_on_disk(user.folder)
    app.bootstrap_on_aws(settings, "", (ROOT,), lambda _: None)
    return user


def person(user: User, role: str, session: str) -> dict[str, str]:
    """Sign in as somebody: the environment of a session of a role that trusts the account."""
    iam = user.aws("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    if role not in [each["RoleName"] for each in iam.list_roles()["Roles"]]:
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=document)
    given = user.aws("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ORCHESTRATOR}:role/{role}", RoleSessionName=session
    )["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


def test_only_an_approver_who_is_not_the_author_approves(team: User, name: str) -> None:
    """A stranger has no way in, the author is refused, another approver is let through."""
    team.commit(model(name))
    team.did("apply")
    team.lead(name, "staging")
    digest = json.loads(team.did("plan", "--output", "json"))["digests"][full_name(name)]
    words = ("approve", name, "--stage", "prod", "--digest", digest, "--yes")
    waiting = team.waiting(name)

    stranger = team.ran(*words, **person(team, "data-science", "john"))
    author = team.ran(*words, **person(team, "release-managers", "test@example.com"))
    assert waiting == team.waiting(name)
    manager = team.ran(*words, **person(team, "release-managers", "jane@example.com"))

    assert (stranger.code, author.code, manager.code) == (1, 4, 0), (stranger, author, manager)
    assert "Only the approvers of prod decide there." in stranger.err
    assert "Test <test@example.com> wrote this commit" in author.err
    eventually(lambda: not team.waiting(name))
    assert "All stages run what git says." in team.settled(name)
    history = json.loads(team.did("history", name, "--output", "json"))["deployments"]
    approval = history[0]["approvals"][-1]
    assert approval["summary"].endswith("assumed-role/release-managers/jane@example.com")
    assert approval["digest"] == digest
    assert (approval["is_bound"], approval["by_author"]) == (True, False)
