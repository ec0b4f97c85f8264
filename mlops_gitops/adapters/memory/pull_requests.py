"""A pull request."""

from dataclasses import dataclass, field

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.errors import ReadOnlyToken
from mlops_gitops.status.check import Check


@atomic
@dataclass(slots=True)
class MemoryPullRequests:
    """One pull request, to which others may have written."""

    comments: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    def comment(self, marker: str, body: str) -> str:
        """Create or update the one comment that begins with a marker; give its address."""
        for index, there in enumerate(self.comments):
            if there.startswith(marker):
                self.comments[index] = body
                return _address(index)
        self.comments.append(body)
        return _address(len(self.comments) - 1)

    def report(self, check: Check) -> None:
        """Show a check beside its commit; reporting it again replaces it."""
        same = (check.name, check.commit)
        self.checks[:] = [one for one in self.checks if (one.name, one.commit) != same]
        self.checks.append(check)


class ReadOnlyPullRequests:
    """The same, with a token that may not write."""

    def comment(self, marker: str, body: str) -> str:
        """Refuse."""
        raise _refusal(f"write the comment {marker} of {len(body)} characters")

    def report(self, check: Check) -> None:
        """Refuse."""
        raise _refusal(f"report the check {check.name}")


def _address(index: int) -> str:
    return f"https://github.example/acme/models/pull/7#issuecomment-{index + 1}"


def _refusal(what: str) -> ReadOnlyToken:
    return ReadOnlyToken(
        f"The token may not {what}.", hint="Give it the permission, or read the step summary."
    )
