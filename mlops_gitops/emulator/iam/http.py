"""A request of AWS's API, read as an operation and its parameters, whatever protocol it came in.

Facts about operations are botocore's own.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

import botocore.session
from botocore.model import OperationModel

_SESSION = botocore.session.get_session()


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """What came in.

    Attributes:
        path: as it was sent, with its escapes.
        query: with values that may be empty.
        headers: names in lower case.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation of a service.

    Attributes:
        service: its prefix in IAM: `states`, not `stepfunctions`.
        operation: as the API calls it: `ListObjectsV2`.
        parameters: by the API's names; what a form gives is flat.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]


_SCOPE = re.compile(r"Credential=[^/,\s]+/\d+/([^/]+)/([^/]+)/aws4_request")
_PREFIXES = {"monitoring": "cloudwatch"}
_REST = {
    "s3": "s3",
    "lambda": "lambda",
    "apigateway": "apigateway",
    "scheduler": "scheduler",
    "sagemaker": "sagemaker-runtime",
    "execute-api": "",
}
"""Services whose operations are told by method and path, by signing name."""


def read_call(request: HttpRequest) -> Call | None:
    """Read an operation; None if the request is not signed, or no operation that is known."""
    scope = _SCOPE.search(request.headers.get("authorization", ""))
    if scope is None:
        return None
    signed = scope[2]
    service = _PREFIXES.get(signed, signed)
    target = request.headers.get("x-amz-target", "").rpartition(".")[2]
    if target:
        return Call(service=service, operation=target, parameters=_json(request.body))
    _, found, rpc = request.path.partition("/operation/")
    if found:  # Smithy's RPC with CBOR, which CloudWatch speaks; none of its ARNs is read
        return Call(service=service, operation=rpc, parameters={})
    if _REST.get(signed):
        return _rest(_REST[signed], service, request)
    form = {**dict(parse_qsl(request.body.decode("utf-8", "replace"))), **request.query}
    if "Action" in form:
        return Call(service=service, operation=form["Action"], parameters=form)
    return None


def region_of(request: HttpRequest) -> str:
    """The region that a request was signed for."""
    scope = _SCOPE.search(request.headers.get("authorization", ""))
    return scope[1] if scope else ""


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _rest(model: str, service: str, request: HttpRequest) -> Call | None:
    given = {**request.query, **request.headers}
    fitting = [
        (len(route.needs), route, found)
        for route in _routes(model)
        if route.method == request.method
        and route.needs <= given.keys()
        and (found := route.path.fullmatch(request.path))
    ]
    if not fitting:
        return None
    _, route, found = max(fitting, key=lambda each: each[0])
    body = _json(request.body) if service != "s3" else {}
    labels = {name: unquote(value) for name, value in found.groupdict().items()}
    named = {name: given[key] for name, key in route.parameters if key in given}
    return Call(service=service, operation=route.operation, parameters={**body, **named, **labels})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """How an operation is told: its path, and what has to be there of query and headers."""

    operation: str
    method: str
    path: re.Pattern[str]
    needs: frozenset[str]
    parameters: tuple[tuple[str, str], ...]


@cache
def _routes(model: str) -> tuple[_Route, ...]:
    service = _SESSION.get_service_model(model)
    return tuple(_route(service.operation_model(name)) for name in service.operation_names)


def _route(operation: OperationModel) -> _Route:
    path, _, query = operation.http["requestUri"].partition("?")
    located = dict(_located(operation))
    required = set(operation.input_shape.required_members) if operation.input_shape else set()
    literal = {each.partition("=")[0] for each in query.split("&") if each}
    return _Route(
        operation=operation.name,
        method=operation.http["method"],
        path=re.compile(_LABEL.sub(_group, path)),
        needs=frozenset(literal | {key for name, key in located.items() if name in required}),
        parameters=tuple(located.items()),
    )


_LABEL = re.compile(r"\{(\w+)(\+?)\}")


def _group(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})"


def _located(operation: OperationModel) -> Iterator[tuple[str, str]]:
    for name, shape in operation.input_shape.members.items() if operation.input_shape else ():
        where = shape.serialization.get("location")
        spelled = shape.serialization.get("name", name)
        if where in ("querystring", "header"):
            yield name, spelled.lower() if where == "header" else spelled
