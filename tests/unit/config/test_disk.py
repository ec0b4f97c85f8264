"""Files on disk: found by pattern, read as they are, never from outside the repository."""

import os
from pathlib import Path

import pytest

from mlops_gitops import app
from mlops_gitops.adapters.disk import DiskFiles
from mlops_gitops.errors import MlopsError, UnsafePath
from mlops_gitops.use_cases.validate import validate

CONFIGS = ("**/mlops-config.json",)


def put(root: Path, path: str, text: str = "{}") -> None:
    """Write a file and the folders above it."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_patterns_find_files_in_order(tmp_path: Path) -> None:
    """`**` is any folders, `*` stays within a name, hidden folders are not searched."""
    for path in ("mlops-config.json", "b/mlops-config.json", "a/x/mlops-config.json"):
        put(tmp_path, path)
    for path in (".git/mlops-config.json", "b/mlops-config.json.bak", "a/other.json"):
        put(tmp_path, path)

    files = DiskFiles(tmp_path)

    assert files.find(CONFIGS) == (
        "a/x/mlops-config.json",
        "b/mlops-config.json",
        "mlops-config.json",
    )
    assert files.find(("*/mlops-config.json",)) == ("b/mlops-config.json",)
    assert files.find(("a/*.json", "b/*.json")) == ("a/other.json", "b/mlops-config.json")
    assert files.find(()) == ()


def test_a_link_inside_is_followed_and_one_outside_refused(tmp_path: Path) -> None:
    """What is deployed is what is committed."""
    root = tmp_path / "repository"
    put(root, "shared.json", "inside")
    put(tmp_path, "secret.json", "outside")
    (root / "in.json").symlink_to("shared.json")
    (root / "out.json").symlink_to("../secret.json")
    files = DiskFiles(root)

    assert files.read("in.json") == b"inside"
    for path in ("out.json", "../secret.json", str(tmp_path / "secret.json")):
        with pytest.raises(UnsafePath):
            files.read(path)


@pytest.mark.parametrize("path", ["pipe", "folder", "nul\0", "loop"])
def test_what_is_no_file_is_an_error_and_never_waits(tmp_path: Path, path: str) -> None:
    """A named pipe, a folder, an impossible name and a link to itself are told apart from files."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")

    with pytest.raises((MlopsError, FileNotFoundError)):
        DiskFiles(tmp_path).read(path)


def test_unreadable_configs_are_problems_and_not_absent(tmp_path: Path) -> None:
    """A link out, a dangling link and a pipe called like a config each have one problem."""
    settings = Path(__file__).parents[3] / "config-examples/good/single-account/mlops-gitops.yaml"
    put(tmp_path, "root/mlops-gitops.yaml", settings.read_text())
    put(tmp_path, "outside.json")
    root = tmp_path / "root"
    for folder, target in (("a", tmp_path / "outside.json"), ("b", tmp_path / "nowhere")):
        (root / folder).mkdir()
        (root / folder / "mlops-config.json").symlink_to(target)
    (root / "c").mkdir()
    (root / "c" / "mlops-config.json").symlink_to("gone")
    (root / "d").mkdir()
    os.mkfifo(root / "d" / "mlops-config.json")

    validated = validate(app.files(root), app.package_data())

    assert len(validated.checked) == 4
    assert [problem.code for problem in validated.problems] == ["MG015", "MG015", "MG014", "MG014"]


def test_a_folder_that_is_a_link_is_not_searched(tmp_path: Path) -> None:
    """Whether it is named or found on the way, what lies behind it is not the repository's."""
    put(tmp_path, "outside/a/schema.json")
    put(tmp_path, "root/real/a/schema.json")
    (tmp_path / "root" / "blueprints").symlink_to(tmp_path / "outside")
    (tmp_path / "root" / "loop").symlink_to("loop")
    files = DiskFiles(tmp_path / "root")

    assert files.find(("blueprints/*/schema.json",)) == ()
    assert files.find(("loop/*",)) == ()
    assert files.find(("**/schema.json",)) == files.find(("real/a/*",)) == ("real/a/schema.json",)
