"""An answer in pages, of which one is lost, empty, or comes when the token has expired."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from faults.wire import Answer, on_the_wire
from faults.wire_faults import told

from mlops_gitops.adapters.aws.pipelines import CodePipelines
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.errors import AwsError, NotAuthorized

JSON = {"Content-Type": "application/x-amz-json-1.1"}


def page(*ids: str, more: str = "") -> Answer:
    """Give a page of executions, as CodePipeline does."""
    found = [{"pipelineExecutionId": each, "status": "Succeeded", "startTime": 1.0} for each in ids]
    body = {"pipelineExecutionSummaries": found, **({"nextToken": more} if more else {})}
    return Answer(200, JSON, json.dumps(body).encode())


def executions(*pages: Any) -> list[str]:
    """List executions; what is no answer is done instead of answering."""
    left = list(pages)

    def sends(_: Any) -> Any:
        def send(_session: Any, request: Any) -> Any:
            each = left.pop(0)
            return each.to(request) if isinstance(each, Answer) else each(request).to(request)

        return send

    with on_the_wire(sends):
        found = CodePipelines(Accounts("us-east-1")).executions("churn")
    assert not left
    return [each.id for each in found]


def expired(request: Any) -> Answer:
    """Refuse a request whose token has expired."""
    return told(request, "ExpiredTokenException", 400, "The token is expired")


def failing(request: Any) -> Answer:
    """Fail."""
    return told(request, "InternalFailure", 500, "An internal error occurred")


def test_an_empty_page_is_not_the_end() -> None:
    """AWS may give a page without anything, and a token for the next."""
    assert executions(page(more="1"), page("a", more="2"), page(more="3"), page("b")) == ["a", "b"]


def test_a_page_that_fails_is_asked_for_again() -> None:
    """Twice: and what came before is not told twice."""
    pages = (page("a", more="1"), failing, failing, page("b"))

    assert executions(*pages) == ["a", "b"]


@pytest.mark.parametrize(
    ("pages", "error"),
    [
        ((page("a", more="1"), expired), NotAuthorized),
        ((page("a", more="1"), *[failing] * 4), AwsError),
    ],
    ids=["expired", "fails"],
)
def test_what_is_not_whole_is_nothing(
    pages: tuple[Any, ...], error: Callable[..., Exception]
) -> None:
    """Nothing is concluded from the pages before the one that was lost."""
    with pytest.raises(error) as refused:  # type: ignore[call-overload]  # a class of exceptions
        executions(*pages)

    assert "While listing executions of churn" in str(refused.value)
