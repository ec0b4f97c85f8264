"""What the files of a repository and its history promise us."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_gitops.adapters.disk import DiskFiles
from mlops_gitops.adapters.git import GitCommits
from mlops_gitops.adapters.memory.repository import MemoryCommits, MemoryFiles
from mlops_gitops.errors import MlopsError, ShallowClone, UnsafePath, UsageError
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


def in_a_commit(folder: Path) -> Files:
    """The files of above as a commit holds them, after they were changed on disk."""
    commits = in_git(folder)
    (folder / "repo" / "a" / "b" / "mlops-config.json").write_text("changed since")
    return commits.files_at("HEAD")


@pytest.fixture(params=[in_memory, on_disk, in_a_commit])
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


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("a/b", ("a/b/mlops-config.json", "a/b/other.json")),
        ("a", ("a/b/mlops-config.json", "a/b/other.json", "a/mlops-config.json")),
        ("mlops-gitops.yaml", ()),
        ("nothing", ()),
        (".git", ()),
        ("..", ()),
        ("../..", ()),
        ("a/b/../..", ()),
    ],
)
def test_a_folder_is_listed_whole(files: Files, folder: str, found: tuple[str, ...]) -> None:
    """Sorted, with what is in folders below it; nothing hidden, nothing outside."""
    assert files.below(folder) == found
    assert set(found) <= set(files.below("."))
    assert ".git/mlops-config.json" not in files.below(".")


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


def test_who_merges_has_not_written_it(tmp_path: Path) -> None:
    """The author is whoever wrote the newest commit about these files, whatever came after it."""
    commits, repo = in_git(tmp_path), tmp_path / "repo"

    def commit(author: str, path: str, *more: str) -> None:
        (repo / path).write_text(f'{{"by": "{author}"}}')
        git(repo, "add", path)
        git(repo, "commit", "--quiet", "-m", "A change", f"--author={author} <a@b.c>", *more)

    git(repo, "switch", "--quiet", "-c", "branch")
    commit("Jane", "a/mlops-config.json")
    git(repo, "switch", "--quiet", "-")
    commit("John", "notes.txt")
    git(repo, "merge", "--quiet", "--no-edit", "branch")

    assert commits.author_of(["a/mlops-config.json"]) == "Jane <a@b.c>"
    assert commits.author_of(["no/*"]) == ""
    assert commits.author_of(["**"]) in {"Jane <a@b.c>", "John <a@b.c>"}
    below = GitCommits(str(repo / "a"))
    assert below.author_of(["mlops-config.json"]) == "Jane <a@b.c>"


@pytest.mark.parametrize("make", [in_a_dict, in_git])
def test_somebody_has_written_what_is_there(
    make: Callable[[Path], Commits], tmp_path: Path
) -> None:
    """Name and address of the only commit's author."""
    assert make(tmp_path).author_of(CONFIGS) == "Test <test@example.com>"


def test_a_commit_has_all_of_its_message(tmp_path: Path) -> None:
    """What follows the subject, too."""
    head = in_git(tmp_path).head(CONFIGS)

    assert head is not None
    assert head.message.splitlines() == ["First things", "", "and why"]


def test_a_merge_says_what_it_merges_says(tmp_path: Path) -> None:
    """The branch's last commit speaks through it, no other does; a shallow clone has neither."""
    commits, repo = in_git(tmp_path), tmp_path / "repo"
    git(repo, "switch", "--quiet", "-c", "branch")
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "Early")
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "Late\n\nand meant")
    git(repo, "switch", "--quiet", "-")
    git(repo, "merge", "--quiet", "--no-ff", "-m", "A merge", "branch")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repo}", "shallow")

    found = [of.head(CONFIGS) for of in (commits, GitCommits(str(tmp_path / "shallow")))]

    told = [each.message.split() for each in found if each is not None]
    assert told == [["A", "merge", "Late", "and", "meant"], ["A", "merge"]]


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


def test_a_change_is_told_from_where_a_branch_was_left(tmp_path: Path) -> None:
    """Committed or not, renamed, deleted or new; not what others did meanwhile on that branch."""
    commits, repo = in_git(tmp_path), tmp_path / "repo"
    git(repo, "branch", "main-line")
    git(repo, "checkout", "--quiet", "-b", "change")
    git(repo, "mv", "a/b/other.json", "a/b/renamed.json")
    git(repo, "rm", "--quiet", "a/mlops-config.json")
    git(repo, "commit", "--quiet", "-m", "Second")
    (repo / "mlops-gitops.yaml").write_text("version: 2")
    (repo / "ü new").mkdir()
    (repo / "ü new" / "mlops-config.json").write_text("{}")
    git(repo, "worktree", "add", "--quiet", str(tmp_path / "other"), "main-line")
    (tmp_path / "other" / "a" / "b" / "mlops-config.json").write_text("not ours")
    git(tmp_path / "other", "commit", "--quiet", "-a", "-m", "Theirs")

    own = ("a/b/other.json", "a/b/renamed.json", "a/mlops-config.json", "mlops-gitops.yaml")

    assert commits.changed_since("main-line") == (*own, "ü new/mlops-config.json")
    assert commits.changed_since("HEAD") == ("mlops-gitops.yaml", "ü new/mlops-config.json")
    assert commits.merge_base("main-line") == git(repo, "rev-parse", "HEAD~1")
    assert commits.changed_between("HEAD~1", "HEAD") == own[:3]
    assert "a/b/mlops-config.json" in commits.changed_between("main-line", "HEAD")


def test_links_to_what_changed_count_as_changed(tmp_path: Path) -> None:
    """A config may be a link; what a commit holds behind it is found too, and never outside."""
    commits, repo = in_git(tmp_path), tmp_path / "repo"
    (repo / "linked.json").symlink_to("a/mlops-config.json")
    (repo / "other.json").symlink_to("a/b/mlops-config.json")
    (repo / "out.json").symlink_to("/etc/hostname")
    (repo / "round.json").symlink_to("round.json")
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "-m", "Links")
    (repo / "a" / "mlops-config.json").write_text("changed")
    files = commits.files_at("HEAD")

    assert commits.changed_since("HEAD") == ("a/mlops-config.json", "linked.json")
    assert files.read("linked.json") == b"{}"
    with pytest.raises(UnsafePath):
        files.read("out.json")
    with pytest.raises(MlopsError, match="circle"):
        files.read("round.json")


def test_paths_are_told_from_our_root(tmp_path: Path) -> None:
    """Settings may lie below the root of the git repository; what is outside is not ours."""
    _, repo = in_git(tmp_path), tmp_path / "repo"
    (repo / "a" / "mlops-config.json").write_text("changed")
    (repo / "mlops-gitops.yaml").write_text("changed")
    below = GitCommits(str(repo / "a"))

    assert below.changed_since("HEAD") == ("mlops-config.json",)
    assert below.files_at("HEAD").find(CONFIGS) == ("b/mlops-config.json", "mlops-config.json")
    assert below.files_at("HEAD").read("mlops-config.json") == b"{}"


def test_what_git_does_not_have_is_told_with_the_way_to_it(tmp_path: Path) -> None:
    """Unknown revisions, options in their place, strangers, shallow clones, no repository."""
    commits, repo = in_git(tmp_path), tmp_path / "repo"
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "Second")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repo}", "shallow")
    git(repo, "checkout", "--quiet", "--orphan", "stranger")
    git(repo, "commit", "--quiet", "-m", "Alone")
    shallow = GitCommits(str(tmp_path / "shallow"))
    (tmp_path / "outside").mkdir()

    for unknown in ("nowhere", "origin/main", "--help", "HEAD:a"):
        with pytest.raises(UsageError, match="There is no commit") as refused:
            commits.changed_since(unknown)
        assert "git fetch origin" in refused.value.hint
    with pytest.raises(UsageError, match="no commit in common"):
        commits.merge_base("HEAD@{1}")
    for ask in (shallow.changed_since, shallow.commit_at, shallow.files_at):
        with pytest.raises(ShallowClone) as refused_clone:
            ask("HEAD~1")
        assert "fetch-depth: 0" in refused_clone.value.hint
    with pytest.raises(UsageError, match="in no git repository"):
        GitCommits(str(tmp_path / "outside")).changed_since("HEAD")


def test_the_twin_knows_revisions_too() -> None:
    """What differs is told, and an unknown name is refused."""
    old, new = {"a": b"1", "b": b"1"}, {"b": b"2", "c": b"1"}
    commits = MemoryCommits(files=new, revisions={"main": old, "HEAD": new})

    assert commits.changed_since("main") == ("a", "b", "c")
    assert commits.changed_between("main", "HEAD") == ("a", "b", "c")
    assert commits.files_at(commits.merge_base("main")).read("a") == b"1"
    with pytest.raises(UsageError):
        commits.changed_since("nowhere")


def test_there_is_no_commit_outside_git_or_before_the_first(tmp_path: Path) -> None:
    """None is no error: plans can be made of files that nobody committed."""
    outside, empty = tmp_path / "outside", tmp_path / "empty"
    outside.mkdir()
    git(tmp_path, "init", "--quiet", str(empty))

    assert GitCommits(str(outside)).head(CONFIGS) is None
    assert GitCommits(str(empty)).head(CONFIGS) is None
    assert GitCommits(str(tmp_path / "nowhere")).head(CONFIGS) is None
    assert MemoryCommits().head(CONFIGS) is None
