"""Approvers: who may answer at a gate, carried by IAM and not by this program.

A stage with approvers gets a role of its own in the orchestrator account. Only they may assume it,
and it may answer at that stage's gates; whoever holds no other permission for that can decide
nothing. Whoever signs in as that role runs the whole of `approve` with it, so it may also read what
the command reads: the bundle that waits, what is held and, as `mlops-gitops-plan`, the change set
in the stage.
One policy more denies the decision to everybody else: for people whose permissions are wide, to be
attached or copied into a service control policy.

Source of the resource's form: "Actions, resources, and condition keys for AWS CodePipeline",
Service Authorization Reference. Of a role's session, `aws:PrincipalArn` is the role's ARN, so a
single session has to be named as the principal itself ("AWS global condition context keys",
"AWS JSON policy elements: Principal", IAM user guide).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.settings import Approval, Settings, Stage
from mlops_gitops.desired.gates import approver_role_name, stage_name
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.package.bundle import KEY_PREFIX
from mlops_gitops.pipeline.approval import AssumedRole
from mlops_gitops.pipeline.authorship import person_of
from mlops_gitops.pipeline.delivery import APPROVE
from mlops_gitops.pipeline.holds import FOLDER as HOLDS

DENIAL = "mlops-gitops-no-approvals"
PLAN_ROLE = "mlops-gitops-plan"
"""Reads what is deployed in an account."""
_NOT_IN_A_SESSION = re.compile(r"[^\w+=,.@-]", re.ASCII)
_SESSION_LIMIT = 64
_DECIDE = "codepipeline:PutApprovalResult"
_LOOK = [
    "codepipeline:GetPipelineExecution",
    "codepipeline:GetPipelineState",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
]
_BUCKET = "arn:${AWS::Partition}:s3:::${AssetsBucketName}"
_READ: list[dict[str, Any]] = [
    {
        "Sid": "ReadBundles",
        "Effect": "Allow",
        "Action": "s3:GetObjectVersion",
        "Resource": {"Fn::Sub": f"{_BUCKET}/{KEY_PREFIX}/*"},
    },
    {
        "Sid": "ReadHolds",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:GetObjectVersion"],
        "Resource": {"Fn::Sub": f"{_BUCKET}/{HOLDS}*"},
    },
    {
        "Sid": "DecryptBundles",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": {
            "Fn::If": ["MakesKey", {"Fn::GetAtt": ["AssetsKey", "Arn"]}, {"Ref": "AssetsKeyArn"}]
        },
        "Condition": {"StringLike": {"kms:ViaService": "s3.*"}},
    },
    {
        "Sid": "LookAtStages",
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::*:role/{PLAN_ROLE}"},
        "Condition": {"StringEquals": {"aws:ResourceAccount": {"Ref": "StageAccounts"}}},
    },
    {  # of its own account no role is assumed to read; `--wait` lists what is there
        "Sid": "ListStacks",
        "Effect": "Allow",
        "Action": "cloudformation:DescribeStacks",
        "Resource": "*",
    },
    {
        "Sid": "ReadStacks",
        "Effect": "Allow",
        "Action": [
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStackEvents",
            "cloudformation:GetTemplate",
            "cloudformation:ListStackResources",
        ],
        "Resource": {
            "Fn::Sub": "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}"
            ":stack/${Prefix}-*"
        },
    },
    {  # what is held; and `--wait` says at the end whether what configs name is still what runs
        "Sid": "ListContents",
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": {"Fn::Sub": _BUCKET},
    },
]
"""What `approve` reads beside pipelines, and what it says at the end of `--wait`."""
_BOUNDARY = {
    "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${PermissionsBoundary}"
}


def approver_role(settings: Settings, stage: str, actor: str) -> AssumedRole | None:
    """Say in whose name an approval of a stage is answered; None for the caller's own.

    Whoever is signed in as the stage's role answers in that name: the role does not trust itself.

    Args:
        settings: the installation.
        stage: our stage.
        actor: ARN of whoever decides; the session is called like them, so AWS keeps who it was.
    """
    if not settings.stage(stage).approvers:
        return None
    partition, account = partition_of(settings.region), settings.orchestrator_account
    name = approver_role_name(stage)
    if actor.startswith(f"arn:{partition}:sts::{account}:assumed-role/{name}/"):
        return None
    person = _NOT_IN_A_SESSION.sub("-", person_of(actor))[:_SESSION_LIMIT]
    return AssumedRole(
        account=account,
        name=name,
        arn=f"arn:{partition}:iam::{account}:role/{name}",
        session=person if len(person) > 1 else "mlops-gitops",
    )


def with_approvers(settings: Settings, stack: DeployableStack) -> DeployableStack:
    """Add to the orchestrator's stack what lets approvers decide, and nobody else."""
    gated = [
        each for each in settings.stages if each.approval is Approval.MANUAL and each.approvers
    ]
    if not gated:
        return stack
    resources = {
        **stack.template["Resources"],
        **{_logical_id(each): _role(settings, each) for each in gated},
        "NoApprovals": _denial(settings, gated),
    }
    return replace(stack, template={**stack.template, "Resources": resources})


def _role(settings: Settings, stage: Stage) -> dict[str, Any]:
    statements = [
        {
            "Sid": "Decide",
            "Effect": "Allow",
            "Action": _DECIDE,
            "Resource": _gates(settings, stage),
        },
        {
            "Sid": "LookAtPipelines",
            "Effect": "Allow",
            "Action": _LOOK,
            "Resource": _of_pipelines("${Prefix}-*"),
        },
        *_READ,
    ]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": approver_role_name(stage.name),
            "Description": f"Answers approvals of {stage.name}. The settings say who may be it.",
            "PermissionsBoundary": {"Fn::If": ["HasBoundary", _BOUNDARY, {"Ref": "AWS::NoValue"}]},
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": list(_trust(stage.approvers)),
            },
            "Policies": [
                {
                    "PolicyName": "approve",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
                }
            ],
        },
    }


def _trust(approvers: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    sessions = sorted(each for each in approvers if ":sts:" in each)
    others = sorted(set(approvers) - set(sessions))
    if others:
        accounts = sorted({each.split(":")[4] for each in others})
        roots = [{"Fn::Sub": f"arn:${{AWS::Partition}}:iam::{each}:root"} for each in accounts]
        # The name need not exist yet, and one that is deleted and made again is still the one.
        condition = {"ArnLike": {"aws:PrincipalArn": others}}
        yield {**_assume(roots), "Condition": condition}
    if sessions:
        yield _assume(sessions)


def _assume(principals: list[Any]) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": "sts:AssumeRole"}


def _denial(settings: Settings, gated: list[Stage]) -> dict[str, Any]:
    statements = [
        {
            "Sid": f"Only{_logical_id(stage)}",
            "Effect": "Deny",
            "Action": _DECIDE,
            "Resource": _gates(settings, stage),
            "Condition": {
                "ArnNotEquals": {"aws:PrincipalArn": {"Fn::GetAtt": [_logical_id(stage), "Arn"]}}
            },
        }
        for stage in gated
    ]
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "ManagedPolicyName": DENIAL,
            "Description": "Denies to answer approvals other than as an approver's role.",
            "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
        },
    }


def _gates(settings: Settings, stage: Stage) -> dict[str, str]:
    return _of_pipelines(f"${{Prefix}}-*/{stage_name(settings, stage.name)}/{APPROVE}")


def _of_pipelines(resource: str) -> dict[str, str]:
    head = "arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}"
    return {"Fn::Sub": f"{head}:{resource}"}


def _logical_id(stage: Stage) -> str:
    """Name a stage's role in the template: letters and digits, and no two alike."""
    return f"ApproveRole{stage.name.capitalize().replace('-', 'X')}"
