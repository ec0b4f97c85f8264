"""Migrate: write configs of old formats anew, and say what is still to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_gitops.config.document import Document, read_document
from mlops_gitops.config.migrate import Migration, migrate
from mlops_gitops.errors import InvalidRepository, MlopsError
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.validate import narrowed, read_schemas, read_types, validate

if TYPE_CHECKING:
    from mlops_gitops.ports import Files, PackageData


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What migrating comes to.

    Attributes:
        checked: paths of all configs that were looked at.
        migrations: those of an old format.
        problems: what is wrong with all of these configs when they are written.
    """

    checked: tuple[str, ...]
    migrations: tuple[Migration, ...]
    problems: tuple[Problem, ...]


def migrate_configs(files: "Files", data: "PackageData", paths: Sequence[str]) -> Migrated:
    """Work out how configs are written anew; nothing is written here.

    Args:
        files: the repository.
        data: the schemas.
        paths: files and folders to look at.

    Raises:
        InvalidRepository: the settings have errors, so nobody knows which files are configs.
    """
    schemas = read_types(files, data, read_schemas(data)).schemas
    before = validate(files, data)
    if before.settings is None:
        raise InvalidRepository(before.problems)
    checked = narrowed(before, paths).checked
    documents = (read_document(path, content) for path, content in _contents(files, checked))
    found = (migrate(each, schemas) for each in documents if isinstance(each, Document))
    migrations = tuple(migration for migration in found if migration is not None)
    written = {each.path: each.after.encode() for each in migrations if not _is_open(each)}
    after = narrowed(validate(_Rewritten(files, written), data), paths)
    open_ = {each.path for each in migrations if _is_open(each)}
    problems = tuple(
        problem
        for problem in after.problems
        if problem.where.path in checked and problem.where.path not in open_
    )
    return Migrated(checked=checked, migrations=migrations, problems=problems)


def _is_open(migration: Migration) -> bool:
    """Tell whether a config stays as it is, because nobody knows what it is for."""
    return migration.after == migration.before


def _contents(files: "Files", paths: Sequence[str]) -> list[tuple[str, bytes]]:
    """Read what can be read; what cannot is told by `validate`."""
    contents = []
    for path in paths:
        try:
            contents.append((path, files.read(path)))
        except (OSError, MlopsError):
            continue
    return contents


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """A repository in which some files are written anew."""

    files: "Files"
    written: Mapping[str, bytes]

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files; see `Files.find`."""
        return self.files.find(patterns)

    def below(self, folder: str) -> tuple[str, ...]:
        """List all files below a folder; see `Files.below`."""
        return self.files.below(folder)

    def read(self, path: str) -> bytes:
        """Read one file; see `Files.read`."""
        return self.written[path] if path in self.written else self.files.read(path)
