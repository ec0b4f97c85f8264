"""A branch of a remote, in a clone of our own that may be deleted at any time.

Git is started without a shell, and everything that somebody else wrote stands where git takes it
for no option. Neither hooks nor helpers of the clone run.
"""

import fcntl
import os
import re
import shutil
import socket
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import HostError, MlopsError, UsageError

_HEAD = "refs/watch/head"
_ID = re.compile(r"[0-9a-f]{40}")
_SHORT = re.compile(r"[0-9a-f]{4,40}")
_SCP = re.compile(r"[\w.-]+@[\w.-]+:(?!//)[^\s]+")
_LINE = 50
"""Commits that are looked at for settings that can be read."""
_REACHING = {"fetch", "ls-remote", "push"}
_SAID, _NOTHING = ", it said: ", "nothing"
_FETCH_SECONDS, _SECONDS = 600, 120
_QUIET = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.autocrlf=false"),
    *("-c", "submodule.recurse=false", "-c", "advice.detachedHead=false"),
)
_ONLY_SSH = ("-c", "gpg.program=false", "-c", "gpg.x509.program=false")
"""Whoever else has signed is not asked: a keyring of the machine is no list of allowed signers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a branch is.

    Attributes:
        url: https, ssh or file, without a password.
        token: gives the one for https, anew each time, as some live for an hour; empty for none.
            It reaches git by its environment and nothing else.
        signers: file of allowed signers, as ssh-keygen reads it; None to take any commit.
    """

    url: str
    branch: str
    token: Callable[[], str] = str
    signers: Path | None = None


class GitRemote:
    """A branch of a remote, and a checkout of one of its commits at a time.

    Args:
        folder: of the cache; only one process at a time may use it.
        origin: of the branch.

    Raises:
        UsageError: the address is none that is reached, or another process uses the folder.
    """

    def __init__(self, folder: Path, origin: Origin) -> None:
        from git import Git

        _refuse_address(origin)
        self._origin = origin
        self._clone = folder / "clone"
        self._lock = _locked(folder)
        self._git = Git(str(folder))
        self._environment = {
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": "https:ssh:file",
            "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -oBatchMode=yes"),
            "LC_ALL": "C",
        }
        self._judged: dict[str, str] = {}
        try:
            self.holder = _name(folder)
            self._prepare()
            self._refuse_branch()
        except MlopsError:
            self.close()
            raise

    def fetch(self) -> str:
        """Fetch the branch; see `Remote.fetch`."""
        wanted = f"+refs/heads/{self._origin.branch}:{_HEAD}"
        options = ("--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--quiet")
        fetch = ("fetch", *options, "--end-of-options", self._origin.url, wanted)
        try:
            self._run(*fetch, limit=_FETCH_SECONDS)
        except HostError:
            # Somebody may have deleted the cache while we ran; nothing is lost by that.
            if (self._clone / ".git" / "HEAD").exists():
                raise
            self._prepare()
            self._run(*fetch, limit=_FETCH_SECONDS)
        return self._run("rev-parse", "--verify", f"{_HEAD}^{{commit}}")

    def line(self, head: str) -> tuple[str, ...]:
        """List the newest commits of a line, newest first; see `Remote.line`."""
        if not self._has(head):
            return ()
        listed = self._run("rev-list", "--first-parent", f"--max-count={_LINE}", _id(head))
        return tuple(listed.split())

    def after(self, commit: str, head: str) -> tuple[str, ...] | None:
        """List the commits of the line that build on one of them; see `Remote.after`."""
        if not self._has(commit) or not self._is_ancestor(commit, head):
            return None
        between = (f"^{_id(commit)}", _id(head))
        line = self._run("rev-list", "--first-parent", "--reverse", *between).split()
        building = {*self._run("rev-list", "--ancestry-path", *between).split()}
        return tuple(each for each in line if each in building)

    def commit_at(self, revision: str) -> str:
        """Give the full id of a commit of the branch; see `Remote.commit_at`."""
        named = _HEAD if revision in {"HEAD", self._origin.branch} else revision
        with suppress(HostError):
            if named == _HEAD or _SHORT.fullmatch(named):
                return self._run("rev-parse", "--verify", "--quiet", f"{named}^{{commit}}")
        raise UsageError(
            f"Branch {self._origin.branch} has no commit {revision!r}.",
            hint="Name one by its id, at least 4 digits of it, or HEAD for the newest.",
        )

    def unsigned(self, commit: str) -> str:
        """Say why a commit's signature does not hold; see `Remote.unsigned`."""
        signers = self._origin.signers
        if signers is None:
            return ""
        if commit not in self._judged:
            self._judged[commit] = self._judge(commit, signers)
        return self._judged[commit]

    def check_out(self, commit: str) -> Path:
        """Lay out the files of a commit; give their folder, which the next one is laid out in."""
        self._run("checkout", "--quiet", "--detach", "--force", _id(commit), "--")
        self._run("clean", "-ffdxq")
        return self._clone

    def _refuse_branch(self) -> None:
        name = f"refs/heads/{self._origin.branch}"
        if self._origin.branch.startswith("-") or not self._holds("check-ref-format", name):
            hint = "Name one such as main."
            raise UsageError(f"{self._origin.branch!r} is no name of a branch.", hint=hint)

    def _prepare(self) -> None:
        """Make the clone, or mend what a killed process left of it."""
        try:
            for left in (self._clone / ".git").rglob("*.lock"):
                left.unlink()
            self._clone.mkdir(parents=True, exist_ok=True)
            self._begin()
            self._run("fsck", "--connectivity-only", "--no-dangling")
        except OSError as error:
            raise MlopsError(
                f"The cache {self._clone} cannot be written: {error.strerror}.",
                hint="Make room there, or name another folder with --cache.",
            ) from error
        except HostError:
            # What is broken is fetched anew.
            shutil.rmtree(self._clone, ignore_errors=True)
            self._clone.mkdir(parents=True, exist_ok=True)
            self._begin()

    def _begin(self) -> None:
        self._run("init", "--quiet")
        self._run("config", "user.name", "mlops-gitops watch")
        self._run("config", "user.email", "mlops-gitops@localhost")

    def _judge(self, commit: str, signers: Path) -> str:
        allowed = ("-c", f"gpg.ssh.allowedSignersFile={signers.resolve()}")
        try:
            self._run("verify-commit", _id(commit), settings=(*_ONLY_SSH, *allowed))
        except HostError as refused:
            said = refused.message.partition(_SAID)[2]
            why = "it has none." if said == _NOTHING else f"git said: {said}"
            return f"The signature of {commit} does not hold: {why}"
        return ""

    def _has(self, commit: str) -> bool:
        return self._holds("cat-file", "-e", f"{_id(commit)}^{{commit}}")

    def _is_ancestor(self, commit: str, head: str) -> bool:
        return self._holds("merge-base", "--is-ancestor", _id(commit), _id(head))

    def _holds(self, *words: str) -> bool:
        try:
            self._run(*words)
        except HostError:
            return False
        return True

    def _run(self, *words: str, settings: tuple[str, ...] = (), limit: int = _SECONDS) -> str:
        """Run git in the clone; give what it printed.

        Raises:
            HostError: it refused.
        """
        from git import GitCommandError

        token = _header(self._origin) if words[0] in _REACHING else {}
        at = (f"--git-dir={self._clone / '.git'}", f"--work-tree={self._clone}")
        try:
            return str(
                self._git.execute(
                    ["git", *at, *_QUIET, *settings, *words],
                    env={**self._environment, **token},
                    kill_after_timeout=limit,
                )
            )
        except GitCommandError as error:
            raise _refused(words[0], self._origin, error) from error

    def publish(self, branch: str, commit: str) -> bool:
        """Push a branch of ours, unless the remote has one of that name; whether it is new.

        Raises:
            HostError: the remote refused.
        """
        name = f"refs/heads/{branch}"
        if self._run("ls-remote", "--end-of-options", self._origin.url, name, limit=_FETCH_SECONDS):
            return False
        pushed = f"{_id(commit)}:{name}"
        words = ("push", "--quiet", "--no-verify", "--end-of-options", self._origin.url, pushed)
        self._run(*words, limit=_FETCH_SECONDS)
        return True

    def close(self) -> None:
        """Let another process use the folder."""
        os.close(self._lock)


def _refused(doing: str, origin: Origin, error: Exception) -> HostError:
    said = str(getattr(error, "stderr", "")).strip().removeprefix("stderr:").strip(" '\n")
    said = masked(" ".join(said.split())) or _NOTHING
    message = f"While git ran {doing} for {masked(origin.url)}{_SAID}{said}"
    return HostError(message, hint=_hint(origin, said))


def _hint(origin: Origin, said: str) -> str:
    if "remote ref" in said:
        return f"Push a branch called {origin.branch}, or name another one with --branch."
    if any(word in said for word in ("Authentication", "Username", "403", "denied", "publickey")):
        return "Give a token by MLOPS_GITOPS_GIT_TOKEN or --git-token-file, or a key to ssh."
    if "No space" in said:
        return "Make room, or name another folder with --cache."
    return "Check the address and the network; it is tried again."


def _refuse_address(origin: Origin) -> None:
    """Refuse what git would take for something else, or what would show a password in `ps`."""
    hint = (
        "Name one such as https://github.com/acme/models.git, git@host:models.git, file:///srv/x."
    )
    parts = urlsplit(origin.url)
    if _SCP.fullmatch(origin.url):
        return
    if parts.scheme not in {"https", "ssh", "file"} or origin.url.startswith("-"):
        raise UsageError(f"{masked(origin.url)} is no address of a remote.", hint=hint)
    if parts.password is not None:
        raise UsageError(
            "The address of the remote holds a password.",
            hint="Leave it out, and give it by MLOPS_GITOPS_GIT_TOKEN or --git-token-file.",
        )


def _header(origin: Origin) -> Mapping[str, str]:
    """Hand the token over as a header for this remote alone; nobody sees it in a command line.

    Source: `http.<url>.extraHeader` and GIT_CONFIG_COUNT, `git help config`. Any user name goes
    with a token at GitHub and GitLab.
    """
    token = origin.token() if origin.url.startswith("https://") else ""
    if not token:
        return {}
    user = urlsplit(origin.url).username or "x-access-token"
    basic = b64encode(f"{user}:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{origin.url}.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
    }


def _locked(folder: Path) -> int:
    """Lock a folder for as long as this process lives, or until its descriptor is closed."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"The cache {folder} cannot be used: {error.strerror}."
        hint = "Name a folder that can be written with --cache."
        raise UsageError(message, hint=hint) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        hint = "End it, or name another folder with --cache."
        raise UsageError(f"Another watcher uses the cache {folder}.", hint=hint) from error
    return lock


def _name(folder: Path) -> str:
    """Name whoever uses a folder: the same after a restart, as no two can use it at once."""
    file = folder / "name"
    name = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    if not name:
        name = uuid4().hex
        file.write_text(name, encoding="utf-8")
    return f"{socket.gethostname()}-{name[:12]}"


def _id(commit: str) -> str:
    """Let nothing but a full id pass as one."""
    if not _ID.fullmatch(commit):
        raise UsageError(f"{commit!r} is no commit.", hint="Name one by its full id.")
    return commit
