"""What bootstrap would do to a stack: what it refuses, what stands in its way, what is the same."""

from typing import Any

import pytest

from mlops_gitops.config.declared import Workload
from mlops_gitops.desired.stack import DesiredStack, Resolved, StackId
from mlops_gitops.diff.bootstrap import compare_part, refusals
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.named_buckets import by_names
from mlops_gitops.diff.plan import Action

ID = StackId("1" * 12, "us-east-1", "mlops-gitops-orchestrator")
TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "messages"}}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"Description": "reads"}}
KEEPING = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def desired(*, name: str = "acme", **resources: Any) -> DesiredStack:
    """A part with a parameter."""
    return DesiredStack(
        id=ID,
        workload=Workload("orchestrator", "bootstrap"),
        stage="bootstrap",
        template={"Parameters": {"Name": {"Type": "String"}}, "Resources": resources},
        parameters={"Name": Resolved(name, "")},
        tags={"mlops-gitops:installation": "mlops-pipeline"},
        capabilities=(),
        digest="",
        blueprint_version=3,
    )


def deployed(status: StackStatus = StackStatus.UPDATE_COMPLETE, name: str = "acme") -> Any:
    """What AWS tells of it."""
    return DeployedStack(
        id=ID,
        status=status,
        status_reason="",
        parameters={"Name": name},
        outputs={"BlueprintVersion": "3"},
        tags={"mlops-gitops:installation": "mlops-pipeline"},
        updated_at=None,
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"Told": TABLE}, {}, "The table Told of"),
        ({"Told": {**TABLE, **KEEPING}}, {}, ""),
        (
            {"Told": {**TABLE, **KEEPING}},
            {"Told": {**TABLE, **KEEPING, "Properties": {"TableName": "others"}}},
            "would be replaced",
        ),
        ({"Reader": ROLE}, {}, ""),
    ],
)
def test_only_what_holds_things_is_never_taken(before: Any, after: Any, said: str) -> None:
    """Deleted, or replaced even if the old one stays; what is only let go of stays where it is."""
    change = compare_part(desired(**after), deployed(), desired(**before).template)

    told = refusals(change)

    assert len(told) == bool(said)
    assert said in "".join(told)


def test_equal_in_other_words_is_no_change() -> None:
    """Numbers and texts are the same to CloudFormation; so is the order of keys."""
    written = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 5, "Tags": []}}
    read = {"Properties": {"Tags": [], "DelaySeconds": "5"}, "Type": "AWS::SQS::Queue"}

    change = compare_part(desired(Queue=written), deployed(), desired(Queue=read).template)

    assert change.action is Action.KEEP


def test_another_value_is_a_change() -> None:
    """The template says nothing of it."""
    same = desired(Reader=ROLE)

    change = compare_part(same, deployed(name="other"), same.template)

    assert change.action is Action.UPDATE
    assert [each.name for each in change.parameters] == ["Name"]


def test_a_stack_that_needs_a_person_names_the_command_that_goes_on() -> None:
    """Also where nothing differs: it cannot be deployed to as it is."""
    same = desired(Reader=ROLE)
    stuck = deployed(StackStatus.UPDATE_ROLLBACK_FAILED)

    change = compare_part(same, stuck, same.template)

    assert "continue-update-rollback" in change.next_step
    assert change.next_step.endswith("then mlops-gitops bootstrap.")


def test_a_bucket_said_by_its_name_is_the_same_bucket() -> None:
    """By the resource or by the parameter; another resource's ARN is left alone."""
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Name"}}}

    def reader(*resources: Any) -> dict[str, Any]:
        return {"Type": "AWS::IAM::Policy", "Properties": {"Resource": [*resources]}}

    queue = {"Fn::GetAtt": ["Queue", "Arn"]}
    arn = "arn:${AWS::Partition}:s3:::${Name}"
    old = reader({"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::Sub": "${Bucket.Arn}/*"}, queue)
    new = reader({"Fn::Sub": arn}, {"Fn::Sub": f"{arn}/*"}, queue)

    before, after = desired(Bucket=bucket, Reader=old), desired(Bucket=bucket, Reader=new)

    assert by_names(before.template) == after.template
