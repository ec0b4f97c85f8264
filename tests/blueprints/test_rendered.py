"""What configs are rendered to: sound for CloudFormation, without names, the same every time."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from blueprints.blueprint_files import mappings
from blueprints.linting import findings
from builders import BLUEPRINTS, DATA, INSTALLATION
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_gitops import app
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.config.declared import Config
from mlops_gitops.config.schemas import CONTENT
from mlops_gitops.config.settings import Settings
from mlops_gitops.definitions.content import Content
from mlops_gitops.definitions.inserts import INSERT
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.validate import load_repository

GOOD = Path(__file__).parents[2] / "config-examples" / "good"
INPUTS = read_inputs(DATA, INSTALLATION)
NAMELESS = re.compile(r"AWS::SageMaker::(Model|EndpointConfig|\w+JobDefinition)$")
NAMES = {"ModelName", "EndpointConfigName", "JobDefinitionName"}


def examples() -> list[Any]:
    """Give every good config with its settings, named after folder and type."""
    found = []
    for home in sorted(GOOD.iterdir()):
        files = {
            path.relative_to(home).as_posix(): path.read_bytes()
            for path in home.rglob("*")
            if path.is_file()
        }
        repository = load_repository(MemoryFiles(files), app.package_data())
        found += [
            pytest.param(repository.settings, config, id=f"{home.name}/{config.workload}")
            for config in repository.configs
            if config.type.name in DATA.schema_names()
        ]
    return found


EXAMPLES = examples()
ONE_OF_EACH = list({each.values[1].type.name: each for each in EXAMPLES}.values())


def rendered(of: Settings, config: Config) -> tuple[DesiredStack, ...]:
    """Compose every stage; everything that the config names is there."""
    keys = config.texts(CONTENT).values()
    contents = {key: Content(key=key, etag="0" * 32, size=7) for key in keys}
    inputs = replace(INPUTS, contents=contents)
    blueprint = BLUEPRINTS.blueprint(config.blueprint)
    return tuple(compose(of, config, stage, blueprint, inputs) for stage in config.stages)


def linted(of: Settings, config: Config) -> list[str]:
    """Give what cfn-lint says of the first stage's template."""
    (stack, *_) = rendered(of, config)
    return [str(one) for one in findings(json.dumps(stack.template), of.region)]


@pytest.mark.parametrize(("of", "config"), EXAMPLES)
def test_rendering_twice_gives_the_same_bytes(of: Settings, config: Config) -> None:
    """Nothing in a stack comes from a clock or from chance, and no insert is left over."""
    texts = [json.dumps([one.template for one in rendered(of, config)]) for _ in range(2)]

    assert texts[0] == texts[1]
    assert INSERT not in texts[0]
    assert rendered(of, config) == rendered(of, config)


@pytest.mark.parametrize(("of", "config"), EXAMPLES)
def test_nothing_that_is_replaced_has_a_name(of: Settings, config: Config) -> None:
    """A Model, an EndpointConfig and a job definition could not be replaced if it had."""
    for stack in rendered(of, config):
        for resource in stack.template["Resources"].values():
            if NAMELESS.match(resource["Type"]):
                assert not NAMES & resource["Properties"].keys()


@pytest.mark.parametrize(("of", "config"), ONE_OF_EACH)
def test_what_is_rendered_is_lint_clean(of: Settings, config: Config) -> None:
    """cfn-lint finds nothing in the template that CloudFormation gets."""
    assert linted(of, config) == []


@settings(max_examples=5, deadline=None)
@given(st.sampled_from([each.values for each in EXAMPLES]))
def test_any_example_is_lint_clean(example: tuple[Settings, Config]) -> None:
    """So is any other example, whatever it leaves out."""
    assert linted(*example) == []


def test_no_state_machine_is_too_large() -> None:
    """Step Functions takes a definition of 1 MB (CreateStateMachine, `definition`)."""
    for each in EXAMPLES:
        for stack in rendered(*each.values):
            for one in mappings(stack.template):
                if "Definition" in one:
                    assert len(json.dumps(one["Definition"])) < 1_048_576
