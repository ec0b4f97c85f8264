"""What passes between the front of the embedded AWS and the services behind it."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

JSON_CONTENT_TYPE = "application/x-amz-json-1.1"


class Scope(NamedTuple):
    """Whose call it is: a 12-digit account and a region."""

    account: str
    region: str


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class CallError(Exception):
    """A service refused a call: AWS's own error code and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def json_error(status: int, code: str, message: str) -> Answer:
    """An error in the shape of AWS's JSON protocols."""
    body = json.dumps({"__type": code, "message": message, "Message": message})
    headers = {"Content-Type": JSON_CONTENT_TYPE, "x-amzn-errortype": code}
    return Answer(status, headers, body.encode())


def unwrapped(status: int, answered: dict[str, Any]) -> dict[str, Any]:
    """A service's answer.

    Raises:
        CallError: it is an error.
    """
    if status < 400:  # noqa: PLR2004 -- HTTP's border between answers and errors
        return answered
    code = str(answered.get("__type", "InternalFailure")).rpartition("#")[2]
    raise CallError(code, str(answered.get("message") or answered.get("Message") or code))
