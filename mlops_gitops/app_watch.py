"""Composition root of `watch`: what nothing else needs."""

import os
import random
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from mlops_gitops import app
from mlops_gitops.adapters.aws.assets import S3Assets
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.adapters.bell import BootStopwatch, SignalBell
from mlops_gitops.adapters.clock import SystemClock
from mlops_gitops.adapters.git_branches import GitBranches
from mlops_gitops.adapters.git_files import GitFiles
from mlops_gitops.adapters.git_remote import GitRemote, Origin
from mlops_gitops.adapters.watch_server import Page, WatchServer, json_page
from mlops_gitops.adapters.webhooks import why_refused
from mlops_gitops.app_world import aws_around
from mlops_gitops.config.settings import Settings
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.ports.assets import Assets
from mlops_gitops.ports.watch import Journal
from mlops_gitops.status.watch import Event, EventKind
from mlops_gitops.status.watched import Watched
from mlops_gitops.use_cases.validate import validate
from mlops_gitops.use_cases.watch.lease import keep_quietly
from mlops_gitops.use_cases.watch.sweep import sweeping
from mlops_gitops.use_cases.watch.watcher import Surroundings, Terms, Watcher
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.watch_metrics import CONTENT_TYPE, watch_metrics

_GITHUB = re.compile(r"https://(?:[^@/]+@)?github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
_HUNG = 900.0
"""Seconds without a sign of life after which a watcher is taken for dead, and its lease let go."""
_BEATS = 6
_QUIET = 10.0
"""Seconds in which no more than one line is told of webhooks that are refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Which branch, and where it is kept meanwhile.

    Attributes:
        url: of the remote.
        name: of the branch.
        token: gives a token for https, anew each time; empty for none.
        signers: file of allowed signers; None to take any commit.
        cache: folder for the clone; None for the one that is meant for this branch.
        below: folder of the settings in the repository.
        python: interpreter that scripts are run by; empty for those of the configs.
    """

    url: str
    name: str
    token: Callable[[], str] = str
    signers: Path | None = None
    cache: Path | None = None
    below: str = "."
    python: str = ""

    @property
    def folder(self) -> Path:
        """Give the folder of the clone: another one for each branch of each remote."""
        if self.cache is not None:
            return self.cache.absolute()
        home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        name = sha256(f"{self.url} {self.name}".encode()).hexdigest()[:16]
        return Path(home) / "mlops-gitops" / "watch" / name


OpenWorld = Callable[[Path], World]
"""Opens the world of a checkout, where that is not AWS."""


class FollowedBranch:
    """The commits of a branch, and the accounts that they are carried to.

    Args:
        branch: which one.
        given: opens worlds; None for AWS.

    Raises:
        UsageError: the remote's address is none, or another process uses the cache.
    """

    def __init__(self, branch: Branch, given: OpenWorld | None) -> None:
        origin = Origin(
            url=branch.url, branch=branch.name, token=branch.token, signers=branch.signers
        )
        self.remote = GitRemote(branch.folder, origin)
        self._branch = branch
        self._given = given
        self._accounts: dict[tuple[str, str], Accounts] = {}

    def settings(self, commit: str) -> Settings:
        """Read the settings at a commit; see `Installations.settings`."""
        files = GitFiles(str(self._branch.folder / "clone"), commit, self._branch.below)
        validated = validate(files, app.package_data())
        if validated.settings is None:
            raise InvalidRepository(validated.problems)
        return validated.settings

    def assets(self, settings: Settings) -> Assets:
        """Reach the assets bucket; see `Installations.assets`."""
        if self._given is not None:
            return self._given(self._branch.folder / "clone" / self._branch.below).assets
        return S3Assets(self._reach(settings), settings.assets_bucket)

    def world(self, commit: str) -> World:
        """Open the world at a commit.

        Raises:
            InvalidRepository: what is committed has errors.
        """
        root = self.remote.check_out(commit) / self._branch.below
        world = self._on_aws(root) if self._given is None else self._given(root)
        return replace(world, branches=GitBranches(str(root)), python=self._branch.python)

    def _on_aws(self, root: Path) -> World:
        repository = app.repository_on_disk(root)
        return aws_around(
            repository,
            data=app.repository_data(root),
            blueprints=app.repository_blueprints(root),
            commits=app.commits(root),
            scripts=app.pipeline_scripts(root),
            accounts=self._reach(repository.settings),
        )

    def publish(self, branch: str, commit: str, message: str) -> str:
        """Push a branch that says what was found, and open a pull request where that is possible.

        A branch that is there already waits for people, or was declined by them: it is left alone.

        Raises:
            HostError: the remote refused.
        """
        if not self.remote.publish(branch, commit):
            return f"branch {branch}, which is there already"
        title, _, body = message.partition("\n\n")
        proposed = pull_request(self._branch.url, self._branch.token(), self._branch.name)
        return proposed(branch, title, body) if proposed else f"branch {branch}"

    def _reach(self, settings: Settings) -> Accounts:
        """Connect once for all commits, as long as they name the same."""
        named = settings.region, settings.external_id
        if named not in self._accounts:
            self._accounts[named] = Accounts(settings.region, external_id=settings.external_id)
        return self._accounts[named]


def new_bell() -> SignalBell:
    """Give what wakes a watcher, and ends it."""
    return SignalBell()


def new_watcher(
    branch: FollowedBranch, bell: SignalBell, journal: Journal, terms: Terms
) -> Watcher:
    """Give a watcher on this machine, whose lease is kept by a thread of its own.

    It looks for drift if the terms say how often.
    """
    around = Surroundings(
        remote=branch.remote,
        installations=branch,
        open_world=branch.world,
        bell=bell,
        stopwatch=BootStopwatch(),
        now=SystemClock().now,
        chance=random.SystemRandom().random,
        journal=journal,
        sweep=sweeping(branch.publish) if terms.sweep else None,
    )
    watcher = Watcher(around, terms)
    _beat(watcher, terms.ttl)
    return watcher


def _beat(watcher: Watcher, ttl: float) -> None:
    """Keep the lease from a thread of its own, while the watcher shows signs of life."""
    stopwatch, never = BootStopwatch(), threading.Event()

    def keep() -> None:
        while not never.wait(ttl / _BEATS):
            if watcher.lease is not None and stopwatch.seconds() - watcher.alive_at < _HUNG:
                keep_quietly(watcher.lease)

    threading.Thread(target=keep, daemon=True).start()


def serve(
    address: tuple[str, int],
    secrets: tuple[str, ...],
    bell: SignalBell,
    journal: Journal,
    look: Callable[[], tuple[Watched, float]],
) -> WatchServer:
    """Listen for webhooks and for whoever looks after the watcher.

    Args:
        address: host and port.
        secrets: of webhooks.
        bell: is rung by them.
        journal: is told of them.
        look: says how the watcher is, and when it last showed a sign of life.

    Raises:
        UsageError: the address cannot be listened at.
    """
    stopwatch = BootStopwatch()

    def healthz() -> Page:
        silent = stopwatch.seconds() - look()[1]
        if silent < _HUNG:
            return json_page(HTTPStatus.OK, alive=True)
        return json_page(HTTPStatus.SERVICE_UNAVAILABLE, alive=False, silent_seconds=int(silent))

    def readyz() -> Page:
        watched = look()[0]
        why = watched.why_not_ready
        status = HTTPStatus.SERVICE_UNAVAILABLE if why else HTTPStatus.OK
        return json_page(
            status,
            ready=not why,
            why=why,
            leading=watched.leading,
            leader=watched.leader,
            branch=watched.branch,
            head=watched.head,
            cursor=watched.cursor,
        )

    def metrics() -> Page:
        return Page(HTTPStatus.OK, watch_metrics(look()[0]), CONTENT_TYPE)

    pages = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
    return WatchServer(*address, pages, _Webhooks(secrets, bell, journal).take)


class _Webhooks:
    """Rings where a webhook holds; of those that do not, a line is told now and then."""

    def __init__(self, secrets: tuple[str, ...], bell: SignalBell, journal: Journal) -> None:
        self._secrets = secrets
        self._bell = bell
        self._journal = journal
        self._clock = SystemClock()
        self._stopwatch = BootStopwatch()
        self._lock = threading.Lock()
        self._refused = 0
        self._told_at = float("-inf")

    def take(self, headers: Mapping[str, str], body: bytes) -> Page:
        """Take a webhook; what it says is not read: the remote is asked, whatever happened."""
        why = why_refused(self._secrets, headers, body, self._clock.now().timestamp())
        if why:
            self._tell_refused(why)
            status = HTTPStatus.UNAUTHORIZED if self._secrets else HTTPStatus.NOT_FOUND
            return json_page(status, refused=why)
        self._bell.ring()
        self._tell(EventKind.WEBHOOK)
        return json_page(HTTPStatus.ACCEPTED, accepted=True)

    def _tell_refused(self, why: str) -> None:
        with self._lock:
            self._refused += 1
            now = self._stopwatch.seconds()
            if now - self._told_at < _QUIET:
                return
            self._told_at, count, self._refused = now, self._refused, 0
        self._tell(EventKind.WEBHOOK_REFUSED, why=why, count=count)

    def _tell(self, kind: EventKind, **about: object) -> None:
        self._journal.tell(Event(kind=kind, at=self._clock.now(), about=about))


def pull_request(url: str, token: str, base: str) -> Callable[[str, str, str], str] | None:
    """Give what opens a pull request of a branch, by its title and text; None where nothing does.

    At GitHub the token that fetches opens it, too; it has to be one that may.
    """
    found = _GITHUB.fullmatch(url)
    if found is None or not token:
        return None
    from mlops_gitops.adapters.github_calls import GitHubCalls

    api = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    calls, path = GitHubCalls(api, token, SystemClock()), f"repos/{found[1]}/pulls"

    def propose(branch: str, title: str, body: str) -> str:
        asked = {"title": title, "head": branch, "base": base, "body": body}
        made = calls.patiently(lambda caller: caller.call("POST", path, asked))
        return str(made["html_url"])

    return propose
