"""Policies, read: who is let in, by the statements that our templates and people write."""

from typing import Any

import pytest

from mlops_gitops.status.policies import (
    admitted,
    allows,
    mentions,
    refuses_plain_http,
    trusts,
)

ACCOUNT = "222222222222"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/mlops-gitops-deploy"
KEY = "arn:aws:s3:::assets/models/one"
FITS: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"AWS": [ACCOUNT, "333333333333"]},
    "Action": ["s3:GetObject", "s3:PutObject"],
    "Resource": "arn:aws:s3:::assets/*",
    "Condition": {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/mlops-gitops-deploy"]}},
}


def lets(**other: Any) -> bool:
    """Tell whether the statement lets the role read the key, with some of it said otherwise."""
    statement = {name: value for name, value in {**FITS, **other}.items() if value is not None}
    return allows({"Statement": [statement]}, "s3:GetObject", KEY, ROLE)


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"Principal": "*"},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": ROLE}},
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}},
        {"Principal": {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"}},
        {"Action": "s3:*"},
        {"Action": "S3:getobject"},
        {"Action": "*"},
        {"Resource": [KEY, "arn:aws:s3:::other"]},
        {"Resource": None},
        {"Condition": None},
        {"Condition": {"arnequals": {"AWS:principalARN": ROLE}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"Condition": {"ArnNotEquals": {"aws:PrincipalArn": f"{ROLE}s"}}},
    ],
    ids=str,
)
def test_who_fits_is_let_in(other: dict[str, Any]) -> None:
    """However it is spelled; conditions about something else are not judged."""
    assert lets(**other)


@pytest.mark.parametrize(
    "other",
    [
        {"Effect": "Deny"},
        {"Principal": {"AWS": "444444444444"}},
        {"Principal": {"AWS": f"{ROLE}s"}},
        {"Principal": {"Service": "sagemaker.amazonaws.com"}},
        {"Principal": None},
        {"Action": "s3:PutObject"},
        {"Action": None},
        {"Resource": "arn:aws:s3:::other/*"},
        {"Resource": None, "NotResource": KEY},
        {"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/mlops-gitops-plan"}}},
        {"Condition": {"ArnEquals": {"aws:PrincipalArn": []}}},
    ],
    ids=str,
)
def test_who_does_not_fit_is_not_let_in(other: dict[str, Any]) -> None:
    """One thing that differs is enough."""
    assert not lets(**other)


def test_one_statement_may_stand_alone() -> None:
    """IAM takes it without a list."""
    assert allows({"Statement": FITS}, "s3:GetObject", KEY, ROLE)
    assert not allows({}, "s3:GetObject", KEY, ROLE)


@pytest.mark.parametrize(
    ("other", "refuses"),
    [
        ({}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": False}}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, False),
        ({"Condition": {}}, False),
        ({"Principal": {"AWS": ACCOUNT}}, False),
        ({"Effect": "Allow"}, False),
        ({"Action": "s3:PutObject"}, False),
    ],
    ids=str,
)
def test_plain_http_is_refused_to_everybody(other: dict[str, Any], *, refuses: bool) -> None:
    """To some, or for some calls, is not enough."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }

    assert refuses_plain_http({"Statement": [{**statement, **other}]}) is refuses


def test_a_trust_document_names_whom_it_trusts() -> None:
    """A service by its name, a provider by a pattern, and whom its conditions let in."""
    condition = {"StringLike": {"host:sub": "repo:acme/models:*"}}
    operators = {"ArnLike": {"aws:PrincipalArn": [ROLE]}}
    policy = {
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "a.com"}, "Action": "sts:AssumeRole"},
            {
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::1:oidc-provider/host"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": condition,
            },
            {"Effect": "Allow", "Principal": "*", "Action": "sts:*", "Condition": operators},
        ]
    }

    assert trusts(policy, "Service", "a.com", "sts:AssumeRole")
    assert not trusts(policy, "Service", "b.com", "sts:AssumeRole")
    assert not trusts(policy, "Service", "a.com", "sts:TagSession")
    assert trusts(policy, "Federated", "*:oidc-provider/*", "sts:AssumeRoleWithWebIdentity")
    assert mentions(policy, "Acme/Models")
    assert not mentions(policy, "acme/other")
    assert admitted(policy) == (ROLE,)
