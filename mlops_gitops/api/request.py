"""Requests: what API Gateway's proxy integration hands over, read.

Source: "Input format of a Lambda function for proxy integration", API Gateway developer guide.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.document import Json, read_document
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.entrance import CONFIG, Submitter

LONGEST = 200_000
"""Bytes of a body: what is handed over to the function itself may have 262,144, as JSON.

Source: "Lambda quotas", asynchronous invocation.
"""


class TooLargeError(Exception):
    """A body is longer than `LONGEST`."""


class BadEncodingError(Exception):
    """A body says that it is base64, and is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request.

    Attributes:
        caller: ARN of whoever signed it; empty if API Gateway does not tell.
    """

    method: str
    path: str
    body: bytes
    caller: str = ""

    @property
    def by(self) -> Submitter:
        """Who hands in what it says."""
        return Submitter(door="api", name=self.caller)


def request_of(event: Mapping[str, Any]) -> Request:
    """Read an event.

    Raises:
        BadEncodingError: its body cannot be decoded.
        TooLargeError: its body is too long.
    """
    body = _body(event)
    if len(body) > LONGEST:
        raise TooLargeError
    identity = (event.get("requestContext") or {}).get("identity") or {}
    return Request(
        method=str(event.get("httpMethod", "")).upper(),
        path="/" + str(event.get("path") or "").strip("/"),
        body=body,
        caller=str(identity.get("userArn") or ""),
    )


def members_of(request: Request) -> Mapping[str, Json]:
    """Read the object that a body holds.

    Raises:
        InvalidRepository: it is no JSON object.
    """
    document = read_document(CONFIG, request.body)
    if isinstance(document, Problem):
        raise InvalidRepository((document,))
    return document.value


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not isinstance(body, str):
        raise BadEncodingError
    try:
        if event.get("isBase64Encoded"):
            return base64.b64decode(body, validate=True)
        return body.encode()
    except (binascii.Error, ValueError) as error:
        raise BadEncodingError from error
