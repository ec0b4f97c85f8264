"""Dynamic references: where "no change" cannot be promised."""

from typing import Any

import pytest

from mlops_gitops.diff.unprovable import why_unprovable


@pytest.mark.parametrize(
    ("reference", "pinned"),
    [
        ("{{resolve:ssm:/image}}", False),
        ("{{resolve:ssm:/image:3}}", True),
        ("{{resolve:ssm-secure:/password:10}}", True),
        ("{{resolve:secretsmanager:db:SecretString:password}}", False),
        ("{{resolve:secretsmanager:db:SecretString:password:AWSCURRENT}}", False),
        ("{{resolve:secretsmanager:db:SecretString:password::8f3c}}", True),
    ],
)
@pytest.mark.parametrize("in_parameter", ["template", "parameter"])
def test_a_reference_is_constant_only_with_its_version(
    reference: str, in_parameter: str, pinned: object
) -> None:
    """What is looked up at each deployment may change without any commit."""
    value = f"x {reference}"
    properties = {"Image": value} if in_parameter == "template" else {}
    template = {"Resources": {"Model": {"Type": "AWS::SageMaker::Model", "Properties": properties}}}
    given = {"Image": value} if in_parameter == "parameter" else {}

    reason = why_unprovable(template, given)

    assert (reason == "") is pinned
    assert pinned or reference in reason


@pytest.mark.parametrize(
    "template",
    [
        {"Parameters": {"Image": {"Type": "AWS::SSM::Parameter::Value<String>"}}},
        {"Transform": "AWS::LanguageExtensions"},
        {"Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack"}}},
    ],
)
def test_what_aws_works_out_is_not_promised(template: dict[str, Any]) -> None:
    """SSM parameters, transforms and nested stacks are out of sight."""
    assert why_unprovable(template, {})


def test_a_plain_template_is_provable() -> None:
    """Without anything to look up, no change is no change."""
    assert why_unprovable({"Resources": {"Model": {"Type": "AWS::SageMaker::Model"}}}, {}) == ""
