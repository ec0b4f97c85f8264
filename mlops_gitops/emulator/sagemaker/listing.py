"""What SageMaker's List operations share: filters, order and pages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mlops_gitops.emulator.sagemaker.plug import Request
from mlops_gitops.emulator.wire import CallError

_USUAL_PAGE = 10
"""SageMaker's default for MaxResults."""

_TIMES = {
    "CreationTimeAfter": ("CreationTime", 1),
    "CreationTimeBefore": ("CreationTime", -1),
    "LastModifiedTimeAfter": ("LastModifiedTime", 1),
    "LastModifiedTimeBefore": ("LastModifiedTime", -1),
}


def page(
    summaries: Iterable[Mapping[str, Any]],
    request: Request,
    *,
    answer: str,
    order: Mapping[str, str],
    equals: Mapping[str, str],
) -> dict[str, Any]:
    """One page of what a List operation found.

    Args:
        summaries: all there is, as the answer has it.
        request: with NameContains, times, SortBy, SortOrder, MaxResults and NextToken.
        answer: the member of the answer that holds the list.
        order: a summary's member for each value of SortBy; "" is the default's, "Name" the name's.
        equals: a summary's member for each member of the request that it has to equal.

    Raises:
        CallError: ValidationException, for a NextToken that nobody gave.
    """
    found = [s for s in summaries if _wanted(s, request, order["Name"], equals)]
    key = order[request.get("SortBy", "")]
    descending = request.get("SortOrder", "Descending") == "Descending"
    found.sort(key=lambda summary: summary[key], reverse=descending)
    start, size = _start(request), int(request.get("MaxResults", _USUAL_PAGE))
    given: dict[str, Any] = {answer: found[start : start + size]}
    if start + size < len(found):
        given["NextToken"] = str(start + size)
    return given


def _wanted(
    summary: Mapping[str, Any], request: Request, name: str, equals: Mapping[str, str]
) -> bool:
    contained = request.get("NameContains", "").lower()
    if contained not in str(summary[name]).lower():
        return False
    if any(summary.get(equals[key]) != request[key] for key in equals.keys() & request.keys()):
        return False
    limits = ((summary.get(_TIMES[key][0]), key) for key in _TIMES.keys() & request.keys())
    return all(
        (float(time or 0) - seconds(request[key])) * _TIMES[key][1] > 0 for time, key in limits
    )


def _start(request: Request) -> int:
    token = request.get("NextToken", "0")
    if not token.isdigit():
        code = "ValidationException"
        raise CallError(code, "The pagination token is invalid.")
    return int(token)


def seconds(time: float | str) -> float:
    """A time of a request as seconds since 1970; botocore sends numbers, others ISO 8601."""
    if isinstance(time, str):
        return datetime.fromisoformat(time).timestamp()
    return time
