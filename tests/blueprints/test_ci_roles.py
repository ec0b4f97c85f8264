"""Whom CI's roles let in, and what they may do."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from blueprints.blueprint_files import mappings
from blueprints.linting import findings
from blueprints.parts import resources_of, stack_of
from blueprints.test_cloudformation_role import handlers
from blueprints.trusting import lets_in
from builders import SETTINGS

from mlops_gitops.definitions.asset import Asset
from mlops_gitops.desired.bootstrap.ci import PART
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.package.bundle import bundle_key

GITHUB = "token.actions.githubusercontent.com"
GITLAB = "gitlab.example.com"
NAMES = {
    "mlops-gitops-ci-plan": "plan",
    "mlops-gitops-apply": "apply",
    "mlops-gitops-release": "release",
}
BOTH = (
    "{github: {repository: acme/models},"
    f" gitlab: {{project: acme/fraud/models, host: {GITLAB}}}}}"
)
IN_ENVIRONMENT = "{github: {repository: acme/models, environment: production}}"
WITH_IDS = "{github: {repository: acme/models, subject: acme@1234/models@5678}}"
BY_SETTINGS = (
    "{name: staging, account: '333333333333', approval: manual,"
    " require_approval_for: [data-loss]%s}"
)


def stack(ci: str, **instead: str) -> DeployableStack:
    """The stack of CI's roles."""
    text = SETTINGS
    for old, new in instead.items():
        before = f'{{name: {old}, account: "333333333333", approval: manual}}'
        assert before in text
        text = text.replace(before, new)
    return stack_of(PART, f"ci: {ci}", text)


def roles(of: DeployableStack) -> dict[str, Any]:
    """Its roles by what they are for."""
    found = [one for one in resources_of(of).values() if one["Type"] == "AWS::IAM::Role"]
    return {NAMES[one["Properties"]["RoleName"]]: one for one in found}


def actions(role: dict[str, Any]) -> dict[str, Any]:
    """What a role may do: action -> the statement that allows it."""
    statements = [one for one in mappings(role["Properties"]["Policies"]) if "Effect" in one]
    named = [(one["Action"], one) for one in statements]
    many = [(each if isinstance(each, list) else [each], one) for each, one in named]
    return {action: one for each, one in many for action in each}


def who(ci: str, host: str, subject: str, audience: str = "sts.amazonaws.com") -> set[str]:
    """Which roles a token gets."""
    provider = {GITHUB: "GitHubProvider"}.get(host, "GitLabProvider")
    claims = {f"{host}:aud": audience, f"{host}:sub": subject}
    return {name for name, role in roles(stack(ci)).items() if lets_in(role, provider, claims)}


PLANS, ALL, NONE = {"plan"}, {"plan", "apply", "release"}, set[str]()


@pytest.mark.parametrize(
    ("ci", "subject", "gets"),
    [
        pytest.param(BOTH, "repo:acme/models:pull_request", PLANS, id="pull-request"),
        pytest.param(BOTH, "repo:acme/models:ref:refs/heads/main", ALL, id="branch"),
        pytest.param(BOTH, "repo:acme/models:ref:refs/heads/other", NONE, id="other-branch"),
        pytest.param(BOTH, "repo:acme/models:ref:refs/heads/main2", NONE, id="longer-branch"),
        pytest.param(BOTH, "repo:acme/models:ref:refs/tags/main", NONE, id="tag"),
        pytest.param(BOTH, "repo:acme/models:environment:production", NONE, id="environment"),
        pytest.param(BOTH, "repo:mallory/models:pull_request", NONE, id="fork"),
        pytest.param(BOTH, "repo:acme/models2:ref:refs/heads/main", NONE, id="other-repository"),
        pytest.param(BOTH, "repo:acme@1/models@2:pull_request", NONE, id="ids-not-in-settings"),
        pytest.param(
            IN_ENVIRONMENT,
            "repo:acme/models:environment:production",
            {"apply", "release"},
            id="in-its-environment",
        ),
        pytest.param(
            IN_ENVIRONMENT, "repo:acme/models:ref:refs/heads/main", PLANS, id="without-environment"
        ),
        pytest.param(
            IN_ENVIRONMENT, "repo:acme/models:environment:prod", NONE, id="in-another-environment"
        ),
        pytest.param(WITH_IDS, "repo:acme@1234/models@5678:pull_request", PLANS, id="ids"),
        pytest.param(WITH_IDS, "repo:acme@1234/models@9999:pull_request", NONE, id="recreated"),
        pytest.param(WITH_IDS, "repo:acme/models:pull_request", NONE, id="name-without-ids"),
    ],
)
def test_tokens_of_github_get_the_roles_that_they_are_meant_for(
    ci: str, subject: str, gets: set[str]
) -> None:
    """A pull request plans; the branch or environment of the settings applies; nobody else."""
    assert who(ci, GITHUB, subject) == gets


@pytest.mark.parametrize(
    ("subject", "gets"),
    [
        ("project_path:acme/fraud/models:ref_type:branch:ref:main", ALL),
        ("project_path:acme/fraud/models:ref_type:branch:ref:topic/x", PLANS),
        ("project_path:acme/fraud/models:ref_type:tag:ref:main", NONE),
        ("project_path:mallory/models:ref_type:branch:ref:main", NONE),
        ("project_path:acme/fraud/models2:ref_type:branch:ref:main", NONE),
    ],
)
def test_tokens_of_gitlab_get_the_roles_that_they_are_meant_for(
    subject: str, gets: set[str]
) -> None:
    """Any branch of the project plans, its default branch applies, no other project anything."""
    assert who(BOTH, GITLAB, subject) == gets


@pytest.mark.parametrize(
    ("host", "audience"),
    [(GITHUB, "https://github.com/acme"), (GITHUB, ""), (GITLAB, "https://gitlab.example.com")],
)
def test_a_token_for_somebody_else_gets_no_role(host: str, audience: str) -> None:
    """What was issued for another audience is not replayed here."""
    subjects = {
        GITHUB: "repo:acme/models:ref:refs/heads/main",
        GITLAB: "project_path:acme/fraud/models:ref_type:branch:ref:main",
    }

    assert who(BOTH, host, subjects[host], audience) == NONE
    assert who(BOTH, host, subjects[host]) == ALL


def test_a_host_of_gitlab_is_trusted_by_its_own_name() -> None:
    """The conditions are about the host of the settings, never about gitlab.com."""
    subject = "project_path:acme/fraud/models:ref_type:branch:ref:main"

    assert who(BOTH, "gitlab.com", subject) == NONE
    assert resources_of(stack(BOTH))["GitLabProvider"]["Properties"]["Url"] == f"https://{GITLAB}"


def test_a_provider_that_is_there_is_used() -> None:
    """An account has one provider for each host, so bootstrap makes no second one."""
    arn = f"arn:aws:iam::111111111111:oidc-provider/{GITHUB}"
    made = stack(f"{{github: {{repository: acme/models, provider: '{arn}'}}}}")
    claims = {
        f"{GITHUB}:aud": "sts.amazonaws.com",
        f"{GITHUB}:sub": "repo:acme/models:pull_request",
    }

    assert not {"GitHubProvider", "GitLabProvider"} & resources_of(made).keys()
    assert lets_in(roles(made)["plan"], arn, claims)


def test_a_pipeline_in_aws_gets_the_role_that_applies_and_no_other() -> None:
    """Without GitHub and GitLab there is one role, and its one caller is the build."""
    made = roles(stack("{s3: {object: mlops-gitops-ci/source.zip}}"))
    (statement,) = made["apply"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert made.keys() == {"apply"}
    assert statement["Condition"]["ArnEquals"]["aws:PrincipalArn"].endswith(
        ":role/mlops-gitops-ci-build"
    )


def test_without_a_pipeline_in_aws_no_role_of_the_account_applies() -> None:
    """Whom the settings do not name cannot apply."""
    statements = roles(stack(BOTH))["apply"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert {one["Action"] for one in statements} == {"sts:AssumeRoleWithWebIdentity"}


def test_the_plan_role_of_ci_changes_nothing() -> None:
    """It asks, and leaves long templates for CloudFormation to read; it starts nothing."""
    verbs = ("Describe", "List", "Get", "Decrypt", "AssumeRole")
    may = actions(roles(stack(BOTH))["plan"])

    assert {one for one in may if not one.split(":")[1].startswith(verbs)} == {
        "cloudformation:CreateChangeSet",
        "cloudformation:DeleteChangeSet",
        "cloudformation:TagResource",
        "cloudformation:UntagResource",
        "kms:GenerateDataKey",
        "s3:PutObject",
    }
    assert may["s3:PutObject"]["Resource"].endswith("/mlops_gitops_questions/*/template.json")
    assert may["sts:AssumeRole"]["Resource"].endswith(":role/mlops-gitops-plan")


def test_only_the_release_role_answers_gates_and_only_those_of_the_settings() -> None:
    """A gate that wants a person is no CI's to open."""
    made = roles(stack(BOTH, staging=BY_SETTINGS % ""))
    answer = actions(made["release"])["codepipeline:PutApprovalResult"]

    assert "codepipeline:PutApprovalResult" not in actions(made["plan"]) | actions(made["apply"])
    assert answer["Resource"] == [
        "arn:aws:codepipeline:us-east-1:111111111111:mlops-pipeline-*/DeployStaging/Approve"
    ]


def test_where_a_stage_names_approvers_ci_answers_as_one_of_them_or_not_at_all() -> None:
    """The approvers' role is the only way to answer there, and it says itself whom it trusts."""
    named = ", approvers: ['arn:aws:iam::111111111111:role/mlops-gitops-release']"
    statements = roles(stack(BOTH, staging=BY_SETTINGS % named))["release"]["Properties"][
        "Policies"
    ]
    found = {one["Sid"]: one for one in mappings(statements) if "Sid" in one}

    assert "Decide" not in found
    assert found["DecideAsApprover"]["Resource"] == [
        "arn:aws:iam::111111111111:role/mlops-gitops-approve-staging"
    ]


def test_where_settings_let_nothing_pass_the_release_role_answers_nothing() -> None:
    """Without such a stage there is no gate that CI may open."""
    may = actions(roles(stack(BOTH))["release"])

    assert "codepipeline:PutApprovalResult" not in may
    assert may["sts:AssumeRole"]["Resource"].endswith(":role/mlops-gitops-plan")


UNUSED = {
    "codepipeline:DisableStageTransition",  # no transition is disabled by a template
    "codepipeline:EnableStageTransition",
    "codestar-connections:PassConnection",  # bundles come from S3
}


def test_the_apply_role_can_make_delivery_pipelines() -> None:
    """A permission that lacks shows only when a stack fails, so the registry is asked before."""
    needed = {
        permission
        for verb, handler in handlers("AWS::CodePipeline::Pipeline").items()
        if verb != "list"
        for permission in handler["permissions"]
    }

    assert needed - actions(roles(stack(BOTH))["apply"]).keys() == UNUSED


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-gov-west-1"])
def test_the_composed_stack_is_lint_clean_in_every_partition(region: str) -> None:
    """What settings make of the blueprint is as sound as the blueprint."""
    assert findings(json.dumps(stack(BOTH).template), region) == []


def test_every_role_has_the_boundary_of_the_settings() -> None:
    """A role without it could not be made, or could do more than it should."""
    made = stack(f"{BOTH}\npermissions_boundary: ml/boundary")
    boundaries = {one["Properties"]["PermissionsBoundary"] for one in roles(made).values()}

    assert boundaries == {"arn:aws:iam::111111111111:policy/ml/boundary"}
    assert all(
        "PermissionsBoundary" not in one["Properties"] for one in roles(stack(BOTH)).values()
    )


def test_who_plans_writes_nothing_that_is_deployed() -> None:
    """Bundles, copies and documents of stacks are out of a pull request's reach."""
    made = roles(stack(BOTH))
    written = actions(made["plan"])["s3:PutObject"]["Resource"].rpartition(":::")[2]
    bucket, folder, _ = written.split("/", 2)

    assert (bucket, folder) == ("acme-mlops-assets", "mlops_gitops_questions")
    asset = Asset(name="template.json", content=b"{}")
    assert not fnmatchcase(f"{bucket}/{asset.key}", written)
    assert not fnmatchcase(f"{bucket}/{bundle_key('churn')}", written)
