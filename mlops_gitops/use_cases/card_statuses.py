"""Statuses of model cards whose configs leave them to SageMaker, so that none is taken back.

A card that was approved by hand differs from what was deployed, and git does not. As long as
nothing else changes, what was deployed counts, and there is nothing to do. As soon as something
else does, the card's own status goes with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mlops_gitops.config.card import CARD_STATUS
from mlops_gitops.config.declared import Config
from mlops_gitops.config.inputs import archived_card
from mlops_gitops.config.schemas import LIVE_STATUS
from mlops_gitops.config.settings import Stage
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.card import NO_CARD, STATUS_PARAMETER, name_in, status_fact
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.context import Inputs
from mlops_gitops.desired.names import stage_stack, workload_stack
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.look_up import LookedUp
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_ARCHIVED = "Archived"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A card whose status is asked for."""

    config: Config
    stage: Stage


@dataclass(frozen=True, slots=True)
class _Answer:
    """The status that counts, and whether the card is about to be changed."""

    status: str
    changes: bool


def look_up_statuses(
    world: World,
    configs: Sequence[Config],
    blueprints: Mapping[str, Blueprint],
    known: Inputs,
) -> LookedUp:
    """Ask for the status of every card whose config says none.

    Args:
        world: AWS.
        configs: all of the repository.
        blueprints: theirs, by name.
        known: what has been looked up already.
    """
    asked = tuple(_asked(configs))
    answers = side_by_side(
        lambda each: _answer(world, each, blueprints[each.config.blueprint], known), asked
    )
    facts = {
        status_fact(each.config, each.stage): answer.status
        for each, answer in zip(asked, answers, strict=True)
    }
    return LookedUp(
        inputs=replace(known, facts={**known.facts, **facts}),
        problems=tuple(_problems(asked, answers)),
    )


def _asked(configs: Sequence[Config]) -> Iterator[_Asked]:
    for config in configs:
        if LIVE_STATUS in config.type.annotated:
            for stage in config.stages:
                if config.value(CARD_STATUS, stage.name) is None:
                    yield _Asked(config, stage)


def _answer(world: World, asked: _Asked, blueprint: Blueprint, known: Inputs) -> _Answer:
    """Give what was deployed where nothing else changes, else what SageMaker says."""
    config, stage, settings = asked.config, asked.stage, world.settings
    deployed = world.stacks.find(stage_stack(settings, workload_stack(settings, config), stage))
    if deployed is not None and STATUS_PARAMETER in deployed.parameters:
        status = deployed.parameters[STATUS_PARAMETER]
        facts = {**known.facts, status_fact(config, stage): status}
        kept = compose(settings, config, stage, blueprint, replace(known, facts=facts))
        if kept.digest == deployed.digest:
            return _Answer(status, changes=False)
    found = world.model_cards.status(stage.account, name_in(config, stage))
    return _Answer(NO_CARD if found is None else found, changes=True)


def _problems(asked: Sequence[_Asked], answers: Sequence[_Answer]) -> Iterator[Problem]:
    for each, answer in zip(asked, answers, strict=True):
        if answer.changes and answer.status == _ARCHIVED:
            yield archived_card(each.config, name_in(each.config, each.stage), each.stage.account)
