"""Packages of functions: this program, what it needs in compiled form, and the settings.

What is compiled has to fit Lambda's Linux. Where this very Python would run there, too, and has the
versions of `requirements/lambda.lock`, its own files are taken; else pip fetches them, by hash.
boto3 is left out: Lambda's runtime has it. Source: "Working with .zip file archives for Python
Lambda functions" and "Lambda runtimes", Lambda developer guide.
"""

import importlib.metadata
import platform
import py_compile
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import cache_from_source
from pathlib import Path, PurePosixPath

import mlops_gitops
from mlops_gitops.config.said import printable
from mlops_gitops.config.secrets import masked
from mlops_gitops.config.settings import SETTINGS_PATH
from mlops_gitops.definitions.archive import zipped
from mlops_gitops.desired.bootstrap.function_package import RUNTIME_FILE
from mlops_gitops.errors import MissingExtra

_API = "api"
_FALLBACK = "python3.12 x86_64"
_RUNTIMES = frozenset({(3, 11), (3, 12), (3, 13), (3, 14)})
_MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
_LEFT_OUT = ("mlops_gitops/cli/", "mlops_gitops/emulator/")
"""The command line is another edge, and the embedded AWS nothing to deploy."""
_OF_INSTALLERS = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"})
_LONGEST_QUOTE = 500


class BuiltPackages:
    """Packages made on this machine.

    Args:
        settings: what `mlops-gitops.yaml` holds; the function works with just that.
        python: interpreter whose pip fetches what is not at hand.
    """

    def __init__(self, settings: bytes, python: str = sys.executable) -> None:
        self._settings = settings
        self._python = python

    def package(self, name: str) -> bytes:
        """Give the zip of a function; the same installation gives the same bytes.

        Raises:
            MissingExtra: what goes into it is not at hand; the message says how to get it.
        """
        if name != _API:
            raise KeyError(name)
        lock = (_root() / "requirements" / "lambda.lock").read_text(encoding="utf-8")
        here = _runtime_here()
        needed = dict(_PINNED.findall(lock))
        if here and all(_version(each) == version for each, version in needed.items()):
            runtime, libraries = here, _installed(needed)
        else:
            runtime, libraries = _FALLBACK, self.fetched()
        files = {**libraries, **_own(), SETTINGS_PATH: self._settings}
        compiled = _compiled(files) if runtime == here else {}
        packed = {**files, **compiled, RUNTIME_FILE: runtime.encode()}
        return zipped(packed, zipfile.ZIP_DEFLATED)

    def fetched(self) -> dict[str, bytes]:
        """Have pip fetch wheels for Lambda.

        Raises:
            MissingExtra: it cannot.
        """
        lock = _root() / "requirements" / "lambda.lock"
        with tempfile.TemporaryDirectory(prefix="mlops-gitops-") as folder:
            words = ["download", "--quiet", "--no-deps", "--require-hashes", "-r", str(lock)]
            words += ["--only-binary", ":all:", "--python-version", "3.12"]
            words += ["--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64"]
            words += ["--implementation", "cp", "--abi", "cp312", "--abi", "abi3", "--abi", "none"]
            done = subprocess.run(  # noqa: S603 - our own words
                [self._python, "-m", "pip", *words, "--dest", folder],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                said = printable(masked(done.stderr.strip()))[-_LONGEST_QUOTE:]
                message = f"What the API's function needs could not be fetched: {said}"
                hint = (
                    f"Run this where pip reaches its index, or on Linux with {lock} installed: "
                    f"python -m pip install --require-hashes -r {lock}"
                )
                raise MissingExtra(message, hint=hint)
            wheels = sorted(Path(folder).glob("*.whl"))
            return {name: data for wheel in wheels for name, data in _unpacked(wheel)}


def _runtime_here() -> str:
    """Name the runtime that this interpreter's files fit; empty for none."""
    machine = _MACHINES.get(platform.machine(), "")
    fits = sys.version_info[:2] in _RUNTIMES and platform.libc_ver()[0] == "glibc"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"python{version} {machine}" if fits and machine and sys.platform == "linux" else ""


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _installed(distributions: Iterable[str]) -> dict[str, bytes]:
    return {
        str(file): Path(str(file.locate())).read_bytes()
        for each in distributions
        for file in importlib.metadata.distribution(each).files or ()
        if _belongs(file)
    }


def _unpacked(wheel: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not name.endswith("/") and _belongs(PurePosixPath(name)):
                yield name, archive.read(name)


def _belongs(file: PurePosixPath) -> bool:
    outside = file.parts[0] == ".." or "__pycache__" in file.parts
    return not outside and file.name not in _OF_INSTALLERS and ".data" not in file.parts[0]


def _own() -> dict[str, bytes]:
    """Give this program as a wheel has it: schemas and blueprints inside."""
    root, package = _root(), Path(mlops_gitops.__file__).parent
    folders = {"mlops_gitops": package}
    folders |= {f"mlops_gitops/{name}": root / name for name in ("schemas", "blueprints")}
    found = {
        f"{start}/{file.relative_to(folder).as_posix()}": file
        for start, folder in folders.items()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    return {
        name: file.read_bytes() for name, file in found.items() if not name.startswith(_LEFT_OUT)
    }


def _compiled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Compile what is Python: Lambda cannot keep what it compiles, and would at every start."""
    made = {}
    with tempfile.TemporaryDirectory(prefix="mlops-gitops-") as folder:
        source, target = Path(folder) / "module.py", str(Path(folder) / "module.pyc")
        for name, content in files.items():
            if name.endswith(".py"):
                source.write_bytes(content)
                # Unchecked: the bytes name no date, and nothing is looked up when it starts.
                mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
                py_compile.compile(str(source), target, name, doraise=True, invalidation_mode=mode)
                made[cache_from_source(name)] = Path(target).read_bytes()
    return made


def _root() -> Path:
    """Give where schemas, blueprints and the lock file lie: in the package, or in a checkout."""
    package = Path(mlops_gitops.__file__).parent
    return package if (package / "schemas").is_dir() else package.parent
