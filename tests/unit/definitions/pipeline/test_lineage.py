"""Lineage: what was made of what, recorded by a step."""

from typing import Any

from steps_of_pipelines import step_of

CONTEXT = "arn:aws:sagemaker:us-east-1:222222222222:context/pricing"
RECORD: dict[str, Any] = {
    "name": "record",
    "type": "lineage",
    "actions": [
        {
            "name": "training",
            "source_uri": "s3://acme-mlops-data/run",
            "source_type": "S3ETag",
            "kind": "ModelTraining",
            "status": "Completed",
        }
    ],
    "artifacts": [
        {
            "name": "model",
            "source_uri": "s3://acme-mlops-data/model.tar.gz",
            "kind": "Model",
            "properties": {"team": "pricing"},
        }
    ],
    "associations": [
        {
            "source": {"action": "training"},
            "destination": {"artifact": "model"},
            "kind": "Produced",
        },
        {"source": {"artifact": "model"}, "destination": {"arn": CONTEXT}},
    ],
}


def test_lineage_records_things_and_how_they_belong_together() -> None:
    """Ends are what this step records, by name and type, or what is there, by ARN."""
    step = step_of(RECORD)

    assert step == {
        "Name": "record",
        "Type": "Lineage",
        "Arguments": {
            "Actions": [
                {
                    "ActionName": "training",
                    "Source": {"SourceUri": "s3://acme-mlops-data/run", "SourceType": "S3ETag"},
                    "ActionType": "ModelTraining",
                    "Status": "Completed",
                }
            ],
            "Artifacts": [
                {
                    "ArtifactName": "model",
                    "Source": {"SourceUri": "s3://acme-mlops-data/model.tar.gz"},
                    "ArtifactType": "Model",
                    "Properties": {"team": "pricing"},
                }
            ],
            "Associations": [
                {
                    "Source": {"Name": "training", "Type": "Action"},
                    "Destination": {"Name": "model", "Type": "Artifact"},
                    "AssociationType": "Produced",
                },
                {"Source": {"Name": "model", "Type": "Artifact"}, "Destination": {"Arn": CONTEXT}},
            ],
        },
    }
