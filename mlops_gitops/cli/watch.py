"""`mlops-gitops watch`."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.errors import UsageError
from mlops_gitops.status.watch import Event, EventKind
from mlops_gitops.status.watched import Watched, after, is_news
from mlops_gitops.use_cases.watch.fence import Stopping
from mlops_gitops.use_cases.watch.once import for_ever, once
from mlops_gitops.views.watch_line import watch_line

if TYPE_CHECKING:
    from mlops_gitops.ports.watch import Bell
    from mlops_gitops.use_cases.watch.watcher import Watcher

_SHORTEST_SECRET = 16
_SIGNALLED = 128
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("watch")
@click.option(
    "--remote",
    "url",
    metavar="URL",
    required=True,
    envvar="MLOPS_GITOPS_REMOTE",
    help="Repository to follow: https://..., ssh://..., git@host:path, file://... or a folder.",
)
@click.option(
    "--branch",
    default="main",
    show_default=True,
    envvar="MLOPS_GITOPS_BRANCH",
    help="Branch to follow.",
)
@click.option(
    "--directory",
    metavar="PATH",
    default=".",
    show_default=True,
    help="Folder of mlops-gitops.yaml in the repository.",
)
@click.option("--once", is_flag=True, help="Carry what there is, and end.")
@click.option(
    "--from",
    "begin",
    metavar="REV",
    default="",
    help="First commit to carry, where there is no last one yet, or the branch was rewritten.",
)
@click.option(
    "--interval",
    type=click.FloatRange(1, 86400),
    default=60,
    show_default=True,
    help="Seconds between two looks at the remote; webhooks are heard at once.",
)
@click.option(
    "--listen",
    metavar="HOST:PORT",
    default="127.0.0.1:8417",
    show_default=True,
    envvar="MLOPS_GITOPS_LISTEN",
    help="Where /webhook, /healthz, /readyz and /metrics are served.",
)
@click.option(
    "--webhook-secret-file",
    type=_FILE,
    help="File with the webhook's secret; or set MLOPS_GITOPS_WEBHOOK_SECRET.",
)
@click.option(
    "--git-token-file",
    type=_FILE,
    help="File with a token for https, read at each look; or set MLOPS_GITOPS_GIT_TOKEN.",
)
@click.option(
    "--allowed-signers",
    type=_FILE,
    envvar="MLOPS_GITOPS_ALLOWED_SIGNERS",
    help="Carry only commits signed with an SSH key of this file; see ssh-keygen(1).",
)
@click.option(
    "--lease",
    "ttl",
    type=click.FloatRange(5, 3600),
    default=300,
    show_default=True,
    help="Seconds of silence after which another watcher takes over.",
)
@click.option(
    "--sweep",
    "sweep_minutes",
    type=click.FloatRange(0, 10080),
    default=60,
    show_default=True,
    help="Minutes between two looks for drift; 0 for none. With --once there is none.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the clone; it may be deleted at any time.",
)
@options.python
def command(url: str, branch: str, **given: Any) -> int:
    """Follow a branch: validate, plan and apply each of its commits, in order.

    It goes on until it is told to end, and picks up where it was, from git and AWS alone. What
    happens is told on standard output, one JSON object a line.

    \u0008
    Example:
      mlops-gitops watch --remote https://github.com/acme/models.git
      mlops-gitops watch --remote git@gitlab.com:acme/models.git --branch main --once
    """
    from mlops_gitops import app_watch
    from mlops_gitops.use_cases.watch.watcher import Terms

    secrets = _secrets(given["webhook_secret_file"])
    address = _address(given["listen"])
    url = _with_scheme(url)
    opened = app_watch.FollowedBranch(
        app_watch.Branch(
            url=url,
            name=branch,
            token=partial(_token, given["git_token_file"]),
            signers=given["allowed_signers"],
            cache=given["cache"],
            below=given["directory"],
            python=given["python"],
        ),
        click.get_current_context().obj,
    )
    log, bell = _Log(branch), app_watch.new_bell()
    terms = Terms(
        branch=branch,
        holder=opened.remote.holder,
        interval=given["interval"],
        ttl=given["ttl"],
        begin=given["begin"],
        sweep=0 if given["once"] else 60 * given["sweep_minutes"],
    )
    watcher = app_watch.new_watcher(opened, bell, log, terms)
    about = {"remote": url, "branch": branch, "holder": terms.holder}
    if given["once"]:
        log.say(EventKind.STARTED, **about)
        return _until_told(watcher, bell, once)
    server = app_watch.serve(address, secrets, bell, log, lambda: (log.watched, watcher.alive_at))
    log.say(EventKind.STARTED, **about, listening=server.address, webhooks=bool(secrets))
    return _until_told(watcher, bell, for_ever)


def _until_told(watcher: "Watcher", bell: "Bell", run: "Callable[[Watcher], int]") -> int:
    """Run a watcher until it ends, or is told to; then give the lease back."""
    with _handled(bell):
        try:
            code = run(watcher)
        except Stopping:
            code = 0
        watcher.end()
    return _SIGNALLED + bell.signal if bell.signal else code


@contextmanager
def _handled(bell: "Bell") -> Iterator[None]:
    """Let the first signal tell the watcher to end, and a second one end it at once."""

    def handle(number: int, _frame: FrameType | None) -> None:
        if bell.signal:
            # Whatever it waits for; what was told has been written already.
            os._exit(_SIGNALLED + number)
        bell.stop(number)

    before = {each: signal.signal(each, handle) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Log:
    """Writes down what happens, and knows how the watcher is by it."""

    def __init__(self, branch: str) -> None:
        self._lock = threading.Lock()
        self.watched = Watched(branch=branch)

    def tell(self, event: Event) -> None:
        """Take note of an event; a look that found nothing new is not worth a line."""
        with self._lock:
            before, self.watched = self.watched, after(self.watched, event)
            if is_news(before, event):
                echo(watch_line(event))

    def say(self, kind: EventKind, **about: Any) -> None:
        """Tell what happens here."""
        self.tell(Event(kind=kind, at=datetime.now(UTC), about=about))


def _with_scheme(url: str) -> str:
    """Let a folder of this machine be named as everywhere else."""
    return url if "://" in url or not Path(url).is_dir() else Path(url).resolve().as_uri()


def _secrets(file: Path | None) -> tuple[str, ...]:
    """Read the webhook's secret; of several lines each is one, so that they can be exchanged.

    Raises:
        UsageError: one could be guessed.
    """
    text = _read(file) if file else os.environ.get("MLOPS_GITOPS_WEBHOOK_SECRET", "")
    secrets = tuple(line.strip() for line in text.splitlines() if line.strip())
    if any(len(each) < _SHORTEST_SECRET for each in secrets):
        hint = "Make one with `openssl rand -hex 32`, and give the same to GitHub or GitLab."
        message = f"A secret of a webhook has fewer than {_SHORTEST_SECRET} characters."
        raise UsageError(message, hint=hint)
    return secrets


def _token(file: Path | None) -> str:
    return (_read(file) if file else os.environ.get("MLOPS_GITOPS_GIT_TOKEN", "")).strip()


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = "Let it be a text file that this user may read."
        raise UsageError(f"{file} cannot be read.", hint=hint) from error


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isascii() or not port.isdigit():
        hint = "Write it as 127.0.0.1:8417, or [::1]:8417."
        raise UsageError(f"--listen {listen} names no host and port.", hint=hint)
    return host.strip("[]"), int(port)
