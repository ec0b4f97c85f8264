"""A branch of a remote: git and its twin keep the same promises, and git keeps some of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from mlops_gitops.adapters.git_remote import GitRemote, Origin
from mlops_gitops.adapters.memory.remote import MemoryRemote
from mlops_gitops.errors import HostError, UsageError
from mlops_gitops.ports.watch import Remote

GIT = shutil.which("git") or "git"
KEYGEN = shutil.which("ssh-keygen")
WHO = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    **{f"GIT_{role}_NAME": "Test" for role in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{role}_EMAIL": "t@example.com" for role in ("AUTHOR", "COMMITTER")},
}


class Pushing(Protocol):
    """Somebody who pushes."""

    def __call__(self, text: str, *, parents: list[str] | None = None) -> str:
        """Push a commit with one file, after the newest or after others; give its id."""


class Hosted:
    """A repository that is hosted on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main", str(folder), at=folder.parent)

    @property
    def url(self) -> str:
        """Give its address."""
        return f"file://{self.folder}"

    def git(self, *words: str, at: Path | None = None, **environment: str) -> str:
        """Run git there."""
        done = subprocess.run(
            [GIT, *words],
            cwd=at or self.folder,
            env={**os.environ, **WHO, **environment},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def push(
        self, text: str, *, parents: list[str] | None = None, options: tuple[str, ...] = ()
    ) -> str:
        """Let the branch have a new newest commit."""
        (self.folder / "file").write_text(text, encoding="utf-8")
        self.git("add", "-A")
        tree = self.git("write-tree")
        heads = self.git("for-each-ref", "--format=%(objectname)", "refs/heads/main").split()
        words = [word for each in (heads if parents is None else parents) for word in ("-p", each)]
        id_ = self.git(*options, "commit-tree", tree, "-m", text, *words)
        self.git("update-ref", "refs/heads/main", id_)
        return id_


@pytest.fixture
def hosted(tmp_path: Path) -> Hosted:
    """Give a repository on this machine."""
    (tmp_path / "hosted").mkdir()
    return Hosted(tmp_path / "hosted")


@pytest.fixture(params=["git", "memory"])
def both(request: pytest.FixtureRequest, hosted: Hosted, tmp_path: Path) -> tuple[Remote, Pushing]:
    """Give a remote, and somebody who pushes to it."""
    if request.param == "git":
        return GitRemote(tmp_path / "cache", Origin(url=hosted.url, branch="main")), hosted.push
    memory = MemoryRemote()

    def push(text: str, *, parents: list[str] | None = None) -> str:
        return memory.push({"file": text.encode()}, text, parents=parents)

    return memory, push


def test_the_newest_commit_is_fetched(both: tuple[Remote, Pushing]) -> None:
    """Whatever was pushed since, and by force too."""
    remote, push = both
    first = push("one")
    assert remote.fetch() == first
    second = push("two")
    assert remote.fetch() == second
    other = push("three", parents=[])
    assert remote.fetch() == other
    assert remote.commit_at("HEAD") == remote.commit_at(other[:10]) == other


def test_a_branch_without_a_commit_is_a_failure(both: tuple[Remote, Pushing]) -> None:
    """It says what git said, and what to do."""
    with pytest.raises(HostError) as failed:
        both[0].fetch()
    assert failed.value.hint


def test_commits_come_in_order(both: tuple[Remote, Pushing]) -> None:
    """Those after another, oldest first; none after itself; the line the other way round."""
    remote, push = both
    pushed = [push(str(number)) for number in range(4)]
    head = remote.fetch()

    assert remote.after(pushed[0], head) == tuple(pushed[1:])
    assert remote.after(head, head) == ()
    assert remote.line(head) == tuple(reversed(pushed))


def test_a_rewritten_history_has_nothing_after_what_was_lost(both: tuple[Remote, Pushing]) -> None:
    """Neither where the commit is elsewhere, nor where nobody has heard of it."""
    remote, push = both
    lost = push("one")
    remote.fetch()
    head = push("two", parents=[])
    remote.fetch()

    assert remote.after(lost, head) is None
    assert remote.after("f" * 40, head) is None


def test_only_what_builds_on_a_commit_comes_after_it(both: tuple[Remote, Pushing]) -> None:
    """What a merge brings along was never the branch, whichever parent comes first."""
    remote, push = both
    base = push("base")
    side = push("side", parents=[base])
    ours = push("ours", parents=[base])
    merge = push("merge", parents=[side, ours])
    later = push("later")
    head = remote.fetch()

    assert remote.after(ours, head) == (merge, later)
    assert remote.line(head) == (later, merge, side, base)


@pytest.mark.parametrize("named", ["0123456789", "main~1", "--all", "", "v1; touch x"])
def test_what_names_no_commit_is_refused(both: tuple[Remote, Pushing], named: str) -> None:
    """An expression or an option is no name of a commit."""
    remote, push = both
    push("one")
    remote.fetch()

    with pytest.raises(UsageError):
        remote.commit_at(named or "nothing")


def test_files_are_laid_out_as_they_were_committed(hosted: Hosted, tmp_path: Path) -> None:
    """Whatever lay there before, and whatever hooks and left locks there are."""
    remote = GitRemote(tmp_path / "cache", Origin(url=hosted.url, branch="main"))
    first, second = hosted.push("one"), hosted.push("two")
    remote.fetch()
    folder = remote.check_out(second)
    (folder / "left").write_text("x", encoding="utf-8")
    (folder / "file").write_text("x", encoding="utf-8")
    hook = folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", encoding="utf-8")
    hook.chmod(0o755)

    assert (remote.check_out(first) / "file").read_text("utf-8") == "one"
    assert not (folder / "left").exists()
    assert not (tmp_path / "ran").exists()


def test_a_cache_that_was_deleted_or_broken_is_made_anew(hosted: Hosted, tmp_path: Path) -> None:
    """It loses nothing; a lock that a killed process left is no obstacle."""
    origin = Origin(url=hosted.url, branch="main")
    pushed = hosted.push("one")
    remote = GitRemote(tmp_path / "cache", origin)
    remote.fetch()
    shutil.rmtree(tmp_path / "cache" / "clone")
    assert remote.fetch() == pushed
    remote.close()
    (tmp_path / "cache" / "clone" / ".git" / "index.lock").touch()
    (tmp_path / "cache" / "clone" / ".git" / "HEAD").write_text("broken", encoding="utf-8")
    again = GitRemote(tmp_path / "cache", origin)
    assert again.fetch() == pushed
    assert (again.check_out(pushed) / "file").exists()
    assert again.holder == remote.holder


def test_two_never_share_a_cache(hosted: Hosted, tmp_path: Path) -> None:
    """The second is told so, and another folder has another name."""
    origin = Origin(url=hosted.url, branch="main")
    first = GitRemote(tmp_path / "cache", origin)
    with pytest.raises(UsageError):
        GitRemote(tmp_path / "cache", origin)
    assert GitRemote(tmp_path / "other", origin).holder != first.holder


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c 'touch x'",
        "--upload-pack=touch x",
        "http://example.com/x.git",
        "/srv/x",
        "https://user:a-long-password@example.com/x.git",
        "git://example.com/x.git",
        "",
    ],
)
def test_addresses_that_run_or_show_something_are_refused(url: str, tmp_path: Path) -> None:
    """Nothing is started for them, and a password is not repeated."""
    with pytest.raises(UsageError) as refused:
        GitRemote(tmp_path / "cache", Origin(url=url, branch="main"))
    assert "a-long-password" not in f"{refused.value.message}{refused.value.hint}"


@pytest.mark.parametrize("branch", ["--upload-pack=x", "a..b", "", "a b", "refs/../x"])
def test_a_branch_is_called_as_git_allows(branch: str, hosted: Hosted, tmp_path: Path) -> None:
    """Anything else is refused before the remote is asked."""
    with pytest.raises(UsageError):
        GitRemote(tmp_path / "cache", Origin(url=hosted.url, branch=branch))


def test_a_token_is_in_no_command_line_and_in_no_message(tmp_path: Path) -> None:
    """Git has it from its environment; what it says about the failure does not have it."""
    said = tmp_path / "said"
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    script = (
        f'#!/bin/sh\necho "$@" >> {said}\n'
        f'case "$*" in version) exec {GIT} version;; '
        f"*fetch*) env | grep GIT_CONFIG_VALUE >> {said}.env; exit 1;; esac\n"
    )
    git.write_text(script, encoding="utf-8")
    git.chmod(0o755)
    token = "a-token-that-nobody-sees"
    code = (
        "import os; from pathlib import Path\n"
        "from mlops_gitops.adapters.git_remote import GitRemote, Origin\n"
        "token = lambda: os.environ['TOKEN']\n"
        "origin = Origin(url='https://127.0.0.1:1/x.git', branch='main', token=token)\n"
        f"GitRemote(Path('{tmp_path}/cache'), origin).fetch()\n"
    )
    path = f"{git.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PATH": path, "TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert token not in said.read_text("utf-8") + done.stdout + done.stderr
    assert "Basic" in Path(f"{said}.env").read_text("utf-8")


@pytest.fixture
def keys(tmp_path: Path) -> Callable[[str], Path]:
    """Give whoever makes keys."""
    if KEYGEN is None:
        pytest.skip("ssh-keygen is not installed")

    def make(name: str) -> Path:
        file = tmp_path / name
        words = [str(KEYGEN), "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file)]
        subprocess.run(words, check=True)
        return file

    return make


def signed_by(key: Path) -> tuple[str, ...]:
    """Let git sign with a key; `commit-tree` wants to be told with -S."""
    return ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key}")


def test_only_signatures_of_allowed_signers_hold(
    hosted: Hosted, keys: Callable[[str], Path], tmp_path: Path
) -> None:
    """Neither a stranger's, nor none at all; each is named with its reason."""
    ours, strangers = keys("ours"), keys("strangers")
    public = ours.with_suffix(".pub").read_text("utf-8")
    signers = tmp_path / "signers"
    signers.write_text(f't@example.com namespaces="git" {public}', encoding="utf-8")
    ids: Mapping[str, Any] = {
        "good": commit_signed(hosted, ours),
        "strange": commit_signed(hosted, strangers),
        "none": hosted.push("not signed"),
    }
    remote = GitRemote(tmp_path / "cache", Origin(url=hosted.url, branch="main", signers=signers))
    remote.fetch()

    assert remote.unsigned(ids["good"]) == ""
    assert ids["strange"] in remote.unsigned(ids["strange"])
    assert remote.unsigned(ids["none"]).endswith(f"{ids['none']} does not hold: it has none.")


def commit_signed(hosted: Hosted, key: Path) -> str:
    """Push a commit that a key has signed."""
    (hosted.folder / "file").write_text(str(key), encoding="utf-8")
    hosted.git("add", "-A")
    hosted.git(*signed_by(key), "commit", "-q", "-S", "-m", key.name)
    return hosted.git("rev-parse", "HEAD")


def test_a_branch_of_ours_is_pushed_once(hosted: Hosted, tmp_path: Path) -> None:
    """One that is there already waits for people, or was declined by them."""
    pushed = hosted.push("one")
    remote = GitRemote(tmp_path / "cache", Origin(url=hosted.url, branch="main"))
    remote.fetch()

    assert remote.publish("mlops-gitops/x", pushed)
    assert not remote.publish("mlops-gitops/x", pushed)
    assert hosted.git("rev-parse", "refs/heads/mlops-gitops/x") == pushed
