"""Kept bundles: what was deployed once, as it lies in the assets bucket."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.config.declared import Config
from mlops_gitops.definitions import asset, content
from mlops_gitops.desired.digest import bundle_digest
from mlops_gitops.desired.names import stage_stack
from mlops_gitops.desired.stack import DesiredStack, Resolved
from mlops_gitops.diff.compare import BLUEPRINT_VERSION, make_plan, needs_details
from mlops_gitops.diff.plan import Plan
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.package.bundle import BundledStage, bundle_key
from mlops_gitops.package.make import read_bundle
from mlops_gitops.status.known import Known
from mlops_gitops.use_cases.read_stacks import read_part
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_GONE = {"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "InvalidArgument"}
_KEYS = re.compile(rf"(?:{content.FOLDER}|{asset.FOLDER})/[0-9a-f]{{16,}}(?:-\d+)?/[^\s\"'?#]+")
"""Keys that say their content, wherever they stand in a text."""

Stages = Mapping[str, BundledStage]


def read_kept(world: World, workload: str, target: Known) -> Stages:
    """Read the bundle of a deployment, in the version that was deployed.

    Raises:
        Blocked: it is not there any more, or is not what its digest says.
    """
    hint = "`mlops-gitops rollback` without --now makes it anew from git."
    gone = f"The bundle of {target.digest} is not kept any more: version {target.version or '?'} of"
    key = bundle_key(workload)
    try:
        kept = read_bundle(world.assets.read(key, target.version)) if target.version else {}
    except AwsError as error:
        if error.code not in _GONE:
            raise
        raise Blocked(f"{gone} {key} has expired or was deleted.", hint=hint) from error
    except ValueError as error:
        raise Blocked(f"Version {target.version} of {key} is no bundle.", hint=hint) from error
    if not kept:
        raise Blocked(f"{gone} {key} is not known.", hint=hint)
    if bundle_digest({name: each.digest for name, each in kept.items()}) != target.digest:
        message = f"Version {target.version} of {key} is not {target.digest}."
        raise Blocked(message, hint=hint)
    return kept


def kept_bundle(world: World, config: Config, workload: str, target: Known) -> Stages:
    """Read the bundle of a deployment that can be deployed again as it is.

    Raises:
        Blocked: it is gone, something that it uses is gone, or there are other stages by now.
    """
    kept = read_kept(world, workload, target)
    _refuse_other_stages(config, kept)
    _refuse_missing(world, kept)
    return kept


def _refuse_missing(world: World, kept: Stages) -> None:
    """Refuse a bundle whose stacks use what is not there any more.

    Raises:
        Blocked: a copy of an artifact, or a document, was deleted.
    """
    texts = (text for each in kept.values() for text in _texts([each.template, each.parameters]))
    keys = sorted({key for text in texts for key in _KEYS.findall(text)})
    there = world.assets.contents(keys)
    if missing := [key for key in keys if key not in there]:
        raise Blocked(
            f"What it uses is not in the assets bucket any more: {', '.join(missing)}.",
            hint="Restore it there (an older version may be), then repeat the command.",
        )


def _refuse_other_stages(config: Config, kept: Stages) -> None:
    """Refuse a bundle that is of other stages than the delivery pipeline carries it to.

    Raises:
        Blocked: with what differs.
    """
    now = {stage.name for stage in config.stages}
    if differing := now ^ kept.keys():
        raise Blocked(
            f"The settings have other stages by now: {', '.join(sorted(differing))}.",
            hint="`mlops-gitops rollback` without --now makes a bundle for those of today.",
        )


def stacks_of(world: World, config: Config, workload: str, kept: Stages) -> list[DesiredStack]:
    """Give the stacks of a bundle, in the order of promotion."""
    return [
        DesiredStack(
            id=stage_stack(world.settings, workload, stage),
            workload=config.workload,
            stage=stage.name,
            template=kept[stage.name].template,
            parameters={
                name: Resolved(value, "kept bundle")
                for name, value in kept[stage.name].parameters.items()
            },
            tags=kept[stage.name].tags,
            capabilities=(),
            digest=kept[stage.name].digest,
            blueprint_version=version_of(kept[stage.name].template),
        )
        for stage in config.stages
    ]


def plan_kept(world: World, config: Config, workload: str, target: Known, kept: Stages) -> Plan:
    """Compare a bundle with what is deployed just now."""
    stacks = stacks_of(world, config, workload, kept)
    deployed = read_part(world, stacks)
    pairs = [(stack, deployed.get(stack.id)) for stack in stacks]
    wanted = [there.id for stack, there in pairs if there and needs_details(stack, there)]
    templates = dict(zip(wanted, side_by_side(world.stacks.template, wanted), strict=True))
    return make_plan(
        commit=target.commit,
        stages=[stack.stage for stack in stacks],
        pairs=[(stack, there, templates.get(stack.id)) for stack, there in pairs],
        deployed=(),
        installation=world.settings.prefix,
        digests={workload: target.digest},
    )


def version_of(template: Mapping[str, Any]) -> int:
    """Read the version of the blueprint that a template was made from; 0 if it does not tell."""
    value = template.get("Outputs", {}).get(BLUEPRINT_VERSION, {}).get("Value", 0)
    return int(value) if str(value).isdigit() else 0


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for each in value.values():
                yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)
        case _:
            return
