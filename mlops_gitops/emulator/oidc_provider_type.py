"""CloudFormation's AWS::IAM::OIDCProvider, which ministack lacks. Its `Ref` is the ARN."""

from dataclasses import dataclass

from mlops_gitops.emulator.providers import (
    Api,
    Properties,
    Resource,
    ResourceCall,
    handler_error,
)
from mlops_gitops.emulator.wire import CallError, Scope

_SERVICE = "Iam"


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcProviderType:
    """One identity provider of an account; all but its address changes in place."""

    api: Api
    type_name: str = "AWS::IAM::OIDCProvider"
    name_property: str = "Url"
    name_length: int = 255
    create_only: frozenset[str] = frozenset({"Url"})
    takes_tags: bool = True

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """CreateOpenIDConnectProvider; a taken address is refused by the service."""
        request = {
            "Url": properties["Url"],
            "ClientIDList": list(properties.get("ClientIdList") or ()),
            "ThumbprintList": list(properties.get("ThumbprintList") or ()),
            "Tags": list(properties.get("Tags") or ()),
        }
        try:
            answer = self.api(call.scope, "CreateOpenIDConnectProvider", request)
        except CallError as error:
            raise handler_error(error, _SERVICE) from error
        arn = str(answer["OpenIDConnectProviderArn"])
        return arn, {"Arn": arn}

    def update(
        self, call: ResourceCall, physical_id: str, _old: Properties, new: Properties
    ) -> Resource:
        """Make it anew: ministack has no operation that changes one, and the ARN stays."""
        self.delete(call.scope, physical_id, new)
        return self.create(call, new)

    def delete(self, scope: Scope, physical_id: str, _properties: Properties) -> None:
        """DeleteOpenIDConnectProvider, if it is still there."""
        request = {"OpenIDConnectProviderArn": physical_id}
        try:
            self.api(scope, "DeleteOpenIDConnectProvider", request)
        except CallError as error:
            if error.code != "NoSuchEntity":
                raise handler_error(error, _SERVICE) from error
