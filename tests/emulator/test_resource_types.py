"""Our CloudFormation providers without a server: facts, failures and conversions."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.emulator.providers import (
    Properties,
    Provider,
    ProvisioningError,
    ResourceCall,
    changed_tags,
)
from mlops_gitops.emulator.sagemaker_types import EndpointType, sagemaker_types
from mlops_gitops.emulator.services import resource_types
from mlops_gitops.emulator.shapes import to_properties, to_request
from mlops_gitops.emulator.wire import CallError, Scope

SCOPE = Scope("222222222222", "us-east-1")
CALL = ResourceCall(scope=SCOPE, generated_name="generated")


def no_api(_scope: Scope, operation: str, _request: Properties) -> dict[str, Any]:
    """A service that nobody calls."""
    raise AssertionError(operation)


PROVIDERS: list[Provider] = resource_types(no_api, no_api)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.type_name)
def test_facts_are_the_registrys(provider: Provider) -> None:
    """Create-only properties and the identifier are those of CloudFormation's own schema."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", provider.type_name).schema

    pointers = {f"/properties/{name}" for name in provider.create_only}
    assert pointers == set(schema["createOnlyProperties"])
    assert schema["primaryIdentifier"] == [f"/properties/{provider.identifier}"]
    assert provider.name_property in schema["properties"]
    assert provider.comparable <= set(schema["properties"])


@pytest.mark.parametrize("status", ["Failed", "OutOfService", "UpdateRollbackFailed"])
def test_an_endpoint_that_fails_says_why(status: str) -> None:
    """SageMaker's FailureReason is the resource's failure."""

    def api(_scope: Scope, operation: str, _request: Properties) -> dict[str, Any]:
        if operation == "CreateEndpoint":
            return {"EndpointArn": "arn:aws:sagemaker:us-east-1:222222222222:endpoint/e"}
        return {"EndpointStatus": status, "FailureReason": "The image could not be pulled."}

    endpoint = EndpointType(api=api, kind="Endpoint", create_only=frozenset({"EndpointName"}))

    with pytest.raises(ProvisioningError, match=r"The image could not be pulled\."):
        endpoint.create(CALL, {"EndpointConfigName": "c"})


def test_an_endpoint_that_never_comes_is_given_up() -> None:
    """Waiting has an end."""

    def api(_scope: Scope, operation: str, _request: Properties) -> dict[str, Any]:
        if operation == "CreateEndpoint":
            return {"EndpointArn": "arn:aws:sagemaker:us-east-1:222222222222:endpoint/e"}
        return {"EndpointStatus": "Creating"}

    endpoint = EndpointType(
        api=api, kind="Endpoint", create_only=frozenset({"EndpointName"}), patience_seconds=0.1
    )

    with pytest.raises(ProvisioningError, match="did not stabilize"):
        endpoint.create(CALL, {"EndpointConfigName": "c"})


def test_a_refusal_is_told_in_the_services_words() -> None:
    """Code and sentence of the service stand in the failure."""

    def api(_scope: Scope, _operation: str, _request: Properties) -> dict[str, Any]:
        code = "ResourceLimitExceeded"
        raise CallError(code, "Too many models.")

    model = sagemaker_types(api)[0]

    with pytest.raises(ProvisioningError, match=r"Too many models\. .*ResourceLimitExceeded"):
        model.create(CALL, {"ExecutionRoleArn": "arn:aws:iam::222222222222:role/r"})


tags = st.dictionaries(st.text(min_size=1), st.text())


@given(before=tags, after=tags)
def test_changed_tags_lead_from_one_to_the_other(
    before: dict[str, str], after: dict[str, str]
) -> None:
    """Applying what `changed_tags` says to the old tags gives the new ones."""
    added, removed = changed_tags(tagged(before), tagged(after))

    result = {key: value for key, value in before.items() if key not in removed}
    result |= {tag["Key"]: tag["Value"] for tag in added}
    assert result == after


def test_template_values_become_the_apis_own() -> None:
    """Strings of template parameters become numbers and booleans where the API wants them."""
    request = to_request(
        "sagemaker",
        "CreateEndpointConfig",
        {
            "ProductionVariants": [{"VariantName": 1, "InitialInstanceCount": "2"}],
            "DataCaptureConfig": {"EnableCapture": "true", "InitialSamplingPercentage": "20"},
        },
    )

    assert request == {
        "ProductionVariants": [{"VariantName": "1", "InitialInstanceCount": 2}],
        "DataCaptureConfig": {"EnableCapture": True, "InitialSamplingPercentage": 20},
    }


@pytest.mark.parametrize(
    ("properties", "complaint"),
    [
        ({"Nonsense": 1}, r"#: extraneous key \[Nonsense\] is not permitted"),
        ({"ProductionVariants": {}}, "#/ProductionVariants: expected type: list"),
        (
            {"ProductionVariants": [{"InitialInstanceCount": "two"}]},
            "#/ProductionVariants/0/InitialInstanceCount: expected type: integer",
        ),
        (
            {"DataCaptureConfig": {"EnableCapture": "yes"}},
            "#/DataCaptureConfig/EnableCapture: expected type: boolean",
        ),
    ],
)
def test_what_the_api_cannot_mean_is_refused(properties: Properties, complaint: str) -> None:
    """A wrong property is refused at its place."""
    with pytest.raises(ProvisioningError, match=complaint):
        to_request("sagemaker", "CreateEndpointConfig", properties)


def test_a_pipelines_declaration_comes_back_as_it_went() -> None:
    """Member names change case and back; the keys of an action's configuration never do."""
    action = {
        "Name": "Source",
        "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": "S3", "Version": "1"},
        "Configuration": {"S3Bucket": "assets", "pollForSourceChanges": "false"},
        "RunOrder": 1,
    }
    declared = {"Name": "p", "Stages": [{"Name": "Source", "Actions": [action]}]}

    request = to_request("codepipeline", "CreatePipeline", {"pipeline": declared})

    assert json.dumps(request).count("S3Bucket") == 1
    assert request["pipeline"]["stages"][0]["actions"][0]["runOrder"] == 1
    assert to_properties("codepipeline", "GetPipeline", request)["Pipeline"] == declared


def tagged(values: dict[str, str]) -> Properties:
    """Tags as properties have them."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in values.items()]}
