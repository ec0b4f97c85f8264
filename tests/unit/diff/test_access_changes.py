"""Permissions that come and go: each one a row, and only what widens access is marked."""

from typing import Any

from unit.diff.test_diff_access import ALLOW, of, role

from mlops_gitops.diff.access import access_changes
from mlops_gitops.diff.plan import AccessChange
from mlops_gitops.diff.template import NOTHING, Resource, Seen

PUT = {**ALLOW, "Action": "s3:PutObject"}
DENY = {**PUT, "Effect": "Deny"}


def rows(before: Resource | None, after: Resource | None) -> tuple[AccessChange, ...]:
    """The rows of a resource called Role."""

    def seen(side: Resource | None) -> Seen:
        resources = {} if side is None else {"Role": side}
        return Seen(resources=resources, outputs={}, sections={})

    return access_changes(seen(before), seen(after))


def test_a_new_permission_is_a_row_that_widens() -> None:
    """Who may do what, on what."""
    (row,) = rows(role(ALLOW), role(ALLOW, PUT))

    assert row == AccessChange(
        where="Role",
        effect="Allow",
        principal="Role",
        action="s3:PutObject",
        resource=ALLOW["Resource"],
        condition="",
        is_new=True,
        widens=True,
    )


def test_what_goes_is_a_row_that_does_not_widen() -> None:
    """Less access is told, too."""
    (row,) = rows(role(ALLOW, PUT), role(ALLOW))

    assert (row.action, row.is_new, row.widens) == ("s3:PutObject", False, False)


def test_a_prohibition_widens_where_it_goes() -> None:
    """And where it comes, it does not."""
    (gone,) = rows(role(ALLOW, DENY), role(ALLOW))
    (come,) = rows(role(ALLOW), role(ALLOW, DENY))

    assert (gone.effect, gone.is_new, gone.widens) == ("Deny", False, True)
    assert (come.effect, come.is_new, come.widens) == ("Deny", True, False)


def test_a_condition_that_goes_widens() -> None:
    """The narrower permission goes, the wider one comes."""
    narrow = {**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}

    found = {
        (row.is_new, bool(row.condition), row.widens) for row in rows(role(narrow), role(ALLOW))
    }

    assert found == {(True, False, True), (False, True, False)}


def test_a_narrower_permission_in_place_of_a_wider_one_does_not_widen() -> None:
    """It is new as a row, but not as a permission."""
    wide = {**ALLOW, "Action": "s3:*"}

    marked = [row for row in rows(role(wide), role(ALLOW)) if row.widens]

    assert marked == []


def test_one_object_in_place_of_another_is_no_row() -> None:
    """Every new model would be."""
    assert rows(role(ALLOW), role({**ALLOW, "Resource": "arn:aws:s3:::b/models/2.tar.gz"})) == ()


def test_managed_policies_and_trust_are_rows() -> None:
    """What a managed policy stands for, and who may become the role."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "x.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    after = role(ALLOW, AssumeRolePolicyDocument={"Statement": [trust]}, ManagedPolicyArns=[arn])

    found: list[Any] = [
        (row.principal, row.action, row.resource, row.widens) for row in rows(role(ALLOW), after)
    ]

    assert found == [
        ("Service x.amazonaws.com", "sts:AssumeRole", "Role", True),
        ("Role", "managed policy", arn, True),
    ]


def test_a_policy_of_its_own_names_whose_it_is() -> None:
    """Not its own logical id."""
    policy = of("AWS::IAM::Policy", PolicyDocument={"Statement": [ALLOW]}, Roles=["worker"])

    (row,) = rows(None, policy)

    assert (row.where, row.principal) == ("Role", "worker")


def test_nothing_is_no_row() -> None:
    """Equal sides have no rows."""
    assert rows(role(ALLOW), role(ALLOW)) == ()
    assert access_changes(NOTHING, NOTHING) == ()
