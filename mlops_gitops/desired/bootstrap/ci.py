"""Who may act from CI: identity providers, and roles that trust one repository."""

from typing import Any

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.installation import GitHubTrust, GitLabTrust
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap import api
from mlops_gitops.desired.bootstrap.part import Known, Part, Where
from mlops_gitops.desired.gates import approver_role_name, gate_arn, passable
from mlops_gitops.desired.stack import Template

_GITLAB = "gitlab.com"
"""Begins the conditions of the blueprint, where AWS wants the host of the provider."""


def _wanted(settings: Settings) -> bool:
    ci = settings.ci
    wanted = any(each is not None for each in (ci.github, ci.gitlab, ci.pipeline))
    # The function behind the API takes the role that CI applies with.
    return wanted or api.is_wanted(settings)


def _values(known: Known) -> dict[str, str]:
    settings = known.settings
    return {
        "Prefix": settings.prefix,
        "AssetsBucket": settings.assets_bucket,
        "AssetsKmsKeyArn": known.outputs["AssetsKmsKeyArn"],
        "StageAccounts": ",".join(settings.accounts),
        "PipelineApplies": "no" if settings.ci.pipeline is None else "yes",
        "ApiApplies": "yes" if api.is_wanted(settings) else "no",
        "PermissionsBoundary": settings.permissions_boundary,
        **_github(settings.ci.github),
        **_gitlab(settings.ci.gitlab),
        **_gates(settings),
    }


def _github(trust: GitHubTrust | None) -> dict[str, str]:
    if trust is None:
        return {}
    return {
        "GitHubRepository": trust.subject or trust.repository,
        "GitHubBranch": trust.branch,
        "GitHubEnvironment": trust.environment,
        "GitHubProviderArn": trust.provider,
    }


def _gitlab(trust: GitLabTrust | None) -> dict[str, str]:
    if trust is None:
        return {}
    return {
        "GitLabProject": trust.project,
        "GitLabHost": trust.host,
        "GitLabBranch": trust.branch,
        "GitLabProviderArn": trust.provider,
    }


def _gates(settings: Settings) -> dict[str, str]:
    """Name what may be answered by settings: no other gate is CI's to open."""
    roles = f"arn:{partition_of(settings.region)}:iam::{settings.orchestrator_account}:role/"
    stages = passable(settings)
    return {
        "GateArns": ",".join(gate_arn(settings, each) for each in stages if not each.approvers),
        "ApproverRoleArns": ",".join(
            roles + approver_role_name(each.name) for each in stages if each.approvers
        ),
    }


def _compose(settings: Settings, template: Template) -> Template:
    """Put GitLab's host into the conditions: keys are nothing that a parameter could say.

    Source: "Available keys for AWS OIDC federation", IAM user guide.
    """
    trust = settings.ci.gitlab
    host = _GITLAB if trust is None else trust.host
    return {**template, "Resources": _of_host(template["Resources"], host)}


def _of_host(value: Any, host: str) -> Any:
    match value:
        case dict():
            return {_key(key, host): _of_host(each, host) for key, each in value.items()}
        case list():
            return [_of_host(each, host) for each in value]
        case _:
            return value


def _key(key: str, host: str) -> str:
    of_gitlab = key.startswith(f"{_GITLAB}:")
    return f"{host}{key.removeprefix(_GITLAB)}" if of_gitlab else key


PART = Part(
    blueprint="bootstrap/ci",
    stack="mlops-gitops-ci",
    where=Where.ORCHESTRATOR,
    wanted=_wanted,
    values=_values,
    compose=_compose,
)
