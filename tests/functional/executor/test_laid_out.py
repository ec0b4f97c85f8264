"""Code of a pipeline is laid out where a run finds it, and nowhere else."""

import io
import zipfile
from pathlib import Path

import pytest

from mlops_gitops.adapters.local_runs import lay_out
from mlops_gitops.errors import UsageError
from mlops_gitops.runs.local_pipeline import LocalPipeline, PackedFunction


def archive(**files: str) -> bytes:
    """Make a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, text in files.items():
            opened.writestr(name.replace("__", "/"), text)
    return made.getvalue()


def pipeline(**assets: bytes) -> LocalPipeline:
    """Make a pipeline with these assets; each is also the code of a function."""
    keys = {name.replace("__", "/"): content for name, content in assets.items()}
    functions = [PackedFunction(name=key, handler="code.run", seconds=5, code=key) for key in keys]
    return LocalPipeline(
        name="p",
        definition={},
        account="1",
        region="us-east-1",
        bucket="bucket",
        assets=keys,
        functions=tuple(functions),
    )


def test_assets_and_functions_are_written(tmp_path: Path) -> None:
    """A function's archive is opened; git leaves the folder alone."""
    laid = lay_out(pipeline(assets__abc__code=archive(**{"code.py": "x = 1"})), tmp_path / "runs")

    (function,) = laid.functions.values()
    assert (function.folder / "code.py").read_text("utf-8") == "x = 1"
    assert (function.handler, function.seconds) == ("code.run", 5)
    assert (laid.sources["s3://bucket"] / "assets/abc/code").is_file()
    assert (tmp_path / "runs" / ".gitignore").is_file()


def test_nothing_is_written_elsewhere(tmp_path: Path) -> None:
    """Neither by a key nor by a name in an archive."""
    with pytest.raises(UsageError, match="no key of an asset"):
        lay_out(pipeline(**{"..__..__out": b""}), tmp_path / "runs" / "deep")
    lay_out(pipeline(a__b=archive(**{"..__..__..__out.py": "x"})), tmp_path / "runs" / "deep")

    assert not list(tmp_path.glob("out*"))
    assert [path.parent.name for path in tmp_path.rglob("out.py")] == ["a"]


def test_code_that_is_no_archive_is_said(tmp_path: Path) -> None:
    """With the function's name."""
    with pytest.raises(UsageError, match="function a/b is no archive"):
        lay_out(pipeline(a__b=b"x"), tmp_path)
