"""One call of a service, with errors named and answers spelled as Step Functions does.

`SageMaker.AmazonSageMakerException` is the tailored integration's name for an error that the API
does not model (developer guide, "Run an Amazon SageMaker AI workflow", its Retry fields);
`SageMaker.SageMakerException` and `S3.S3Exception` are those of AWS SDK integrations, which name
errors after the exceptions of the AWS SDK for Java.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from mlops_gitops.emulator.stepfunctions.names import (
    api_name,
    iso_moment,
    milliseconds,
    sdk_name,
    spelled,
)
from mlops_gitops.emulator.stepfunctions.parameters import problems, request

_HEAD_ERRORS = {"HeadObject": "NoSuchKey", "HeadBucket": "NoSuchBucket"}
"""What the AWS SDK for Java makes of a 404 that has no body."""

_MODELLED_EVERYWHERE = frozenset({"NoSuchBucket", "NoSuchKey"})
"""S3 names these whether an operation's description has them or not."""


class TaskError(Exception):
    """A task failed: what `$states.errorOutput` tells."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How an integration spells things."""

    member: Callable[[str], str]
    moment: Callable[[Any], Any]
    unmodelled: str
    """The error of a service that its API does not model, the service filled in."""
    cause: str


SDK = Dialect(
    member=sdk_name,
    moment=iso_moment,
    unmodelled="{service}.{service}Exception",
    cause="{message} (Service: {service}, Status Code: {status}, Request ID: {id})",
)
TAILORED = Dialect(
    member=api_name,
    moment=milliseconds,
    unmodelled="{service}.Amazon{service}Exception",
    cause=(
        "{message} (Service: Amazon{service}; Status Code: {status}; Error Code: {code}; "
        "Request ID: {id}; Proxy: null)"
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service, as somebody and in a dialect."""

    client: Any
    name: str
    """`SageMaker`, as errors spell it."""
    dialect: Dialect

    def call(self, operation: str, arguments: Any, state: str) -> Any:
        """Call an operation; gives the output of a task.

        Raises:
            TaskError: the arguments do not fit, or the service refuses.
        """
        model = self.client.meta.service_model
        if operation not in model.operation_names:
            raise TaskError("States.Runtime", f"{self.name} has no operation {operation}.")
        shapes = model.operation_model(operation)
        given = _checked(arguments, shapes.input_shape, self.dialect, state)
        try:
            answer = getattr(self.client, xform_name(operation))(**given)
            del answer["ResponseMetadata"]
            return spelled(answer, shapes.output_shape, self.dialect.member, self.dialect.moment)
        except ClientError as error:
            raise self._failed(operation, error) from error

    def _failed(self, operation: str, error: ClientError) -> TaskError:
        told, meta = error.response["Error"], error.response["ResponseMetadata"]
        code = told.get("Code", "")
        if code == "404":
            code = _HEAD_ERRORS.get(operation, code)
        operations = self.client.meta.service_model.operation_model(operation)
        modelled = {shape.name for shape in operations.error_shapes} | _MODELLED_EVERYWHERE
        name = self.dialect.unmodelled.format(service=self.name)
        if code in modelled:
            name = f"{self.name}.{code.removesuffix('Exception')}Exception"
        cause = self.dialect.cause.format(
            message=told.get("Message"),
            service=self.name,
            status=meta.get("HTTPStatusCode"),
            code=code,
            id=meta.get("RequestId", "emulated"),
        )
        return TaskError(name, cause)


def _checked(arguments: Any, shape: Any, dialect: Dialect, state: str) -> dict[str, Any]:
    given = {} if arguments is None else arguments
    if not isinstance(given, dict):
        raise TaskError("States.Runtime", f"The Parameters of state '{state}' are no object.")
    wrong = list(problems(given, shape, dialect.member))
    if wrong:
        cause = (
            f"An error occurred while executing the state '{state}'. The Parameters "
            f"'{json.dumps(given)}' could not be used to start the Task: [{', '.join(wrong)}]"
        )
        raise TaskError("States.Runtime", cause)
    taken: dict[str, Any] = request(given, shape, dialect.member)
    return taken
