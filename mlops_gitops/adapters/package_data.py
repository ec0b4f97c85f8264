"""Schemas and blueprints, as they lie in the installed package or in a checkout."""

import os
from pathlib import Path

import mlops_gitops


class InstalledData:
    """The data files of this installation.

    A wheel carries `schemas/` and `blueprints/` inside the package; in a checkout they lie beside
    it.
    """

    def __init__(self) -> None:
        package = Path(mlops_gitops.__file__).parent
        inside = (package / "schemas").is_dir()
        self._root = package if inside else package.parent

    def schema(self, name: str) -> bytes:
        """Read one schema; see `PackageData.schema`."""
        return (self._root / "schemas" / f"{name}.json").read_bytes()

    def schema_names(self) -> tuple[str, ...]:
        """List the names of all schemas; see `PackageData.schema_names`."""
        names = os.listdir(self._root / "schemas")  # noqa: PTH208 - pathlib's listing costs start-up time
        return tuple(sorted(name[:-5] for name in names if name.endswith(".json")))

    def blueprint(self, name: str) -> bytes:
        """Read one template; see `PackageData.blueprint`."""
        folder = self._root / "blueprints"
        template = folder / name / "template.yaml"
        return (template if template.is_file() else folder / f"{name}.yaml").read_bytes()

    def blueprint_names(self) -> tuple[str, ...]:
        """List the folders in `blueprints/`; see `PackageData.blueprint_names`."""
        return tuple(sorted(os.listdir(self._root / "blueprints")))  # noqa: PTH208 - as above
