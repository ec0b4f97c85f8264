"""A branch of a remote in dicts: commits with parents, files and signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.errors import HostError, UsageError
from mlops_gitops.ports import Commit

_LINE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """One commit.

    Attributes:
        parents: full ids, the one whose line it continues first.
        is_signed: whether somebody who may has signed it.
    """

    commit: Commit
    parents: tuple[str, ...]
    files: Mapping[str, bytes]
    is_signed: bool = True


@atomic
@dataclass(slots=True)
class MemoryRemote:
    """A branch, and every commit that was ever pushed to it.

    Attributes:
        head: full id of its newest commit; empty before the first.
        broken: what the host says instead of answering; empty while it answers.
        wants_signatures: whether signatures are asked for.
    """

    commits: dict[str, Pushed] = field(default_factory=dict)
    head: str = ""
    broken: str = ""
    wants_signatures: bool = False

    def push(
        self,
        files: Mapping[str, bytes],
        message: str = "a change",
        *,
        parents: Sequence[str] | None = None,
        is_signed: bool = True,
    ) -> str:
        """Commit files, by default after the newest commit, and let the branch be there."""
        if parents is None:
            parents = (self.head,) if self.head else ()
        name = repr((tuple(parents), message, sorted(files.items()), len(self.commits)))
        id_ = sha1(name.encode(), usedforsecurity=False).hexdigest()
        author = "Test <t@example.com>"
        commit = Commit(id=id_, author=author, subject=message, is_clean=True, message=message)
        self.commits[id_] = Pushed(
            commit=commit, parents=tuple(parents), files=dict(files), is_signed=is_signed
        )
        self.head = id_
        return id_

    def fetch(self) -> str:
        """Fetch the branch; see `Remote.fetch`."""
        if self.broken or not self.head:
            raise HostError(self.broken or "There is no such branch.", hint="Try again.")
        return self.head

    def line(self, head: str) -> tuple[str, ...]:
        """List the newest commits of a line, newest first; see `Remote.line`."""
        return tuple(self._line(head)[:_LINE])

    def after(self, commit: str, head: str) -> tuple[str, ...] | None:
        """List the commits of the line that build on one of them; see `Remote.after`."""
        if commit not in self._reached(head):
            return None
        building = [
            each for each in self._line(head) if each != commit and commit in self._reached(each)
        ]
        return tuple(reversed(building))

    def commit_at(self, revision: str) -> str:
        """Give the full id of a commit of the branch; see `Remote.commit_at`."""
        if revision == "HEAD":
            return self.head
        for id_ in self.commits:
            if id_.startswith(revision):
                return id_
        raise UsageError(f"The branch has no commit {revision!r}.", hint="Name one by its id.")

    def unsigned(self, commit: str) -> str:
        """Say why a commit's signature does not hold; see `Remote.unsigned`."""
        if not self.wants_signatures or self.commits[commit].is_signed:
            return ""
        return f"The signature of {commit} does not hold: it is not signed"

    def _line(self, head: str) -> list[str]:
        found = [head] if head in self.commits else []
        while found and (parents := self.commits[found[-1]].parents):
            found.append(parents[0])
        return found

    def _reached(self, head: str) -> set[str]:
        found: set[str] = set()
        todo = [head]
        while todo:
            id_ = todo.pop()
            if id_ in self.commits and id_ not in found:
                found.add(id_)
                todo += self.commits[id_].parents
        return found
