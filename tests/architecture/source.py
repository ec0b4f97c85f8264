"""The project's own files, as the architecture tests read them."""

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mlops_gitops"


@cache
def project_files() -> tuple[Path, ...]:
    """List what git keeps or would keep: everything that is not ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git is where the machine has it
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(
        path for name in sorted(set(listing.split("\0"))) if (path := ROOT / name).is_file()
    )


def python_files(*folders: str) -> tuple[Path, ...]:
    """List Python files of these folders of the project, sorted."""
    return tuple(
        path
        for path in project_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders
    )


@cache
def tree(path: Path) -> ast.Module:
    """Parse a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Read a Python file's comments: line and text."""
    text = io.StringIO(path.read_text(encoding="utf-8"))
    for token in tokenize.generate_tokens(text.readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def place(path: Path, line: int = 1) -> str:
    """Name a place so that an editor can jump there."""
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


def dotted(node: ast.expr) -> str:
    """Spell a name such as `os.environ`; "" where it is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}"
        case _:
            return ""
