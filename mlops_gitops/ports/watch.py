"""What a watcher needs of the outside world beside AWS: a branch, a bell, and somebody to tell."""

from typing import Protocol

from mlops_gitops.config.settings import Settings
from mlops_gitops.ports import Assets
from mlops_gitops.status.watch import Event


class Remote(Protocol):
    """A branch of a remote repository, as it was fetched last."""

    def fetch(self) -> str:
        """Fetch the branch; give the full id of its newest commit.

        Raises:
            MlopsError: the remote was not reached, refused, or has no such branch.
        """

    def line(self, head: str) -> tuple[str, ...]:
        """List the newest commits of the first-parent line that ends with one, newest first."""

    def after(self, commit: str, head: str) -> tuple[str, ...] | None:
        """List the commits of the line after one of them, oldest first.

        Only those that build on it: what a merge brings along is no state the branch was ever in.

        Returns:
            None where the commit is not there, or is no ancestor of the newest: the branch was
            rewritten.
        """

    def commit_at(self, revision: str) -> str:
        """Give the full id of a commit of the branch.

        Raises:
            UsageError: the branch has no such commit.
        """

    def unsigned(self, commit: str) -> str:
        """Say why a commit's signature does not hold; empty where it does, or none is asked for."""


class Installations(Protocol):
    """Where commits of the branch are carried to."""

    def settings(self, commit: str) -> Settings:
        """Read the settings at a commit.

        Raises:
            InvalidRepository: they have errors.
        """

    def assets(self, settings: Settings) -> Assets:
        """Reach the assets bucket."""


class Bell(Protocol):
    """Wakes a watcher, or tells it to end."""

    @property
    def signal(self) -> int:
        """Give the number of the signal that told the watcher to end; 0 if none did."""

    def stop(self, signal: int) -> None:
        """Tell the watcher to end, by the number of a signal."""

    def wait(self, seconds: float) -> bool:
        """Wait until somebody rings, or the time is over; whether somebody rang."""


class Stopwatch(Protocol):
    """Time that only ever goes forward, whoever sets the clock, a machine's sleep included."""

    def seconds(self) -> float:
        """Give seconds since some moment."""


class Journal(Protocol):
    """Whoever is told what happens."""

    def tell(self, event: Event) -> None:
        """Take note of an event."""
