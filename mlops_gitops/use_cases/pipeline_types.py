"""Pipeline types: list all, tell everything about one, lint the repository's own, begin a new."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mlops_gitops.config.blueprints.check import name_refused
from mlops_gitops.config.blueprints.folder import EXAMPLE, FOLDER, TEMPLATE, path_in
from mlops_gitops.config.blueprints.types import Types
from mlops_gitops.config.schemas import PER_STAGE, PipelineType, resolve, single_value
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.type_facts import TypeFacts, type_facts
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.ports import Blueprints, Files, PackageData, TemplateLinter
from mlops_gitops.problems import Problem, errors_among, in_order
from mlops_gitops.use_cases.custom_blueprints import read_product
from mlops_gitops.use_cases.validate import contract_of, read_config_at, read_schemas, read_types

_FIELD = "config."
_SKELETON = "my_blueprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A pipeline type in one line; `home` is `installed` or its folder."""

    name: str
    home: str
    title: str


def list_types(files: Files, data: PackageData) -> tuple[Listed, ...]:
    """List the installed types, then those of the repository, by name."""
    types = read_types(files, data, read_schemas(data))
    found = [
        Listed(
            name=type_.name,
            home=_home(type_.name) if type_.name in types.custom else "installed",
            title=type_.schema.get("title", ""),
        )
        for type_ in _all(types)
    ]
    found += [
        Listed(name=name, home=_home(name), title="(has problems; see blueprint lint)")
        for name in types.broken
    ]
    return tuple(sorted(found, key=lambda each: (each.home != "installed", each.name)))


def describe_type(files: Files, data: PackageData, blueprints: Blueprints, name: str) -> TypeFacts:
    """Tell everything about one type.

    Raises:
        UsageError: there is none of that name.
        InvalidRepository: it is the repository's, and has errors.
    """
    types = read_types(files, data, read_schemas(data))
    wrong = _concerning(types, (name,))
    if errors_among(wrong):
        raise InvalidRepository(wrong)
    type_ = types.schemas.pipeline_type(name)
    if type_ is None:
        raise _unknown(name, types.schemas.pipeline_types())
    return type_facts(type_, blueprints.blueprint(type_.blueprint))


def lint_types(
    files: Files,
    data: PackageData,
    linter: TemplateLinter,
    settings: Settings,
    names: Sequence[str],
) -> tuple[Problem, ...]:
    """Check the repository's own types and their examples, and have their templates linted.

    Args:
        files: the repository.
        data: of the installation.
        linter: knows CloudFormation.
        settings: of the repository, which examples are held to.
        names: which types; all if empty.

    Raises:
        UsageError: the repository has no type of such a name.
    """
    types = read_types(files, data, read_schemas(data))
    own = (*types.custom, *sorted(types.broken))
    for name in names:
        if name not in own:
            raise _unknown(name, own)
    wanted = tuple(names) or own
    wrong = list(_concerning(types, wanted))
    contract = contract_of(settings, types.schemas)
    for example in files.find(tuple(path_in(name, EXAMPLE) for name in wanted)):
        wrong += read_config_at(files, example, contract, types.broken).problems
    faulty = {problem.where.path for problem in errors_among(tuple(wrong))}
    for type_ in _all(types):
        path = path_in(type_.name, TEMPLATE)
        if type_.name in wanted and type_.blueprint == type_.name and path not in faulty:
            wrong += linter.lint(path, files.read(path), _samples(type_))
    return in_order(wrong)


def new_type(
    name: str, taken: Types, data: PackageData, skeleton: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Make the files of a new type out of the skeleton; give them by path.

    Raises:
        UsageError: the name cannot be a type's, or is taken.
    """
    if name in (*taken.custom, *taken.broken):
        hint = "Choose another name, or delete the folder first."
        raise UsageError(f"There is already a folder {FOLDER}/{name}.", hint=hint)
    if refused := name_refused(name, read_product(read_schemas(data), data)):
        raise UsageError(refused.message, hint=refused.hint)
    new = ((_SKELETON, name), (_SKELETON.replace("_", ""), name.replace("_", "")[:40]))
    return {
        path_in(name, file): _replaced(content.decode(), new).encode()
        for file, content in skeleton.items()
    }


def _replaced(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def _samples(type_: PipelineType) -> Callable[[str], Any]:
    """Give a value for each insert: a field's example or default, else an empty object."""

    def sample(insert: str) -> Any:
        properties = type_.schema["properties"]
        field = insert.removeprefix(_FIELD)
        if not insert.startswith(_FIELD) or field not in properties:
            return {}
        node = resolve(type_.schema, properties[field])
        node = resolve(type_.schema, single_value(node)) if PER_STAGE in node else node
        return next(iter(node.get("examples", ())), node.get("default", {}))

    return sample


def _all(types: Types) -> list[PipelineType]:
    found = (types.schemas.pipeline_type(name) for name in types.schemas.pipeline_types())
    return [type_ for type_ in found if type_ is not None]


def _home(name: str) -> str:
    return f"{FOLDER}/{name}"


def _concerning(types: Types, names: Sequence[str]) -> tuple[Problem, ...]:
    homes = tuple(f"{_home(name)}/" for name in names)
    return tuple(problem for problem in types.problems if problem.where.path.startswith(homes))


def _unknown(name: str, known: Sequence[str]) -> UsageError:
    close = get_close_matches(name, known, n=1)
    listing = f"Known: {', '.join(known)}." if known else "`mlops-gitops blueprint new` makes one."
    hint = f"Did you mean {close[0]!r}?" if close else listing
    return UsageError(f"There is no such pipeline type: {name!r}.", hint=hint)
