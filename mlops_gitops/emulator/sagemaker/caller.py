"""Who calls SageMaker, for what it does in the name of its caller, such as writing to S3."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from mlops_gitops.emulator.codepipeline.clients import Credentials

_KEY = re.compile(r"Credential=([^/,\s]+)/")
_CALLER: ContextVar[Credentials | None] = ContextVar("caller", default=None)


@contextmanager
def calling(headers: Mapping[str, str]) -> Iterator[None]:
    """Remember while a request is answered whom its signature names; names are in lower case."""
    found = _KEY.search(headers.get("authorization", ""))
    token = headers.get("x-amz-security-token")
    caller = Credentials(key=found[1], token=token) if found else None
    before = _CALLER.set(caller)
    try:
        yield
    finally:
        _CALLER.reset(before)


def caller_in(account: str) -> Credentials:
    """Give the caller's credentials; the account's own where it calls from inside."""
    return _CALLER.get() or Credentials(key=account)
