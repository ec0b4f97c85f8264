"""A town with a remote, a cloud in memory, and as many watchers as a test wants."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from builders import DATA, SINGLE_ACCOUNT, Trial, realtime, repository, trial

from mlops_gitops.adapters.memory.remote import MemoryRemote
from mlops_gitops.adapters.memory.repository import MemoryCommits, MemoryFiles
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.ports.assets import Assets
from mlops_gitops.status.history import is_deployment
from mlops_gitops.status.watch import Event, EventKind, read_lease
from mlops_gitops.use_cases.validate import load_repository, validate
from mlops_gitops.use_cases.watch.sweep import Sweep
from mlops_gitops.use_cases.watch.watcher import Surroundings, Terms, Turn, Watcher
from mlops_gitops.use_cases.world import World

NAMES = ("churn", "abalone", "iris")
LEASE = "mlops_gitops_watch/main.json"
SIZES = ("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge")


class Killed(BaseException):
    """The process is gone, in the middle of whatever it did."""


@dataclass(slots=True)
class Life:
    """Ends at one of the calls that a watcher makes, before it is sent or after it was answered.

    Attributes:
        calls: how many were made so far.
        end: number of the last one; 0 to live.
        asleep_at: number of the call before which the machine sleeps, once.
        meanwhile: what happens in the world while it sleeps.
    """

    end: int = 0
    after: bool = False
    calls: int = 0
    asleep_at: int = 0
    meanwhile: Callable[[], None] = field(default=lambda: None)
    is_over: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False)

    def _count(self) -> int:
        """Number a call; threads call at once, and no two have the same number."""
        with self._lock:
            self.calls += 1
            return self.calls

    def call(self, found: Callable[..., Any]) -> Callable[..., Any]:
        """Let a call end this life, and none be made after that."""

        def mortal(*given: Any, **named: Any) -> Any:
            number = self._count()
            if self.is_over or (number == self.end and not self.after):
                self.is_over = True
                raise Killed
            if number == self.asleep_at:
                self.meanwhile()
            answer = found(*given, **named)
            if self.is_over or number == self.end:
                self.is_over = True
                raise Killed
            return answer

        return mortal

    def of(self, port: Any) -> Any:
        """Give a port whose every call counts."""
        return _Mortal(port, self)


class _Mortal:
    def __init__(self, port: Any, life: Life) -> None:
        self._port = port
        self._life = life

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        return self._life.call(found) if callable(found) else found


_REACHED = ("stacks", "assets", "pipelines", "machines", "models", "images", "endpoints")


@dataclass(slots=True)
class Town:
    """A remote and the accounts that its branch is carried to.

    Attributes:
        told: what all watchers told, by any of them.
    """

    made: Trial
    remote: MemoryRemote = field(default_factory=MemoryRemote)
    told: list[Event] = field(default_factory=list)
    rings: int = 0

    def push(self, *configs: dict[str, Any], **named: Any) -> str:
        """Commit configs in place of those that were there."""
        settings = self.made.files["mlops-gitops.yaml"].decode()
        return self.remote.push(repository(*configs, settings=settings), **named)

    def watcher(
        self,
        holder: str = "one",
        *,
        life: Life | None = None,
        look: Sweep | None = None,
        bell: Any = None,
        **terms: Any,
    ) -> Watcher:
        """Give a watcher that knows nothing but git and AWS."""
        alive = life or Life()
        around = Surroundings(
            remote=alive.of(self.remote),
            installations=_Installations(self, alive),
            open_world=lambda commit: self.world(commit, alive),
            bell=bell or self,
            stopwatch=self,
            now=self.made.cloud.clock.now,
            chance=lambda: 0.5,
            journal=self,
            sweep=look,
        )
        return Watcher(around, Terms(branch="main", holder=holder, **terms))

    def world(self, commit: str, life: Life) -> World:
        """Open the world at a commit, as checking it out does."""
        pushed = self.remote.commits[commit]
        commits = MemoryCommits(
            pushed.commit,
            pushed.files,
            {id_: each.files for id_, each in self.remote.commits.items()},
        )
        self.made.commits = commits
        world = self.made.world_of(load_repository(MemoryFiles(pushed.files), DATA))
        behind: dict[str, Any] = {name: life.of(getattr(world, name)) for name in _REACHED}
        return replace(world, **behind)

    def wait(self, seconds: float) -> bool:
        """Let time pass, and the cloud with it; whether somebody rings."""
        self.made.cloud.clock.sleep(seconds)
        self.rings -= 1
        return self.rings >= 0

    @property
    def signal(self) -> int:
        """Nobody tells these watchers to end."""
        return 0

    def seconds(self) -> float:
        """Give the cloud's time, which only goes forward."""
        return self.made.cloud.clock.now().timestamp()

    def tell(self, event: Event) -> None:
        """Take note."""
        self.told.append(event)

    def kinds(self) -> list[EventKind]:
        """Say what was told, in order, without the looks at the remote."""
        return [each.kind for each in self.told if each.kind is not EventKind.FETCHED]

    def about(self, kind: EventKind) -> list[dict[str, Any]]:
        """Give the facts of each event of a kind."""
        return [dict(each.about) for each in self.told if each.kind is kind]

    def cursor(self) -> str:
        """Read the last commit that is done with."""
        assets = self.made.cloud.assets
        latest = assets.latest(LEASE)
        assert latest
        return read_lease(LEASE, assets.read(LEASE, latest.version_id)).cursor

    def carried(self) -> dict[str, list[tuple[str, str]]]:
        """Give what each delivery pipeline ran, oldest first: commit and how it ended."""
        pipelines = self.made.cloud.pipelines
        found = {}
        for name in pipelines.names():
            runs = [each for each in reversed(pipelines.executions(name)) if is_deployment(each)]
            found[name] = [
                (pipelines.details(name, each.id).variables["commit"], each.status.value)
                for each in runs
            ]
        return found


class _Installations:
    def __init__(self, town: Town, life: Life) -> None:
        self._town = town
        self._life = life

    def settings(self, commit: str) -> Settings:
        validated = validate(MemoryFiles(self._town.remote.commits[commit].files), DATA)
        if validated.settings is None:
            raise InvalidRepository(validated.problems)
        return validated.settings

    def assets(self, settings: Settings) -> Assets:  # noqa: ARG002 - there is one bucket
        found: Assets = self._life.of(self._town.made.cloud.assets)
        return found


def town(settings: str = SINGLE_ACCOUNT, names: Sequence[str] = NAMES) -> Town:
    """Give a town whose accounts are prepared, and whose models are uploaded."""
    return Town(trial(*(config(each) for each in names), settings=settings))


def config(name: str, size: str = SIZES[0]) -> dict[str, Any]:
    """Declare a workload of some size."""
    return realtime(name, inference_instance=size, endpoint_name=name)


def pipeline_of(watched: Town, name: str) -> str:
    """Name the delivery pipeline of a model."""
    world = watched.world(watched.remote.head, Life())
    (found,) = [each for each in world.repository.configs if str(each.workload) == name]
    return pipeline_name(workload_stack(world.settings, found))


def push_history(watched: Town, commits: int, seed: int) -> list[str]:
    """Push commits that each change one workload, and often back to what it was."""
    chance = random.Random(seed)  # noqa: S311 - a history, no secret
    sizes = dict.fromkeys(NAMES, SIZES[0])
    pushed = [watched.push(*(config(name, size) for name, size in sizes.items()))]
    for number in range(1, commits):
        name = chance.choice(NAMES)
        sizes[name] = chance.choice([size for size in SIZES if size != sizes[name]])
        configs = [config(each, size) for each, size in sizes.items()]
        pushed.append(watched.push(*configs, message=f"change {number}"))
    return pushed


def live(watcher: Watcher, until: Callable[[], bool], turns: int = 400) -> Turn:
    """Let a watcher turn and rest until something is so."""
    for _ in range(turns):
        turn = watcher.turn()
        if until():
            return turn
        watcher.rest(turn)
    raise AssertionError(turn)


def times(watched: Town) -> Counter[str]:
    """Count how often each commit started something."""
    return Counter(commit for runs in watched.carried().values() for commit, _ in runs)
