"""What is taken over: by identity, named as CloudFormation names it, in templates that hold."""

from dataclasses import replace
from typing import Any

import pytest
from builders import SINGLE_ACCOUNT, realtime, trial
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from former import ALONE
from former_stacks import get, ref
from former_stacks import realtime as template
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.diff.adoption import IDENTIFIERS
from mlops_gitops.diff.moving import NOTE, importing, noted, released, retaining, shed
from mlops_gitops.diff.references import Renamed, referred, swapped
from mlops_gitops.diff.taking import OldStack, endpoint_name, literal, take, take_endpoint
from mlops_gitops.diff.template import Resource
from mlops_gitops.errors import Blocked
from mlops_gitops.use_cases.desire import desire

ARN = "arn:aws:sagemaker:us-east-1:111111111111"
TAKEN = {
    "ApiStage": "InferenceStageprod",
    "Endpoint": "MLOpsSagemakerEndpoint",
    "InferenceApi": "InferenceRestApi",
    "InferenceMethod": "InferencePOST2C3D",
    "InferenceResource": "InferenceResource0A1B",
}


def old(name: str = "churn", **changed: Any) -> OldStack:
    """The stack that the predecessor left, with names as AWS gives them."""
    there = {**template(), **changed}
    physical = {
        each: f"{ARN}:{found['Type'].rsplit('::', 1)[1].lower()}/{each.lower()}"
        if "SageMaker" in found["Type"]
        else f"{each.lower()}-1"
        for each, found in there["Resources"].items()
    }
    physical["MLOpsSagemakerEndpoint"] = f"{ARN}:endpoint/{name}"
    defaults = {key: each["Default"] for key, each in there["Parameters"].items()}
    return OldStack(
        id=ALONE,
        arn="arn:aws:cloudformation:us-east-1:111111111111:stack/old/1",
        template=there,
        parameters={**defaults, "EndpointName": name},
        physical=physical,
    )


def desired(**fields: Any) -> DesiredStack:
    """Our stack."""
    world = trial(realtime("churn", **fields), settings=SINGLE_ACCOUNT).world()
    ((stack,),) = (each.stacks for each in desire(world).workloads)
    return stack


@pytest.mark.parametrize("kind", sorted(IDENTIFIERS))
def test_an_import_names_what_the_registry_calls_the_primary_identifier(kind: str) -> None:
    """In the order in which it does, as far as cfn-lint's copy knows."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    paths = schema["primaryIdentifier"]

    assert IDENTIFIERS[kind] == tuple(path.removeprefix("/properties/") for path in paths)
    assert "read" in schema["handlers"]


def test_identity_decides_what_becomes_ours() -> None:
    """The fixture has the predecessor's 27 resources; five of them cannot be made anew."""
    taken = take(desired(endpoint_name="churn"), old())

    assert len(template()["Resources"]) == 27
    assert {each.logical_id: each.was for each in taken} == TAKEN
    method = next(each for each in taken if each.logical_id == "InferenceMethod")
    assert method.identifier == {
        "RestApiId": "inferencerestapi-1",
        "ResourceId": "inferenceresource0a1b-1",
        "HttpMethod": "POST",
    }


def test_what_is_imported_refers_to_nothing_that_stays_behind() -> None:
    """What it stood on is put in words; what comes along is referred to by its new name."""
    taken = take(desired(endpoint_name="churn"), old())
    made = importing(None, taken)

    assert {name for name, _ in referred(made["Resources"])} <= set(TAKEN)
    endpoint, method = made["Resources"]["Endpoint"], made["Resources"]["InferenceMethod"]
    assert endpoint["Properties"] == {
        "EndpointName": "churn",
        "EndpointConfigName": "mlopssagemakerendpointconfig",
    }
    assert method["Properties"]["ResourceId"] == ref("InferenceResource")
    assert made["Resources"]["InferenceResource"]["Properties"]["ParentId"] == get(
        "InferenceApi", "RootResourceId"
    )
    assert {each["DeletionPolicy"] for each in made["Resources"].values()} == {"Retain"}


def test_a_name_is_in_the_template_only_if_ours_has_it() -> None:
    """One that comes or goes would replace the endpoint at the next deployment."""
    found = take(desired_without_name(), old())
    (endpoint,) = (each for each in found if each.logical_id == "Endpoint")

    assert "EndpointName" not in endpoint.definition["Properties"]


def desired_without_name() -> DesiredStack:
    """Our stack with a generated name."""
    config = {key: value for key, value in realtime("churn").items() if key != "endpoint_name"}
    world = trial(config, settings=SINGLE_ACCOUNT).world()
    ((stack,),) = (each.stacks for each in desire(world).workloads)
    assert endpoint_name(stack) == ""
    return stack


def test_the_old_stack_refers_to_nothing_that_left() -> None:
    """Retained first; then gone, with all that would be made anew without it; the note tells."""
    stack, there = desired(endpoint_name="churn"), old()
    taken = take(stack, there)
    sheds = shed(there, taken)

    retains = retaining(there.template, stack.id, taken, sheds)
    gone = {each.was for each in taken} | sheds
    releases = released(there, retains, gone)

    assert sheds == {"InferenceDeployment", "PermissionProd", "PermissionTest"}
    kept = {n for n, each in retains["Resources"].items() if each.get("DeletionPolicy") == "Retain"}
    assert kept == gone | {"InferenceAccount"}
    assert set(releases["Resources"]) == set(retains["Resources"]) - gone
    assert not gone & {name for name, _ in referred(releases)}
    assert not gone & {
        each for found in releases["Resources"].values() for each in found.get("DependsOn", [])
    }
    assert releases["Resources"]["InferenceLambda"]["DependsOn"] == ["LambdaRole"]
    variables = releases["Resources"]["InferenceLambda"]["Properties"]["Environment"]["Variables"]
    assert variables == {"SAGEMAKER_ENDPOINT_NAME": "churn"}
    assert noted(releases, stack.id) == taken
    assert NOTE in releases["Resources"]


def test_what_cannot_be_put_in_words_is_refused() -> None:
    """A reference to an attribute that only the service knows stays where it is."""
    there = template()
    there["Outputs"]["Root"] = {"Value": get("InferenceRestApi", "RootResourceId")}
    stack = old(Outputs=there["Outputs"])
    taken = take(desired(endpoint_name="churn"), stack)

    with pytest.raises(Blocked, match="refers to InferenceRestApi in a way that would break"):
        released(stack, stack.template, {each.was for each in taken})


def test_a_stack_that_serves_another_name_is_refused() -> None:
    """The hint is the name that the config has to have."""
    with pytest.raises(Blocked) as refused:
        take(desired(endpoint_name="churn"), old("other"))

    assert refused.value.hint == 'Write "endpoint_name": "other" into the config, for this stage.'


def test_an_endpoint_that_nobody_holds_is_described_as_it_is() -> None:
    """Its name and its configuration now."""
    (taken,) = take_endpoint(desired(endpoint_name="churn"), f"{ARN}:endpoint/churn", "by-hand")

    assert taken.identifier == {"EndpointArn": f"{ARN}:endpoint/churn"}
    assert taken.definition["Properties"] == {
        "EndpointName": "churn",
        "EndpointConfigName": "by-hand",
    }


@pytest.mark.parametrize(
    ("kind", "properties", "attribute", "told"),
    [
        ("AWS::SageMaker::EndpointConfig", {}, "EndpointConfigName", "name"),
        ("AWS::SageMaker::Endpoint", {}, "Other", None),
        (
            "AWS::Lambda::Function",
            {},
            "Arn",
            "arn:aws:lambda:us-east-1:111111111111:function:a/name",
        ),
        (
            "AWS::Logs::LogGroup",
            {},
            "Arn",
            "arn:aws:logs:us-east-1:111111111111:log-group:a/name:*",
        ),
        ("AWS::IAM::Role", {}, "Arn", "arn:aws:iam::111111111111:role/a/name"),
        ("AWS::IAM::Role", {"Path": "/x/"}, "Arn", "arn:aws:iam::111111111111:role/x/a/name"),
        ("AWS::IAM::Role", {"Path": ref("Path")}, "Arn", None),
        ("AWS::S3::Bucket", {}, "Arn", None),
        ("AWS::ApiGateway::RestApi", {}, "RootResourceId", None),
        ("AWS::ApiGateway::RestApi", {}, "", "a/name"),
    ],
)
def test_references_to_what_exists_are_put_in_words(
    kind: str, properties: dict[str, Any], attribute: str, told: str | None
) -> None:
    """As the template reference says of each type; what only the service knows is not told."""
    resource = Resource(type=kind, properties=properties, attributes={})

    assert literal(resource, attribute, "a/name", old()) == told


values = st.recursive(
    st.one_of(
        st.text(max_size=5),
        st.integers(),
        st.sampled_from(["A", "B"]).map(ref),
        st.sampled_from(["A", "B"]).map(lambda name: get(name, "Arn")),
        st.sampled_from(["${A}", "x ${B.Arn} ${A}", "${AWS::Region}", "${!A}"]).map(
            lambda text: {"Fn::Sub": text}
        ),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xy", max_size=2), inner),
    max_leaves=8,
)


@given(values)
def test_swapping_leaves_no_reference_and_nothing_else_changes(value: Any) -> None:
    """Names are exchanged and exchanged back; a text takes the place of every reference."""
    there = {"A": Renamed("C"), "B": Renamed("D")}
    back = {"C": Renamed("A"), "D": Renamed("B")}

    renamed = swapped(value, lambda name, _: there.get(name))

    assert swapped(renamed, lambda name, _: back.get(name)) == value
    assert {name for name, _ in referred(renamed)} <= {"C", "D"}
    assert (
        referred(swapped(value, lambda name, _: "text" if name in there else None)) == frozenset()
    )


def test_a_schedule_is_taken_if_ours_has_its_name() -> None:
    """One of another name is made anew beside it, and the old one goes with its stack."""
    kind = "AWS::SageMaker::MonitoringSchedule"
    properties = {"MonitoringScheduleName": "churn-quality", "MonitoringScheduleConfig": {}}
    ours = replace(
        desired(endpoint_name="churn"),
        template={"Resources": {"Schedule": {"Type": kind, "Properties": properties}}},
    )

    def there(name: str) -> OldStack:
        resources = {"MLOpsSchedule": {"Type": kind, "Properties": properties}}
        arn = f"{ARN}:monitoring-schedule/{name}"
        stack = replace(old(), template={"Resources": resources}, parameters={})
        return replace(stack, physical={"MLOpsSchedule": arn})

    (taken,) = take(ours, there("churn-quality"))

    arn = f"{ARN}:monitoring-schedule/churn-quality"
    assert taken.identifier == {"MonitoringScheduleArn": arn}
    assert take(ours, there("churn-quality-1a2b")) == ()
