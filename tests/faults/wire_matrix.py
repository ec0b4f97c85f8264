"""The wire's matrix: each thing a command asks of AWS, each fault, and what the command says."""

import contextlib
import io
import itertools
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from builders import SETTINGS
from e2e.user import User, model, upload_artifact
from embedded_aws import embedded_aws, in_environment
from faults.matrix import wrong_words
from faults.typed import Said, Words
from faults.wire import Asked, Record, WireFault, on_the_wire
from faults.wire_faults import WIRE_FAULTS

from mlops_gitops import app
from mlops_gitops.adapters.aws.pace import Paces
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.app_world import aws_around
from mlops_gitops.cli import main
from mlops_gitops.use_cases.world import World

NAME = "wired"
_ROLE = "AssumeRole"
_REFUSED = {1, 4, 5}


@dataclass(slots=True)
class Recorded:
    """A command that ran once, undisturbed, at the embedded AWS."""

    words: Words
    user: User
    world: World
    record: Record = field(default_factory=Record)
    said: Said = field(default_factory=lambda: Said(None))

    @property
    def name(self) -> str:
        """Name it."""
        return " ".join(each if len(each) < 20 else "..." for each in self.words)

    def faults(self) -> Iterator[tuple[Asked, WireFault]]:
        """Give every fault at every call; those that are retried first, as they cost patience."""
        for fault in WIRE_FAULTS:
            for each in sorted(self.record.answers):
                yield each, fault

    def run(self, at: Asked, fault: WireFault) -> list[str]:
        """Run it from the record with one fault; say what is wrong with what it says."""
        # Whoever has a role's credentials does not ask for them again.
        world = _world(self.user) if at.action == _ROLE else self.world
        with on_the_wire(lambda _: self.record.replaying(at, fault)):
            said = typed_by(self.user, self.words, world)
        wrong = wrong_words(said) if self.record.broken else ["the call was not made"]
        if fault.is_retried and (said.code, _lines(said)) != (self.said.code, _lines(self.said)):
            wrong.append(f"it noticed, and ended with {said.code}: {said.text[-300:]}")
        if not fault.is_retried and said.code not in _REFUSED and _lines(said) != _lines(self.said):
            wrong.append(f"it ended with {said.code}, and said something else: {said.text[-300:]}")
        return [f"{self.name}: {fault.name} at {at}: {each}" for each in wrong]


def _lines(said: Said) -> list[str]:
    """Give what was said; several things at once may be told in any order."""
    return sorted(said.text.splitlines())


def typed_by(user: User, words: Words, world: World) -> Said:
    """Type a command in a user's repository."""
    said, before, stdin = io.StringIO(), sys.argv, sys.stdin
    sys.argv, sys.stdin = ["mlops-gitops", *words, "--root", str(user.folder)], io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main(lambda *_: world)
    except SystemExit as ended:
        return Said(int(ended.code or 0), said.getvalue())
    finally:
        sys.argv, sys.stdin = before, stdin
    raise AssertionError("The command line always exits.")


@contextlib.contextmanager
def recorded() -> Iterator[tuple[Recorded, ...]]:
    """Run each command once at an embedded AWS of its own; the records outlive it."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        running = stack.enter_context(embedded_aws(Path(folder) / "state"))
        stack.enter_context(in_environment(running))
        (Path(folder) / "repository").mkdir()
        user = User(folder=Path(folder) / "repository", running=running)
        (user.folder / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
        user.git("init", "-q")
        user.commit(model(NAME, endpoint_name=NAME))
        app.embedded_up(user.folder, running.state_dir, 0, lambda _: None)
        upload_artifact(running)
        yield tuple(_in_order(user))


def _in_order(user: User) -> Iterator[Recorded]:
    yield _recorded(user, "plan")
    yield _recorded(user, "apply")
    user.settled(NAME)
    yield _recorded(user, "status")
    yield _recorded(user, "approve", NAME, "--stage", "staging", "--yes")
    user.settled(NAME)
    yield _recorded(user, "history", NAME)
    yield _recorded(user, "suspend", NAME, "--reason", "a test")
    yield _recorded(user, "resume", NAME)
    yield _recorded(user, "drift", NAME)
    yield _recorded(user, "gc", "--yes")
    yield _recorded(user, "reject", NAME, "--reason", "no")


def _recorded(user: User, *words: str) -> Recorded:
    """Run a command with connections of its own, which the runs from the record go on to use."""
    made = Recorded(words, user, _world(user))
    with on_the_wire(made.record.noting):
        made.said = typed_by(user, words, made.world)
    assert made.said.code == 0, made.said
    return made


def _world(user: User) -> World:
    """Open the world of a repository; its calls wait by a clock that nobody waits for."""
    opened, clock = app.world_on_aws(user.folder), itertools.count()
    accounts = Accounts(
        opened.settings.region, paces=Paces(lambda: float(next(clock)), lambda _: None)
    )
    around = aws_around(
        opened.repository,
        data=opened.data,
        blueprints=app.repository_blueprints(user.folder),
        commits=opened.commits,
        scripts=opened.scripts,
        accounts=accounts,
    )
    return replace(around, branches=opened.branches, read=opened.read)
