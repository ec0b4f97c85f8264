"""Feature groups on the embedded AWS: in stacks, and what SageMaker refuses."""

import copy
from typing import Any

import embedded_stacks as stacks
import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, client

from mlops_gitops.emulator.lifecycle import Running

ROLE = "arn:aws:iam::222222222222:role/features"
DAY = {"FeatureName": "day", "FeatureType": "String"}
PRODUCT = {"FeatureName": "product", "FeatureType": "String"}
PRICE = {"FeatureName": "price", "FeatureType": "Fractional"}


def group(name: str, *features: dict[str, str]) -> dict[str, Any]:
    """Describe a feature group as the API takes it."""
    return {
        "FeatureGroupName": name,
        "RecordIdentifierFeatureName": "product",
        "EventTimeFeatureName": "day",
        "FeatureDefinitions": list(features),
        "OfflineStoreConfig": {"S3StorageConfig": {"S3Uri": "s3://acme-dev-data/features"}},
        "RoleArn": ROLE,
    }


def template(name: str, *features: dict[str, str]) -> dict[str, Any]:
    """Write a stack of one feature group."""
    resource = {"Type": "AWS::SageMaker::FeatureGroup", "Properties": group(name, *features)}
    outputs = {
        "Ref": {"Value": {"Ref": "Group"}},
        "Status": {"Value": {"Fn::GetAtt": ["Group", "FeatureGroupStatus"]}},
    }
    return {"Resources": {"Group": resource}, "Outputs": outputs}


@pytest.fixture
def cloudformation(aws: Running) -> Any:
    """CloudFormation of dev."""
    return client(aws, "cloudformation", DEV)


@pytest.fixture
def sagemaker(aws: Running) -> Any:
    """SageMaker of dev."""
    return client(aws, "sagemaker", DEV)


def test_a_feature_group_lives_with_its_stack(cloudformation: Any, sagemaker: Any) -> None:
    """A feature is added in place; deleted with its stack, the group is gone."""
    made = stacks.create(cloudformation, "features", template("demand", PRODUCT, DAY))
    wider = template("demand", PRODUCT, DAY, PRICE)

    said = stacks.change_set(cloudformation, "features", wider)
    stacks.update(cloudformation, "features", wider)
    found = sagemaker.describe_feature_group(FeatureGroupName="demand")
    stacks.delete(cloudformation, "features")

    assert made["out"] == {"Ref": "demand", "Status": "Created"}
    assert said["Group"]["Replacement"] == "False"
    assert [each["FeatureName"] for each in found["FeatureDefinitions"]] == [
        "product",
        "day",
        "price",
    ]
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_feature_group(FeatureGroupName="demand")


def test_features_are_not_taken_away(cloudformation: Any) -> None:
    """A stack that loses one fails and says so; the group stays as it was."""
    stacks.create(cloudformation, "kept-features", template("kept", PRODUCT, DAY, PRICE))

    after = stacks.update(cloudformation, "kept-features", template("kept", PRODUCT, DAY))

    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert (
        "cannot be changed or removed" in stacks.first_failure(cloudformation, "kept-features")[1]
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"EventTimeFeatureName": "hour"}, "EventTimeFeatureName hour is not in the list"),
        ({"OfflineStoreConfig": {}}, "Either OnlineStoreConfig or OfflineStoreConfig"),
    ],
)
def test_what_makes_no_sense_is_refused(sagemaker: Any, changed: Any, said: str) -> None:
    """A group has its identifier and its time among its features, and a store."""
    wanted = {**copy.deepcopy(group("senseless", PRODUCT, DAY)), **changed}
    if not wanted["OfflineStoreConfig"]:
        del wanted["OfflineStoreConfig"]

    with pytest.raises(ClientError, match=said):
        sagemaker.create_feature_group(**wanted)
