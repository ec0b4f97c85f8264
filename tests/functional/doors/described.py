"""The API's description, as schemathesis makes requests of it and reads answers."""

from pathlib import Path

import requests
import schemathesis
from schemathesis.checks import CHECKS

SCHEMA = Path(__file__).parents[3] / "schemas" / "api.json"
API = schemathesis.openapi.from_path(SCHEMA)
OPERATIONS = {each.ok().label: each.ok() for each in API.get_all_operations()}
HELD_TO = [
    *CHECKS.get_by_names(["not_a_server_error", "status_code_conformance"]),
    *CHECKS.get_by_names(["content_type_conformance", "response_schema_conformance"]),
]


def prepared(case: schemathesis.Case) -> requests.PreparedRequest:
    """Give what a client would send for a case."""
    return requests.Request(**case.as_transport_kwargs(base_url="http://api")).prepare()


def body_of(request: requests.PreparedRequest) -> bytes:
    """Give the bytes of a request; none are none."""
    body = request.body or b""
    return body if isinstance(body, bytes) else str(body).encode()


def hold(
    case: schemathesis.Case,
    request: requests.PreparedRequest,
    status: int,
    headers: dict[str, str],
    content: bytes,
) -> None:
    """See that an answer is one that the description knows."""
    answer = schemathesis.Response(
        status_code=status,
        headers={name.lower(): [value] for name, value in headers.items()},
        content=content,
        request=request,
        elapsed=0.1,
        verify=False,
    )
    case.validate_response(answer, checks=HELD_TO)
