"""Foundation models of SageMaker JumpStart, in the hub that AWS keeps for everybody."""

import json
from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError

_HUB = "SageMakerPublicHub"
_MISSING = "ResourceNotFound"


class HubModels:
    """Models of the public hub, asked with the caller's own credentials."""

    def __init__(self, accounts: Accounts) -> None:
        self._client = accounts.own("sagemaker")

    def describe(self, model_id: str, version: str) -> Mapping[str, Any] | None:
        """Give the document of a model's version; see `FoundationModels.describe`."""
        try:
            answer = call(
                f"While looking for model {model_id} {version} in {_HUB}",
                self._client.describe_hub_content,
                HubName=_HUB,
                HubContentType="Model",
                HubContentName=model_id,
                HubContentVersion=version,
            )
        except AwsError as error:
            if error.code == _MISSING:
                return None
            raise
        document: Mapping[str, Any] = json.loads(answer["HubContentDocument"])
        return document
