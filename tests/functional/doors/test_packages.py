"""The function's package: the same bytes twice, for a runtime that it names, and not too much."""

import io
import sys
import zipfile
from pathlib import Path

import pytest

from mlops_gitops.adapters.function_packages import BuiltPackages
from mlops_gitops.config.settings import SETTINGS_PATH
from mlops_gitops.definitions.archive import zipped
from mlops_gitops.desired.bootstrap.function_package import package_name, runtime_of
from mlops_gitops.errors import MissingExtra

SETTINGS = b"version: 1\n"
MEGABYTES_20 = 20_000_000


@pytest.fixture(scope="module")
def package() -> bytes:
    """A package as bootstrap makes it on this machine."""
    return BuiltPackages(SETTINGS).package("api")


def test_a_package_has_what_it_needs_and_nothing_else(package: bytes) -> None:
    """This program, the settings, compiled wheels; no SDK, no command line, no embedded AWS."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = set(archive.namelist())
        settings = archive.read(SETTINGS_PATH)

    tops = {name.split("/")[0] for name in names}
    assert settings == SETTINGS
    assert {"mlops_gitops", "jsonschema_rs", "rpds", "ruamel", "httpx"} <= tops
    assert not {"boto3", "botocore", "sagemaker", "click", "git", "ministack", "moto"} & tops
    assert "mlops_gitops/schemas/byom_realtime_builtin.json" in names
    assert "mlops_gitops/blueprints/realtime/template.yaml" in names
    assert not [each for each in names if each.startswith(("mlops_gitops/cli", "../"))]
    assert len(package) < MEGABYTES_20


def test_a_package_is_for_this_machine_and_says_so(package: bytes) -> None:
    """Lambda is told what its files fit; its modules come compiled for just that."""
    name = package_name("api", package)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"

    runtime, machine = runtime_of(f"mlops_gitops_assets/{'0' * 64}/{name}")

    assert runtime == f"python{version}"
    assert machine in {"arm64", "x86_64"}
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        tag = f"cpython-{version.replace('.', '')}"
        assert f"mlops_gitops/api/__pycache__/handler.{tag}.pyc" in archive.namelist()


@pytest.mark.slow
def test_the_same_installation_gives_the_same_bytes(package: bytes) -> None:
    """So that bootstrapping again changes nothing."""
    assert BuiltPackages(SETTINGS).package("api") == package


def test_other_settings_give_another_package() -> None:
    """The key says the content, so the function changes with them; their order is nothing."""
    files = {"b": b"1", "a": b"2"}

    same = zipped(dict(reversed(files.items())))

    assert zipped(files) == same != zipped({**files, "a": b"3"})


def test_what_is_no_package_has_no_name() -> None:
    """Bootstrap would rather stop than give Lambda something without a runtime."""
    for content in (b"", zipped({"a": b""})):
        with pytest.raises(ValueError, match="no package"):
            package_name("api", content)


def test_what_cannot_be_fetched_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Where this machine's files do not fit and pip does not reach its index."""
    pip = tmp_path / "python"
    pip.write_text("#!/bin/sh\necho 'No matching distribution' >&2\nexit 1\n", encoding="utf-8")
    pip.chmod(0o755)

    with pytest.raises(MissingExtra, match="No matching distribution") as refused:
        BuiltPackages(SETTINGS, str(pip)).fetched()

    assert "--require-hashes" in refused.value.hint
