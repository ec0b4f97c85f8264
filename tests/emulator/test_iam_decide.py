"""Decisions, as the IAM user guide's page "Policy evaluation logic" has them, and laws of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.emulator.iam.conditions import UnknownOperatorError, hold
from mlops_gitops.emulator.iam.decide import Policies, Source, decide
from mlops_gitops.emulator.iam.policy import Asked, Policy, Principal, like, read_policy

HOME, OTHER = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{HOME}:role/team/reader"
SESSION = f"arn:aws:sts::{HOME}:assumed-role/reader/me"
READER = Principal(arn=SESSION, role=ROLE, account=HOME)
ROOT = Principal(
    arn=f"arn:aws:iam::{HOME}:root", role=f"arn:aws:iam::{HOME}:root", account=HOME, is_root=True
)
BUCKET = "arn:aws:s3:::acme/data/x"


def policy(*statements: Mapping[str, Any]) -> Policy:
    """A policy of statements."""
    return read_policy({"Version": "2012-10-17", "Statement": list(statements)})


def says(effect: str, action: Any = "s3:GetObject", resource: Any = "*", **more: Any) -> Any:
    """A statement."""
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


ALLOW, DENY = says("Allow"), says("Deny")
ASKED = Asked(
    principal=READER,
    action="s3:GetObject",
    resource=BUCKET,
    context={"aws:principalarn": (ROLE,), "aws:tagkeys": ("a", "b"), "s3:prefix": ("data/",)},
)


def named(*principals: str, effect: str = "Allow") -> Any:
    """A statement of a resource's policy."""
    return says(effect, Principal={"AWS": list(principals)})


def policies(**given: Any) -> Policies:
    """Policies about a resource of the reader's own account, unless said otherwise."""
    return Policies(**{"owner": HOME, **given})


CASES: list[tuple[str, Policies, tuple[Source, bool] | None]] = [
    ("nothing allows", policies(), (Source.IDENTITY, False)),
    ("its own policy allows", policies(identity=(policy(ALLOW),)), None),
    ("a denial wins", policies(identity=(policy(ALLOW, DENY),)), (Source.IDENTITY, True)),
    (
        "a denial of another policy wins",
        policies(identity=(policy(ALLOW), policy(DENY))),
        (Source.IDENTITY, True),
    ),
    (
        "a resource's denial wins",
        policies(identity=(policy(ALLOW),), resource=policy(says("Deny", Principal="*"))),
        (Source.RESOURCE, True),
    ),
    ("a resource lets the role in", policies(resource=policy(named(ROLE))), None),
    ("a resource lets the session in", policies(resource=policy(named(SESSION))), None),
    (
        "a resource leaves it to the account",
        policies(resource=policy(named(f"arn:aws:iam::{HOME}:root"))),
        (Source.IDENTITY, False),
    ),
    (
        "a boundary allows nothing by itself",
        policies(boundary=policy(ALLOW)),
        (Source.IDENTITY, False),
    ),
    (
        "a boundary limits",
        policies(identity=(policy(ALLOW),), boundary=policy(says("Allow", "s3:PutObject"))),
        (Source.BOUNDARY, False),
    ),
    (
        "an empty boundary lets nothing through",
        policies(identity=(policy(ALLOW),), boundary=()),
        (Source.BOUNDARY, False),
    ),
    (
        "a session policy limits",
        policies(identity=(policy(ALLOW),), session=policy(says("Allow", "s3:PutObject"))),
        (Source.SESSION, False),
    ),
    (
        "another account's resource has to allow too",
        policies(owner=OTHER, identity=(policy(ALLOW),)),
        (Source.RESOURCE, False),
    ),
    (
        "another account's resource alone is not enough",
        policies(owner=OTHER, resource=policy(named(ROLE))),
        (Source.IDENTITY, False),
    ),
    (
        "both sides allow",
        policies(owner=OTHER, identity=(policy(ALLOW),), resource=policy(named(HOME))),
        None,
    ),
    (
        "a key's policy has to let in its own account",
        policies(identity=(policy(ALLOW),), needs_resource=True),
        (Source.RESOURCE, False),
    ),
    (
        "a key's policy leaves it to the account",
        policies(
            identity=(policy(ALLOW),),
            needs_resource=True,
            resource=policy(named(f"arn:aws:iam::{HOME}:root")),
        ),
        None,
    ),
    (
        "all but some principals are denied",
        policies(
            identity=(policy(ALLOW),),
            resource=policy(says("Deny", NotPrincipal={"AWS": [ROLE, HOME]})),
        ),
        None,
    ),
    (
        "all actions but one are allowed",
        policies(
            identity=(policy({"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"}),)
        ),
        (Source.IDENTITY, False),
    ),
    (
        "all resources but one are denied",
        policies(
            identity=(policy(ALLOW, {"Effect": "Deny", "Action": "*", "NotResource": BUCKET}),)
        ),
        None,
    ),
]


@pytest.mark.parametrize(
    ("given", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_policies_decide_as_documented(
    given: Policies, expected: tuple[Source, bool] | None
) -> None:
    """Denials first, then every kind of policy that has to allow."""
    refusal = decide(ASKED, given)

    assert (refusal and (refusal.source, refusal.explicit)) == expected


def test_an_account_itself_may_all_but_what_a_resource_denies() -> None:
    """Its root has no policies of its own."""
    root = replace(ASKED, principal=ROOT)
    denied = policies(resource=policy(says("Deny", Principal="*")))

    assert decide(root, policies()) is None
    assert decide(root, denied) is not None


def test_refusals_are_worded_as_aws_words_them() -> None:
    """Who, what, on what, and which kind of policy."""
    lacking, denied = decide(ASKED, policies()), decide(ASKED, policies(identity=(policy(DENY),)))
    assert lacking
    assert denied
    begins = f"User: {SESSION} is not authorized to perform: s3:GetObject on resource: {BUCKET} "

    assert lacking.message(ASKED) == (
        f"{begins}because no identity-based policy allows the s3:GetObject action"
    )
    assert denied.message(ASKED) == f"{begins}with an explicit deny in an identity-based policy"


@pytest.mark.parametrize(
    ("resource", "pattern", "fits"),
    [
        (BUCKET, "arn:aws:s3:::acme/*", True),
        (BUCKET, "arn:aws:s3:::acme/da?a/x", True),
        (BUCKET, "arn:aws:s3:::acme", False),
        (BUCKET, "arn:aws:s3:::Acme/*", False),
        ("*", "arn:aws:s3:::acme/*", False),
        ("*", "*", True),
        ("arn:aws:iam::1:role/a", "arn:aws:iam::*:role/*", True),
        # A star does not reach over the parts of an ARN.
        ("arn:aws:iam::1:role/a", "arn:*:role/a", False),
        ("arn:aws:states:r:1:execution:m:e", "arn:aws:states:*:1:execution:m*", True),
        # Who may one stack, may not all of them.
        ("arn:aws:cloudformation:r:1:stack/*", "arn:aws:cloudformation:r:1:stack/mine-*", False),
        (f"arn:aws:iam::{HOME}:role/team/reader", "${aws:PrincipalArn}", True),
        ("arn:aws:s3:::a/*", "arn:aws:s3:::a/${*}", True),
        ("arn:aws:s3:::a/b", "arn:aws:s3:::a/${*}", False),
        ("arn:aws:s3:::a/b", "arn:aws:s3:::${aws:username}/b", False),
        ("arn:aws:s3:::a/b", "arn:aws:s3:::${aws:username, 'a'}/b", True),
    ],
)
def test_resources_are_matched_part_by_part(resource: str, pattern: str, fits: bool) -> None:  # noqa: FBT001 -- a row of the table
    """Stars within parts, variables, and a resource that is not known by name."""
    asked = replace(ASKED, resource=resource)

    refusal = decide(asked, policies(identity=(policy(says("Allow", "*", pattern)),)))
    assert (refusal is None) == fits


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "holds"),
    [
        ("StringEquals", "s3:prefix", ["data/"], True),
        ("StringEquals", "s3:prefix", ["other", "data/"], True),
        ("StringEquals", "s3:prefix", ["DATA/"], False),
        ("StringEqualsIgnoreCase", "s3:prefix", ["DATA/"], True),
        ("StringLike", "s3:prefix", ["d*"], True),
        ("StringNotLike", "s3:prefix", ["d*"], False),
        ("StringNotEquals", "s3:prefix", ["a", "data/"], False),
        ("StringNotEquals", "aws:missing", ["a"], True),
        ("StringEquals", "aws:missing", ["a"], False),
        ("StringEqualsIfExists", "aws:missing", ["a"], True),
        ("StringEqualsIfExists", "s3:prefix", ["a"], False),
        ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/team/*"], True),
        ("ArnEquals", "aws:PrincipalArn", ["arn:aws:iam::*:role/*"], True),
        ("ArnNotLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/team/*"], False),
        ("Null", "aws:missing", ["true"], True),
        ("Null", "aws:missing", ["false"], False),
        ("Null", "s3:prefix", ["false"], True),
        ("Bool", "aws:securetransport", ["false"], False),
        ("BoolIfExists", "aws:securetransport", ["false"], True),
        ("NumericLessThan", "s3:max-keys", ["10"], True),
        ("NumericGreaterThanEquals", "s3:max-keys", ["9.5"], False),
        ("NumericEquals", "s3:prefix", ["1"], False),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b", "c"], True),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["a"], False),
        ("ForAllValues:StringEquals", "aws:missing", ["a"], True),
        ("ForAnyValue:StringLike", "aws:TagKeys", ["a*"], True),
        ("ForAnyValue:StringEquals", "aws:TagKeys", ["c"], False),
        ("ForAnyValue:StringEquals", "aws:missing", ["a"], False),
        ("StringEquals", "aws:PrincipalArn", ["${aws:PrincipalArn}"], True),
        ("StringEquals", "s3:star", ["a${*}"], True),
        ("StringLike", "s3:star", ["${*}*"], False),
    ],
)
def test_conditions_hold_as_documented(
    operator: str,
    key: str,
    wanted: list[str],
    holds: bool,  # noqa: FBT001 -- a row of the table
) -> None:
    """Operators, what is not there, and keys of many values."""
    context = {**ASKED.context, "s3:max-keys": ("9",), "s3:star": ("a*",)}

    assert hold({operator: {key.lower(): tuple(wanted)}}, context) == holds


def test_an_operator_that_is_not_known_is_said() -> None:
    """A condition that nobody looks at would let everybody in."""
    with pytest.raises(UnknownOperatorError, match="IpAddress"):
        hold({"IpAddress": {"aws:sourceip": ("10.0.0.0/8",)}}, {})


_STATEMENTS = st.builds(
    says,
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(["s3:GetObject", "s3:Get*", "S3:*", "*", "s3:PutObject", "sns:Publish"]),
    st.sampled_from(["*", BUCKET, "arn:aws:s3:::acme/*", "arn:aws:s3:::other/*"]),
)
_POLICIES = st.lists(_STATEMENTS, max_size=4).map(lambda found: policy(*found))


@given(_POLICIES, _POLICIES, st.one_of(st.none(), _POLICIES))
def test_a_denial_always_wins(first: Policy, second: Policy, boundary: Policy | None) -> None:
    """Whatever else is said, and wherever the denial stands."""
    for identity in ((*first, *policy(DENY)), (*policy(DENY), *first)):
        refusal = decide(ASKED, policies(identity=(second, identity), boundary=boundary))

        assert refusal
        assert refusal.explicit


@given(_POLICIES, st.one_of(st.none(), _POLICIES), _STATEMENTS)
def test_to_allow_more_never_refuses(
    found: Policy, boundary: Policy | None, more: dict[str, Any]
) -> None:
    """What was allowed is allowed after another Allow has been added."""
    before = decide(ASKED, policies(identity=(found,), boundary=boundary))
    added = policy({**more, "Effect": "Allow"})
    after = decide(ASKED, policies(identity=(found, added), boundary=boundary))

    assert before is not None or after is None


@given(_POLICIES, _POLICIES)
def test_a_boundary_allows_what_both_allow(found: Policy, boundary: Policy) -> None:
    """Not more than the policy alone, not more than the boundary alone, and all that both do."""
    alone = decide(ASKED, policies(identity=(found,)))
    limit = decide(ASKED, policies(identity=(boundary,)))
    both = decide(ASKED, policies(identity=(found,), boundary=boundary))

    assert (both is None) == (alone is None and limit is None)


@given(st.text("ab/*?", max_size=8))
def test_every_text_is_like_a_star_and_itself(text: str) -> None:
    """Stars stand for any text, none included."""
    assert like(text, "*")
    assert like(text, text)
