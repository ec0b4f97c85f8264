"""List operations: filters, order and pages over what the desk knows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mlops_gitops.emulator.jobs.kinds import Kind
from mlops_gitops.emulator.sagemaker.plug import Request
from mlops_gitops.emulator.wire import CallError

Members = Mapping[str, Any]
_PAGE = 100
_NO_FILTERS = frozenset({"SortBy", "SortOrder", "MaxResults", "NextToken"})
_SORTED_BY = {"Name": "{stem}Name", "Status": "{stem}Status", "CreationTime": "CreationTime"}


def page(kind: Kind, jobs: Iterable[Members], request: Request) -> tuple[list[Members], str]:
    """The jobs that a List request asks for, and the token of the next page ("" at the end).

    Raises:
        CallError: a filter or an order that is not emulated, or a token that nobody gave.
    """
    tests = [_test(kind, name, value) for name, value in request.items() if name not in _NO_FILTERS]
    found = [job for job in jobs if all(test(job) for test in tests)]
    by = request.get("SortBy", "CreationTime")
    if by not in _SORTED_BY:
        raise _not_emulated(kind, f"SortBy {by}")
    member = _SORTED_BY[by].format(stem=kind.stem)
    downwards = request.get("SortOrder", kind.sort_order) == "Descending"
    found.sort(key=lambda job: job[member], reverse=downwards)
    token = request.get("NextToken", "0")
    if not token.isdigit():
        raise CallError("ValidationException", "Invalid NextToken")
    start, size = int(token), request.get("MaxResults", _PAGE)
    rest = start + size < len(found)
    return found[start : start + size], str(start + size) if rest else ""


def _test(kind: Kind, name: str, value: Any) -> Callable[[Members], bool]:
    match name:
        case "NameContains":
            return lambda job: value in job[f"{kind.stem}Name"]
        case "StatusEquals":
            return lambda job: bool(job[f"{kind.stem}Status"] == value)
        case "CreationTimeAfter" | "LastModifiedTimeAfter":
            return lambda job: bool(job[name.removesuffix("After")] > value)
        case "CreationTimeBefore" | "LastModifiedTimeBefore":
            return lambda job: bool(job[name.removesuffix("Before")] < value)
        case _:
            raise _not_emulated(kind, name)


def _not_emulated(kind: Kind, what: str) -> CallError:
    message = f"The embedded AWS does not emulate {what} of sagemaker:List{kind.stem}s."
    return CallError("UnknownOperationException", message)
