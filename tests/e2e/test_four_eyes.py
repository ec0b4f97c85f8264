"""Who may approve is carried by IAM, whose commit it is by the execution, and what by settings."""

import json

import boto3
import pytest
from builders import ORCHESTRATOR, SETTINGS
from e2e.conftest import Arrive
from e2e.user import User, eventually, full_name, model

MANAGERS = f"arn:aws:iam::{ORCHESTRATOR}:role/release-managers"
ROOT = f"arn:aws:iam::{ORCHESTRATOR}:root"
FOUR_EYES = SETTINGS.replace(
    "{name: prod,", f'{{name: prod, author_may_approve: false, approvers: ["{MANAGERS}"],'
)
BY_RISK = SETTINGS.replace(
    "{name: staging,",
    "{name: staging, require_approval_for: [interrupts, data-loss, widens-access],",
)

pytestmark = pytest.mark.slow


@pytest.fixture
def team(arrive: Arrive) -> User:
    """A user whose prod has approvers, in an installation that was told so."""
    user = arrive(FOUR_EYES)
    user.did("bootstrap", "--yes", "--operator", ROOT)
    return user


@pytest.fixture
def deployed(arrive: Arrive, name: str) -> User:
    """A user whose workload runs everywhere, and whose staging tells risks apart."""
    user = arrive(BY_RISK)
    user.commit(model(name))
    user.did("apply")
    assert "All stages run what git says." in user.lead(name, "staging", "prod")
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


def test_whoever_is_signed_in_as_the_approvers_role_approves(team: User, name: str) -> None:
    """The role does not trust itself, so nothing is assumed; the summary keeps who it was."""
    team.commit(model(name))
    team.did("apply")
    team.lead(name, "staging")
    digest = json.loads(team.did("plan", "--output", "json"))["digests"][full_name(name)]
    signed_in = assumed(person(team, "release-managers", "jane@example.com"), team)

    answer = team.ran(
        "approve", name, "--stage", "prod", "--digest", digest, "--yes", "--wait", **signed_in
    )

    assert answer.code == 0, answer
    assert "All stages run what git says." in answer.out
    history = json.loads(team.did("history", name, "--output", "json"))["deployments"]
    approval = history[0]["approvals"][-1]
    actor = ":assumed-role/mlops-gitops-approve-prod/jane@example.com"
    assert approval["summary"].endswith(actor)


def assumed(environment: dict[str, str], user: User) -> dict[str, str]:
    """Go on from one session to the role of prod's approvers, as a console's user would."""
    sts = boto3.client(
        "sts",
        endpoint_url=user.aws("sts").meta.endpoint_url,
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment["AWS_SESSION_TOKEN"],
    )
    role = f"arn:aws:iam::{ORCHESTRATOR}:role/mlops-gitops-approve-prod"
    given = sts.assume_role(RoleArn=role, RoleSessionName="jane@example.com")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


def test_settings_let_through_what_has_no_listed_risk(deployed: User, name: str) -> None:
    """An instance passes staging and waits at prod; a replaced endpoint waits for a person."""
    deployed.commit(model(name, inference_instance="ml.m5.xlarge"))
    deployed.did("apply")
    deployed.settled(name)

    shown = deployed.did("approve", name, "--by-settings")
    eventually(lambda: deployed.parameters(name, "staging")["InferenceInstance"] == "ml.m5.xlarge")
    told = deployed.settled(name)

    assert f"{name} staging: let through by the settings, mg1-" in shown
    assert "let through by the settings" in told
    assert deployed.parameters(name, "prod")["InferenceInstance"] == "ml.m5.large"
    assert "prod: waits for a person: every change" in deployed.did(
        "approve", "--by-settings", name
    )
    history = deployed.did("history", name, "--limit", "1")
    assert "DeployStaging let through by the settings, asked by arn:aws:" in history
    deployed.lead(name, "prod")

    endpoints = {stage: f"{name}-{stage}-new" for stage in ("dev", "staging", "prod")}
    deployed.commit(model(name, inference_instance="ml.m5.xlarge", endpoint_name=endpoints))
    # Another name lets the endpoint of that name go, which production wants to be told twice.
    deployed.git("commit", "-q", "--amend", "-m", f"Rename\n\nAccept-Endpoint-Deletion: {name}")
    deployed.did("apply")
    deployed.settled(name)
    tokens = deployed.waiting(name)
    shown = deployed.did("approve", name, "--by-settings")

    assert f"{name} staging: waits for a person: interrupts, Endpoint: " in shown
    assert tokens == deployed.waiting(name)


def test_settings_let_nothing_through_that_was_changed_by_hand(deployed: User, name: str) -> None:
    """Between Prepare and the answer the stack moved: exit 4, and it waits on."""
    deployed.commit(model(name, inference_instance="ml.m5.xlarge"))
    deployed.did("apply")
    deployed.settled(name)
    deployed.change(name, "staging", InferenceInstance="ml.m5.2xlarge")
    tokens = deployed.waiting(name)

    answer = deployed.run("approve", name, "--by-settings")

    assert answer.code == 4
    assert f"{name} staging: refused: Change set " in answer.out
    assert "obsolete" in answer.out
    assert tokens == deployed.waiting(name)
    assert deployed.parameters(name, "staging")["InferenceInstance"] == "ml.m5.2xlarge"


def test_waiting_passes_the_gates_that_settings_open(deployed: User, name: str) -> None:
    """`apply --wait` goes through staging by itself, and ends where prod wants a person."""
    deployed.commit(model(name, inference_instance="ml.m5.xlarge"))

    answer = deployed.run("apply", "--wait")

    assert answer.code == 0, answer
    assert f"{name} staging: let through by the settings, mg1-" in answer.err
    assert deployed.parameters(name, "staging")["InferenceInstance"] == "ml.m5.xlarge"
    assert f"next: mlops-gitops approve {name} --stage prod" in answer.out
