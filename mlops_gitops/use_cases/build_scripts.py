"""Build scripts: have every `pipeline.py` make its pipeline, twice, and see that it is one."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import assert_never

from mlops_gitops.config import pipeline_script_problems as say
from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Json, said_at
from mlops_gitops.config.limit import limited
from mlops_gitops.config.said import Said
from mlops_gitops.config.scripts import SCRIPT, scripts_in
from mlops_gitops.config.settings import Settings
from mlops_gitops.definitions.pipeline.built import built_of, differing, shown
from mlops_gitops.definitions.pipeline.check import definition_mistakes
from mlops_gitops.definitions.pipeline.compile import compile_pipeline
from mlops_gitops.definitions.pipeline.from_script import is_definition, written
from mlops_gitops.definitions.pipeline.permissions import role_mistakes
from mlops_gitops.definitions.pipeline.script import (
    Built,
    FaultKind,
    ScriptFault,
    ScriptOrder,
    ScriptRun,
)
from mlops_gitops.definitions.pipeline.script_calls import call_of, order_of
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.desired.names import stage_stack, workload_stack
from mlops_gitops.ports import PipelineScripts
from mlops_gitops.problems import Location, Problem

_MOST_PATHS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltScripts:
    """What came of the scripts of a repository.

    Attributes:
        built: by the path of the config and the stage.
        problems: why something was not built, or what is wrong with it.
    """

    built: Mapping[tuple[str, str], Built]
    problems: tuple[Problem, ...]


def build_scripts(
    scripts: PipelineScripts, settings: Settings, configs: Iterable[Config], python: str
) -> BuiltScripts:
    """Run the scripts of configs; this is code that the repository brings.

    Each is run twice, one run after the other, in folders of its own, the second time with the
    stages in reverse: what follows from the time, the place, chance or what was built before
    differs.

    Args:
        scripts: who runs them.
        settings: of the installation.
        configs: any; those without a script are left out.
        python: the interpreter that whoever runs us names; empty for those of the configs.
    """
    scripted = [config for config in configs if scripts_in([config])]
    orders = [script_order(config, settings, python) for config in scripted]
    first = scripts.run(orders) if orders else ()
    good = [at for at, run in enumerate(first) if run.fault is None]
    again = [replace(orders[at], calls=orders[at].calls[::-1]) for at in good]
    second = dict(zip(good, scripts.run(again) if again else (), strict=True))
    built: dict[tuple[str, str], Built] = {}
    problems: list[Problem] = []
    for at, config in enumerate(scripted):
        found = _judged(config, settings, first[at], second.get(at))
        if isinstance(found, Problem):
            problems.append(found)
            continue
        wrong = [*_mistakes(config, settings, found)]
        problems += limited(wrong, config.document)
        built |= {(config.document.path, stage): each for stage, each in found.items()}
    return BuiltScripts(built=built, problems=tuple(problems))


def script_order(config: Config, settings: Settings, python: str) -> ScriptOrder:
    """Say how a config's script is run, once for each of its stages."""
    calls = tuple(call_of(scope, settings.prefix) for scope in _scopes(config, settings, {}))
    return order_of(config, settings, calls, python)


def _scopes(config: Config, settings: Settings, built: Mapping[str, Built]) -> Iterator[Scope]:
    for stage in config.stages:
        yield Scope(
            config=config,
            stage=stage.name,
            account=stage.account,
            stack=stage_stack(settings, workload_stack(settings, config), stage).name,
            region=settings.region,
            assets_bucket=settings.assets_bucket,
            contents={},
            built=built.get(stage.name),
            network=stage.network,
        )


def _judged(
    config: Config, settings: Settings, first: ScriptRun, second: ScriptRun | None
) -> dict[str, Built] | Problem:
    """Give what was built in each stage, or why that is nothing."""
    fault = first.fault or (second.fault if second is not None else None)
    if fault is not None:
        return fault_problem(config, fault)
    found: dict[str, Built] = {}
    for stage in (each.name for each in config.stages):
        runs = [run for run in (first, second) if run is not None]
        made = [_built(run, stage, settings) for run in runs]
        one, other = made[0], made[-1]
        if one is None or other is None:
            return said_at(say.no_definition("it has no list of Steps"), config.document, SCRIPT)
        paths = [shown(path) for path in _paths(one.definition, other.definition)]
        if paths:
            return said_at(say.not_reproducible(stage, paths), config.document, SCRIPT)
        if one.lost:
            return said_at(say.lost_upload(one.lost[0]), config.document, SCRIPT)
        found[stage] = one
    return found


def _built(run: ScriptRun, stage: str, settings: Settings) -> Built | None:
    definition = run.definitions.get(stage)
    if not is_definition(definition) or not isinstance(definition, dict):
        return None
    return built_of(definition, run.objects.get(stage, {}), settings.assets_bucket)


def _paths(one: Mapping[str, Json], other: Mapping[str, Json]) -> Iterator[Sequence[str | int]]:
    return islice(differing(dict(one), dict(other)), _MOST_PATHS)


def _mistakes(config: Config, settings: Settings, built: Mapping[str, Built]) -> Iterator[Problem]:
    """Hold what was built to what holds for every definition; what is told once is told once."""
    told = set[Problem]()
    for scope in _scopes(config, settings, built):
        if scope.built is None:
            continue
        definition = compile_pipeline(scope)
        found = definition_mistakes(definition, written(scope.built))
        for mistake in (*found, *role_mistakes(definition, Surroundings(scope=scope))):
            said = mistake.said
            place = shown(mistake.at[1:])
            problem = said_at(
                replace(said, message=f"{place}: {said.message}"), config.document, SCRIPT
            )
            if problem not in told:
                told.add(problem)
                yield problem


def fault_problem(config: Config, fault: ScriptFault) -> Problem:
    """Place what went wrong in the user's file; what is wrong with Python, in the config."""
    said = _said(fault)
    if fault.kind is FaultKind.INTERPRETER:
        return said_at(said, config.document, SCRIPT)
    folder = posixpath.dirname(config.document.path)
    return said.at(Location(posixpath.join(folder, fault.path), fault.line, 1))


def _said(fault: ScriptFault) -> Said:  # noqa: C901, PLR0911, PLR0912 -- one line for each kind
    match fault.kind:
        case FaultKind.ARGUMENT_MISSING:
            return say.missing_argument(fault.about)
        case FaultKind.ARGUMENT_UNKNOWN:
            return say.unknown_argument(fault.about)
        case FaultKind.AWS:
            return say.asks_aws(fault.about)
        case FaultKind.DIED:
            return say.died(fault.about, fault.message)
        case FaultKind.EXIT:
            return say.ended(fault.message)
        case FaultKind.INTERPRETER:
            return say.no_interpreter(fault.about, fault.message)
        case FaultKind.MEMORY:
            return say.too_much()
        case FaultKind.MISSING:
            return say.no_function()
        case FaultKind.NETWORK:
            return say.asks_network(fault.about)
        case FaultKind.NOT_JSON:
            return say.no_definition(fault.about)
        case FaultKind.RAISED:
            return say.raised(fault.about, fault.message)
        case FaultKind.RETURNED:
            return say.returned(fault.about)
        case FaultKind.SDK:
            return say.no_sdk(fault.about, fault.sdk)
        case FaultKind.SYNTAX:
            return say.syntax(fault.message)
        case FaultKind.TIME:
            return say.too_long()
        case _:
            assert_never(fault.kind)
