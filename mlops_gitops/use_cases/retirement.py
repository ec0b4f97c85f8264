"""Retirement: what retiring a workload would delete, or where it is still declared."""

import posixpath
from collections.abc import Iterator
from difflib import get_close_matches

from mlops_gitops.config.declared import Config, Workload, identity_of
from mlops_gitops.config.document import Document, read_document
from mlops_gitops.config.said import quoted
from mlops_gitops.config.schemas import Schemas
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.desired.tombstone import tombstone
from mlops_gitops.diff.compare import make_plan, needs_details
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.plan import Plan
from mlops_gitops.diff.retirement import is_wanted
from mlops_gitops.errors import Blocked, UsageError
from mlops_gitops.package.bundle import Bundle
from mlops_gitops.package.make import make_bundle
from mlops_gitops.package.retirement import Retirement
from mlops_gitops.ports import Files
from mlops_gitops.use_cases.orphans import OrphanedWorkload, orphaned_workloads
from mlops_gitops.use_cases.read_stacks import read_deployed
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.validate import read_schemas, read_types
from mlops_gitops.use_cases.world import World

_MARK = b'"pipeline_type"'


def find_retirement(world: World, name: str) -> Retirement | Config:
    """Say what retiring a workload would do, or which config declares it.

    Args:
        world: a repository without errors, and AWS.
        name: a model's name, or the full name where one model has several workloads.

    Raises:
        UsageError: nothing of that name is deployed or declared, or several are.
        Blocked: all that is left is in stages that the settings do not have.
    """
    deployed = read_deployed(world)
    orphans = orphaned_workloads(world, deployed)
    found = [each for each in orphans if each.is_called(name)]
    declared = list(_declared(world, name))
    if not found and not declared:
        known = [each.workload.model_name for each in orphans]
        close = get_close_matches(name.lower(), known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else _known(orphans)
        raise UsageError(f"No workload {quoted(name)} is declared or deployed.", hint=hint)
    if len(found) > 1 or (not found and len(declared) > 1):
        names = [each.name for each in found]
        names = names or [workload_stack(world.settings, each) for each in declared]
        hint = f"Name one of these: {', '.join(names)}"
        raise UsageError(f"{len(names)} workloads are called {quoted(name)}.", hint=hint)
    return _retirement(world, found[0], deployed) if found else declared[0]


def refuse_unmatched(world: World, files: Files, wanted: Retirement) -> None:
    """Refuse to retire what a file declares that the settings do not match any more.

    Looked at are files that are called as the settings call configs, wherever they are.

    Raises:
        Blocked: with the file.
    """
    schemas = read_types(files, world.data, read_schemas(world.data)).schemas
    called = {posixpath.basename(pattern) for pattern in world.settings.configs}
    for path in files.find(tuple(f"**/{name}" for name in sorted(called))):
        content = files.read(path)
        document = read_document(path, content) if _MARK in content else None
        if isinstance(document, Document) and _workload_of(document, schemas) == wanted.workload:
            raise Blocked(
                f"{path} declares {wanted.workload}, and `configs` of {world.settings.path} does "
                "not match it.",
                hint="Mend `configs`, or delete that file, then repeat the command.",
            )


def _workload_of(document: Document, schemas: Schemas) -> Workload | None:
    """Tell which workload a file is about, whatever else is wrong with it."""
    name = document.value.get("pipeline_type")
    found = schemas.pipeline_type(name) if isinstance(name, str) else None
    if found is None or not all(key in document.value for key in found.identity):
        return None
    return Workload(identity_of([str(document.value[key]) for key in found.identity]), found.name)


def _known(orphans: tuple[OrphanedWorkload, ...]) -> str:
    names = sorted(each.workload.model_name for each in orphans if not each.is_retired)
    return f"Orphans are: {', '.join(names)}." if names else "There are no orphans."


def _declared(world: World, name: str) -> Iterator[Config]:
    for config in world.repository.configs:
        full = workload_stack(world.settings, config)
        if name.lower() in (full, config.workload.model_name):
            yield config


def _retirement(
    world: World, orphan: OrphanedWorkload, deployed: dict[StackId, DeployedStack]
) -> Retirement:
    settings = world.settings
    if not orphan.stages:
        raise Blocked(
            f"All that is left of {orphan.name} is in stages that the settings do not have: "
            f"{', '.join(map(str, orphan.strange))}.",
            hint=f"Write those stages into {settings.path} again, then repeat the command.",
        )
    made = [tombstone(settings, orphan.workload, orphan.name, each) for each in orphan.stages]
    stacks = tuple(stack for stack in made if is_wanted(stack, deployed.get(stack.id)))
    bundle = make_bundle(orphan.name, stacks)
    return Retirement(
        name=orphan.name,
        workload=orphan.workload,
        stacks=stacks,
        plan=_plan(world, bundle, stacks, deployed),
        bundle=bundle,
        strange=orphan.strange,
    )


def _plan(
    world: World,
    bundle: Bundle,
    stacks: tuple[DesiredStack, ...],
    deployed: dict[StackId, DeployedStack],
) -> Plan:
    head = world.commits.head(())
    unlike = [each.id for each in stacks if needs_details(each, deployed[each.id])]
    templates = dict(zip(unlike, side_by_side(world.stacks.template, unlike), strict=True))
    return make_plan(
        commit="" if head is None else head.id,
        stages=[each.name for each in world.settings.places],
        pairs=[(each, deployed[each.id], templates.get(each.id)) for each in stacks],
        installation=world.settings.prefix,
        deployed=(),
        digests={bundle.workload_stack: bundle.digest},
    )
