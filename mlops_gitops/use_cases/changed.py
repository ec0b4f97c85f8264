"""Changed: the part of a repository that a change touches, and nothing of the rest."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlops_gitops.config.blueprints.folder import FOLDER, is_in_blueprint
from mlops_gitops.config.document import Document, read_document
from mlops_gitops.config.settings import SETTINGS_PATH
from mlops_gitops.errors import MlopsError
from mlops_gitops.problems import in_order
from mlops_gitops.use_cases.validate import Repository, Validated, sound, together, validate

if TYPE_CHECKING:
    # The ports know the nouns of every step; `validate` starts faster without them.
    from mlops_gitops.ports import Commits, Files, PackageData


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a change touches.

    Attributes:
        configs: their paths.
        blueprints: folders of `blueprints/` that changed, or that the configs rest on.
        named: files and folders that the configs name.
        everything: whether that is the whole repository.
    """

    configs: frozenset[str]
    blueprints: frozenset[str]
    everything: bool = False
    named: frozenset[str] = frozenset()


def touched(
    changed: Collection[str],
    configs: Mapping[str, Collection[str]],
    named: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Touched:
    """Tell which configs a change touches.

    A config is touched by a change of its own file, of one that it names, or of a blueprint of the
    repository that it rests on; all are by a change of the settings.

    Args:
        changed: paths of what differs; a folder stands for everything in it.
        configs: path -> names of the blueprints that the config rests on.
        named: path of a config -> files and folders that it names.
    """
    if SETTINGS_PATH in changed:
        every = frozenset(name for names in configs.values() for name in names)
        return Touched(configs=frozenset(configs), blueprints=every, everything=True)
    own = {path.split("/")[1] for path in changed if path.startswith(f"{FOLDER}/")}
    known = frozenset(changed)
    around = frozenset(folder for path in changed for folder in _above(path)) if named else known
    found = frozenset(
        path
        for path, blueprints in configs.items()
        if not own.isdisjoint(blueprints)
        or not known.isdisjoint(_above(path))
        or any(name in around or not known.isdisjoint(_above(name)) for name in named.get(path, ()))
    )
    return Touched(
        configs=found,
        blueprints=frozenset(own.union(*(configs[path] for path in found))),
        named=frozenset(name for path in found for name in named.get(path, ())),
    )


def part_of(validated: Validated, part: Touched) -> Validated:
    """Keep what concerns a part of a repository.

    A clash of a touched config with another is told, whichever of the two it would have been told
    at; what is wrong with others alone is not.
    """
    if validated.settings is None or part.everything:
        return validated
    # The later of two configs is told, so what is touched has to come last.
    order = sorted(validated.configs, key=lambda each: each.document.path in part.configs)
    clashes = tuple(together(order, validated.settings))
    own = [problem for problem in validated.problems if problem not in validated.clashes]
    return Validated(
        settings=validated.settings,
        configs=tuple(each for each in validated.configs if each.document.path in part.configs),
        checked=tuple(path for path in validated.checked if path in part.configs),
        problems=in_order(each for each in (*own, *clashes) if _concerns(each.where.path, part)),
        clashes=in_order(each for each in clashes if _concerns(each.where.path, part)),
        named={path: names for path, names in validated.named.items() if path in part.configs},
    )


def validate_changed(
    files: "Files", data: "PackageData", changed: Sequence[str]
) -> tuple[Validated, Touched]:
    """Check a repository, and tell what concerns a change of it.

    Args:
        files: the repository.
        data: of the installation.
        changed: paths of what differs.
    """
    validated = validate(files, data)
    part = touched(changed, _rests(files, validated), validated.named)
    return part_of(validated, part), part


def load_changed(
    files: "Files", data: "PackageData", commits: "Commits", revision: str
) -> Repository:
    """Read the part of a repository that is touched by what changed since a revision was left.

    Raises:
        InvalidRepository: there are errors in that part.
        MlopsError: git does not know.
    """
    changed, since = commits.changed_since(revision), commits.merge_base(revision)
    validated = validate(files, data)
    part = touched(changed, _rests(files, validated), validated.named)
    repository = sound(part_of(validated, part))
    if part.everything:
        return repository
    former = validate(Part(commits.files_at(since), {*changed, *part.configs}), data)
    rest = tuple(each for each in validated.configs if each.document.path not in part.configs)
    return replace(repository, since=since, former=former.configs, rest=rest)


class Part:
    """Of the files of a repository some, and those that the meaning of all rests on."""

    def __init__(self, files: "Files", paths: Iterable[str]) -> None:
        self._files = files
        self._paths = frozenset(paths)

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern; see `Files.find`."""
        found = self._files.find(patterns)
        return tuple(path for path in found if is_in_blueprint(path) or self._has(path))

    def below(self, folder: str) -> tuple[str, ...]:
        """List all files below a folder, as a config may name it; see `Files.below`."""
        return self._files.below(folder)

    def read(self, path: str) -> bytes:
        """Read one file; see `Files.read`."""
        return self._files.read(path)

    def _has(self, path: str) -> bool:
        return not self._paths.isdisjoint(_above(path))


def _above(path: str) -> Iterable[str]:
    """Give a path and every folder above it, the repository's root as `.` among them."""
    parts = path.split("/")
    return ("/".join(parts[:end]) or "." for end in range(len(parts), -1, -1))


def _concerns(path: str, part: Touched) -> bool:
    if is_in_blueprint(path):
        return path.split("/")[1] in part.blueprints
    if path == SETTINGS_PATH or path in part.configs:
        return True
    return bool(part.named) and not part.named.isdisjoint(_above(path))


def _rests(files: "Files", validated: Validated) -> dict[str, frozenset[str]]:
    """Name for each config the blueprints that it rests on; for one with errors, what it says."""
    known = {
        each.document.path: frozenset({each.type.name, each.type.blueprint})
        for each in validated.configs
    }
    return {path: known.get(path) or _says(files, path) for path in validated.checked}


def _says(files: "Files", path: str) -> frozenset[str]:
    try:
        document = read_document(path, files.read(path))
    except (FileNotFoundError, MlopsError):
        return frozenset()
    said = document.value.get("pipeline_type") if isinstance(document, Document) else None
    return frozenset({said}) if isinstance(said, str) else frozenset()
