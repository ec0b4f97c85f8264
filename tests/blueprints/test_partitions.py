"""What bootstrap deploys in each partition, with everything that settings can ask for."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from blueprints.linting import findings
from builders import BLUEPRINTS, DATA

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap.part import Known, Part, part_stack
from mlops_gitops.desired.bootstrap.parts import PARTS
from mlops_gitops.desired.console import console_domain
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.use_cases.validate import load_repository

EVERYTHING = Path(__file__).parents[2] / "config-examples" / "good" / "settings-everything"
CONSOLES = {
    "us-east-1": "console.aws.amazon.com",
    "us-gov-west-1": "console.amazonaws-us-gov.com",
    "cn-north-1": "console.amazonaws.cn",
}
# What settings refuse there, because CloudFormation has no such resources.
REFUSED = {
    "us-east-1": "",
    "us-gov-west-1": r"  webhooks:\n.*\n",
    "cn-north-1": r"  webhooks:\n.*\n|  model_package_groups: .*\n",
}


@cache
def settings_in(region: str) -> Settings:
    """Give the settings with every key that a region takes."""
    text = (EVERYTHING / "mlops-gitops.yaml").read_text()
    text = text.replace("us-east-1", region).replace("arn:aws:", f"arn:{partition_of(region)}:")
    text = re.sub(REFUSED[region], "", text) if REFUSED[region] else text
    return load_repository(MemoryFiles({"mlops-gitops.yaml": text.encode()}), DATA).settings


def stack_in(region: str, part: Part) -> DeployableStack:
    """Give the stack of a part, which all these settings want."""
    settings = settings_in(region)
    assert part.wanted(settings)
    place = f"{region}:{settings.orchestrator_account}"
    known = Known(
        settings=settings,
        account=settings.orchestrator_account,
        outputs={
            "AssetsKmsKeyArn": f"arn:{partition_of(region)}:kms:{place}:key/" + "1" * 36,
            "NotificationTopicArn": f"arn:{partition_of(region)}:sns:{place}:approvals",
        },
        packages={name: f"packages/{name}-python3.12-x86_64.zip" for name in part.packages},
        revision="1f" * 20,
    )
    return part_stack(part, known, BLUEPRINTS.blueprint(part.blueprint))


every_part = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stack)
every_region = pytest.mark.parametrize("region", CONSOLES)


@every_part
@every_region
def test_every_part_is_lint_clean_and_speaks_of_its_partition(region: str, part: Part) -> None:
    """No ARN and no parameter is of another partition, and cfn-lint finds nothing."""
    stack = stack_in(region, part)
    said = json.dumps([stack.template, dict(stack.parameters)])

    assert [str(each) for each in findings(json.dumps(stack.template), region)] == []
    assert {*re.findall(r"arn:(aws[a-z-]*):", said)} <= {partition_of(region)}


@every_part
def test_every_part_has_boundary_and_tags(part: Part) -> None:
    """Roles of bootstrap are bound by the same policy as those of workloads, and tagged."""
    stack = stack_in("us-east-1", part)
    roles = [one for one in _resources(stack) if one["Type"] == "AWS::IAM::Role"]
    arn = "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${PermissionsBoundary}"
    bound: Any = {"Fn::If": ["HasBoundary", {"Fn::Sub": arn}, {"Ref": "AWS::NoValue"}]}

    assert all(each["Properties"]["PermissionsBoundary"] == bound for each in roles)
    assert not roles or stack.parameters["PermissionsBoundary"] == "ml/ml-boundary"
    assert stack.tags == {
        "CostCenter": "4711",
        "team": "fraud",
        "mlops-gitops:installation": "mlops-pipeline",
    }


@every_region
def test_links_lead_to_the_console_of_the_partition(region: str) -> None:
    """A link of another partition asks for a password that nobody has there."""
    assert console_domain(region) == CONSOLES[region]


def _resources(stack: DeployableStack) -> list[Any]:
    return list(stack.template["Resources"].values())
