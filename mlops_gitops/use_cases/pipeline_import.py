"""Import: an exported template or definition becomes a config and what it names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config import state_machine_faults as faults
from mlops_gitops.config.blueprints.template_document import read_template
from mlops_gitops.config.document import Document, Json, read_document, said_at
from mlops_gitops.config.said import Said
from mlops_gitops.definitions.state_machine.exported import (
    ROLE,
    Exported,
    model_name_of,
    parameterise,
    read_exported,
)
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.problems import Problem

CONFIG, DEFINITION = "mlops-config.json", "definition.asl.json"

_VERSION = "2020-12-01"
_CARRIED = {
    "Version",
    "Metadata",
    "Parameters",
    "PipelineExperimentConfig",
    "MlflowConfig",
    "Steps",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import writes.

    Attributes:
        model_name: of the config; the folder's name unless another is given.
        files: name -> content.
        notes: what people should know, a sentence each.
    """

    model_name: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...]


def import_template(path: str, data: bytes, name: str | None) -> Imported:
    """Take a template of the Step Functions Data Science SDK.

    Args:
        path: of the template, for problems.
        data: the template.
        name: the model's name; None for the state machine's.

    Raises:
        InvalidRepository: it is no such template; with places in it.
        UsageError: nothing gives the workflow a name.
    """
    template = read_template(path, data)
    if isinstance(template, Problem):
        raise InvalidRepository((template,))
    exported = read_exported(template)
    if not isinstance(exported, Exported):
        raise InvalidRepository(exported)
    made = parameterise(exported.definition)
    model_name = _name(name, exported.name)
    config: dict[str, Json] = {
        "pipeline_type": "step_functions",
        "model_name": model_name,
        "definition": DEFINITION,
        "parameters": {**made.parameters},
        "role_arn": exported.role_arn,
    }
    if not made.parameters:
        del config["parameters"]
    files = {CONFIG: _json(config), DEFINITION: made.definition.encode()}
    return Imported(model_name=model_name, files=files, notes=_notes(exported, made.parameters))


def _notes(exported: Exported, parameters: Mapping[str, str]) -> tuple[str, ...]:
    notes = []
    if exported.name:
        notes.append(
            f"The state machine {exported.name} is not touched: the new one is called by the"
            " installation's prefix, the model's name and the stage."
        )
    notes.append(
        '"role_arn" is the role of the original, which mlops-gitops-cfn has to be allowed to pass.'
        " Leave it out for a role of the stack, which may what the definition does."
    )
    if ROLE in parameters:
        notes.append(
            f'"{ROLE}" is the role of the original\'s jobs. Leave it out for a role of the stack;'
            ' "reads" and "writes" say what that reaches.'
        )
    notes.append("Where stages have other roles and buckets, give an object with one per stage.")
    return tuple(notes)


def import_definition(path: str, data: bytes, name: str | None) -> Imported:
    """Take the definition of a SageMaker pipeline; its steps stay as they are written.

    Args:
        path: of the definition, for problems and for a name.
        data: the definition.
        name: the model's name; None for the file's.

    Raises:
        InvalidRepository: it is no such definition; with places in it.
        UsageError: nothing gives the pipeline a name.
    """
    document = read_document(path, data)
    if isinstance(document, Problem):
        raise InvalidRepository((document,))
    problems = tuple(_pipeline_problems(document))
    if problems:
        raise InvalidRepository(problems)
    given: Any = document.value
    model_name = _name(name, path.rpartition("/")[2].partition(".")[0])
    config: dict[str, Json] = {"pipeline_type": "sagemaker_pipeline", "model_name": model_name}
    if given.get("Parameters"):
        config["parameters"] = given["Parameters"]
    experiment = given.get("PipelineExperimentConfig")
    if isinstance(experiment, dict):
        config["experiment"] = {
            _EXPERIMENT[key]: value for key, value in experiment.items() if key in _EXPERIMENT
        }
    elif "PipelineExperimentConfig" in given:
        config["experiment"] = None
    config["steps"] = given["Steps"]
    notes = _left_out(given)
    return Imported(model_name=model_name, files={CONFIG: _json(config)}, notes=notes)


_EXPERIMENT = {"ExperimentName": "experiment_name", "TrialName": "trial_name"}


def _pipeline_problems(document: Document) -> list[Problem]:
    def at(said: Said, *path: str | int) -> Problem:
        return said_at(said, document, *path)

    given = document.value
    if given.get("Version", _VERSION) != _VERSION:
        return [at(faults.not_a_pipeline(f'its "Version" is not {_VERSION}'), "Version")]
    steps = given.get("Steps")
    if not isinstance(steps, list):
        return [at(faults.not_a_pipeline('"Steps" is no list'), "Steps")]
    return [
        at(faults.not_a_pipeline('a step has no "Name" or no "Type"'), "Steps", index)
        for index, step in enumerate(steps)
        if not (isinstance(step, dict) and {"Name", "Type"} <= step.keys())
    ]


def _left_out(given: Mapping[str, Any]) -> tuple[str, ...]:
    notes = []
    if "MlflowConfig" in given:
        because = "was null, and is left out"
        if given["MlflowConfig"] is not None:
            because = "is not carried over: SageMaker takes it when a pipeline is started"
        notes.append(f'"MlflowConfig" {because}.')
    if given.get("Metadata"):
        notes.append('"Metadata" is not carried over.')
    notes += [f'"{key}" is not carried over.' for key in sorted(given.keys() - _CARRIED)]
    notes.append("Roles and buckets in the steps are those of the original.")
    return tuple(notes)


def _name(given: str | None, found: str) -> str:
    name = model_name_of(found) if given is None else given
    if not name:
        raise UsageError("Nothing gives it a name.", hint="Give one: --name NAME")
    return name


def _json(value: Json) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
