"""Work out what should run: every workload's stacks, from git and what had to be looked up."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from mlops_gitops.config.declared import Config
from mlops_gitops.config.schemas import CONTENT
from mlops_gitops.config.scripts import scripts_in
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.definitions.content import Content
from mlops_gitops.definitions.pipeline.script import Built
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.bootstrap.orchestrator import PART as ORCHESTRATOR
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.context import Inputs
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.retirement import is_wanted
from mlops_gitops.errors import Blocked, InvalidRepository
from mlops_gitops.package.bundle import Bundle
from mlops_gitops.package.make import make_bundle
from mlops_gitops.pipeline.installation import Installation, installation_from_outputs
from mlops_gitops.problems import Problem, errors_among, in_order
from mlops_gitops.use_cases.card_statuses import look_up_statuses
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.look_up import look_up
from mlops_gitops.use_cases.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredWorkload:
    """One workload as it should run.

    Attributes:
        name: first part of its stacks' names; the key of everything about it.
        stacks: one for each stage, in the order of promotion.
        contents: objects of the assets bucket whose copies the stacks use.
    """

    name: str
    config: Config
    stacks: tuple[DesiredStack, ...]
    bundle: Bundle
    contents: tuple[Content, ...]

    def among(self, ids: Container[StackId]) -> "DesiredWorkload":
        """Narrow a retired workload to the stacks of which something is left."""
        stacks = tuple(stack for stack in self.stacks if stack.id in ids)
        if len(stacks) == len(self.stacks) or not self.config.is_retired:
            return self
        return replace(self, stacks=stacks, bundle=make_bundle(self.name, stacks))

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Documents that the stacks refer to, each once."""
        return tuple({asset.key: asset for each in self.stacks for asset in each.assets}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """All workloads of a repository, in the order of their names.

    Attributes:
        problems: what configs name and AWS does not have; nothing may be deployed then.
    """

    installation: Installation
    workloads: tuple[DesiredWorkload, ...]
    problems: tuple[Problem, ...]


def read_installation(world: World) -> Installation:
    """Read what bootstrap made.

    Raises:
        Blocked: the orchestrator account has not been prepared, or the credentials are another's.
    """
    settings = world.settings
    id_ = StackId(settings.orchestrator_account, settings.region, ORCHESTRATOR.stack)
    stack = world.stacks.find(id_)
    hint = f"Run `mlops-gitops bootstrap` with credentials of account {id_.account}."
    if stack is None:
        _refuse_strangers(world)
        raise Blocked(f"There is no stack {id_}.", hint=hint)
    try:
        return installation_from_outputs(stack.outputs)
    except KeyError as error:
        message = f"Stack {id_} ({stack.status.value}) lacks output {error}."
        raise Blocked(message, hint=hint) from error


def _refuse_strangers(world: World) -> None:
    """Tell credentials of another account from an orchestrator that has not been prepared."""
    caller, wanted = world.identity.arn(), world.settings.orchestrator_account
    if caller.split(":")[4] != wanted:
        message = f"You are {caller}, and account {wanted} is the orchestrator."
        raise Blocked(message, hint=f"Use credentials of account {wanted}.")


def desire(world: World) -> Desired:
    """Work out every workload of the repository, with what is in the assets bucket just now.

    Raises:
        InvalidRepository: the script of a config makes no pipeline that can be deployed.
    """
    installation = read_installation(world)
    configs = sorted(world.repository.configs, key=lambda config: config.workload)
    found = look_up(world, configs, read_inputs(world.data, installation))
    blueprints = {
        name: world.blueprints.blueprint(name) for name in {each.blueprint for each in configs}
    }
    cards = look_up_statuses(world, configs, blueprints, found.inputs)
    inputs = replace(cards.inputs, built=_built(world, configs, found.problems))
    workloads = tuple(_workload(world, config, blueprints, inputs) for config in configs)
    problems = (*found.problems, *cards.problems)
    return Desired(installation=installation, workloads=workloads, problems=problems)


def left_of(desired: Desired, deployed: Mapping[StackId, DeployedStack]) -> Desired:
    """Narrow retired workloads to what is left of them."""
    wanted = {
        stack.id
        for workload in desired.workloads
        for stack in workload.stacks
        if is_wanted(stack, deployed.get(stack.id))
    }
    return replace(desired, workloads=tuple(each.among(wanted) for each in desired.workloads))


def _built(
    world: World, configs: Sequence[Config], problems: Sequence[Problem]
) -> Mapping[tuple[str, str], Built]:
    """Have scripts make their pipelines; without those there is nothing to be desired."""
    if not scripts_in(configs):
        return {}
    from mlops_gitops.use_cases.build_scripts import build_scripts

    made = build_scripts(world.scripts, world.settings, configs, world.python)
    if errors_among(made.problems):
        raise InvalidRepository(in_order((*problems, *made.problems)))
    return made.built


def _workload(
    world: World, config: Config, blueprints: Mapping[str, Blueprint], inputs: Inputs
) -> DesiredWorkload:
    settings = world.settings
    blueprint = blueprints[config.blueprint]
    stacks = tuple(compose(settings, config, stage, blueprint, inputs) for stage in config.stages)
    name = workload_stack(settings, config)
    keys = config.texts(CONTENT).values()
    return DesiredWorkload(
        name=name,
        config=config,
        stacks=stacks,
        bundle=make_bundle(name, stacks),
        contents=tuple(inputs.contents[key] for key in keys if key in inputs.contents),
    )
