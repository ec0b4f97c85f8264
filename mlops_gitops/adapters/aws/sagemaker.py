"""SageMaker: the model registry and endpoints."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import PLAN_ROLE, Accounts, call
from mlops_gitops.errors import AwsError
from mlops_gitops.status.endpoint import EndpointHealth


class SageMakerModels:
    """The model registry, read with the caller's own credentials."""

    def __init__(self, accounts: Accounts) -> None:
        self._client = accounts.own("sagemaker")

    def package_status(self, arn: str) -> str | None:
        """Give a model package's approval status; None if the registry does not have it."""
        where = f"While reading model package {arn}"
        try:
            answer = call(where, self._client.describe_model_package, ModelPackageName=arn)
        except AwsError as error:
            if is_missing(error):
                return None
            raise
        status: str = answer.get("ModelApprovalStatus", "")
        return status


class SageMakerEndpoints:
    """Endpoints of stage accounts, read through the plan role."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def health(self, account: str, name: str) -> EndpointHealth | None:
        """Say how an endpoint is; None if there is none by that name."""
        found = described_endpoint(self._accounts, account, name)
        if found is None:
            return None
        return EndpointHealth(status=found["EndpointStatus"], reason=found.get("FailureReason", ""))


def described_endpoint(accounts: Accounts, account: str, name: str) -> Mapping[str, Any] | None:
    """Give what DescribeEndpoint tells through the plan role; None if there is none."""
    client = accounts.client(account, PLAN_ROLE, "sagemaker")
    where = f"While reading endpoint {name} in {account}"
    try:
        found: Mapping[str, Any] = call(where, client.describe_endpoint, EndpointName=name)
    except AwsError as error:
        if is_missing(error):
            return None
        raise
    return found


def is_missing(error: AwsError) -> bool:
    """SageMaker answers ValidationException for what does not exist, so the words decide."""
    words = ("does not exist", "could not find", "cannot be found", "not found")
    return error.code in {"ValidationException", "ResourceNotFound"} and any(
        word in error.message.lower() for word in words
    )
