"""CloudFormation's types that bootstrap's parts need on the embedded AWS."""

import base64
import contextlib
import json
from typing import Any

import embedded_stacks as stacks
import pytest
from blueprints.parts import stack_of
from embedded_aws import ORCHESTRATOR, client

from mlops_gitops.desired.bootstrap.ci import PART
from mlops_gitops.emulator.lifecycle import Running

ISSUER = "token.actions.githubusercontent.com"
ALONE = "oidc.example.com"
"""A provider that bootstrap does not make."""
ARN = f"arn:aws:iam::{ORCHESTRATOR}:oidc-provider/{ALONE}"


def template(**properties: Any) -> dict[str, Any]:
    """A stack with an identity provider."""
    url = f"https://{ALONE}"
    provider = {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": url, **properties}}
    return {"Resources": {"Provider": provider}, "Outputs": {"Ref": {"Value": {"Ref": "Provider"}}}}


def test_an_identity_provider_lives(aws: Running) -> None:
    """It is made, changed under its ARN, and removed; a second of its address is refused."""
    cloudformation = client(aws, "cloudformation", ORCHESTRATOR)
    iam = client(aws, "iam", ORCHESTRATOR)

    made = stacks.create(cloudformation, "provider", template(ClientIdList=["a"]))
    assert made["out"]["Ref"] == ARN
    twice = stacks.create(cloudformation, "twice", template(ClientIdList=["a"]))
    assert twice["StackStatus"] == "ROLLBACK_COMPLETE"
    changed = stacks.update(cloudformation, "provider", template(ClientIdList=["a", "b"]))
    assert changed["StackStatus"] == "UPDATE_COMPLETE", stacks.first_failure(
        cloudformation, "provider"
    )
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)
    assert found["ClientIDList"] == ["a", "b"]
    stacks.delete(cloudformation, "provider")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)


GITLAB = "gitlab.example.com"
CI = (
    "ci: {github: {repository: acme/models, environment: production},"
    f" gitlab: {{project: acme/models, host: {GITLAB}}}}}"
)
ROLES = ("mlops-gitops-ci-plan", "mlops-gitops-apply", "mlops-gitops-release")


def token(issuer: str, subject: str, audience: str) -> str:
    """A token as a provider writes it, but for its signature, which nobody looks at here."""
    claims = {"iss": f"https://{issuer}", "aud": audience, "sub": subject}
    parts = ({"alg": "none", "typ": "JWT"}, claims, {})
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )


def test_tokens_of_ci_become_the_roles_that_bootstrap_makes(aws: Running) -> None:
    """STS lets in whom the deployed roles trust, and refuses everybody else."""
    made = stack_of(PART, CI)
    cloudformation = client(aws, "cloudformation", ORCHESTRATOR)
    cloudformation.create_stack(
        StackName=made.id.name,
        TemplateBody=json.dumps(made.template),
        Parameters=stacks.listed(made.parameters),
        Capabilities=list(made.capabilities),
    )
    assert stacks.settled(cloudformation, made.id.name)["StackStatus"] == "CREATE_COMPLETE"
    sts = client(aws, "sts", ORCHESTRATOR)

    def gets(issuer: str, subject: str, audience: str = "sts.amazonaws.com") -> list[str]:
        found = []
        for role in ROLES:
            with contextlib.suppress(sts.exceptions.ClientError):
                sts.assume_role_with_web_identity(
                    RoleArn=f"arn:aws:iam::{ORCHESTRATOR}:role/{role}",
                    RoleSessionName="ci",
                    WebIdentityToken=token(issuer, subject, audience),
                )
                found.append(role)
        return found

    plan, *others = ROLES
    assert gets(ISSUER, "repo:acme/models:pull_request") == [plan]
    assert gets(ISSUER, "repo:acme/models:environment:production") == others
    assert gets(ISSUER, "repo:mallory/models:pull_request") == []
    assert gets(ISSUER, "repo:acme/models:pull_request", "somebody.else") == []
    branch = "project_path:acme/models:ref_type:branch:ref:"
    assert gets(GITLAB, f"{branch}main") == [*ROLES]
    assert gets(GITLAB, f"{branch}topic") == [plan]
    assert gets("gitlab.com", f"{branch}main") == []
