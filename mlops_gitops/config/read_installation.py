"""Read what the settings say of the installation as a whole."""

from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.document import Document, pointer
from mlops_gitops.config.installation import (
    ApiMode,
    Bootstrap,
    Ci,
    ConnectedSource,
    GitHubTrust,
    GitLabTrust,
    Network,
    Organizations,
    Registry,
    Webhook,
    ZippedSource,
)
from mlops_gitops.config.said import Said
from mlops_gitops.problems import Problem

_BRANCH = "main"
_GITLAB = "gitlab.com"
_WITH_WEBHOOKS = ("aws", "aws-cn")
"""Partitions whose CloudFormation has `AWS::Events::ApiDestination`.

Source: its registry in the regions of each, as cfn-lint has it.
"""
_ORGANIZATIONS = ("bootstrap", "organizations")


def read_installation(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Give the members of `Settings` that tell of the installation, by their names.

    Args:
        raw: the settings as they are written; their shape has been checked.
    """
    registry = raw.get("registry", {})
    return {
        "orchestrator_network": network_of(raw["orchestrator"]),
        "permissions_boundary": raw.get("permissions_boundary", ""),
        "external_id": raw.get("external_id", ""),
        "tags": dict(raw.get("tags", {})),
        "registry": Registry(
            model_package_groups=tuple(registry.get("model_package_groups", ())),
            ecr_repositories=tuple(registry.get("ecr_repositories", ())),
        ),
        "bootstrap": _bootstrap(raw.get("bootstrap", {})),
        "ci": _ci(raw.get("ci", {})),
        "api": ApiMode(raw["api"]) if "api" in raw else None,
        "drop_bucket": raw.get("drop_bucket", ""),
        "webhooks": tuple(
            Webhook(name=each["name"], secret=each["secret"])
            for each in raw.get("notifications", {}).get("webhooks", ())
        ),
    }


def network_of(raw: Mapping[str, Any]) -> Network | None:
    """Give the network of an account, if it names one."""
    if "network" not in raw:
        return None
    network = raw["network"]
    return Network(
        subnets=tuple(network["subnets"]), security_groups=tuple(network["security_groups"])
    )


def contradictions(document: Document) -> Iterator[Problem]:
    """Find what each for itself is right and together is not."""
    raw: Any = document.value
    ci = raw.get("ci", {})
    if raw.get("api") == ApiMode.PULL_REQUEST.value and "token_secret" not in ci.get("github", {}):
        yield _at(document, no_token(), "api")
    if "codeconnections" in ci and "s3" in ci:
        yield _at(document, two_sources(), "ci", "s3")
    has_groups = "model_package_groups" in raw.get("registry", {})
    if has_groups and partition_of(raw["region"]) == "aws-cn":
        yield _at(document, no_groups(raw["region"]), "registry", "model_package_groups")
    if _ORGANIZATIONS[1] in raw.get(_ORGANIZATIONS[0], {}):
        for index, stage in enumerate(raw["stages"]):
            if "ou" not in stage:
                yield _at(document, no_unit(stage["name"]), "stages", index)
    names = [each["name"] for each in raw.get("notifications", {}).get("webhooks", ())]
    if names and partition_of(raw["region"]) not in _WITH_WEBHOOKS:
        yield _at(document, no_webhooks(raw["region"]), "notifications", "webhooks")
    for index, name in enumerate(names):
        if name in names[:index]:
            yield _at(document, same_webhook(name), "notifications", "webhooks", index, "name")


def no_token() -> Said:
    """MG073: The API is to open pull requests, and has no token for it.

    It opens them at GitHub, in the repository of `ci.github`, with the token that the secret of
    `token_secret` holds.

    Wrong:
        api: pull-request
        ci: {github: {repository: acme/models}}

    Right:
        api: pull-request
        ci:
          github:
            repository: acme/models
            token_secret: arn:aws:secretsmanager:us-east-1:111111111111:secret:mlops-github-AbCdEf
    """
    message = "The API is to open pull requests, and ci.github.token_secret names no token."
    return Said("MG073", message, "Name a secret with a token, or write api: deploy.")


def two_sources() -> Said:
    """MG074: The pipeline in AWS has two sources.

    It runs `ci` on one repository: what a connection reaches, or what lies in the assets bucket.

    Wrong:
        ci:
          s3: {object: mlops-gitops-ci/source.zip}
          codeconnections:
            connection: arn:aws:codeconnections:us-east-1:111111111111:connection/1234abcd-...
            repository: acme/models

    Right:
        ci:
          s3: {object: mlops-gitops-ci/source.zip}
    """
    message = "The pipeline in AWS has two sources: codeconnections and s3."
    return Said("MG074", message, "Leave one of them out.")


def no_unit(stage: str) -> Said:
    """MG075: Accounts are reached through the organization, and a stage names no unit of it.

    A service-managed StackSet goes to organizational units; within the unit only the stage's
    account is prepared.

    Wrong:
        bootstrap: {organizations: self}
        stages:
          - {name: dev, account: "222222222222"}

    Right:
        bootstrap: {organizations: self}
        stages:
          - {name: dev, account: "222222222222", ou: ou-ab12-cdef3456}
    """
    message = (
        f'Stage "{stage}" names no organizational unit, and bootstrap.organizations needs one.'
    )
    return Said("MG075", message, "Add ou: with the id of the unit, or leave organizations out.")


def no_groups(region: str) -> Said:
    """MG077: Model package groups are to be made in China, where CloudFormation has none.

    SageMaker has them there too, so they can be made by hand; only `bootstrap` cannot.

    Source: the CloudFormation registry of cn-north-1 and cn-northwest-1, which lacks
    `AWS::SageMaker::ModelPackageGroup`.

    Wrong:
        region: cn-north-1
        registry: {model_package_groups: [churn]}

    Right:
        region: cn-north-1
        registry: {ecr_repositories: [models/churn]}
    """
    message = f"CloudFormation makes no model package groups in {region}."
    return Said("MG077", message, "Leave model_package_groups out, and make them by hand.")


def no_webhooks(region: str) -> Said:
    """MG078: There are webhooks in a region where CloudFormation makes none.

    Chat rooms are told through API destinations of EventBridge.

    Wrong:
        region: us-gov-west-1
        notifications:
          webhooks:
            - name: chat
              secret: arn:aws-us-gov:secretsmanager:us-gov-west-1:111111111111:secret:a-AbCdEf

    Right:
        region: us-gov-west-1
        notifications: {email: ml-team@example.com}
    """
    message = f"CloudFormation makes no webhooks in {region}."
    hint = "Leave webhooks out, and subscribe a queue or a function to the topic."
    return Said("MG078", message, hint)


def same_webhook(name: str) -> Said:
    """MG076: Two webhooks have one name.

    Each is a resource of its own, called by that name.

    Wrong:
        webhooks:
          - {name: chat, secret: arn:aws:secretsmanager:us-east-1:111111111111:secret:a-AbCdEf}
          - {name: chat, secret: arn:aws:secretsmanager:us-east-1:111111111111:secret:b-AbCdEf}

    Right:
        webhooks:
          - {name: chat, secret: arn:aws:secretsmanager:us-east-1:111111111111:secret:a-AbCdEf}
          - {name: alarms, secret: arn:aws:secretsmanager:us-east-1:111111111111:secret:b-AbCdEf}
    """
    return Said("MG076", f'Webhook "{name}" is already there.', "Give each its own name.")


def _bootstrap(raw: Mapping[str, Any]) -> Bootstrap:
    reached = raw.get(_ORGANIZATIONS[1])
    return Bootstrap(
        existing_bucket=raw.get("existing_bucket", False),
        assets_key=raw.get("assets_key", ""),
        access_logs_bucket=raw.get("access_logs_bucket", ""),
        organizations=None if reached is None else Organizations(reached),
    )


def _ci(raw: Mapping[str, Any]) -> Ci:
    return Ci(
        github=_github(raw["github"]) if "github" in raw else None,
        gitlab=_gitlab(raw["gitlab"]) if "gitlab" in raw else None,
        pipeline=_pipeline(raw),
    )


def _github(raw: Mapping[str, Any]) -> GitHubTrust:
    return GitHubTrust(
        repository=raw["repository"],
        branch=raw.get("branch", _BRANCH),
        environment=raw.get("environment", ""),
        provider=raw.get("provider", ""),
        token_secret=raw.get("token_secret", ""),
        subject=raw.get("subject", ""),
    )


def _gitlab(raw: Mapping[str, Any]) -> GitLabTrust:
    return GitLabTrust(
        project=raw["project"],
        host=raw.get("host", _GITLAB),
        branch=raw.get("branch", _BRANCH),
        provider=raw.get("provider", ""),
    )


def _pipeline(raw: Mapping[str, Any]) -> ConnectedSource | ZippedSource | None:
    if "codeconnections" in raw:
        source = raw["codeconnections"]
        return ConnectedSource(
            connection=source["connection"],
            repository=source["repository"],
            branch=source.get("branch", _BRANCH),
        )
    return ZippedSource(key=raw["s3"]["object"]) if "s3" in raw else None


def _at(document: Document, said: Said, *path: str | int) -> Problem:
    return said.at(document.where(*path), pointer(path))
