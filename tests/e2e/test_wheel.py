"""What people install works outside the checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from uv import find_uv_bin

import mlops_gitops

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", folder, at=ROOT)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed command, in an environment that borrows its dependencies from this one.

    A `.pth` file lends them: `.pth` files that lie in the lent folder, such as the one of the
    editable checkout, are not followed from there.
    """
    home = tmp_path_factory.mktemp("installed") / "venv"
    uv = find_uv_bin()
    run(uv, "venv", "--quiet", "--offline", "--no-config", "--python", sys.executable, home)
    python = home / "bin" / "python"
    run(uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, wheel)
    [site] = home.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / "bin" / "mlops-gitops"


def test_schemas_and_blueprints_are_inside(wheel: Path) -> None:
    """Every schema and every blueprint of the checkout lies in the wheel, byte for byte."""
    files = [
        path
        for folder in ("schemas", "blueprints")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]

    assert files
    with zipfile.ZipFile(wheel) as archive:
        for path in files:
            inside = f"mlops_gitops/{path.relative_to(ROOT).as_posix()}"
            assert path.read_bytes() == archive.read(inside)


def test_nothing_else_is_inside(wheel: Path) -> None:
    """The wheel holds the package and its metadata: no tests, no caches, no folder of ours."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert {"mlops_gitops", wheel.name.rsplit("-", 3)[0] + ".dist-info"} == {
        name.partition("/")[0] for name in names
    }
    assert not [name for name in names if "__pycache__" in name]


def test_the_installed_command_knows_its_version(command: Path, tmp_path: Path) -> None:
    """The command starts outside the checkout."""
    assert f"mlops-gitops, version {mlops_gitops.__version__}\n" == run(
        command, "--version", at=tmp_path
    )


def test_the_installed_command_is_the_installed_package(command: Path, tmp_path: Path) -> None:
    """It is the wheel that runs, not the checkout behind the lent folder."""
    where = run(
        command.with_name("python"),
        "-c",
        "import mlops_gitops as m; print(m.__file__)",
        at=tmp_path,
    )

    assert Path(where.strip()).is_relative_to(command.parents[1])


def test_the_installed_command_finds_its_schemas(command: Path, tmp_path: Path) -> None:
    """`schema` reads what the wheel brought along."""
    printed = run(command, "schema", "byom_realtime_builtin", at=tmp_path)

    assert '"$schema"' in printed


def test_the_installed_command_begins_a_repository(command: Path, tmp_path: Path) -> None:
    """`init` has brought its files along."""
    given = ("--region", "us-east-1", "--bucket", "acme-models", "--orchestrator", "111111111111")

    written = run(command, "init", *given, "--stage", "dev=222222222222", at=tmp_path)

    assert all((tmp_path / path).is_file() for path in written.split())
    run(command, "validate", at=tmp_path)


def run(*words: str | Path, at: Path = ROOT) -> str:
    """Run a command and give what it prints; its complaint is the failure's message."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        words, cwd=at, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
