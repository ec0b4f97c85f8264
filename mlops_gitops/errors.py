"""Failures we expect, each with its exit code.

::

    MlopsError                  1  tool, AWS or usage error
    ├── UsageError              1  the command cannot mean anything
    ├── ShallowClone            1  the clone lacks the commits that a change is told by
    ├── UnsafePath              1  a path leaves the repository
    ├── AwsError                1  AWS refused: where we were, what it said, what to do
    │   └── NotAuthorized       1  a role or permission is missing
    ├── MissingExtra            1  an optional part of the installation is not there
    ├── EmulatorError           1  the embedded AWS cannot start or stop
    ├── HostError               1  the host of the repository refused, such as GitHub
    │   └── ReadOnlyToken       1  its token may not write, as in a pull request from a fork
    ├── InvalidRepository       3  validation found errors; carries all problems
    ├── PolicyFailure           3  the settings do not allow what would change
    ├── Blocked                 4  stale plan, obsolete change set, approval missing, busy
    └── Incomplete              5  something could not be compared

Anything else that is raised is a defect of ours.
"""

from typing import ClassVar

from mlops_gitops.problems import Problem


class MlopsError(Exception):
    """A failure that the user can do something about.

    Args:
        message: where we were and what happened, in full sentences.
        hint: the next thing to do; a command where there is one.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MlopsError):
    """The command line, or the folder it runs in, makes no sense for this command."""


class ShallowClone(MlopsError):
    """The clone has only the newest commits, and what was asked for lies before them."""


class UnsafePath(MlopsError):
    """A path, or a symbolic link on it, leaves the repository."""


class AwsError(MlopsError):
    """AWS refused a call. `code` is AWS's own error code."""

    def __init__(self, message: str, *, hint: str, code: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class NotAuthorized(AwsError):
    """A role cannot be assumed, or may not do what is asked."""


class MissingExtra(MlopsError):
    """A command needs an optional part of the installation."""


class EmulatorError(MlopsError):
    """The embedded AWS cannot do what its owner asks."""


class HostError(MlopsError):
    """The host of the repository, such as GitHub, refused a call or was not reached."""


class ReadOnlyToken(HostError):
    """The token that a run got may not write there; what was to be told is told elsewhere."""


class InvalidRepository(MlopsError):
    """What is committed cannot be deployed; `problems` holds everything that was found."""

    exit_code: ClassVar[int] = 3

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        count = len(problems)
        noun = "problem" if count == 1 else "problems"
        super().__init__(f"{count} {noun} found.", hint="Mend them and run the command again.")
        self.problems = problems


class PolicyFailure(MlopsError):
    """What would change is valid, and the settings do not allow it."""

    exit_code: ClassVar[int] = 3


class Blocked(MlopsError):
    """The world is not in a state in which this is safe."""

    exit_code: ClassVar[int] = 4


class Incomplete(MlopsError):
    """Something could not be compared, so nothing may be concluded from it."""

    exit_code: ClassVar[int] = 5
