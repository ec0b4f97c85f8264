"""The machine that we run on: what is installed."""

import platform
import re
from importlib.metadata import PackageNotFoundError, metadata, version

from mlops_gitops import __version__
from mlops_gitops.ports.doctor import Version

_OURS = "mlops-gitops"
_PARTS = ("boto3", "botocore")


class InstalledPrograms:
    """Python, ourselves, and what we reach AWS by."""

    def versions(self) -> tuple[Version, ...]:
        """List what counts of what is installed, ourselves first."""
        needed = _needed()
        python = Version(
            name="Python", found=platform.python_version(), needed=needed.get("Python", "")
        )
        parts = [
            Version(name=each, found=version(each), needed=needed.get(each, "")) for each in _PARTS
        ]
        return (Version(name=_OURS, found=__version__), python, *parts)


def _needed() -> dict[str, str]:
    """Read what our own package asks for; nothing where it runs without being installed."""
    try:
        told = metadata(_OURS)
    except PackageNotFoundError:
        return {}
    asked = [each for each in told.get_all("Requires-Dist", []) if "extra ==" not in each]
    found = [re.match(r"([\w.-]+).*?>=\s*([\d.]+)", each) for each in asked]
    needed = {each[1]: each[2] for each in found if each}
    python = re.search(r">=\s*([\d.]+)", "".join(told.get_all("Requires-Python", [])))
    return needed | ({"Python": python[1]} if python else {})
