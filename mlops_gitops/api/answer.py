"""Answers: what a caller gets, failures included; the format is API Gateway's.

A failure says what it is and what to do. What only we can mend has an id; the rest of it is in the
log, where nobody else reads.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import (
    AwsError,
    Blocked,
    HostError,
    InvalidRepository,
    MlopsError,
    PolicyFailure,
    UsageError,
)
from mlops_gitops.views.problems_json import problem_members

_BUSY = frozenset(
    {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status and a JSON object."""

    status: HTTPStatus
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """Write it as API Gateway takes it; ASCII only, so nothing in it drives a terminal."""
        return {
            "statusCode": int(self.status),
            "isBase64Encoded": False,
            "headers": {"Content-Type": "application/json", **self.headers},
            "body": json.dumps(self.body, default=_iso),
        }


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def ok(**members: Any) -> Answer:
    """Answer that all is well."""
    return Answer(status=HTTPStatus.OK, body=members)


def refusal(status: HTTPStatus, message: str, hint: str, **headers: str) -> Answer:
    """Answer that something about the request is wrong."""
    return Answer(status=status, body={"message": message, "hint": hint}, headers=headers)


def failure(error: MlopsError) -> Answer:
    """Answer with a failure that we expect."""
    if isinstance(error, InvalidRepository):
        return _invalid(error)
    return refusal(_status(error), masked(error.message), masked(error.hint))


def defect(number: str) -> Answer:
    """Answer that something is our fault; the log has it under this id."""
    return Answer(
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        body={
            "message": "This is a defect of mlops-gitops.",
            "hint": "Report it with what the function's log has under this id.",
            "id": number,
        },
    )


def _invalid(error: InvalidRepository) -> Answer:
    first = error.problems[0]
    more = f" ({len(error.problems)} problems)" if len(error.problems) > 1 else ""
    return Answer(
        status=HTTPStatus.BAD_REQUEST,
        body={
            "message": f"{first.code} {first.message}{more}",
            "hint": first.hint,
            "problems": [problem_members(each) for each in error.problems],
        },
    )


def _status(error: MlopsError) -> HTTPStatus:
    match error:
        case UsageError():
            return HTTPStatus.BAD_REQUEST
        case PolicyFailure():
            return HTTPStatus.FORBIDDEN
        case Blocked():
            return HTTPStatus.CONFLICT
        case AwsError(code=code) if code in _BUSY:
            return HTTPStatus.SERVICE_UNAVAILABLE
        case AwsError() | HostError():
            return HTTPStatus.BAD_GATEWAY
        case _:
            return HTTPStatus.SERVICE_UNAVAILABLE
