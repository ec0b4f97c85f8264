"""What branches promise us: a commit of exactly what was asked for, or none."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from contract.test_repository import git

from mlops_gitops.adapters.git_branches import GitBranches
from mlops_gitops.adapters.memory.branches import MemoryBranches
from mlops_gitops.adapters.memory.repository import MemoryCommits
from mlops_gitops.errors import Blocked, MlopsError, UnsafePath, UsageError
from mlops_gitops.ports import Commit
from mlops_gitops.ports.branches import Branches

FILES = {"a/config.json": b"first\n", "b[1]/config.json": b"other\n"}


@dataclass(frozen=True, slots=True)
class Side:
    """Branches, and what lies and is committed there.

    Attributes:
        edit: changes a file without committing it.
        tree: the files of the working tree.
        at: the files of a revision.
        head: the newest commit.
    """

    branches: Branches
    edit: Callable[[str, bytes], object]
    tree: Callable[[], dict[str, bytes]]
    at: Callable[[str], dict[str, bytes]]
    head: Callable[[], str]


def in_memory(_folder: Path) -> Side:
    """The twin."""
    commit = Commit(id="1" * 40, author="Test <t@example.com>", subject="", is_clean=True)
    commits, files = MemoryCommits(commit), dict(FILES)

    def edit(path: str, content: bytes) -> None:
        files[path] = content
        commits.uncommitted.add(path)

    def head() -> str:
        assert commits.commit is not None
        return commits.commit.id

    return Side(
        branches=MemoryBranches(commits, files),
        edit=edit,
        tree=lambda: dict(files),
        at=lambda revision: dict(commits.revisions[revision]),
        head=head,
    )


def in_git(folder: Path) -> Side:
    """A folder inside of a real repository, with something staged that nobody asks about."""
    below = folder / "below"
    for path, content in FILES.items():
        (below / path).parent.mkdir(parents=True)
        (below / path).write_bytes(content)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "First")
    (folder / "staged.txt").write_text("not asked for")
    git(folder, "add", "staged.txt")

    def at(revision: str) -> dict[str, bytes]:
        names = git(folder, "ls-tree", "-r", "--name-only", "-z", revision).split("\0")
        shown = {name: git(folder, "show", f"{revision}:{name}") for name in names if name}
        return {name.removeprefix("below/"): f"{text}\n".encode() for name, text in shown.items()}

    return Side(
        branches=GitBranches(str(below)),
        edit=lambda path, content: (below / path).write_bytes(content),
        tree=lambda: {
            path.relative_to(below).as_posix(): path.read_bytes()
            for path in below.rglob("*")
            if path.is_file()
        },
        at=at,
        head=lambda: git(folder, "rev-parse", "HEAD"),
    )


@pytest.fixture(params=[in_memory, in_git])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Side:
    """Either side."""
    make: Callable[[Path], Side] = request.param
    return make(tmp_path)


CHANGE = {"a/config.json": b"second\n", "c/new.json": b"new\n", "b[1]/config.json": None}
AFTER = {"a/config.json": b"second\n", "c/new.json": b"new\n"}


def test_a_commit_holds_what_was_asked_for_and_no_more(side: Side) -> None:
    """Changed, new and deleted files, there and in the working tree; twice is once."""
    before = side.head()

    made = side.branches.commit(CHANGE, "Why\n\nand what")
    again = side.branches.commit(CHANGE, "Why\n\nand what")

    assert made == again == side.head() != before
    assert side.at(made) == side.tree() == AFTER


def test_a_new_branch_leaves_the_working_tree_alone(side: Side) -> None:
    """Nor does what is checked out move; the same again is no other commit."""
    before = side.head()
    side.edit("a/config.json", b"somebody works here\n")
    tree = side.tree()

    change = {"c/new.json": b"new\n", "b[1]/config.json": None}
    made = side.branches.commit(change, "Why", "mend/a")

    assert side.branches.commit(change, "Why", "mend/a") == made != before
    assert (side.head(), side.tree()) == (before, tree)
    assert side.at("mend/a")["c/new.json"] == b"new\n"
    assert "b[1]/config.json" not in side.at("mend/a")
    with pytest.raises(Blocked, match="mend/a exists"):
        side.branches.commit({"c/new.json": b"something else\n"}, "Why", "mend/a")


def test_nobody_loses_what_they_have_not_committed(side: Side) -> None:
    """The file is named, and no other is written either; what is there as wanted is committed."""
    before = side.head()
    side.edit("b[1]/config.json", b"my work\n")
    tree = side.tree()
    with pytest.raises(Blocked, match=r"b\[1\]/config.json has changes"):
        side.branches.commit(CHANGE, "Why")
    assert (side.head(), side.tree()) == (before, tree)

    side.edit("a/config.json", b"second\n")
    made = side.branches.commit({"a/config.json": b"second\n"}, "Why")

    assert side.head() == made != before
    assert side.at(made)["a/config.json"] == b"second\n"
    assert side.tree()["b[1]/config.json"] == b"my work\n"


def test_what_git_cannot_do_is_said(tmp_path: Path) -> None:
    """Outside git, before a first commit, on no branch, by no name, behind a link, past a hook."""
    change: dict[str, bytes | None] = {"a/config.json": b"second\n"}
    (tmp_path / "bare").mkdir()
    with pytest.raises(UsageError, match="in no git repository"):
        GitBranches(str(tmp_path / "bare")).commit(change, "Why")
    git(tmp_path / "bare", "init", "--quiet")
    with pytest.raises(UsageError, match="no commit yet"):
        GitBranches(str(tmp_path / "bare")).commit(change, "Why")

    repo = tmp_path / "repo"
    side = in_git(repo)
    with pytest.raises(UsageError, match="can be called 'no name'"):
        side.branches.commit(change, "Why", "no name")
    with pytest.raises(UnsafePath):
        side.branches.commit({"../../a": b""}, "Why")
    with pytest.raises(UnsafePath):
        side.branches.commit({".git/config": b""}, "Why")
    (repo / "below" / "linked").symlink_to("a")
    with pytest.raises(Blocked, match="symbolic link"):
        side.branches.commit({"linked/config.json": b"second\n"}, "Why")
    hook = repo / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(MlopsError, match="not today"):
        side.branches.commit(change, "Why")
    hook.unlink()
    made = side.branches.commit(change, "Why")  # what the hook kept back
    assert git(repo, "show", "--name-only", "--format=", made) == "below/a/config.json"
    assert git(repo, "status", "--porcelain", "staged.txt") == "A  staged.txt"
    git(repo, "switch", "--quiet", "--detach")
    with pytest.raises(UsageError, match="No branch is checked out"):
        side.branches.commit(change, "Why")
