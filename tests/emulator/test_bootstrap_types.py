"""CloudFormation's types that bootstrap's parts need on the embedded AWS."""

from typing import Any

import embedded_stacks as stacks
import pytest
from embedded_aws import ORCHESTRATOR, client

from mlops_gitops.emulator.lifecycle import Running

ISSUER = "token.actions.githubusercontent.com"
ARN = f"arn:aws:iam::{ORCHESTRATOR}:oidc-provider/{ISSUER}"


def template(**properties: Any) -> dict[str, Any]:
    """A stack with an identity provider."""
    url = f"https://{ISSUER}"
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
