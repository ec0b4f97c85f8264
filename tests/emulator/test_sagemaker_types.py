"""CloudFormation's SageMaker types on the embedded AWS, through the front door."""

import copy
import json
import time
from typing import Any

import embedded_stacks as stacks
import pytest
from embedded_aws import DEV, ORCHESTRATOR, STAGING, client
from emulator.moments import seen_in_time

from mlops_gitops.emulator.lifecycle import Running

MISSING = "arn:aws:sagemaker:us-east-1:111111111111:model-package/nobody/1"


@pytest.fixture
def cloudformation(aws: Running) -> Any:
    """CloudFormation of dev."""
    return client(aws, "cloudformation", DEV)


@pytest.fixture
def sagemaker(aws: Running) -> Any:
    """SageMaker of dev."""
    return client(aws, "sagemaker", DEV)


def settled(sagemaker: Any, endpoint: str) -> str:
    """The status of an endpoint that is neither created nor updated any more."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status = str(sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"])
        if status not in ("Creating", "Updating"):
            break
        time.sleep(0.05)
    return status


def test_a_stack_makes_a_model_that_is_served(
    aws: Running, cloudformation: Any, sagemaker: Any
) -> None:
    """A created stack has an endpoint in service; Ref is its ARN, and it answers."""
    stack = stacks.create(cloudformation, "served", stacks.realtime("served"))

    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["out"]["Ref"] == "arn:aws:sagemaker:us-east-1:222222222222:endpoint/served"
    assert stack["out"]["Name"] == "served"
    endpoint = sagemaker.describe_endpoint(EndpointName="served")
    assert endpoint["EndpointStatus"] == "InService"
    runtime = client(aws, "sagemaker-runtime", DEV)
    answer = runtime.invoke_endpoint(EndpointName="served", Body=b"1,2")
    assert b'"emulated": true' in answer["Body"].read()


def test_accounts_do_not_see_each_other(aws: Running, cloudformation: Any, sagemaker: Any) -> None:
    """What dev deploys is not in staging."""
    stack = stacks.create(cloudformation, "alone", stacks.realtime("alone"))

    def models(api: Any) -> list[str]:
        return [model["ModelName"] for model in api.list_models()["Models"]]

    assert stack["out"]["Model"] in models(sagemaker)
    assert stack["out"]["Model"] not in models(client(aws, "sagemaker", STAGING))


def test_a_change_set_tells_what_is_replaced(cloudformation: Any) -> None:
    """A new image replaces model and configuration; the endpoint changes in place."""
    template = stacks.realtime("replaced")
    stacks.create(cloudformation, "replaced", template)

    changes = stacks.change_set(cloudformation, "replaced", template, Image="registry/image:2")

    assert {name: change["Replacement"] for name, change in changes.items()} == {
        "Model": "True",
        "Config": "True",
        "Endpoint": "False",
    }


def test_an_update_rolls_the_endpoint_over(cloudformation: Any, sagemaker: Any) -> None:
    """An update leaves one new model and one new configuration behind the same endpoint."""
    template = stacks.realtime("rolled")
    before = stacks.create(cloudformation, "rolled", template)["out"]

    after = stacks.update(cloudformation, "rolled", template, Image="registry/image:2", Count="3")

    assert after["StackStatus"] == "UPDATE_COMPLETE"
    assert after["out"]["Ref"] == before["Ref"]
    assert after["out"]["Model"] != before["Model"]
    endpoint = sagemaker.describe_endpoint(EndpointName="rolled")
    assert endpoint["EndpointConfigName"] == after["out"]["Config"]
    assert endpoint["ProductionVariants"][0]["CurrentInstanceCount"] == 3
    models = [m["ModelName"] for m in sagemaker.list_models(NameContains="rolled")["Models"]]
    assert before["Model"] not in models


def test_progress_of_an_endpoint_can_be_seen(cloudformation: Any, sagemaker: Any) -> None:
    """An endpoint is Creating before it is InService."""
    stacks.create(cloudformation, "seen", stacks.realtime("seen"))
    config = sagemaker.describe_endpoint(EndpointName="seen")["EndpointConfigName"]

    def creating(number: int) -> str | None:
        name = f"seen-again-{number}"
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
        told = sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]
        return name if told == "Creating" else None

    assert settled(sagemaker, seen_in_time(creating)) == "InService"


def test_a_failed_creation_rolls_back(cloudformation: Any, sagemaker: Any) -> None:
    """A model package that nobody registered fails the stack, which leaves nothing behind."""
    stack = stacks.create(cloudformation, "fails", stacks.realtime("fails"), Package=MISSING)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    resource, reason = stacks.first_failure(cloudformation, "fails")
    assert resource == "Model"
    assert f'Could not find model package "{MISSING}"' in reason
    assert sagemaker.list_endpoints(NameContains="fails")["Endpoints"] == []


def test_a_failed_update_rolls_back(cloudformation: Any, sagemaker: Any) -> None:
    """An update that fails late brings the endpoint back to what it served."""
    template = stacks.realtime("survives")
    before = stacks.create(cloudformation, "survives", template)["out"]
    broken = copy.deepcopy(template)
    broken["Resources"]["Late"] = {
        "Type": "AWS::SageMaker::Model",
        "DependsOn": "Endpoint",
        "Properties": {
            "ExecutionRoleArn": stacks.ROLE,
            "PrimaryContainer": {"ModelPackageName": MISSING},
        },
    }

    after = stacks.update(cloudformation, "survives", broken, Count="2")

    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert stacks.first_failure(cloudformation, "survives")[0] == "Late"
    endpoint = sagemaker.describe_endpoint(EndpointName="survives")
    assert endpoint["EndpointConfigName"] == before["Config"]
    assert endpoint["ProductionVariants"][0]["CurrentInstanceCount"] == 1


def test_a_taken_name_is_refused(cloudformation: Any) -> None:
    """A second stack with the same endpoint name fails as on AWS."""
    stacks.create(cloudformation, "owner", stacks.realtime("taken"))

    second = stacks.create(cloudformation, "second", stacks.realtime("taken"))

    assert second["StackStatus"] == "ROLLBACK_COMPLETE"
    resource, reason = stacks.first_failure(cloudformation, "second")
    assert resource == "Endpoint"
    assert "Cannot create already existing endpoint" in reason


def test_an_instance_type_that_does_not_host_is_refused(cloudformation: Any) -> None:
    """The guide's ml.t3.2xlarge is not offered for hosting."""
    template = stacks.realtime("wrong-instance")
    stack = stacks.create(cloudformation, "wrong-instance", template, Instance="ml.t3.2xlarge")

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "ml.t3.2xlarge" in stacks.first_failure(cloudformation, "wrong-instance")[1]


def test_an_unknown_property_is_refused(cloudformation: Any) -> None:
    """A property that the API does not know fails the resource, naming the property."""
    template = stacks.realtime("misspelt")
    template["Resources"]["Model"]["Properties"]["PrimaryContainer"] = {"Imagge": "x"}

    stack = stacks.create(cloudformation, "misspelt", template)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Imagge" in stacks.first_failure(cloudformation, "misspelt")[1]


def test_drift_is_found_and_nothing_drifts_by_itself(cloudformation: Any, sagemaker: Any) -> None:
    """A fresh stack is in sync; an endpoint changed by hand is MODIFIED, a deleted one DELETED."""
    stacks.create(cloudformation, "drifts", stacks.realtime("drifts"))
    other = stacks.create(cloudformation, "drifts-other", stacks.realtime("drifts-other"))["out"]

    def drift(resource: str) -> str:
        found = cloudformation.detect_stack_resource_drift(
            StackName="drifts", LogicalResourceId=resource
        )
        return str(found["StackResourceDrift"]["StackResourceDriftStatus"])

    assert [drift(r) for r in ("Model", "Config", "Endpoint")] == ["IN_SYNC"] * 3
    sagemaker.update_endpoint(EndpointName="drifts", EndpointConfigName=other["Config"])
    assert settled(sagemaker, "drifts") == "InService"
    assert drift("Endpoint") == "MODIFIED"
    sagemaker.delete_endpoint(EndpointName="drifts")
    assert drift("Endpoint") == "DELETED"


def test_deleting_a_stack_deletes_what_it_made(cloudformation: Any, sagemaker: Any) -> None:
    """Nothing of a deleted stack is left, even if a part was gone already."""
    out = stacks.create(cloudformation, "goes", stacks.realtime("goes"))["out"]
    sagemaker.delete_model(ModelName=out["Model"])

    stacks.delete(cloudformation, "goes")

    assert sagemaker.list_endpoints(NameContains="goes")["Endpoints"] == []
    names = [c["EndpointConfigName"] for c in sagemaker.list_endpoint_configs()["EndpointConfigs"]]
    assert out["Config"] not in names


def test_a_registered_package_of_another_account_is_deployed(
    aws: Running, cloudformation: Any
) -> None:
    """The orchestrator's registry serves the stages; versions are never given twice."""
    registry = client(aws, "sagemaker", ORCHESTRATOR)
    registry.create_model_package_group(ModelPackageGroupName="churn")
    first = register(registry)
    registry.delete_model_package(ModelPackageName=first)
    second = register(registry)

    template = stacks.realtime("packaged")
    stack = stacks.create(cloudformation, "packaged", template, Package=second)

    assert (first.rsplit("/", 1)[-1], second.rsplit("/", 1)[-1]) == ("1", "2")
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    with pytest.raises(registry.exceptions.ClientError, match="contains model packages"):
        registry.delete_model_package_group(ModelPackageGroupName="churn")


def test_what_is_not_emulated_says_so(sagemaker: Any) -> None:
    """An operation that nobody emulates is an error in AWS's shape."""
    with pytest.raises(sagemaker.exceptions.ClientError, match="does not emulate") as caught:
        sagemaker.list_projects()

    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


def register(registry: Any) -> str:
    """Register a version of the group `churn`."""
    specification = {
        "Containers": [{"Image": "registry/image:1", "ModelDataUrl": "s3://assets/model.tar.gz"}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    made = registry.create_model_package(
        ModelPackageGroupName="churn",
        InferenceSpecification=specification,
        ModelApprovalStatus="Approved",
    )
    return str(made["ModelPackageArn"])


def test_a_group_of_model_packages_has_the_policy_of_its_template(
    cloudformation: Any, sagemaker: Any
) -> None:
    """It is put, changed in place, and taken away."""
    group: dict[str, Any] = {
        "Type": "AWS::SageMaker::ModelPackageGroup",
        "Properties": {"ModelPackageGroupName": "shared", "ModelPackageGroupPolicy": policy("a")},
    }
    template = {"Resources": {"Group": group}}

    def now() -> Any:
        found = sagemaker.get_model_package_group_policy(ModelPackageGroupName="shared")
        return json.loads(found["ResourcePolicy"])

    assert stacks.create(cloudformation, "sharing", template)["StackStatus"] == "CREATE_COMPLETE"
    assert now() == policy("a")
    group["Properties"]["ModelPackageGroupPolicy"] = policy("b")
    assert stacks.update(cloudformation, "sharing", template)["StackStatus"] == "UPDATE_COMPLETE"
    assert now() == policy("b")
    del group["Properties"]["ModelPackageGroupPolicy"]
    assert stacks.update(cloudformation, "sharing", template)["StackStatus"] == "UPDATE_COMPLETE"
    with pytest.raises(sagemaker.exceptions.ClientError, match="Could not find resource policy"):
        now()


def policy(sid: str) -> dict[str, Any]:
    """A policy that says something."""
    return {"Version": "2012-10-17", "Statement": [{"Sid": sid, "Effect": "Allow"}]}
