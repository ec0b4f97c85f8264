"""SageMaker: model packages as each account sees them."""

from mlops_gitops.adapters.aws.session import PLAN_ROLE, Accounts, call
from mlops_gitops.errors import AwsError, NotAuthorized

_MISSING = {"ValidationException", "ResourceNotFound"}


class SharedModelPackages:
    """The model registry, read as the plan role of whoever is to run a model."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def status(self, account: str, arn: str) -> str:
        """Give a package's approval status; empty if it is not there, or not shared."""
        client = self._accounts.client(account, PLAN_ROLE, "sagemaker")
        where = f"While reading model package {arn} from {account}"
        try:
            found = call(where, client.describe_model_package, ModelPackageName=arn)
        except NotAuthorized:
            return ""
        except AwsError as error:
            if error.code in _MISSING:
                return ""
            raise
        return str(found.get("ModelApprovalStatus", ""))
