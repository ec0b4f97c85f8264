"""Migrate: the text of a config of an old format -> the text of today's, which looks alike."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mlops_gitops.config.document import Document
from mlops_gitops.config.members import Member, Members, read_members
from mlops_gitops.config.old_format import OldFormat, find_old_format, lost, undecided
from mlops_gitops.config.schemas import Schemas
from mlops_gitops.problems import Problem

_TYPE = "pipeline_type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A config that is written anew.

    Attributes:
        path: of the config.
        versions: which versions had its format.
        before: the text as it is.
        after: the text as it will be; the same where nothing could be decided.
        notes: what could not be carried over, at its place in the old text.
    """

    path: str
    versions: str
    before: str
    after: str
    notes: tuple[Problem, ...]


def migrate(document: Document, schemas: Schemas) -> Migration | None:
    """Write a config anew; None for one that is of no old format."""
    found = find_old_format(document, schemas)
    if found is None:
        return None
    text = document.text
    notes: tuple[Problem, ...]
    if found.undecided is not None:
        after, notes = text, (undecided(document, found.undecided),)
    else:
        after = _rewritten(read_members(text), found).text()
        notes = tuple(lost(document, key, why) for key, why in found.lost.items())
    return Migration(
        path=document.path, versions=found.versions, before=text, after=after, notes=notes
    )


def _rewritten(members: Members, found: OldFormat) -> Members:
    kept = (member for member in members.members if member.key not in found.dropped)
    return replace(members, members=tuple(each for one in kept for each in _members(one, found)))


def _members(member: Member, found: OldFormat) -> Iterator[Member]:
    """Give what becomes of one member: itself, perhaps renamed, and copies of it."""
    renamed = member.renamed(found.renamed[member.key]) if member.key in found.renamed else member
    if renamed.key == _TYPE and found.pipeline_type is not None:
        renamed = replace(renamed, value_text=json.dumps(found.pipeline_type))
    yield renamed
    for key, source in found.copied.items():
        if source == member.key:
            yield renamed.renamed(key)
