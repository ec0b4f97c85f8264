"""The registry of the embedded SageMaker, as Model and RegisterModel steps use it."""

from mlops_gitops.emulator.sagemaker.plug import Inside
from mlops_gitops.emulator.wire import CallError, Scope
from mlops_gitops.executor.work.desk import Object, StepFailed

_GROUP = "ModelPackageGroupName"


class EmbeddedCatalog:
    """Models and model packages of one account.

    Args:
        inside: SageMaker's operations.
        scope: whose.
    """

    def __init__(self, inside: Inside, scope: Scope) -> None:
        self._inside, self._scope = inside, scope

    def create_model(self, request: Object) -> str:
        """Make a model; give its ARN.

        Raises:
            StepFailed: SageMaker refuses.
        """
        return str(self._call("CreateModel", request)["ModelArn"])

    def register_model(self, request: Object) -> str:
        """Make the next version of a group, and the group where there is none; give its ARN.

        Raises:
            StepFailed: SageMaker refuses.
        """
        group = request.get(_GROUP)
        if group:
            try:
                self._inside.call(self._scope, "DescribeModelPackageGroup", {_GROUP: group})
            except CallError:
                self._call("CreateModelPackageGroup", {_GROUP: group})
        return str(self._call("CreateModelPackage", request)["ModelPackageArn"])

    def _call(self, operation: str, request: Object) -> Object:
        try:
            return self._inside.call(self._scope, operation, request)
        except CallError as error:
            raise StepFailed(f"ClientError: {error.code}: {error}") from error
