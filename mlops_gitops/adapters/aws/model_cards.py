"""SageMaker model cards of any account: read as the plan role, changed as the repair role.

Deleting and exporting is a person's doing and nothing that a delivery pipeline could do.
"""

import json
from typing import Any

from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import PLAN_ROLE, REPAIR_ROLE, Accounts, call
from mlops_gitops.errors import AwsError
from mlops_gitops.status.model_card import CardExport, CardSummary, ModelCard

_MISSING = "ResourceNotFound"


class SageMakerModelCards:
    """Model cards."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def status(self, account: str, name: str) -> str | None:
        """Give a card's status as it is just now; None if there is none by that name.

        The listing tells it without the content, which may be encrypted with a key that is not
        for the eyes of whoever plans.
        """
        found = {card.name: card.status for card in self._list(account, NameContains=name)}
        return found.get(name)

    def cards(self, account: str) -> tuple[CardSummary, ...]:
        """List an account's cards, page by page, by their names."""
        return self._list(account)

    def _list(self, account: str, **filters: str) -> tuple[CardSummary, ...]:
        client = self._accounts.client(account, PLAN_ROLE, "sagemaker")
        where = f"While listing the model cards of {account}"
        pages = client.get_paginator("list_model_cards").paginate(
            SortBy="Name", SortOrder="Ascending", **filters
        )
        return tuple(
            CardSummary(
                name=each["ModelCardName"],
                status=each["ModelCardStatus"],
                modified_at=each.get("LastModifiedTime", each["CreationTime"]),
            )
            for each in drain(where, pages, "ModelCardSummaries")
        )

    def describe(self, account: str, name: str, version: int | None) -> ModelCard | None:
        """Read a version of a card, the newest by default; None if there is none."""
        client = self._accounts.client(account, PLAN_ROLE, "sagemaker")
        where = f"While reading model card {name} in {account}"
        wanted = {} if version is None else {"ModelCardVersion": version}
        try:
            found = call(where, client.describe_model_card, ModelCardName=name, **wanted)
        except AwsError as error:
            if error.code == _MISSING:
                return None
            raise
        return _card(found)

    def export(self, account: str, card: ModelCard, job: str, folder: str) -> str:
        """Start to write a version of a card as PDF into a folder of S3; give the job's ARN."""
        client = self._accounts.client(account, REPAIR_ROLE, "sagemaker")
        made = call(
            f"While exporting model card {card.name} in {account}",
            client.create_model_card_export_job,
            ModelCardName=card.name,
            ModelCardVersion=card.version,
            ModelCardExportJobName=job,
            OutputConfig={"S3OutputPath": folder},
        )
        arn: str = made["ModelCardExportJobArn"]
        return arn

    def export_job(self, account: str, arn: str) -> CardExport:
        """Say how far an export is."""
        client = self._accounts.client(account, REPAIR_ROLE, "sagemaker")
        where = f"While looking after the export {arn}"
        found = call(where, client.describe_model_card_export_job, ModelCardExportJobArn=arn)
        return CardExport(
            status=found["Status"],
            location=found.get("ExportArtifacts", {}).get("S3ExportArtifacts", ""),
            reason=found.get("FailureReason", ""),
        )

    def delete(self, account: str, name: str) -> None:
        """Delete a card with all its versions; none to delete is no error."""
        client = self._accounts.client(account, REPAIR_ROLE, "sagemaker")
        where = f"While deleting model card {name} in {account}"
        try:
            call(where, client.delete_model_card, ModelCardName=name)
        except AwsError as error:
            if error.code != _MISSING:
                raise


def _card(found: dict[str, Any]) -> ModelCard:
    return ModelCard(
        name=found["ModelCardName"],
        arn=found["ModelCardArn"],
        version=found["ModelCardVersion"],
        status=found["ModelCardStatus"],
        created_at=found["CreationTime"],
        modified_at=found.get("LastModifiedTime", found["CreationTime"]),
        kms_key=found.get("SecurityConfig", {}).get("KmsKeyId", ""),
        content=json.loads(found["Content"] or "{}"),
    )
