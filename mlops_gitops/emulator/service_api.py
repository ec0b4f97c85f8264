"""Calls to services of the embedded AWS from inside, over HTTP like everybody's.

Never call this on the event loop: the answer would come from the very loop that waits for it.
"""

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError

from mlops_gitops.emulator.codepipeline.clients import Clients
from mlops_gitops.emulator.providers import Api, Properties
from mlops_gitops.emulator.wire import CallError, Scope


def service_api(clients: Clients, service: str) -> Api:
    """The operations of a service, as the account that owns the stack."""

    def call(scope: Scope, operation: str, request: Properties) -> dict[str, object]:
        client = clients.of_account(service, scope.account, scope.region)
        try:
            answer: dict[str, object] = getattr(client, xform_name(operation))(**request)
        except ClientError as error:
            told = error.response["Error"]
            raise CallError(told["Code"], told["Message"]) from error
        except ParamValidationError as error:
            code = "ValidationException"
            raise CallError(code, str(error)) from error
        return answer

    return call
