"""Compare: desired x deployed -> plan."""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeAlias

from mlops_gitops.desired.names import (
    DELIVERY,
    INSTALLATION_TAG,
    STAGE_TAG,
    WORKLOAD_TAG,
    delivery_stack,
)
from mlops_gitops.desired.shown import MASK, is_hidden, without_hidden
from mlops_gitops.desired.stack import DIGEST, DesiredStack, StackId, Template
from mlops_gitops.diff.access import access_changes
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.facts import registry_facts
from mlops_gitops.diff.network_lines import network_in_words, without_repetition
from mlops_gitops.diff.pipeline_lines import steps_in_words
from mlops_gitops.diff.plan import (
    Action,
    Method,
    Orphan,
    Plan,
    ResourceChange,
    StackChange,
    ValueChange,
    Verdict,
)
from mlops_gitops.diff.redact import redacted
from mlops_gitops.diff.retirement import RETIRED, REVIVED, is_wanted
from mlops_gitops.diff.risk import risks_of
from mlops_gitops.diff.semantic import arguments_in_words, description, in_words
from mlops_gitops.diff.stack_tags import replaced_by_tags
from mlops_gitops.diff.states import next_step, state_of
from mlops_gitops.diff.template import NOTHING, Seen, diff_elsewhere, diff_resources, see
from mlops_gitops.diff.unprovable import why_unprovable
from mlops_gitops.diff.values import canonical, compare_values
from mlops_gitops.diff.workflow_lines import states_in_words, states_of_new

BLUEPRINT_VERSION = "BlueprintVersion"
"""Name of the output that carries the version of the blueprint."""


UNREAD = "the deployed template was not read, so resources could not be compared"

Pair: TypeAlias = tuple[DesiredStack, DeployedStack | None, Template | None]
"""A desired stack, the deployed one, and its template where `needs_details` asked for it."""


_NEVER_MADE = (StackStatus.ABSENT, StackStatus.DELETE_COMPLETE, StackStatus.REVIEW_IN_PROGRESS)


def needs_details(desired: DesiredStack, deployed: DeployedStack | None) -> bool:
    """Whether the deployed template must be read to tell what would change."""
    return deployed is not None and _exists(deployed) and not _agree(desired, deployed)


def make_plan(
    commit: str,
    stages: Sequence[str],
    pairs: Iterable[Pair],
    *,
    installation: str,
    deployed: Iterable[DeployedStack],
    digests: Mapping[str, str],
) -> Plan:
    """Make the plan of a commit.

    Args:
        commit: full id; empty outside git.
        stages: names in the order of promotion.
        pairs: one for every desired stack, in any order; a tombstone of what is not there is no
            change. They are looked at one by one, and not kept.
        installation: the settings' prefix; stacks of another installation are never orphans.
        deployed: all deployed stacks of the accounts, to find orphans among; nothing where
            only a part of the configs was read.
        digests: workload's stack name -> bundle digest.
    """
    rank = {stage: index for index, stage in enumerate(stages)}
    changes, desired = [], set()
    for stack, there, template in pairs:
        desired.add(stack.id)
        if is_wanted(stack, there):
            changes.append(compare(stack, there, template))
    changes.sort(key=lambda change: (change.workload, rank[change.stage], change.id))
    deliveries = {delivery_stack(workload) for workload in digests}
    others = (stack for stack in deployed if stack.id.name not in deliveries)
    made = Plan(
        commit=commit,
        stages=tuple(stages),
        changes=tuple(changes),
        digests=dict(digests),
        orphans=find_orphans(installation, frozenset(desired), others),
    )
    return redacted(made)


def find_orphans(
    installation: str, desired: frozenset[StackId], deployed: Iterable[DeployedStack]
) -> tuple[Orphan, ...]:
    """Find stacks of this installation that no config declares; sorted.

    What a tombstone left is none, and neither is the pipeline that brought it, or a stack that
    never was more than a change set: `gc` knows them.
    """
    ours = [
        stack
        for stack in deployed
        if stack.status not in _NEVER_MADE
        and stack.tags.get(INSTALLATION_TAG) == installation
        and {WORKLOAD_TAG, STAGE_TAG} <= stack.tags.keys()
        and stack.id not in desired
    ]
    retired = {stack.tags[WORKLOAD_TAG] for stack in ours if stack.is_shell}
    orphans = {
        Orphan(id=stack.id, workload=stack.tags[WORKLOAD_TAG], stage=stack.tags[STAGE_TAG])
        for stack in ours
        if not stack.is_shell
    }
    left = {orphan.workload for orphan in orphans if orphan.stage != DELIVERY}
    done = retired - left
    shown = (each for each in orphans if each.workload not in done)
    return tuple(sorted(shown, key=lambda orphan: (orphan.workload, orphan.id)))


def compare(
    desired: DesiredStack, deployed: DeployedStack | None, template: Template | None
) -> StackChange:
    """Tell what a deployment would do to one stack.

    Args:
        desired: what should run.
        deployed: what AWS tells; None where it knows no such stack.
        template: the deployed template; only looked at where `needs_details` says so.
    """
    if deployed is None or not _exists(deployed):
        return _creation(desired, deployed)
    if _agree(desired, deployed):
        return _change(desired, deployed, Action.KEEP)
    if template is None:
        return _change(
            desired,
            deployed,
            Action.UPDATE,
            **_told_by_parameters(desired, deployed),
            unprovable=UNREAD,
        )
    return _update(desired, deployed, template)


def _creation(desired: DesiredStack, deployed: DeployedStack | None) -> StackChange:
    after = see(desired.template, desired.parameter_values(), desired.id)
    resources = diff_resources(NOTHING, after, registry_facts())
    parameters = parameter_changes(desired, {})
    return _change(
        desired,
        deployed,
        Action.CREATE,
        summary=(
            *network_in_words(NOTHING, after),
            *description(parameters),
            *states_of_new(resources),
        ),
        parameters=parameters,
        resources=resources,
        risks=risks_of(NOTHING, after, resources),
        access=access_changes(NOTHING, after),
        unprovable="",
    )


def _update(desired: DesiredStack, deployed: DeployedStack, template: Template) -> StackChange:
    before = see(without_hidden(template), deployed.parameters, deployed.id)
    after = see(without_hidden(desired.template), desired.parameter_values(), desired.id)
    resources = diff_resources(before, after, registry_facts())
    if desired.is_tombstone:
        return _retirement(desired, deployed, before, after, resources)
    told = _told_by_parameters(desired, deployed)
    elsewhere = (*told.pop("elsewhere"), *_without_own_outputs(diff_elsewhere(before, after)))
    told["summary"] += arguments_in_words(resources, told["parameters"])
    told["summary"] += states_in_words(resources)
    told["summary"] += steps_in_words(resources)
    network = network_in_words(before, after)
    told["summary"] = without_repetition(told["summary"], network)
    tags = _tag_changes(desired, deployed)
    retagged = replaced_by_tags(before, after, tags, registry_facts())
    if not (resources or elsewhere or told["parameters"] or told["summary"]):
        elsewhere = _hidden_differences(desired, deployed, template)
    return _change(
        desired,
        deployed,
        Action.UPDATE,
        **told,
        resources=resources,
        elsewhere=elsewhere,
        risks=risks_of(before, after, (*resources, *retagged)),
        access=access_changes(before, after),
    )


def _retirement(
    desired: DesiredStack,
    deployed: DeployedStack,
    before: Seen,
    after: Seen,
    resources: tuple[ResourceChange, ...],
) -> StackChange:
    """Tell what goes; parameters, outputs and permissions go with it, and are not told singly."""
    return _change(
        desired,
        deployed,
        Action.UPDATE,
        summary=() if deployed.is_shell else (RETIRED,),
        resources=resources,
        elsewhere=_tag_changes(desired, deployed),
        risks=risks_of(before, after, resources),
    )


def _change(
    desired: DesiredStack, deployed: DeployedStack | None, action: Action, **found: Any
) -> StackChange:
    status = StackStatus.ABSENT if deployed is None else deployed.status
    known = {"unprovable": why_unprovable(desired.template, desired.parameter_values()), **found}
    return StackChange(
        id=desired.id,
        workload=desired.workload,
        stage=desired.stage,
        action=action,
        verdict=state_of(status).verdict,
        status=status,
        method=Method.TEMPLATE,
        desired_digest=desired.digest,
        deployed_digest=None if deployed is None else deployed.digest,
        next_step=next_step(status, desired.id),
        **known,
    )


def _told_by_parameters(desired: DesiredStack, deployed: DeployedStack) -> dict[str, Any]:
    """Tell what needs no template: parameters, tags, the version of the blueprint."""
    parameters = parameter_changes(desired, deployed.parameters)
    return {
        "summary": _summary(desired, deployed, parameters),
        "parameters": parameters,
        "elsewhere": _tag_changes(desired, deployed),
    }


def _summary(
    desired: DesiredStack, deployed: DeployedStack, parameters: tuple[ValueChange, ...]
) -> tuple[ValueChange, ...]:
    if desired.is_tombstone:
        return (RETIRED,)
    if deployed.is_shell:
        return (REVIVED, *description(parameters))
    return (*_blueprint_upgrade(desired, deployed), *in_words(parameters))


def parameter_changes(desired: DesiredStack, before: Mapping[str, str]) -> tuple[ValueChange, ...]:
    """Find changed parameters; the digest is none, and secrets are masked and not compared."""
    declared = desired.template.get("Parameters", {})
    after = {
        name: MASK if is_hidden(declared.get(name, {})) else value
        for name, value in desired.parameter_values().items()
    }
    masked = {name for values in (before, after) for name in values if values[name] == MASK}
    return tuple(
        ValueChange(name, before.get(name), after.get(name))
        for name in sorted((before.keys() | after.keys()) - {DIGEST})
        if before.get(name) != after.get(name)
        and not (name in masked and name in before and name in after)
    )


def _exists(deployed: DeployedStack) -> bool:
    return state_of(deployed.status).exists


def _agree(desired: DesiredStack, deployed: DeployedStack) -> bool:
    state = state_of(deployed.status)
    return (
        state.exists
        and state.verdict is Verdict.READY
        and deployed.digest == desired.digest
        and not parameter_changes(desired, deployed.parameters)
        and not _tag_changes(desired, deployed)
    )


def _tag_changes(desired: DesiredStack, deployed: DeployedStack) -> tuple[ValueChange, ...]:
    own = {key: value for key, value in deployed.tags.items() if not key.startswith("aws:")}
    return tuple(compare_values("tag ", own, desired.tags))


def _blueprint_upgrade(desired: DesiredStack, deployed: DeployedStack) -> tuple[ValueChange, ...]:
    before, after = deployed.outputs.get(BLUEPRINT_VERSION), str(desired.blueprint_version)
    name = desired.template.get("Metadata", {}).get("mlops-gitops", {}).get("blueprint", "")
    change = ValueChange(f"blueprint {name}".rstrip(), before, after)
    return (change,) if before != after else ()


def _without_own_outputs(changes: Iterable[ValueChange]) -> tuple[ValueChange, ...]:
    """Leave out outputs that the summary or the head of the plan tells already."""
    own = {f"output {name}" for name in (DIGEST, BLUEPRINT_VERSION)}
    return tuple(change for change in changes if change.name not in own)


def _hidden_differences(
    desired: DesiredStack, deployed: DeployedStack, template: Template
) -> tuple[ValueChange, ...]:
    """Name what makes the stacks differ when nothing that has an effect does."""
    texts = _fingerprint(template), _fingerprint(desired.template)
    if texts[0] != texts[1]:
        return (ValueChange("template, without effect", *texts),)
    if deployed.digest != desired.digest:
        return (ValueChange("digest", deployed.digest, desired.digest),)
    return ()


def _fingerprint(template: Template) -> str:
    return sha256(json.dumps(canonical(template), sort_keys=True).encode()).hexdigest()[:12]
