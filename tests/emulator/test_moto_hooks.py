"""The private hooks of moto that we use: this file fails, naming the hook, when one moves."""

import inspect
import json
from importlib.metadata import version
from typing import Any

import pytest
from moto.sagemaker import models, responses

from mlops_gitops.emulator import moto_backend, moto_hooks
from mlops_gitops.emulator.wire import Scope

PINNED = "5.2.5"
DEV = Scope("222222222222", "us-east-1")
STAGING = Scope("333333333333", "us-east-1")

STORES = [
    "_models",
    "endpoints",
    "endpoint_configs",
    "model_packages",
    "model_package_groups",
    "model_package_name_mapping",
]
OVERRIDDEN = [
    "create_model",
    "create_endpoint",
    "create_endpoint_config",
    "create_model_package",
    "create_model_package_group",
    "describe_model_package",
]
LACKING = [
    "update_endpoint",
    "delete_model_package",
    "delete_model_package_group",
    "put_model_package_group_policy",
    "get_model_package_group_policy",
    "delete_model_package_group_policy",
]


@pytest.fixture
def sagemaker() -> moto_hooks.SageMaker:
    """An empty SageMaker whose endpoints come into service at once."""
    return moto_hooks.SageMaker(endpoint_seconds=0)


def call(
    sagemaker: moto_hooks.SageMaker, operation: str, scope: Scope = DEV, **request: Any
) -> dict[str, Any]:
    """Call an operation; its answer, or its error."""
    answer = sagemaker.handle(operation, json.dumps(request).encode(), scope)
    return dict(json.loads(answer.body or b"{}"))


def test_moto_is_the_version_whose_hooks_were_read() -> None:
    """A new moto is taken on purpose: read its hooks, then change PINNED."""
    assert version("moto") == PINNED


@pytest.mark.parametrize("name", STORES)
def test_store_exists(name: str) -> None:
    """The backend keeps its things under the names that we read."""
    backend = models.SageMakerModelBackend("us-east-1", "222222222222")

    assert isinstance(getattr(backend, name, None), dict), f"moto has no SageMaker store {name}"


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_overridden_method_exists(name: str) -> None:
    """What we override is still what moto calls."""
    assert hasattr(models.SageMakerModelBackend, name), f"moto's backend has no {name}"
    assert hasattr(responses.SageMakerResponse, name), f"moto's responses have no {name}"


@pytest.mark.parametrize("name", LACKING)
def test_what_we_add_is_still_lacking(name: str) -> None:
    """Moto does not have it; once it does, ours may go."""
    assert not hasattr(responses.SageMakerResponse, name), f"moto has {name} now: drop ours"


def test_backends_are_ours(sagemaker: moto_hooks.SageMaker) -> None:
    """Moto makes its backends from the class that we put in place."""
    call(sagemaker, "ListModels")

    assert isinstance(moto_backend.backend_of(DEV), moto_backend.Backend)


def test_the_account_is_taken_from_the_scope(sagemaker: moto_hooks.SageMaker) -> None:
    """`x-moto-account-id` decides whose SageMaker answers."""
    made = call(sagemaker, "CreateModel", ModelName="m", ExecutionRoleArn="arn:aws:iam::1:role/r")

    assert made == {"ModelArn": "arn:aws:sagemaker:us-east-1:222222222222:model/m"}
    assert call(sagemaker, "ListModels", scope=STAGING)["Models"] == []


def test_state_survives_a_dump(sagemaker: moto_hooks.SageMaker) -> None:
    """What is dumped can be loaded by another SageMaker, endpoints under way included."""
    serve(sagemaker)
    dumped = sagemaker.dump()

    restarted = moto_hooks.SageMaker(endpoint_seconds=0)
    assert call(restarted, "ListEndpoints")["Endpoints"] == []
    restarted.load(dumped)

    assert call(restarted, "DescribeEndpoint", EndpointName="e")["EndpointStatus"] == "InService"
    assert call(restarted, "ListModels", scope=STAGING)["Models"] == []


def test_another_motos_state_is_refused(sagemaker: moto_hooks.SageMaker) -> None:
    """State of another version is not guessed at."""
    dumped = sagemaker.dump().replace(version("moto").encode(), b"4.0.0")

    with pytest.raises(ValueError, match=r"moto 4\.0\.0"):
        sagemaker.load(dumped)


def test_broken_state_is_refused(sagemaker: moto_hooks.SageMaker) -> None:
    """A damaged file is an error with a way out, not an empty SageMaker."""
    with pytest.raises(ValueError, match="local reset"):
        sagemaker.load(sagemaker.dump()[:20])


def test_an_endpoint_needs_its_configuration(sagemaker: moto_hooks.SageMaker) -> None:
    """CreateEndpoint and UpdateEndpoint refuse a configuration that is not there."""
    serve(sagemaker)

    for operation, name in (("CreateEndpoint", "f"), ("UpdateEndpoint", "e")):
        refused = call(sagemaker, operation, EndpointName=name, EndpointConfigName="none")
        assert refused["__type"] == "ValidationException"
        assert "Could not find endpoint configuration" in refused["Message"]


def test_a_busy_endpoint_is_not_updated() -> None:
    """UpdateEndpoint is refused while the endpoint is being made."""
    sagemaker = moto_hooks.SageMaker(endpoint_seconds=60)
    serve(sagemaker)

    refused = call(sagemaker, "UpdateEndpoint", EndpointName="e", EndpointConfigName="c")

    assert "Cannot update in-progress endpoint" in refused["Message"]


def test_scaled_instances_are_retained(sagemaker: moto_hooks.SageMaker) -> None:
    """RetainAllVariantProperties keeps the instance count that autoscaling has set."""
    serve(sagemaker)
    scaled = {"VariantName": "v", "DesiredInstanceCount": 5}
    call(
        sagemaker,
        "UpdateEndpointWeightsAndCapacities",
        EndpointName="e",
        DesiredWeightsAndCapacities=[scaled],
    )

    for retain, count in ((True, 5), (False, 1)):
        call(
            sagemaker,
            "UpdateEndpoint",
            EndpointName="e",
            EndpointConfigName="c",
            RetainAllVariantProperties=retain,
        )
        found = call(sagemaker, "DescribeEndpoint", EndpointName="e")
        assert found["ProductionVariants"][0]["CurrentInstanceCount"] == count


def test_what_was_declared_is_described(sagemaker: moto_hooks.SageMaker) -> None:
    """Properties that moto forgets are kept."""
    role = "arn:aws:iam::222222222222:role/r"
    call(
        sagemaker,
        "CreateModel",
        ModelName="m",
        ExecutionRoleArn=role,
        EnableNetworkIsolation=True,
    )

    assert call(sagemaker, "DescribeModel", ModelName="m")["EnableNetworkIsolation"] is True


def test_tags_are_looked_up_where_we_put_it_right() -> None:
    """Moto's tag operations go through the method that we override."""
    source = inspect.getsource(models.SageMakerModelBackend)

    assert source.count("self._get_resource_from_arn(arn)") == 3


def test_tags_of_packages_and_of_nothing(sagemaker: moto_hooks.SageMaker) -> None:
    """A registered package takes tags; a resource that is not there is a refusal, not a failure."""
    call(sagemaker, "CreateModelPackageGroup", ModelPackageGroupName="g")
    made = call(sagemaker, "CreateModelPackage", ModelPackageGroupName="g")["ModelPackageArn"]
    tags = [{"Key": "a", "Value": "1"}]

    call(sagemaker, "AddTags", ResourceArn=made, Tags=tags)

    assert call(sagemaker, "ListTags", ResourceArn=made)["Tags"] == tags
    for kind in ("model/none", "model-package/g/2", "monitoring-schedule/none"):
        arn = f"arn:aws:sagemaker:us-east-1:222222222222:{kind}"
        refused = call(sagemaker, "ListTags", ResourceArn=arn)
        assert (refused["__type"], arn in refused["Message"]) == ("ValidationException", True)


def serve(sagemaker: moto_hooks.SageMaker) -> None:
    """An endpoint `e` with a configuration `c` and a model `m` in dev."""
    call(sagemaker, "CreateModel", ModelName="m", ExecutionRoleArn="arn:aws:iam::1:role/r")
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    call(sagemaker, "CreateEndpointConfig", EndpointConfigName="c", ProductionVariants=[variant])
    made = call(sagemaker, "CreateEndpoint", EndpointName="e", EndpointConfigName="c")
    assert made == {"EndpointArn": "arn:aws:sagemaker:us-east-1:222222222222:endpoint/e"}
