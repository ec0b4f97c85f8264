"""Compose: a config, a blueprint and a stage become a stack, the same one every time."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from builders import BLUEPRINTS, DATA, INSTALLATION, Trial, realtime, trial
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.adapters.blueprints import InstalledBlueprints
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.adapters.repository_data import RepositoryData
from mlops_gitops.config.declared import Config
from mlops_gitops.config.schemas import CONTENT
from mlops_gitops.config.settings import Settings
from mlops_gitops.definitions.content import Content
from mlops_gitops.desired.blueprint import Blueprint, blueprint_from_template, capabilities_of
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.context import Inputs, field_of, to_parameter
from mlops_gitops.desired.digest import stage_digest
from mlops_gitops.desired.stack import DIGEST, DesiredStack
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.validate import load_repository

GOOD = Path(__file__).parents[3] / "config-examples" / "good"
INPUTS = read_inputs(DATA, INSTALLATION)
PACKAGE = "arn:aws:sagemaker:us-east-1:111111111111:model-package/churn/7"


def composed(made: Trial, stage: str = "dev") -> DesiredStack:
    """The only workload of a repository, in one stage."""
    world = made.world()
    (config,) = world.repository.configs
    blueprint = BLUEPRINTS.blueprint(config.blueprint)
    return compose(
        world.settings, config, world.settings.stage(stage), blueprint, looked_up(config)
    )


def looked_up(config: Config) -> Inputs:
    """What AWS would have answered: everything that the config names is there."""
    keys = config.texts(CONTENT).values()
    contents = {key: Content(key=key, etag="0" * 32, size=7) for key in keys}
    return replace(INPUTS, contents=contents)


def every_example() -> list[tuple[Settings, Config, Blueprint]]:
    """Every good config of the examples, with its settings and its blueprint."""
    found = []
    for settings in sorted(GOOD.rglob("mlops-gitops.yaml")):
        files = {
            path.relative_to(settings.parent).as_posix(): path.read_bytes()
            for path in settings.parent.rglob("*")
            if path.is_file()
        }
        repository = load_repository(MemoryFiles(files), DATA)
        own = InstalledBlueprints(RepositoryData(DATA, MemoryFiles(files)))
        for config in repository.configs:
            if config.is_retired:
                continue  # what is left of it takes nothing of its blueprint
            # Installed templates are parsed once for all examples.
            installed = config.blueprint in DATA.blueprint_names()
            blueprint = (BLUEPRINTS if installed else own).blueprint(config.blueprint)
            found.append((repository.settings, config, blueprint))
    return found


EXAMPLES = every_example()


@pytest.mark.parametrize(("settings", "config", "blueprint"), EXAMPLES)
def test_every_parameter_is_filled_and_none_invented(
    settings: Settings, config: Config, blueprint: Blueprint
) -> None:
    """The blueprint's own list of parameters is the only one, the digest included."""
    for stage in config.stages:
        stack = compose(settings, config, stage, blueprint, looked_up(config))

        declared = blueprint.template["Parameters"]
        assert stack.parameters.keys() == declared.keys()
        assert all(each.came_from for each in stack.parameters.values())
        assert stack.blueprint_version == blueprint.version
        values = stack.parameter_values()
        assert stack.digest == values[DIGEST] == stage_digest(stack.template, values, stack.tags)


@pytest.mark.parametrize(("settings", "config", "blueprint"), EXAMPLES)
def test_values_are_what_the_blueprint_takes(
    settings: Settings, config: Config, blueprint: Blueprint
) -> None:
    """Every value fits its parameter's own pattern, length and list, before AWS says so."""
    for stage in config.stages:
        values = compose(settings, config, stage, blueprint, looked_up(config)).parameter_values()
        for name, declared in blueprint.template["Parameters"].items():
            value = values[name]
            assert re.fullmatch(declared.get("AllowedPattern", ".*"), value), name
            assert value in map(str, declared.get("AllowedValues", [value])), name
            least, most = declared.get("MinLength", 0), declared.get("MaxLength", 4096)
            assert int(least) <= len(value) <= int(most), name


def test_same_input_gives_the_same_bytes() -> None:
    """Composing knows no clock and no chance."""
    stacks = [composed(trial(realtime("churn"))) for _ in range(2)]

    assert stacks[0] == stacks[1]
    assert json.dumps(stacks[0].template) == json.dumps(stacks[1].template)


def test_the_folder_and_the_spelling_of_a_config_change_nothing() -> None:
    """A digest is the same for a config moved, reordered and written in one line."""
    made = trial(realtime("churn"))
    before = composed(made)
    (path,) = [each for each in made.files if each.endswith(".json")]
    config = json.loads(made.files.pop(path))
    made.files["elsewhere/deep/mlops-config.json"] = json.dumps(
        dict(reversed(config.items()))
    ).encode()

    assert composed(made).digest == before.digest


def test_every_value_says_where_it_came_from() -> None:
    """A line and column of the config, the settings, a derivation or the blueprint's default."""
    made = trial(realtime("churn", endpoint_name={"dev": "one", "staging": "two", "prod": "three"}))
    stack = composed(made, "staging")
    text = made.files["churn/mlops-config.json"].decode().splitlines()

    def written_at(parameter: str) -> str:
        path, line, column = stack.parameters[parameter].came_from.split(":")
        assert path == "churn/mlops-config.json"
        return text[int(line) - 1][int(column) - 1 :].rstrip(",")

    assert written_at("EndpointName") == '"two"'
    assert written_at("InferenceInstance") == '"ml.m5.large"'
    assert stack.parameters["AssetsBucket"].came_from == "settings: mlops-gitops.yaml"
    assert stack.parameters["ImageUri"].came_from.startswith("derived: SageMaker's image")
    assert stack.parameters["KmsKeyArn"].came_from == "blueprint default"


def test_a_model_package_brings_its_image() -> None:
    """No image is named, and the group is derived for the permissions."""
    config = realtime("churn", model_package_name=PACKAGE)
    for field in ("model_framework", "model_framework_version", "model_artifact_location"):
        del config[field]

    values = composed(trial(config)).parameter_values()

    assert values["ModelPackageName"] == PACKAGE
    assert values["ModelPackageGroupName"] == "churn"
    assert values["ImageUri"] == values["ModelArtifactLocation"] == ""


def test_the_predecessors_spellings_hold() -> None:
    """Endpoint names are lower-cased; one slash at the end of a location is dropped."""
    config = realtime("churn", endpoint_name="Churn-X", data_capture_location="bucket/folder/")

    values = composed(trial(config)).parameter_values()

    assert values["EndpointName"] == "churn-x"
    assert values["DataCaptureLocation"] == "bucket/folder"


def test_a_parameter_that_nothing_fills_is_our_defect() -> None:
    """A blueprint and the schema of its type that do not fit are found at once."""
    made = trial(realtime("churn")).world()
    (config,) = made.repository.configs
    known = BLUEPRINTS.blueprint(config.blueprint)
    blueprint = replace(known, defaults={**known.defaults, "Unheard": None})

    with pytest.raises(ValueError, match="Unheard"):
        compose(made.settings, config, made.settings.stages[0], blueprint, INPUTS)


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "True"), (False, "False"), (1, "1"), (0.5, "0.5"), (" ml.m5.large ", "ml.m5.large")],
)
def test_values_are_spelt_as_cloudformation_wants_them(value: object, text: str) -> None:
    """Booleans with a capital, numbers as written, texts without blanks around."""
    assert to_parameter(value) == text


@given(st.lists(st.sampled_from(("kms", "key", "arn", "model", "name")), min_size=1))
def test_a_parameter_is_named_after_its_field(words: list[str]) -> None:
    """`kms_key_arn` fills `KmsKeyArn`."""
    assert field_of("".join(map(str.capitalize, words))) == "_".join(words)


@pytest.mark.parametrize(
    ("resource", "capabilities"),
    [
        ({"Type": "AWS::S3::Bucket"}, ()),
        ({"Type": "AWS::IAM::Role"}, ("CAPABILITY_IAM",)),
        ({"Type": "AWS::IAM::Role", "Properties": {"RoleName": "x"}}, ("CAPABILITY_NAMED_IAM",)),
        (
            {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": "x"}},
            ("CAPABILITY_NAMED_IAM",),
        ),
        # The name of an inline policy is required, and no name of an IAM resource.
        ({"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "x"}}, ("CAPABILITY_IAM",)),
    ],
)
def test_no_more_is_allowed_than_a_template_needs(
    resource: dict[str, object], capabilities: tuple[str, ...]
) -> None:
    """IAM without names, IAM with names, or nothing."""
    assert capabilities_of({"Resources": {"One": resource}}) == capabilities


@pytest.mark.parametrize("metadata", [{}, {"mlops-gitops": {}}, {"mlops-gitops": {"version": "1"}}])
def test_a_blueprint_has_an_integer_version(metadata: dict[str, object]) -> None:
    """One without is refused when it is read."""
    with pytest.raises(TypeError, match="version"):
        blueprint_from_template("mine", {"Metadata": metadata})


def test_a_blueprint_tells_its_defaults() -> None:
    """None where a value must be given; numbers as text."""
    template = {
        "Metadata": {"mlops-gitops": {"version": 3}},
        "Parameters": {"A": {"Type": "String"}, "B": {"Type": "Number", "Default": 2}},
    }

    assert blueprint_from_template("mine", template) == Blueprint(
        name="mine", version=3, template=template, defaults={"A": None, "B": "2"}
    )
