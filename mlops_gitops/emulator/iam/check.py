"""The guard before the front: a raw request in, a refusal out."""

import logging
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from mlops_gitops.emulator.front import Check
from mlops_gitops.emulator.iam.guard import Denied, Guard
from mlops_gitops.emulator.iam.http import Call, HttpRequest
from mlops_gitops.emulator.wire import Answer

_LOG = logging.getLogger(__name__)


def checked(guard: Guard, denial: Callable[[Call, Denied, Mapping[str, str]], Answer]) -> Check:
    """Make a guard look at requests.

    Args:
        guard: decides.
        denial: words a refusal as the service does.
    """

    def check(
        method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer | None:
        request = HttpRequest(
            method=method,
            path=path,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers=headers,
            body=body,
        )
        refused = guard.check(request)
        if refused is None:
            return None
        call, denied = refused
        _LOG.warning("%s", denied.message)
        return denial(call, denied, headers)

    return check
