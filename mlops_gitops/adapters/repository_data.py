"""The repository's own blueprints, laid over those of the installation."""

from functools import cached_property

from mlops_gitops.config.blueprints.folder import FOLDER, SCHEMA, TEMPLATE, path_in
from mlops_gitops.ports import Files, PackageData


class RepositoryData:
    """Schemas and blueprints of both; what the installation has always comes from there.

    Args:
        installed: those of the installation.
        files: the repository; through this port no path leaves it.
    """

    def __init__(self, installed: PackageData, files: Files) -> None:
        self._installed = installed
        self._files = files

    @cached_property
    def _own(self) -> tuple[str, ...]:
        """Names of the repository's blueprints that nothing installed is called."""
        found = self._files.find((path_in("*", SCHEMA),))
        names = (path.removeprefix(f"{FOLDER}/").removesuffix(f"/{SCHEMA}") for path in found)
        taken = {*self._installed.schema_names(), *self._installed.blueprint_names()}
        return tuple(name for name in names if name not in taken)

    def schema(self, name: str) -> bytes:
        """Read one schema; see `PackageData.schema`."""
        if name in self._own:
            return self._files.read(path_in(name, SCHEMA))
        return self._installed.schema(name)

    def schema_names(self) -> tuple[str, ...]:
        """List the names of all schemas; see `PackageData.schema_names`."""
        return tuple(sorted((*self._installed.schema_names(), *self._own)))

    def blueprint(self, name: str) -> bytes:
        """Read one template; see `PackageData.blueprint`."""
        if name in self._own:
            return self._files.read(path_in(name, TEMPLATE))
        return self._installed.blueprint(name)

    def blueprint_names(self) -> tuple[str, ...]:
        """List all blueprints; see `PackageData.blueprint_names`."""
        return tuple(sorted((*self._installed.blueprint_names(), *self._own)))
