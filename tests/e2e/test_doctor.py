"""`doctor` on the embedded AWS: all is well after bootstrap, and what is broken by hand is seen."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from builders import ACCOUNTS, BUCKET, ORCHESTRATOR
from e2e.user import User, model

DEV = ACCOUNTS["dev"]
EMAIL = "ml-team@example.com"
Found = dict[tuple[str, str], str]
Hand = Callable[[User], AbstractContextManager[None]]


def examined(user: User) -> tuple[int, Found]:
    """Give the exit code, and what is not ok: by hop and what it is about."""
    answer = user.run("doctor", "--output", "json")
    lines = json.loads(answer.out)["checks"]
    return answer.code, {
        (each["check"], each["about"]): each["result"] for each in lines if each["result"] != "ok"
    }


def unread_quotas() -> Found:
    """Say what is true on the embedded AWS: Service Quotas is not emulated."""
    return {("quotas", f"{stage} {account}"): "warning" for stage, account in ACCOUNTS.items()}


@contextmanager
def no_versions(user: User) -> Iterator[None]:
    """Turn the bucket's versioning off."""

    def turn(status: str) -> None:
        user.aws("s3").put_bucket_versioning(
            Bucket=BUCKET, VersioningConfiguration={"Status": status}
        )

    turn("Suspended")
    yield
    turn("Enabled")


@contextmanager
def no_repair_role(user: User) -> Iterator[None]:
    """Delete a role of dev."""
    iam, name = user.aws("iam", DEV), "mlops-gitops-repair"
    role: dict[str, Any] = iam.get_role(RoleName=name)["Role"]
    policies = {
        each: iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]
        for each in iam.list_role_policies(RoleName=name)["PolicyNames"]
    }
    for each in policies:
        iam.delete_role_policy(RoleName=name, PolicyName=each)
    iam.delete_role(RoleName=name)
    yield
    trust = json.dumps(role["AssumeRolePolicyDocument"])
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    for each, document in policies.items():
        iam.put_role_policy(RoleName=name, PolicyName=each, PolicyDocument=json.dumps(document))


@contextmanager
def nobody_told(user: User) -> Iterator[None]:
    """Follow the link at the end of a mail: no more of them."""
    sns = user.aws("sns")
    topic = f"arn:aws:sns:us-east-1:{ORCHESTRATOR}:mlops-pipeline-approvals"
    for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    yield
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=EMAIL)


@pytest.mark.slow
def test_after_bootstrap_nothing_is_wrong(user: User, name: str) -> None:
    """Warnings are what is true there; then each thing that is broken by hand is one line."""
    user.commit(model(name))

    assert examined(user) == (0, unread_quotas())

    broken: dict[tuple[str, str], Hand] = {
        ("assets-versioning", ""): no_versions,
        ("repair-role", f"dev {DEV}"): no_repair_role,
        ("subscription", ""): nobody_told,
    }
    for line, hand in broken.items():
        with hand(user):
            assert examined(user) == (4, {**unread_quotas(), line: "failed"})
    assert examined(user) == (0, unread_quotas())


def test_another_accounts_credentials_are_told(
    user: User, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says whose they are; nothing else is asked with them."""
    user.commit(model(name))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", DEV)

    code, found = examined(user)

    assert code == 4
    assert [line for line, result in found.items() if result == "failed"] == [("account", "")]
    assert set(found.values()) == {"failed", "not checked"}
