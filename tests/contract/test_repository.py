"""What the files of a repository and its history promise us."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_gitops.adapters.disk import DiskFiles
from mlops_gitops.adapters.git import GitCommits
from mlops_gitops.adapters.memory.repository import MemoryCommits, MemoryFiles
from mlops_gitops.errors import UnsafePath
from mlops_gitops.ports import Commit, Commits, Files

CONTENT = {
    "mlops-gitops.yaml": b"version: 1",
    "a/mlops-config.json": b"{}",
    "a/b/mlops-config.json": b"[]",
    "a/b/other.json": b"",
    ".git/mlops-config.json": b"hidden",
    ".hidden.json": b"no folder",
}
CONFIGS = ("**/mlops-config.json",)


def on_disk(folder: Path) -> Files:
    """The files of above on disk."""
    for path, content in CONTENT.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return DiskFiles(folder)


def in_memory(_folder: Path) -> Files:
    """The files of above in a dict."""
    return MemoryFiles(CONTENT)


@pytest.fixture(params=[in_memory, on_disk])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """Either side."""
    make: Callable[[Path], Files] = request.param
    return make(tmp_path)


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (CONFIGS, ("a/b/mlops-config.json", "a/mlops-config.json")),
        (("*",), (".hidden.json", "mlops-gitops.yaml")),
        (("a/*/*.json", "a/?/o*"), ("a/b/mlops-config.json", "a/b/other.json")),
        (("a/b/*",), ("a/b/mlops-config.json", "a/b/other.json")),
        (("a/b/*.json", "a/*"), ("a/b/mlops-config.json", "a/b/other.json", "a/mlops-config.json")),
        (("nothing",), ()),
        (("nothing/*", "nothing/**/x"), ()),
        (("mlops-gitops.yaml/*",), ()),
        ((), ()),
    ],
)
def test_files_are_found_by_pattern(
    files: Files, patterns: tuple[str, ...], found: tuple[str, ...]
) -> None:
    """Sorted, relative, without hidden folders; one that matches twice is found once."""
    assert files.find(patterns) == found


def test_files_are_read_inside_the_repository_alone(files: Files) -> None:
    """A missing file is Python's own error, a path that leads out is ours."""
    assert files.read("a/b/mlops-config.json") == b"[]"
    assert files.read("a/../mlops-gitops.yaml") == b"version: 1"
    with pytest.raises(FileNotFoundError):
        files.read("a/nothing.json")
    for outside in ("../secret", "a/../../secret", "/etc/hostname"):
        with pytest.raises(UnsafePath) as refused:
            files.read(outside)
        assert refused.value.hint


def git(folder: Path, *arguments: str) -> str:
    """Run git."""
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def in_git(folder: Path) -> Commits:
    """The files of above in a real repository, committed."""
    on_disk(folder / "repo")
    (folder / "repo" / ".git" / "mlops-config.json").unlink()
    (folder / "repo" / ".git").rmdir()
    git(folder / "repo", "init", "--quiet")
    git(folder / "repo", "add", ".")
    git(folder / "repo", "commit", "--quiet", "-m", "First things\n\nand why")
    return GitCommits(str(folder / "repo"))


def in_a_dict(_folder: Path) -> Commits:
    """A commit that says the same."""
    author = "Test <test@example.com>"
    return MemoryCommits(Commit(id="1" * 40, author=author, subject="First things", is_clean=True))


@pytest.mark.parametrize("make", [in_a_dict, in_git])
def test_the_checked_out_commit_tells_who_and_what(
    make: Callable[[Path], Commits], tmp_path: Path
) -> None:
    """40 digits, the author, the first line of the message."""
    head = make(tmp_path).head(CONFIGS)

    assert head is not None
    assert len(head.id) == 40
    assert (head.author, head.subject, head.is_clean) == (
        "Test <test@example.com>",
        "First things",
        True,
    )


def test_only_files_that_count_make_a_commit_unclean(tmp_path: Path) -> None:
    """A changed or new config does, whatever else lies about does not; from below the root too."""
    commits, repo = in_git(tmp_path), tmp_path / "repo"

    def is_clean(of: Commits) -> bool:
        head = of.head(CONFIGS)
        assert head is not None
        return head.is_clean

    (repo / "notes.txt").write_text("not committed")
    assert is_clean(commits)
    (repo / "a" / "mlops-config.json").write_text('{"changed": 1}')
    assert not is_clean(commits)
    assert is_clean(GitCommits(str(repo / "a" / "b")))
    git(repo, "commit", "--quiet", "-a", "-m", "Second")
    (repo / "new").mkdir()
    (repo / "new" / "mlops-config.json").write_text("{}")
    assert not is_clean(commits)
    head = commits.head(CONFIGS)
    assert head is not None
    assert head.id == git(repo, "rev-parse", "HEAD")


def test_there_is_no_commit_outside_git_or_before_the_first(tmp_path: Path) -> None:
    """None is no error: plans can be made of files that nobody committed."""
    outside, empty = tmp_path / "outside", tmp_path / "empty"
    outside.mkdir()
    git(tmp_path, "init", "--quiet", str(empty))

    assert GitCommits(str(outside)).head(CONFIGS) is None
    assert GitCommits(str(empty)).head(CONFIGS) is None
    assert GitCommits(str(tmp_path / "nowhere")).head(CONFIGS) is None
    assert MemoryCommits().head(CONFIGS) is None
