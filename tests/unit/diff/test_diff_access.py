"""Access: whatever newly allows something is found, whatever does not is left alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.diff.access import Grant, covers, widened_access
from mlops_gitops.diff.template import Resource
from mlops_gitops.diff.values import canonical

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/models/1.tar.gz"}


def role(*statements: dict[str, Any], **properties: Any) -> Resource:
    """Make a role with one policy."""
    policy = {"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}
    return of("AWS::IAM::Role", Policies=[policy], **properties)


def of(kind: str, **properties: Any) -> Resource:
    """Make a resource as it is seen after evaluation."""
    return Resource(type=kind, properties=canonical(properties), attributes={})


@pytest.mark.parametrize(
    "after",
    [
        {**ALLOW, "Action": ["s3:GetObject", "s3:PutObject"]},
        {**ALLOW, "Action": "s3:*"},
        {**ALLOW, "Resource": "*"},
        {**ALLOW, "Resource": "arn:aws:s3:::b/*"},
        {**ALLOW, "Resource": "arn:aws:s3:::other/1.tar.gz"},
        {**ALLOW, "Action": "s3:PutObject"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Fn::If": ["Unknown", ALLOW, ALLOW]},
    ],
)
def test_more_is_found(after: dict[str, Any]) -> None:
    """A new action, a wider or another resource, and what cannot be read all count."""
    assert list(widened_access(role(ALLOW), role(after)))


@pytest.mark.parametrize(
    "after",
    [
        ALLOW,
        {**ALLOW, "Sid": "Renamed"},
        {**ALLOW, "Action": ["s3:GetObject"]},
        {**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {**ALLOW, "Resource": "arn:aws:s3:::b/models/2.tar.gz"},
    ],
)
def test_no_more_is_left_alone(after: dict[str, Any]) -> None:
    """The same, narrower, or one object of a bucket for another is no wider access."""
    assert list(widened_access(role(ALLOW), role(after))) == []


def test_a_guard_that_goes_is_found() -> None:
    """A condition that goes, a Deny that goes, a boundary that goes: all widen."""
    guarded = {**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}

    assert list(widened_access(role(guarded), role(ALLOW)))
    assert list(widened_access(role(ALLOW, deny), role(ALLOW)))
    assert list(widened_access(role(PermissionsBoundary="arn:b"), role()))
    assert list(
        widened_access(
            of("AWS::S3::Bucket", PublicAccessBlockConfiguration={"a": True}), of("AWS::S3::Bucket")
        )
    )


def test_somebody_new_is_found() -> None:
    """Another principal, a managed policy, a permission to invoke: all widen."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole"}

    def trusting(*services: str) -> Resource:
        statement = {**trust, "Principal": {"Service": list(services)}}
        return of("AWS::IAM::Role", AssumeRolePolicyDocument={"Statement": [statement]})

    one, two = (
        trusting("sagemaker.amazonaws.com"),
        trusting("sagemaker.amazonaws.com", "lambda.amazonaws.com"),
    )
    (why,) = widened_access(one, two)

    assert "Service lambda.amazonaws.com may sts:AssumeRole" in why
    assert list(widened_access(two, one)) == []
    assert list(widened_access(role(), role(ManagedPolicyArns=["arn:admin"])))
    assert list(widened_access(None, of("AWS::Lambda::Permission", Principal="*")))
    assert list(
        widened_access(
            of("AWS::ApiGateway::Method", AuthorizationType="AWS_IAM"),
            of("AWS::ApiGateway::Method", AuthorizationType="NONE"),
        )
    )


patterns = st.text(alphabet="ab*?", min_size=1, max_size=4)
grants = st.builds(
    Grant,
    principal=st.sampled_from(("", "*", "AWS x")),
    action=patterns,
    resource=patterns,
    conditions=st.sampled_from(("", "c")),
)


@given(grants, grants, st.text(alphabet="ab", max_size=4), st.text(alphabet="ab", max_size=4))
def test_covering_is_never_claimed_wrongly(
    one: Grant, other: Grant, action: str, resource: str
) -> None:
    """If one grant covers another, whatever the other allows is allowed by the one."""
    concrete = Grant(other.principal, action, resource, other.conditions)

    if covers(one, other) and covers(other, concrete):
        assert covers(one, concrete)


@given(st.lists(grants, max_size=3), st.lists(grants, max_size=3))
def test_taking_away_never_widens(kept: list[Grant], gone: list[Grant]) -> None:
    """Any part of the statements is no more than all of them."""

    def statements(some: list[Grant]) -> list[dict[str, Any]]:
        return [
            {
                "Effect": "Allow",
                "Principal": one.principal,
                "Action": one.action,
                "Resource": one.resource,
                "Condition": one.conditions,
            }
            for one in some
        ]

    assert list(widened_access(role(*statements(kept + gone)), role(*statements(kept)))) == []


@pytest.mark.parametrize(
    ("pattern", "text", "covered"),
    [
        ("s3:*", "s3:Get*", True),
        ("s3:Ge?", "s3:Ge*", False),
        ("s3:Ge?", "s3:Ge?", True),
        ("S3:getobject", "s3:GetObject", True),
        ("s3:Get*", "s3:*", False),
    ],
)
def test_one_mark_never_covers_any_number(pattern: str, text: str, *, covered: bool) -> None:
    """A `?` is one character, so it does not cover a `*`; case means nothing in an action."""
    assert covers(Grant("", pattern, "*", ""), Grant("", text, "*", "")) is covered
