"""Model cards and their export: the API, and CloudFormation's type."""

import json
import re
from typing import Any

import embedded_stacks as stacks
import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, client

from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.emulator.sagemaker.pdf import pdf

CONTENT = json.dumps({"model_overview": {"model_name": "churn (v1)", "model_version": 1}})
REVIEWED = json.dumps({"intended_uses": {"risk_rating": "Low"}})


@pytest.fixture
def cloudformation(aws: Running) -> Any:
    """CloudFormation of dev."""
    return client(aws, "cloudformation", DEV)


@pytest.fixture
def sagemaker(aws: Running) -> Any:
    """SageMaker of dev."""
    return client(aws, "sagemaker", DEV)


def card(sagemaker: Any, name: str) -> str:
    """Make a draft; its ARN."""
    made = sagemaker.create_model_card(ModelCardName=name, Content=CONTENT, ModelCardStatus="Draft")
    return str(made["ModelCardArn"])


def test_each_update_makes_a_version(sagemaker: Any) -> None:
    """Old versions are kept as they were; the newest is told by default, also by ARN."""
    arn = card(sagemaker, "versioned")

    sagemaker.update_model_card(ModelCardName="versioned", Content=REVIEWED)
    sagemaker.update_model_card(ModelCardName=arn, ModelCardStatus="Approved")

    latest = sagemaker.describe_model_card(ModelCardName=arn)
    first = sagemaker.describe_model_card(ModelCardName="versioned", ModelCardVersion=1)
    assert (latest["ModelCardVersion"], latest["ModelCardStatus"]) == (3, "Approved")
    assert latest["Content"] == REVIEWED
    assert (first["Content"], first["ModelCardStatus"]) == (CONTENT, "Draft")
    listed = sagemaker.list_model_card_versions(ModelCardName="versioned")
    numbers = [v["ModelCardVersion"] for v in listed["ModelCardVersionSummaryList"]]
    assert numbers == [3, 2, 1]
    approved = sagemaker.list_model_cards(NameContains="versio", ModelCardStatus="Approved")
    assert [c["ModelCardName"] for c in approved["ModelCardSummaries"]] == ["versioned"]


def test_what_sagemaker_refuses_is_refused(sagemaker: Any) -> None:
    """A taken name, both changes at once, none at all, an archived card, content that is none."""
    card(sagemaker, "strict")

    def update(**change: str) -> None:
        sagemaker.update_model_card(ModelCardName="strict", **change)

    with pytest.raises(sagemaker.exceptions.ConflictException, match="already exists"):
        card(sagemaker, "strict")
    with pytest.raises(ClientError, match="in a single call"):
        update(Content=CONTENT, ModelCardStatus="Approved")
    with pytest.raises(ClientError, match="nothing to update"):
        update()
    with pytest.raises(ClientError, match="not valid JSON"):
        update(Content="{")
    with pytest.raises(ClientError, match="does not match its schema: overview"):
        update(Content='{"overview": {}}')
    with pytest.raises(ClientError, match="enum value set"):
        update(ModelCardStatus="Done")
    update(ModelCardStatus="Archived")
    with pytest.raises(sagemaker.exceptions.ConflictException, match="is archived"):
        update(Content=CONTENT)


def test_a_card_that_is_gone_is_not_found(sagemaker: Any) -> None:
    """After its deletion, and for a version that never was, SageMaker says ResourceNotFound."""
    card(sagemaker, "gone")

    with pytest.raises(sagemaker.exceptions.ResourceNotFound, match="no version 2"):
        sagemaker.describe_model_card(ModelCardName="gone", ModelCardVersion=2)
    sagemaker.delete_model_card(ModelCardName="gone")
    for operation in (sagemaker.describe_model_card, sagemaker.delete_model_card):
        with pytest.raises(sagemaker.exceptions.ResourceNotFound, match="model-card/gone"):
            operation(ModelCardName="gone")


def test_an_export_is_a_labelled_pdf(aws: Running, sagemaker: Any) -> None:
    """The document is in the output path, holds the card, and says that it is emulated."""
    s3 = client(aws, "s3", DEV)
    s3.create_bucket(Bucket="card-exports")
    card(sagemaker, "exported")

    arn = sagemaker.create_model_card_export_job(
        ModelCardName="exported",
        ModelCardExportJobName="first",
        OutputConfig={"S3OutputPath": "s3://card-exports/cards/"},
    )["ModelCardExportJobArn"]
    job = sagemaker.describe_model_card_export_job(ModelCardExportJobArn=arn)

    assert job["Status"] == "Completed"
    place = job["ExportArtifacts"]["S3ExportArtifacts"]
    assert place == "s3://card-exports/cards/first/exported-1.pdf"
    body = s3.get_object(Bucket="card-exports", Key="cards/first/exported-1.pdf")["Body"].read()
    assert body.startswith(b"%PDF-1.4\n")
    assert b"(EMULATED" in body
    assert rb"churn \(v1\)" in body
    listed = sagemaker.list_model_card_export_jobs(ModelCardName="exported")
    assert [j["ModelCardExportJobArn"] for j in listed["ModelCardExportJobSummaries"]] == [arn]
    with pytest.raises(sagemaker.exceptions.ConflictException, match="already exists"):
        sagemaker.create_model_card_export_job(
            ModelCardName="exported",
            ModelCardExportJobName="first",
            OutputConfig={"S3OutputPath": "s3://card-exports/cards/"},
        )
    with pytest.raises(sagemaker.exceptions.ResourceNotFound, match="not found"):
        sagemaker.describe_model_card_export_job(ModelCardExportJobArn=f"{arn}-2")


def test_an_export_into_no_bucket_fails(sagemaker: Any) -> None:
    """The job says why; nothing pretends to have been written."""
    card(sagemaker, "lost")

    arn = sagemaker.create_model_card_export_job(
        ModelCardName="lost",
        ModelCardExportJobName="lost",
        OutputConfig={"S3OutputPath": "s3://no-such-bucket-of-cards"},
    )["ModelCardExportJobArn"]

    job = sagemaker.describe_model_card_export_job(ModelCardExportJobArn=arn)
    assert job["Status"] == "Failed"
    assert "bucket does not exist" in job["FailureReason"]


def test_a_pdf_finds_its_own_objects() -> None:
    """Each offset of the cross-reference table points at its object, over pages of long lines."""
    document = pdf(["word " * 50] * 100)

    start = int(document.split(b"startxref\n")[1].split(b"\n")[0])
    assert document[start:].startswith(b"xref\n")
    offsets = [int(found) for found in re.findall(rb"(\d{10}) 00000 n", document)]
    for number, offset in enumerate(offsets, 1):
        assert document[offset:].startswith(f"{number} 0 obj\n".encode())
    for length, stream in re.findall(
        rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", document, re.DOTALL
    ):
        assert len(stream) == int(length)
    assert b"/Count 5 " in document


def template(status: str = "Draft", rating: str = "Low", name: str = "") -> dict[str, Any]:
    """A template of a model card."""
    content = {
        "ModelOverview": {"ModelName": "churn", "InferenceEnvironment": {"ContainerImage": ["i"]}},
        "IntendedUses": {"RiskRating": rating},
        "EvaluationDetails": [
            {
                "Name": "test",
                "Metadata": {"HeldOut": "yes"},
                "MetricGroups": [
                    {
                        "Name": "all",
                        "MetricData": [
                            {"Name": "auc", "Type": "number", "Value": 0.9, "XAxisName": "x"}
                        ],
                    }
                ],
            }
        ],
        "AdditionalInformation": {"CustomDetails": {"Data Owner": "crm"}},
    }
    properties = {"Content": content, "ModelCardStatus": status}
    tags = [{"Key": "team", "Value": rating}]
    return {
        "Resources": {
            "Card": {
                "Type": "AWS::SageMaker::ModelCard",
                "Properties": {
                    **properties,
                    "Tags": tags,
                    **({"ModelCardName": name} if name else {}),
                },
            }
        },
        "Outputs": {
            "Ref": {"Value": {"Ref": "Card"}},
            "Arn": {"Value": {"Fn::GetAtt": ["Card", "ModelCardArn"]}},
            "Version": {"Value": {"Fn::GetAtt": ["Card", "ModelCardVersion"]}},
        },
    }


def drift(cloudformation: Any, name: str) -> str:
    """What drift detection says of the card."""
    found = cloudformation.detect_stack_resource_drift(StackName=name, LogicalResourceId="Card")
    return str(found["StackResourceDrift"]["StackResourceDriftStatus"])


def test_a_stack_keeps_a_card(cloudformation: Any, sagemaker: Any) -> None:
    """Ref is its name; content goes as model card JSON, with a user's own keys untouched."""
    out = stacks.create(cloudformation, "carded", template())["out"]

    found = sagemaker.describe_model_card(ModelCardName=out["Ref"])
    assert (out["Arn"], out["Version"]) == (found["ModelCardArn"], "1")
    content = json.loads(found["Content"])
    assert content["model_overview"]["inference_environment"] == {"container_image": ["i"]}
    metric = content["evaluation_details"][0]["metric_groups"][0]["metric_data"][0]
    assert metric == {"name": "auc", "type": "number", "value": 0.9, "x_axis_name": "x"}
    assert content["evaluation_details"][0]["metadata"] == {"HeldOut": "yes"}
    assert content["additional_information"]["custom_details"] == {"Data Owner": "crm"}
    assert drift(cloudformation, "carded") == "IN_SYNC"
    sagemaker.update_model_card(ModelCardName=out["Ref"], ModelCardStatus="Archived")
    assert drift(cloudformation, "carded") == "MODIFIED"
    stacks.delete(cloudformation, "carded")
    assert sagemaker.list_model_cards(NameContains=out["Ref"])["ModelCardSummaries"] == []


def test_a_card_changes_in_place(cloudformation: Any, sagemaker: Any) -> None:
    """Content and status are updated one after the other; another name replaces the card."""
    before = stacks.create(cloudformation, "rewritten", template(name="written"))["out"]
    changed = template("PendingReview", "High", name="written")
    renamed = template("PendingReview", "High", name="written-anew")

    said = stacks.change_set(cloudformation, "rewritten", changed)["Card"]
    after = stacks.update(cloudformation, "rewritten", changed)["out"]
    new_name = stacks.change_set(cloudformation, "rewritten", renamed)["Card"]

    assert (said["Replacement"], new_name["Replacement"]) == ("False", "True")
    assert (after["Arn"], after["Version"]) == (before["Arn"], "3")
    tags = sagemaker.list_tags(ResourceArn=after["Arn"])["Tags"]
    assert {"Key": "team", "Value": "High"} in tags


def test_content_is_an_object(cloudformation: Any) -> None:
    """Text where the registry wants an object fails the stack, as it does on AWS."""
    body = template()
    body["Resources"]["Card"]["Properties"]["Content"] = CONTENT

    stack = stacks.create(cloudformation, "textual", body)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "#/Content: expected type" in stacks.first_failure(cloudformation, "textual")[1]


def test_a_card_is_imported(cloudformation: Any, sagemaker: Any) -> None:
    """A card that was made by hand becomes a stack's, by its name; one that is not there, not."""
    card(sagemaker, "adopted-card")
    body = template(name="adopted-card")
    del body["Outputs"]
    body["Resources"]["Card"]["DeletionPolicy"] = "Retain"
    wanted = {
        "ResourceType": "AWS::SageMaker::ModelCard",
        "LogicalResourceId": "Card",
        "ResourceIdentifier": {"ModelCardName": "adopted-card"},
    }

    stack = stacks.imported(cloudformation, "adopting-card", body, [wanted])

    assert stack["StackStatus"] == "IMPORT_COMPLETE"
