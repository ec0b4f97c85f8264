"""Difference: what deploying one commit after another would change, without asking AWS."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mlops_gitops.config.declared import Config
from mlops_gitops.config.inputs import IMAGE, PACKAGE
from mlops_gitops.config.moved import find_moved
from mlops_gitops.config.said import listed
from mlops_gitops.config.schemas import CONTENT, LIVE_STATUS
from mlops_gitops.definitions.content import Content
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.context import Inputs
from mlops_gitops.desired.shown import MASK, is_hidden
from mlops_gitops.desired.stack import DIGEST, DesiredStack
from mlops_gitops.diff.compare import BLUEPRINT_VERSION, find_orphans, make_plan
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Plan
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.ports import Blueprints, Commits, PackageData
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.changed import validate_changed
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.render import OPEN
from mlops_gitops.use_cases.validate import Repository, sound

_INSTALLATION = "the key and the topic that bootstrap made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A commit, as far as it differs from the other one.

    Attributes:
        commit: full id.
        blueprints: of the installation and of the repository at that commit.
    """

    commit: str
    repository: Repository
    blueprints: Blueprints


def repository_at(
    commits: Commits, data: PackageData, revision: str, changed: Sequence[str]
) -> Repository:
    """Read the part of a commit that a change touches.

    Raises:
        InvalidRepository: there are errors in that part; places are told as git does, with the
            revision before the path.
    """
    validated, _part = validate_changed(commits.files_at(revision), data, changed)
    try:
        return sound(validated)
    except InvalidRepository as refused:
        raise InvalidRepository(tuple(_at(revision, each) for each in refused.problems)) from None


def difference(data: PackageData, old: Side, new: Side) -> Plan:
    """Plan the new commit as if all of the old one were deployed.

    What AWS must be asked for is taken to be the same on both sides, and is named in the plan.
    """
    configs = (*old.repository.configs, *new.repository.configs)
    inputs = _open_inputs(data, configs)
    before = {stack.id: stack for stack in _compose(old, inputs)}
    after = tuple(_compose(new, inputs))
    made = make_plan(
        commit=new.commit,
        stages=_columns(new.repository, after),
        pairs=[(stack, *_as_deployed(before.get(stack.id))) for stack in after],
        installation=new.repository.settings.prefix,
        deployed=(),
        digests={},
    )
    return replace(
        made,
        since=old.commit,
        # Digests over what is left open would be nobody's.
        changes=tuple(
            replace(each, desired_digest="", deployed_digest=None) for each in made.changes
        ),
        orphans=find_orphans(
            old.repository.settings.prefix,
            frozenset(stack.id for stack in after),
            (_deployed(stack) for stack in before.values()),
        ),
        open=tuple(_left_open(configs)),
        moved=find_moved(old.repository.configs, new.repository.configs),
    )


def _compose(side: Side, inputs: Inputs) -> Iterator[DesiredStack]:
    settings = side.repository.settings
    for config in side.repository.configs:
        blueprint = side.blueprints.blueprint(config.blueprint)
        yield from (compose(settings, config, stage, blueprint, inputs) for stage in config.stages)


def _open_inputs(data: PackageData, configs: Sequence[Config]) -> Inputs:
    """Give every key a content of its own, so that two keys are never taken for the same."""
    keys = {key for config in configs for key in config.texts(CONTENT).values()}
    contents = {key: Content(key=key, etag=f"(content of {key})", size=0) for key in keys}
    return replace(read_inputs(data, OPEN), contents=contents)


def _as_deployed(
    stack: DesiredStack | None,
) -> tuple[DeployedStack | None, Mapping[str, object] | None]:
    return (None, None) if stack is None else (_deployed(stack), stack.template)


def _deployed(stack: DesiredStack) -> DeployedStack:
    """Show a stack as CloudFormation would tell it: what is hidden is masked."""
    declared = stack.template.get("Parameters", {})
    return DeployedStack(
        id=stack.id,
        status=StackStatus.UPDATE_COMPLETE,
        status_reason="",
        parameters={
            name: MASK if is_hidden(declared.get(name, {})) else value
            for name, value in stack.parameter_values().items()
        },
        outputs={
            DIGEST: stack.digest,
            BLUEPRINT_VERSION: str(stack.blueprint_version),
        },
        tags=stack.tags,
        updated_at=None,
    )


def _columns(repository: Repository, stacks: Sequence[DesiredStack]) -> tuple[str, ...]:
    settings = repository.settings
    used = {stack.stage for stack in stacks} | {stage.name for stage in settings.stages}
    return tuple(stage.name for stage in settings.places if stage.name in used)


def _left_open(configs: Sequence[Config]) -> Iterator[str]:
    """Name what was not asked for."""
    yield _INSTALLATION
    keys = {key for config in configs for key in config.texts(CONTENT).values()}
    if keys:
        yield f"what the assets bucket holds under {listed(sorted(keys))}"
    images = {uri for each in configs if (uri := _text(each, IMAGE)) and "@" not in uri}
    if images:
        yield f"what the image {listed(sorted(images))} is"
    packages = {arn for each in configs if (arn := _text(each, PACKAGE))}
    if packages:
        yield f"whether there is {listed(sorted(packages))}"
    cards = {each.workload.model_name for each in configs if LIVE_STATUS in each.type.annotated}
    if cards:
        yield f"the status of the model card {listed(sorted(cards))}"


def _text(config: Config, field: str) -> str:
    value = config.fields.get(field)
    return value.strip() if isinstance(value, str) else ""


def _at(revision: str, problem: Problem) -> Problem:
    where = replace(problem.where, path=f"{revision}:{problem.where.path}")
    return replace(problem, where=where)
