"""Statuses of model cards whose configs leave them to SageMaker, so that none is taken back.

A card that was approved by hand differs from what was deployed, and git does not. As long as
nothing else changes, what was deployed counts, and there is nothing to do. As soon as something
else does, the card's own status goes with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlops_gitops.config.card import CARD_STATUS
from mlops_gitops.config.declared import Config
from mlops_gitops.config.inputs import archived_card, taken_card
from mlops_gitops.config.schemas import LIVE_STATUS
from mlops_gitops.config.settings import Stage
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.card import (
    NAME_PARAMETER,
    NO_CARD,
    STATUS_PARAMETER,
    name_in,
    status_fact,
)
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.context import Inputs
from mlops_gitops.desired.names import stage_stack, workload_stack
from mlops_gitops.desired.stack import DesiredStack, Template
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.look_up import LookedUp
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_TYPE = "AWS::SageMaker::ModelCard"
_ARCHIVED = "Archived"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A card that a config keeps in a stage."""

    config: Config
    stage: Stage

    @property
    def name(self) -> str:
        return name_in(self.config, self.stage)

    @property
    def leaves_status(self) -> bool:
        return self.config.value(CARD_STATUS, self.stage.name) is None

    def facts(self, status: str) -> dict[str, str]:
        """Give the facts about the card; none where the config says the status itself."""
        return {status_fact(self.config, self.stage): status} if self.leaves_status else {}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of a card from now on, and what stands in the way of its deployment."""

    facts: Mapping[str, str]
    problem: Problem | None = None


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
    answers = side_by_side(
        lambda each: _answer(world, each, blueprints[each.config.blueprint], known),
        tuple(_asked(configs)),
    )
    facts = {word: status for each in answers for word, status in each.facts.items()}
    return LookedUp(
        inputs=replace(known, facts={**known.facts, **facts}),
        problems=tuple(each.problem for each in answers if each.problem is not None),
    )


def _asked(configs: Sequence[Config]) -> Iterator[_Asked]:
    for config in configs:
        if LIVE_STATUS in config.type.annotated and not config.is_retired:
            yield from (_Asked(config, stage) for stage in config.stages)


def _answer(world: World, asked: _Asked, blueprint: Blueprint, known: Inputs) -> _Answer:
    """Keep what was deployed where nothing else changes; else ask SageMaker."""
    settings, config, stage = world.settings, asked.config, asked.stage
    deployed = world.stacks.find(stage_stack(settings, workload_stack(settings, config), stage))
    keeps = deployed is not None and deployed.parameters.get(NAME_PARAMETER) == asked.name
    if deployed is None or not keeps:
        return _of_new_card(world, asked)
    if not asked.leaves_status:
        return _Answer({})
    facts = asked.facts(deployed.parameters[STATUS_PARAMETER])
    inputs = replace(known, facts={**known.facts, **facts})
    wanted = compose(settings, config, stage, blueprint, inputs)
    if wanted.digest == deployed.digest:
        return _Answer(facts)
    return _of_changed_card(world, asked, wanted)


def _of_new_card(world: World, asked: _Asked) -> _Answer:
    account = asked.stage.account
    if world.model_cards.status(account, asked.name) is None:
        return _Answer(asked.facts(NO_CARD))
    return _Answer(asked.facts(NO_CARD), taken_card(asked.config, asked.name, account))


def _of_changed_card(world: World, asked: _Asked, wanted: DesiredStack) -> _Answer:
    account = asked.stage.account
    found = world.model_cards.status(account, asked.name)
    facts = asked.facts(NO_CARD if found is None else found)
    if found != _ARCHIVED:
        return _Answer(facts)
    if _contents(world.stacks.template(wanted.id)) == _contents(wanted.template):
        return _Answer(facts)
    return _Answer(facts, archived_card(asked.config, asked.name, account))


def _contents(template: Template) -> list[Any]:
    """Give what the cards of a template say."""
    resources = template.get("Resources", {}).values()
    return [each["Properties"]["Content"] for each in resources if each["Type"] == _TYPE]
