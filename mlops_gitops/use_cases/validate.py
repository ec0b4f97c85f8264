"""Validate: read everything that is committed and say what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from mlops_gitops.config import refusals
from mlops_gitops.config.blueprints.folder import SCHEMA, TEMPLATE, is_in_blueprint, path_in
from mlops_gitops.config.blueprints.types import Types
from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Document, read_document
from mlops_gitops.config.frameworks import Frameworks
from mlops_gitops.config.read import Contract, read_config
from mlops_gitops.config.read_settings import no_settings, read_settings
from mlops_gitops.config.rules import rules_in
from mlops_gitops.config.schemas import Schemas, schemas_of
from mlops_gitops.config.settings import SETTINGS_PATH, Settings
from mlops_gitops.definitions.images import image_table
from mlops_gitops.errors import InvalidRepository, MlopsError, UnsafePath
from mlops_gitops.problems import Location, Problem, errors_among, in_order

if TYPE_CHECKING:
    # The ports know the nouns of every step; `validate` starts faster without them.
    from mlops_gitops.ports import Files, PackageData


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """What a repository says, as far as it could be read.

    Attributes:
        settings: None where they have errors; no config is read then.
        configs: those without errors, by path.
        checked: paths of all configs that were looked at, good or bad.
        problems: sorted by place, then code.
        clashes: those of the problems that are between configs.
        named: path of a config -> paths of the files and folders that it names beside itself.
    """

    settings: Settings | None
    configs: tuple[Config, ...] = ()
    checked: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    clashes: tuple[Problem, ...] = ()
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading one config and what it names; no config where there are errors."""

    config: Config | None
    problems: tuple[Problem, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Settings and configs that have no errors.

    Attributes:
        configs: all, or with `since` those that a change touches.
        since: full id of the commit that the change is told from; empty for a whole repository.
        former: what the touched files declared at that commit.
        rest: the configs that the change does not touch.
    """

    settings: Settings
    configs: tuple[Config, ...]
    since: str = ""
    former: tuple[Config, ...] = ()
    rest: tuple[Config, ...] = ()


def validate(files: "Files", data: "PackageData") -> Validated:
    """Check the settings and every config they name; all problems, in the same order always."""
    installed = read_schemas(data)
    content = _read(files, SETTINGS_PATH)
    if content is None:
        return Validated(settings=None, problems=(no_settings(),))
    if isinstance(content, Problem):
        return Validated(settings=None, problems=(content,))
    settings = read_settings(content, installed)
    if not isinstance(settings, Settings):
        return Validated(settings=None, problems=in_order(settings))
    types = read_types(files, data, installed)
    contract = contract_of(settings, types.schemas)
    paths = files.find(settings.configs)
    readings = [read_config_at(files, path, contract, types.broken) for path in paths]
    configs = tuple(reading.config for reading in readings if reading.config is not None)
    # Configs may name one and the same file, and what is wrong with it is told once.
    problems = [*{problem: None for reading in readings for problem in reading.problems}]
    problems += types.problems
    problems += _in_networks([each for each in configs if each.blueprint in types.custom], files)
    clashes = in_order(together(configs, settings))
    return Validated(
        settings=settings,
        configs=configs,
        checked=paths,
        problems=in_order((*problems, *clashes)),
        clashes=clashes,
        named={
            path: reading.named
            for path, reading in zip(paths, readings, strict=True)
            if reading.named
        },
    )


def contract_of(settings: Settings, schemas: Schemas) -> Contract:
    """Put together what configs are held to."""
    images = image_table()
    frameworks = Frameworks(
        versions=images.versions(settings.region),
        need_more=images.need_more(),
        trained=images.trained(),
    )
    return Contract(settings=settings, schemas=schemas, frameworks=frameworks)


def narrowed(validated: Validated, paths: Sequence[str]) -> Validated:
    """Keep what concerns some files and folders, and what all configs rest on.

    That is the settings and the repository's own blueprints: with a mistake in one of them, a
    config may not have been judged at all.
    """

    def concerned(path: str) -> bool:
        return any(path == wanted or path.startswith(f"{wanted}/") for wanted in folders)

    folders = tuple("" if path == "." else path for path in paths)
    if "" in folders:
        return validated
    kept = {path: names for path, names in validated.named.items() if concerned(path)}
    folders = (*folders, *(name for names in kept.values() for name in names))
    return Validated(
        settings=validated.settings,
        configs=tuple(each for each in validated.configs if concerned(each.document.path)),
        checked=tuple(path for path in validated.checked if concerned(path)),
        problems=tuple(
            problem
            for problem in validated.problems
            if problem.where.path == SETTINGS_PATH
            or is_in_blueprint(problem.where.path)
            or concerned(problem.where.path)
        ),
        named=kept,
    )


def read_schemas(data: "PackageData") -> Schemas:
    """Read all schema files; each is parsed when it is needed."""
    return schemas_of(tuple((name, data.schema(name)) for name in data.schema_names()))


def load_repository(files: "Files", data: "PackageData") -> Repository:
    """Read a repository that is about to be deployed.

    Raises:
        InvalidRepository: there are errors; it carries all problems. Warnings do not count.
    """
    return sound(validate(files, data))


def sound(validated: Validated) -> Repository:
    """Give a repository that is about to be deployed.

    Raises:
        InvalidRepository: there are errors; it carries all problems. Warnings do not count.
    """
    if validated.settings is None or errors_among(validated.problems):
        raise InvalidRepository(validated.problems)
    return Repository(settings=validated.settings, configs=validated.configs)


def read_types(files: "Files", data: "PackageData", installed: Schemas) -> Types:
    """Lay the repository's pipeline types over the installed ones."""
    names = blueprint_folders(files)
    if not names:
        return Types(schemas=installed)
    # Most repositories have none, and `validate` starts faster without what checks them.
    from mlops_gitops.use_cases.custom_blueprints import check_custom

    return check_custom(names, partial(_read, files), installed, data)


def _in_networks(custom: Sequence[Config], files: "Files") -> tuple[Problem, ...]:
    """Hold blueprints of the repository to the networks of the stages that they are for."""
    if not any(stage.network for config in custom for stage in config.stages):
        return ()
    from mlops_gitops.use_cases.custom_blueprints import check_networks

    return tuple(check_networks(custom, partial(_read, files)))


def blueprint_folders(files: "Files") -> tuple[str, ...]:
    """Name the folders of `blueprints/` that are to be pipeline types, sorted."""
    found = files.find((path_in("*", SCHEMA), path_in("*", TEMPLATE)))
    return tuple(sorted({path.split("/")[1] for path in found}))


def read_config_at(files: "Files", path: str, contract: Contract, broken: frozenset[str]) -> Read:
    """Read one config of the repository; one of a type that is broken is not judged."""
    content = _read(files, path)
    if content is None:
        said = refusals.unreadable("The file is gone.", "It may be a link that leads nowhere.")
        return Read(None, (said.at(Location(path, 1, 1)),))
    if isinstance(content, Problem):
        return Read(None, (content,))
    document = read_document(path, content)
    if not isinstance(document, Document):
        return Read(None, (document,))
    # What is wrong with a type is told once, where its blueprint is.
    if str(document.value.get("pipeline_type")) in broken:
        return Read(None)
    reading = read_config(document, contract)
    config = reading.config
    if config is None or config.is_retired or not _needs_more(config):
        return Read(config, reading.problems)
    # Most types name nothing beside the config, and `validate` starts faster without this.
    from mlops_gitops.use_cases.beside import read_beside

    beside = read_beside(files, config, contract.settings)
    problems = (*reading.problems, *beside.problems)
    return Read(None if errors_among(problems) else beside.config, problems, beside.config.named)


def _needs_more(config: Config) -> bool:
    return config.type.names_files or bool(config.type.definition)


def _read(files: "Files", path: str) -> bytes | Problem | None:
    """Read a file; None where there is none, a problem where it cannot be read."""
    try:
        return files.read(path)
    except FileNotFoundError:
        return None
    except UnsafePath as error:
        said = refusals.leaves_repository(error.message, error.hint)
    except MlopsError as error:
        said = refusals.unreadable(error.message, error.hint)
    return said.at(Location(path, 1, 1))


def together(configs: Sequence[Config], settings: Settings) -> Iterator[Problem]:
    """Say where configs clash; of two it is said at the later one."""
    for rule in rules_in("repository"):
        yield from rule.check(configs, settings)
