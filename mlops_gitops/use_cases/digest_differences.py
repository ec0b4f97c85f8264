"""Differences of digests: what makes a workload composed today another than it was."""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.secrets import masked_value
from mlops_gitops.desired.digest import digest_of
from mlops_gitops.desired.shown import is_hidden
from mlops_gitops.desired.stack import DIGEST, DesiredStack, Resolved
from mlops_gitops.package.bundle import BundledStage
from mlops_gitops.use_cases.desire import DesiredWorkload
from mlops_gitops.use_cases.kept_bundle import Stages, version_of

_NOTHING = "nothing"


def digest_differences(kept: Stages, made: DesiredWorkload) -> tuple[str, ...]:
    """Say what differs between a kept bundle and what is composed today, once for all stages.

    Each says where today's value comes from, which is what has to be changed.
    """
    told: dict[str, list[str]] = {}
    for stack in made.stacks:
        there = kept.get(stack.stage)
        for text in ["is new"] if there is None else _differences(there, stack):
            told.setdefault(text, []).append(stack.stage)
    for stage in kept.keys() - {stack.stage for stack in made.stacks}:
        told.setdefault("is no stage any more", []).append(stage)
    return tuple(f"{', '.join(stages)}: {text}" for text, stages in told.items())


def _differences(there: BundledStage, stack: DesiredStack) -> Iterator[str]:
    yield from _parameters(there, stack)
    if digest_of(there.template) != digest_of(stack.template):
        yield _template(there.template, stack)
    names = there.tags.keys() | stack.tags.keys()
    for name in sorted(names):
        before, after = there.tags.get(name), stack.tags.get(name)
        if before != after:
            yield f"tag {name} was {before or _NOTHING}, is {after or _NOTHING} (settings)"


def _parameters(there: BundledStage, stack: DesiredStack) -> Iterator[str]:
    declared = {**there.template.get("Parameters", {}), **stack.template.get("Parameters", {})}
    for name in sorted((there.parameters.keys() | stack.parameters.keys()) - {DIGEST}):
        before, after = there.parameters.get(name), stack.parameters.get(name)
        if before == (after.value if after else None):
            continue
        if is_hidden(declared.get(name, {})):
            yield f"{name} differs"
        else:
            yield f"{name} was {_shown(name, before)}, is {_now(name, after)}"


def _now(name: str, after: Resolved | None) -> str:
    return f"{_shown(name, after.value)} ({after.came_from})" if after else _NOTHING


def _shown(name: str, value: str | None) -> str:
    return masked_value(name, value) if value else _NOTHING


def _template(before: Mapping[str, object], stack: DesiredStack) -> str:
    old, new = version_of(before), stack.blueprint_version
    if old != new:
        return f"the blueprint has version {new}, it had version {old}"
    places = sorted(_places(before, stack.template))
    return f"the template differs in {', '.join(places)}"


def _places(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    """Name what differs: a section, or in one of names each of these."""
    for section in before.keys() | after.keys():
        old, new = before.get(section), after.get(section)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            names = (name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
            yield from (f"{section}.{name}" for name in names)
        else:
            yield section
