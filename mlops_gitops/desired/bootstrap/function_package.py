"""Packages of functions: where they lie in the assets bucket."""

import io
import zipfile
from hashlib import sha256

_FOLDER = "mlops_gitops_assets"
_RUNTIME = "RUNTIME"


def package_key(name: str, content: bytes) -> str:
    """Name a package by its content, and by the runtime that it says it is for.

    Raises:
        ValueError: it does not say.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        runtime, _, machine = archive.read(_RUNTIME).decode().partition(" ")
    return f"{_FOLDER}/{sha256(content).hexdigest()}/{name}-{runtime}-{machine}.zip"


def runtime_of(key: str) -> tuple[str, str]:
    """Give runtime and architecture, as Lambda calls them, of a package by its key."""
    runtime, machine = key.removesuffix(".zip").rsplit("-", 2)[1:]
    return runtime, machine
