"""Import: what is exported elsewhere gives a config, and the config gives it back."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from blueprints.resolving import resolved
from builders import BLUEPRINTS, DATA, INSTALLATION, SETTINGS
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.definitions.pipeline.compile import compile_pipeline
from mlops_gitops.definitions.state_machine.exported import parameterise
from mlops_gitops.definitions.state_machine.placeholders import in_json, placeholders
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.context import Context
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.pipeline_import import (
    CONFIG,
    DEFINITION,
    Imported,
    import_definition,
    import_template,
)
from mlops_gitops.use_cases.validate import load_repository, validate

EXPORTED = Path(__file__).parents[2] / "functional" / "exported"
ROLE = "arn:aws:iam::111122223333:role/service-role/SageMakerJobs"
OK = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'


def template(**properties: object) -> bytes:
    """A template with one state machine, as JSON; None leaves a property out."""
    given = {"StateMachineName": "churn", "DefinitionString": OK, "RoleArn": ROLE, **properties}
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {key: value for key, value in given.items() if value is not None},
    }
    return json.dumps({"Resources": {"StateMachineComponent": machine}}).encode()


def rendered(imported: Imported) -> dict[str, Any]:
    """What a stage gets of an import: the properties of its workflow."""
    folder = {f"x/{name}": content for name, content in imported.files.items()}
    files = {"mlops-gitops.yaml": SETTINGS.encode(), **folder}
    repository = load_repository(MemoryFiles(files), DATA)
    (config,) = repository.configs
    blueprint = BLUEPRINTS.blueprint(config.blueprint)
    inputs = read_inputs(DATA, INSTALLATION)
    stack = compose(repository.settings, config, config.stages[0], blueprint, inputs)
    properties: dict[str, Any] = resolved(stack.template, stack.parameter_values())["Workflow"][
        "Properties"
    ]
    raw = stack.template["Resources"]["Workflow"]["Properties"]
    assert "Fn::Sub" in raw["StateMachineName"]
    return properties


def in_template(text: str) -> str:
    """The definition inside the SDK's YAML, as any YAML reader has it."""
    _, _, block = text.partition("DefinitionString: |-\n")
    lines = block.split("\n      RoleArn: ")[0].split("\n")
    return "\n".join(line[8:] for line in lines)


def test_a_workflow_of_the_sdk_comes_back_byte_by_byte() -> None:
    """With the parameters of the original, what is rendered is the original's definition."""
    data = (EXPORTED / "sdk.yaml").read_bytes()
    imported = import_template("sdk.yaml", data, None)
    workflow = rendered(imported)

    assert workflow["DefinitionString"] == in_template(data.decode())
    assert workflow["RoleArn"].endswith(":role/StepFunctionsWorkflowExecutionRole")
    stack = "mlops-pipeline-demand-forecast-stepfunctions-dev"
    assert workflow["StateMachineName"] == f"{stack}-workflow"


def test_what_an_account_has_of_its_own_becomes_a_parameter() -> None:
    """Roles, buckets and the partition; the definition names none of them any more."""
    imported = import_template("sdk.yaml", (EXPORTED / "sdk.yaml").read_bytes(), None)
    config, definition = json.loads(imported.files[CONFIG]), imported.files[DEFINITION].decode()

    assert config["parameters"] == {
        "SageMakerRoleArn": ROLE,
        "AcmeDemandDataBucket": "acme-demand-data",
        "AcmeDemandModelsBucket": "acme-demand-models",
    }
    assert {each.name for each in placeholders(definition)} == {
        *config["parameters"],
        "AWS::Partition",
    }
    assert "111122223333" not in definition
    assert "acme-" not in definition
    assert "arn:aws:" not in definition


@pytest.mark.parametrize(
    "text",
    [
        "${HOME}",
        "${!HOME}",
        "${!!x}",
        "$${a}",
        "${",
        "${ a }",
        "${a.b}",
        "${AWS::Region}",
        "$",
        "}",
    ],
)
def test_what_looks_like_a_placeholder_survives(text: str) -> None:
    """It is text in the original, and text in what is rendered."""
    definition = json.dumps(
        {"StartAt": "A", "States": {"A": {"Type": "Succeed", "Comment": f"a {text} b"}}}
    )
    imported = import_template("t", template(DefinitionString=definition), None)

    assert rendered(imported)["DefinitionString"] == definition


def by_cloudformation(value: Any) -> str:
    """What `Fn::Sub` makes of a value, in the only way in which every reader agrees."""
    if isinstance(value, str):
        return value
    text, used = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else (value["Fn::Sub"], {})
    for name, each in {**used, "AWS::Partition": "aws"}.items():
        if name != "MlopsGitopsDollar":
            text = text.replace(f"${{{name}}}", each)
    return str(text).replace("${MlopsGitopsDollar}", "$")


PARTS = ("${", "!", "}", "HOME", "$", "a", " ", "arn:aws:", "iam::123456789012:role/x", '"', "\\")


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=3)))
def test_any_text_comes_back(parts: list[str]) -> None:
    """Whatever a definition's texts hold, importing and rendering changes no byte."""
    definition = json.dumps({"Comment": "".join(parts)}, ensure_ascii=False)
    made = parameterise(definition)

    assert by_cloudformation(in_json(made.definition, made.parameters)) == definition


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"Resources: [", "MG016", None),
        (b"Resources: {}", "MG354", (1, 12)),
        (b"- a", "MG013", (1, 1)),
        (template(RoleArn={"Ref": "Role"}), "MG355", None),
        (template(DefinitionString={"Fn::Sub": OK}), "MG355", None),
        (template(DefinitionString=None), "MG355", None),
        (template(DefinitionString="{"), "MG012", None),
        (template(DefinitionString="{}"), "MG343", None),
    ],
)
def test_what_is_no_exported_workflow_is_refused(
    data: bytes, code: str, place: tuple[int, int] | None
) -> None:
    """With a place in the template, and nothing to write."""
    with pytest.raises(InvalidRepository) as refused:
        import_template("t.yaml", data, None)

    (problem,) = refused.value.problems
    assert problem.code == code
    assert place in (None, (problem.where.line, problem.where.column))


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('"Next": "Save Model"', '"Next": "Save Modle"', "MG344", '"Save Modle"'),
        ('"Type": "Fail"', '"Type": "Fial"', "MG346", '"Fial"'),
        ('"Cause": "SageM', '"Cause": SageM', "MG012", "SageMakerProcessingJobFailed"),
    ],
)
def test_a_wrong_definition_is_told_at_its_line_of_the_template(
    old: str, new: str, code: str, line: str
) -> None:
    """Inside the literal block, line and column are the template's."""
    text = (EXPORTED / "sdk.yaml").read_text().replace(old, new)
    with pytest.raises(InvalidRepository) as refused:
        import_template("sdk.yaml", text.encode(), None)

    problem = refused.value.problems[0]
    assert problem.code == code
    told = text.splitlines()[problem.where.line - 1]
    assert told[problem.where.column - 1 :].startswith(line)


def test_a_workflow_without_a_name_needs_one() -> None:
    """CloudFormation would make up a name; an identity is not made up."""
    with pytest.raises(UsageError):
        import_template("t", template(StateMachineName=None), None)

    assert import_template("t", template(StateMachineName=None), "churn").model_name == "churn"


PIPELINE: Mapping[str, Any] = {
    "Version": "2020-12-01",
    "Metadata": {},
    "Parameters": [{"Name": "Instance", "Type": "String", "DefaultValue": "ml.m5.large"}],
    "PipelineExperimentConfig": {
        "ExperimentName": {"Get": "Execution.PipelineName"},
        "TrialName": {"Get": "Execution.PipelineExecutionId"},
    },
    "MlflowConfig": None,
    "Steps": [{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "why"}}],
}


def imported_pipeline(**members: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A pipeline's definition, imported: the config, and what people are told."""
    data = json.dumps({**PIPELINE, **members}).encode()
    imported = import_definition("some/abalone.json", data, None)
    return json.loads(imported.files[CONFIG]), imported.notes


def test_a_pipeline_is_taken_step_by_step_as_it_is() -> None:
    """Parameters, steps and experiment; what was null for nothing is left out, and said."""
    config, notes = imported_pipeline()

    assert config == {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": "abalone",
        "parameters": PIPELINE["Parameters"],
        "experiment": {
            "experiment_name": {"Get": "Execution.PipelineName"},
            "trial_name": {"Get": "Execution.PipelineExecutionId"},
        },
        "steps": PIPELINE["Steps"],
    }
    assert notes[0] == '"MlflowConfig" was null, and is left out.'


def test_a_pipeline_without_an_experiment_says_so() -> None:
    """Null means none, which is not the same as what SageMaker makes by itself."""
    config, notes = imported_pipeline(
        PipelineExperimentConfig=None, MlflowConfig={"MlflowResourceArn": "arn"}, Other=1
    )

    assert config["experiment"] is None
    assert notes[0].startswith('"MlflowConfig" is not carried over')
    assert notes[1] == '"Other" is not carried over.'


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"Version": "2019-01-01"}, "/Version"),
        ({"Steps": {}}, "/Steps"),
        ({"Steps": [{"Name": "a", "Type": "Fail"}, {"Name": "b"}]}, "/Steps/1"),
    ],
)
def test_what_is_no_pipeline_is_refused(members: dict[str, Any], pointer: str) -> None:
    """With a place in the file, and nothing to write."""
    with pytest.raises(InvalidRepository) as refused:
        imported_pipeline(**members)

    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("MG356", pointer)


def test_an_imported_pipeline_is_a_valid_config() -> None:
    """Its steps are in the definition's spelling, which the type takes."""
    data = json.dumps(PIPELINE).encode()
    imported = import_definition("abalone.json", data, None)
    files = {"mlops-gitops.yaml": SETTINGS.encode(), f"x/{CONFIG}": imported.files[CONFIG]}

    assert validate(MemoryFiles(files), DATA).problems == ()


def test_an_imported_pipeline_compiles_to_itself() -> None:
    """Steps, parameters and experiment are what was exported."""
    imported = import_definition("abalone.json", json.dumps(PIPELINE).encode(), None)
    files = {"mlops-gitops.yaml": SETTINGS.encode(), f"x/{CONFIG}": imported.files[CONFIG]}
    repository = load_repository(MemoryFiles(files), DATA)
    (config,) = repository.configs
    context = Context(
        settings=repository.settings,
        config=config,
        stage=config.stages[0],
        stack="s",
        inputs=read_inputs(DATA, INSTALLATION),
    )
    compiled = compile_pipeline(context.scope)

    assert list(compiled.steps) == PIPELINE["Steps"]
    assert list(compiled.parameters) == PIPELINE["Parameters"]
    assert compiled.experiment == PIPELINE["PipelineExperimentConfig"]
