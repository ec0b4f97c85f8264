"""What goes wrong on the wire, as AWS, proxies and networks do it."""

import json
from dataclasses import replace
from typing import Any

from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from faults.fault import SECRET
from faults.wire import Answer, WireFault

_FOR_EVER = 1_000
_HTML = b"<html><body><h1>Welcome to our network. Please sign in.</h1></body></html>"


def _refusal(code: str, status: int, message: str) -> Any:
    def happens(request: Any, _answer: Answer) -> Any:
        return told(request, code, status, f"{message} ({SECRET})").to(request)

    return happens


def told(request: Any, code: str, status: int, message: str) -> Answer:
    """Refuse a request in the words of its protocol."""
    if "X-Amz-Target" in request.headers:
        body = json.dumps({"__type": code, "message": message}).encode()
        return Answer(status, {"Content-Type": "application/x-amz-json-1.1"}, body)
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    if "form" in str(request.headers.get("Content-Type", "")):
        error = f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"
    return Answer(status, {"Content-Type": "text/xml"}, error.encode())


def _page(status: int) -> Any:
    def happens(request: Any, _answer: Answer) -> Any:
        return Answer(status, {"Content-Type": "text/html"}, _HTML).to(request)

    return happens


def _cut(request: Any, answer: Answer) -> Any:
    """Let the connection end in the middle of a body whose length was told.

    What is not streamed is read before botocore hands it on, which finds out.
    """
    if not request.stream_output:
        raise ConnectionClosedError(endpoint_url=request.url)
    headers = {**answer.headers, "content-length": str(len(answer.body))}
    return replace(answer, headers=headers, body=answer.body[: len(answer.body) // 2]).to(request)


def _closed(request: Any, _answer: Answer) -> Any:
    raise ConnectionClosedError(endpoint_url=request.url)


def _no_answer(request: Any, _answer: Answer) -> Any:
    raise ReadTimeoutError(endpoint_url=request.url)


_THROTTLED = _refusal("ThrottlingException", 400, "Rate exceeded")
_SLOW = _refusal("SlowDown", 503, "Please reduce your request rate")
_INTERNAL = _refusal("InternalFailure", 500, "An internal error occurred")
_EXPIRED = _refusal("ExpiredToken", 400, "The security token included in the request is expired")
_DENIED = _refusal("AccessDenied", 403, "You are not authorized to perform this operation")

WIRE_FAULTS = (
    WireFault("throttled twice", 2, _THROTTLED),
    WireFault("500 twice", 2, _INTERNAL),
    WireFault("503 twice", 2, _SLOW),
    WireFault("reset once", 1, _closed),
    WireFault("timed out once", 1, _no_answer),
    WireFault("throttled", _FOR_EVER, _THROTTLED),
    WireFault("500", _FOR_EVER, _INTERNAL),
    WireFault("502 of a proxy", _FOR_EVER, _page(502)),
    WireFault("403 of a proxy", _FOR_EVER, _page(403)),
    WireFault("reset", _FOR_EVER, _closed),
    WireFault("timed out", _FOR_EVER, _no_answer),
    WireFault("cut off", _FOR_EVER, _cut),
    WireFault("expired token", _FOR_EVER, _EXPIRED),
    WireFault("denied", _FOR_EVER, _DENIED),
)
"""Those that are retried come first: botocore gives up sooner once it has given up often."""
