"""A stack against its digest, where AWS hides a value."""

from dataclasses import replace

from mlops_gitops.desired.stack import DIGEST, StackId
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.status.drifting.stack import (
    Content,
    is_as_digested,
    live_content,
    stack_differences,
)

TEMPLATE = {
    "Parameters": {"Key": {"Type": "String", "NoEcho": True}, "Size": {"Type": "String"}},
    "Resources": {"Note": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": "a"}}},
}
LAST = Content(template=TEMPLATE, parameters={"Key": "hush", "Size": "1"}, tags={"team": "ml"})
STACK = DeployedStack(
    id=StackId("222222222222", "us-east-1", "s"),
    status=StackStatus.CREATE_COMPLETE,
    status_reason="",
    parameters={"Key": "****", "Size": "1", DIGEST: LAST.digest},
    outputs={DIGEST: LAST.digest},
    tags={"team": "ml", "aws:servicecatalog:x": "theirs"},
    updated_at=None,
)


def test_a_hidden_value_is_taken_from_what_was_deployed() -> None:
    """Where that is known the digest can be made; AWS's own tags do not count."""
    live = live_content(STACK, TEMPLATE)

    assert is_as_digested(STACK, live, LAST) is True
    assert is_as_digested(STACK, replace(live, tags={}), LAST) is False


def test_without_it_nothing_is_claimed() -> None:
    """Neither a tick nor a drift."""
    assert is_as_digested(STACK, live_content(STACK, TEMPLATE), None) is None


def test_a_hidden_value_is_never_shown() -> None:
    """Of what differs, everything else is."""
    other = replace(STACK, parameters={"Key": "****", "Size": "2"})

    (only,) = stack_differences(LAST, LAST, live_content(other, TEMPLATE), LAST.digest)

    assert (only.path, only.desired, only.deployed, only.live) == (
        "Parameters.Size",
        "1",
        "1",
        "2",
    )


def test_a_difference_that_no_value_shows_shows_the_digests() -> None:
    """Such as a number that is a text now."""
    plain = {"Resources": {"Note": {"Type": "A::B::C", "Properties": {"Size": 1}}}}
    text = {"Resources": {"Note": {"Type": "A::B::C", "Properties": {"Size": "1"}}}}
    last = Content(template=plain, parameters={}, tags={})

    (only,) = stack_differences(last, last, replace(last, template=text), last.digest)

    assert only.path == f"Outputs.{DIGEST}"
    assert only.deployed == last.digest != only.live
