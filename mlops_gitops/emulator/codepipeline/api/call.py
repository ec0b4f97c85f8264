"""One call of the API, and what all operations share: who asks, pages, what is not found."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.ledger import Key, Ledger

if TYPE_CHECKING:
    from mlops_gitops.emulator.codepipeline.clients import Clients
    from mlops_gitops.emulator.codepipeline.declaration import Stage
    from mlops_gitops.emulator.codepipeline.state import PipelineState

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who calls, with what; the request's shape has been checked."""

    ledger: Ledger
    clients: Clients
    account: str
    region: str
    request: Mapping[str, Any]

    @property
    def caller(self) -> str:
        """Who is shown as the one who did it; the session's name does not reach us."""
        return f"arn:aws:iam::{self.account}:root"

    def key(self, member: str = "name") -> Key:
        """Name the pipeline that this member of the request names."""
        return Key(account=self.account, region=self.region, name=self.request[member])


Operation = Callable[[Call], Json]


def page(
    call: Call, items: Sequence[T], name_of: Callable[[T], str], most: int
) -> tuple[list[T], Json]:
    """Cut out the page that is asked for, and give the token of the next one.

    The token names the last item of a page, so what is added meanwhile shifts nothing.

    Raises:
        ApiError: InvalidNextTokenException.
    """
    start, token = 0, call.request.get("nextToken")
    if token:
        names = [name_of(item) for item in items]
        try:
            start = names.index(base64.urlsafe_b64decode(token).decode()) + 1
        except (ValueError, binascii.Error) as error:
            message = "The next token was specified in an invalid format."
            raise ApiError("InvalidNextTokenException", message) from error
    size = call.request.get("maxResults", most)
    cut = list(items[start : start + size])
    if start + size >= len(items):
        return cut, {}
    return cut, {"nextToken": base64.urlsafe_b64encode(name_of(cut[-1]).encode()).decode()}


def find_stage(state: PipelineState, name: str) -> Stage:
    """Find a stage of a pipeline.

    Raises:
        ApiError: StageNotFoundException.
    """
    stage = state.pipeline.stage(name)
    if stage is None:
        raise ApiError(
            "StageNotFoundException",
            f"Stage '{name}' was not found in pipeline '{state.pipeline.name}'",
        )
    return stage


def compact(values: Mapping[str, Any]) -> Json:
    """Leave out what has no value: AWS omits members rather than send null."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
