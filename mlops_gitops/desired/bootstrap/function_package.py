"""Packages of functions: what they are called in the assets bucket."""

import io
import zipfile

RUNTIME_FILE = "RUNTIME"
"""Names, in a zip, what it runs on: `python3.12 x86_64`."""


def package_name(name: str, content: bytes) -> str:
    """Name a zip by what it says in itself that it runs on: `api-python3.12-x86_64.zip`.

    Raises:
        ValueError: it does not say, or is no zip.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            runtime, _, machine = archive.read(RUNTIME_FILE).decode().partition(" ")
    except (KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"This is no package of a function: {error}") from error
    return f"{name}-{runtime}-{machine}.zip"


def runtime_of(key: str) -> tuple[str, str]:
    """Give runtime and architecture, as Lambda calls them, of a package by its key."""
    runtime, machine = key.removesuffix(".zip").rsplit("-", 2)[1:]
    return runtime, machine
