"""Model cards in a dict: what stacks keep, and what somebody changed by hand."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.record import Record
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.stack import StackId
from mlops_gitops.status.model_card import CardExport, CardSummary, ModelCard

_TYPE = "AWS::SageMaker::ModelCard"
_NAMES_OF_USERS = frozenset({"CustomDetails", "Metadata"})
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """All versions of a card, oldest first; `stack` is None for one that was made by hand."""

    versions: tuple[ModelCard, ...]
    stack: StackId | None

    @property
    def newest(self) -> ModelCard:
        return self.versions[-1]


@atomic
class MemoryModelCards:
    """Model cards of every account.

    Args:
        stacks: those that keep cards; a card goes with its stack.
        now: gives the time.

    Attributes:
        broken: name of a card -> why its next exports fail.
    """

    def __init__(self, stacks: MemoryStacks, now: Callable[[], datetime]) -> None:
        self.broken: dict[str, str] = {}
        self._stacks = stacks
        self._now = now
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._exports: dict[str, list[CardExport]] = {}

    def put(self, account: str, name: str, content: Mapping[str, Any], status: str) -> None:
        """Make a card by hand, or a new version of one."""
        found = self._find(account, name)
        self._keep(account, name, content, status, found.stack if found else None)

    def set_status(self, account: str, name: str, status: str) -> None:
        """Change a card's status by hand, as in the console.

        Raises:
            KeyError: there is no such card.
        """
        found = self._kept[account, name]
        self._keep(account, name, found.newest.content, status, found.stack)

    def deployed(self, record: Record) -> None:
        """Make the cards of a stack what its template says, whatever they were before."""
        for logical_id, resource in record.seen.resources.items():
            if resource.type == _TYPE:
                properties, stack = resource.properties, record.deployed.id
                name, status = properties["ModelCardName"], properties["ModelCardStatus"]
                # As it is written: what is seen of a template has texts for numbers.
                written = record.template["Resources"][logical_id]["Properties"]["Content"]
                self._keep(stack.account, name, _snake_case(written), status, stack)

    def status(self, account: str, name: str) -> str | None:
        """Give a card's status; None if there is none by that name."""
        found = self._find(account, name)
        return found.newest.status if found else None

    def cards(self, account: str) -> tuple[CardSummary, ...]:
        """List an account's cards by their names."""
        found = (self._find(account, name) for of, name in sorted(self._kept) if of == account)
        return tuple(
            CardSummary(
                name=each.newest.name,
                status=each.newest.status,
                modified_at=each.newest.modified_at,
            )
            for each in found
            if each
        )

    def describe(self, account: str, name: str, version: int | None) -> ModelCard | None:
        """Read a version of a card, the newest by default; None if there is none."""
        found = self._find(account, name)
        versions = found.versions if found else ()
        wanted = len(versions) if version is None else version
        return versions[wanted - 1] if 1 <= wanted <= len(versions) else None

    def export(self, account: str, card: ModelCard, job: str, folder: str) -> str:
        """Start an export, which is over when it was looked at once."""
        arn = f"arn:aws:sagemaker:us-east-1:{account}:model-card/{card.name}/export-job/{job}"
        reason = self.broken.get(card.name, "")
        file = "" if reason else f"{folder.rstrip('/')}/{job}/{card.name}-{card.version}.pdf"
        status = "Failed" if reason else "Completed"
        self._exports[arn] = [
            CardExport(status="InProgress", location="", reason=""),
            CardExport(status=status, location=file, reason=reason),
        ]
        return arn

    def export_job(self, account: str, arn: str) -> CardExport:  # noqa: ARG002 - the ARN says it
        """Say how far an export is."""
        steps = self._exports[arn]
        return steps.pop(0) if len(steps) > 1 else steps[0]

    def delete(self, account: str, name: str) -> None:
        """Delete a card; none to delete is no error."""
        self._kept.pop((account, name), None)

    def _find(self, account: str, name: str) -> _Kept | None:
        found = self._kept.get((account, name))
        if found and found.stack and self._stacks.find(found.stack) is None:
            return None
        return found

    def _keep(
        self,
        account: str,
        name: str,
        content: Mapping[str, Any],
        status: str,
        stack: StackId | None,
    ) -> None:
        found = self._find(account, name)
        before = found.versions if found else ()
        now = self._now()
        made = ModelCard(
            name=name,
            arn=f"arn:aws:sagemaker:us-east-1:{account}:model-card/{name}",
            version=len(before) + 1,
            status=status,
            created_at=before[0].created_at if before else now,
            modified_at=now,
            kms_key="",
            content=content,
        )
        same = before and replace(made, version=len(before), modified_at=now) == replace(
            before[-1], modified_at=now
        )
        versions = before if same else (*before, made)
        self._kept[account, name] = _Kept(versions=versions, stack=stack)


def _snake_case(value: Any) -> Any:
    match value:
        case dict():
            return {
                _WORD.sub("_", name).lower(): (
                    inner if name in _NAMES_OF_USERS else _snake_case(inner)
                )
                for name, inner in value.items()
            }
        case list() | tuple():
            return [_snake_case(each) for each in value]
        case _:
            return value
