"""Lint what configs are rendered to, and say what is wrong at the line that caused it."""

from typing import TYPE_CHECKING

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.declared import Config
from mlops_gitops.config.rendered import render_fault
from mlops_gitops.config.said import listed
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.context import Inputs
from mlops_gitops.desired.trace import trace
from mlops_gitops.pipeline.installation import Installation
from mlops_gitops.problems import Location, Problem, in_order
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.validate import Validated

if TYPE_CHECKING:
    from mlops_gitops.ports import Blueprints, Finding, PackageData, TemplateLinter


def lint_rendered(
    validated: Validated, data: "PackageData", blueprints: "Blueprints", linter: "TemplateLinter"
) -> tuple[Problem, ...]:
    """Render every config that is valid in each of its stages, offline, and have it linted.

    What is wrong in several stages is told once. What only AWS knows, such as the copy of an
    artifact, is stood in for.

    Raises:
        MissingExtra: the linter is not installed.
    """
    if validated.settings is None:
        return ()
    inputs = read_inputs(data, _any_installation(validated.settings))
    found: list[Problem] = []
    for config in validated.configs:
        blueprint = blueprints.blueprint(config.blueprint)
        found += _lint(config, blueprint, validated.settings, inputs, linter)
    return in_order(found)


def _lint(
    config: Config,
    blueprint: Blueprint,
    settings: Settings,
    inputs: Inputs,
    linter: "TemplateLinter",
) -> list[Problem]:
    stages: dict[tuple[Finding, Location, str], list[str]] = {}
    for stage in config.stages:
        stack = compose(settings, config, stage, blueprint, inputs)
        for finding in linter.lint_rendered(stack.template, stack.parameter_values()):
            place = trace(finding.path, stack, blueprint.template, config)
            where, pointer = _place(config, place)
            stages.setdefault((finding, where, pointer), []).append(stage.name)
    return [
        _problem(finding, where, pointer, names)
        for (finding, where, pointer), names in stages.items()
    ]


def _place(config: Config, place: tuple[str | int, ...] | None) -> tuple[Location, str]:
    if place is None:
        return Location(config.document.path, 1, 1), ""
    return config.document.where(*place), config.document.pointer(*place)


def _problem(finding: "Finding", where: Location, pointer: str, stages: list[str]) -> Problem:
    path = "/".join(map(str, finding.path)) or "the template"
    told = f"{path} in {listed(stages)}"
    return render_fault(finding.rule, finding.message, finding.severity, told).at(where, pointer)


def _any_installation(settings: Settings) -> Installation:
    """Stand in for what bootstrap makes: names that could be its own."""
    partition, account = partition_of(settings.region), settings.orchestrator_account
    place = f"{settings.region}:{account}"
    return Installation(
        assets_kms_key_arn=f"arn:{partition}:kms:{place}:key/00000000-0000-4000-8000-000000000000",
        notification_topic_arn=f"arn:{partition}:sns:{place}:mlops-gitops-notifications",
        pipeline_role_arn=f"arn:{partition}:iam::{account}:role/mlops-gitops/pipeline",
    )
