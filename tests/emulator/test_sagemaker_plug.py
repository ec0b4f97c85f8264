"""Operations that are added to SageMaker: where they stand, what they get and what is kept."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Request, arn
from mlops_gitops.emulator.sagemaker.requests import check_request
from mlops_gitops.emulator.sagemaker.service import SageMakerService
from mlops_gitops.emulator.sagemaker.store import Store
from mlops_gitops.emulator.sagemaker.tags import tag, tags
from mlops_gitops.emulator.wire import CallError, Scope

DEV = Scope("222222222222", "us-east-1")
STAGING = Scope("333333333333", "us-east-1")


def actions(inside: Inside) -> Mapping[str, Operation]:
    """A part with one table: two operations that moto lacks, one that it has."""

    def create(scope: Scope, request: Request) -> dict[str, Any]:
        name = request["ActionName"]
        inside.store.table(scope, "action")[name] = {"ActionName": name}
        tag(inside.store, scope, arn(scope, "action", name), request.get("Tags", []))
        return {"ActionArn": arn(scope, "action", name)}

    def describe(scope: Scope, request: Request) -> dict[str, Any]:
        try:
            return inside.store.table(scope, "action")[request["ActionName"]]
        except KeyError:
            code = "ResourceNotFound"
            raise CallError(code, "No such action.") from None

    def models(scope: Scope, request: Request) -> dict[str, Any]:
        found = inside.moto(scope, "ListModels", request)
        return {"Models": [*found["Models"], {"ModelName": "ours"}]}

    return {"CreateAction": create, "DescribeAction": describe, "ListModels": models}


def service(folder: Path) -> SageMakerService:
    """SageMaker with that part and tags."""
    return SageMakerService(
        state_dir=folder,
        endpoint_seconds=0,
        endpoint_url="http://127.0.0.1:1",
        parts=(actions, tags),
    )


ACTION = {"ActionName": "a", "ActionType": "t", "Source": {"SourceUri": "s3://b/k"}}


def test_an_operation_that_is_added_answers(tmp_path: Path) -> None:
    """It gets its caller and its request; what it keeps is its account's own."""
    sagemaker = service(tmp_path)

    made = sagemaker.call(DEV, "CreateAction", ACTION)

    assert made == {"ActionArn": "arn:aws:sagemaker:us-east-1:222222222222:action/a"}
    assert sagemaker.call(DEV, "DescribeAction", {"ActionName": "a"}) == {"ActionName": "a"}
    with pytest.raises(CallError, match="No such action"):
        sagemaker.call(STAGING, "DescribeAction", {"ActionName": "a"})


def test_an_operation_may_stand_before_motos(tmp_path: Path) -> None:
    """The added operation is asked first, and reaches moto's through `moto`."""
    assert service(tmp_path).call(DEV, "ListModels", {}) == {"Models": [{"ModelName": "ours"}]}


def test_a_refusal_goes_out_as_awss_error(tmp_path: Path) -> None:
    """Over the wire, code and sentence are where boto3 looks for them."""
    headers = {"x-amz-target": "SageMaker.DescribeAction"}

    answer = service(tmp_path).handle("POST", "/", headers, b'{"ActionName": "none"}', DEV)

    assert answer.status == 400
    assert answer.headers["x-amzn-errortype"] == "ResourceNotFound"
    assert json.loads(answer.body)["message"] == "No such action."


def test_what_is_not_json_is_refused(tmp_path: Path) -> None:
    """A broken body is the caller's mistake."""
    headers = {"x-amz-target": "SageMaker.DescribeAction"}

    answer = service(tmp_path).handle("POST", "/", headers, b"{", DEV)

    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "SerializationException")


def test_records_and_tags_survive_a_restart(tmp_path: Path) -> None:
    """What one process saved, the next one knows."""
    first = service(tmp_path)
    made = first.call(DEV, "CreateAction", {**ACTION, "Tags": [{"Key": "a", "Value": "1"}]})
    first.save()

    second = service(tmp_path)

    assert second.call(DEV, "DescribeAction", {"ActionName": "a"}) == {"ActionName": "a"}
    found = second.call(DEV, "ListTags", {"ResourceArn": made["ActionArn"]})
    assert found == {"Tags": [{"Key": "a", "Value": "1"}]}


def test_damaged_records_are_refused() -> None:
    """A damaged file is an error with a way out, not an empty SageMaker."""
    with pytest.raises(ValueError, match="local reset"):
        Store().load(b"{")


def test_tags_are_overwritten_and_removed(tmp_path: Path) -> None:
    """A key has one value; what moto keeps is still moto's."""
    sagemaker = service(tmp_path)
    ours = sagemaker.call(DEV, "CreateAction", ACTION)["ActionArn"]
    theirs = sagemaker.call(DEV, "CreateModelPackageGroup", {"ModelPackageGroupName": "g"})

    for place in (ours, theirs["ModelPackageGroupArn"]):
        for value in ("1", "2"):
            pair = {"Key": "a", "Value": value}
            sagemaker.call(DEV, "DeleteTags", {"ResourceArn": place, "TagKeys": ["a"]})
            sagemaker.call(DEV, "AddTags", {"ResourceArn": place, "Tags": [pair]})
        found = sagemaker.call(DEV, "ListTags", {"ResourceArn": place})
        assert found["Tags"] == [{"Key": "a", "Value": "2"}]

    sagemaker.call(DEV, "AddTags", {"ResourceArn": ours, "Tags": [{"Key": "a", "Value": "3"}]})
    assert sagemaker.call(DEV, "ListTags", {"ResourceArn": ours})["Tags"][0]["Value"] == "3"


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        ({}, r"2 validation errors detected: Value null at 'monitoringScheduleName'"),
        ([], "Value .* at '' failed to satisfy constraint: Member must be of type structure"),
        ({"MonitoringScheduleName": "a_b"}, "at 'monitoringScheduleName' .* regular expression"),
        ({"MonitoringScheduleName": 1}, "'monitoringScheduleName' .* must be of type string"),
        ({"MonitoringScheduleName": "a" * 64}, "less than or equal to 63"),
        ({"Name": "a"}, "'name' .* is not known"),
        (
            {"MonitoringScheduleConfig": {"MonitoringType": "Quality"}},
            r"'monitoringScheduleConfig.monitoringType' .* enum value set: \[DataQuality, ",
        ),
        ({"Tags": [{"Key": "a"}]}, r"Value null at 'tags.1.member.value'"),
    ],
)
def test_what_sagemaker_cannot_mean_is_refused(request_: Any, complaint: str) -> None:
    """Each member that is wrong is named, with what it has to be."""
    with pytest.raises(CallError, match=complaint) as caught:
        check_request("CreateMonitoringSchedule", request_)

    assert caught.value.code == "ValidationException"


def test_numbers_have_bounds() -> None:
    """A number outside of its range is refused, one within is not."""
    request = {
        "EndpointName": "e",
        "DesiredWeightsAndCapacities": [{"VariantName": "v", "DesiredInstanceCount": 0}],
    }

    check_request("UpdateEndpointWeightsAndCapacities", request)
    request["DesiredWeightsAndCapacities"] = [{"VariantName": "v", "DesiredInstanceCount": -1}]
    with pytest.raises(CallError, match="value greater than or equal to 0"):
        check_request("UpdateEndpointWeightsAndCapacities", request)
