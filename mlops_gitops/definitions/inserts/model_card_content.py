"""The content of a model card, as CloudFormation spells it.

Configs spell it as model card JSON does, in snake_case, or shorter, as the predecessor's bodies
did: lists of images without `container_image`, and an objective without a `function` inside of
`function`. Source: AWS::SageMaker::ModelCard `Content`, in the CloudFormation registry.
"""

from collections.abc import Mapping
from typing import TypeAlias

from mlops_gitops.config.card import SECTIONS
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope

_Members: TypeAlias = dict[str, Json]

_NAMES_OF_USERS = frozenset({"custom_details", "metadata"})
_DIRECTION = ("function", "facet", "condition")


def insert(scope: Scope) -> Json:
    """Give what the card says; the overview names the model even where the config does not."""
    written = {name: scope.value(name) for name in SECTIONS}
    sections: _Members = {name: value for name, value in written.items() if value is not None}
    sections["model_overview"] = _overview(scope, _members(written["model_overview"]))
    if "training_details" in sections:
        sections["training_details"] = _training(_members(sections["training_details"]))
    return _in_pascal_case(sections)


def _members(value: Json) -> _Members:
    return dict(value) if isinstance(value, dict) else {}


def _overview(scope: Scope, overview: _Members) -> Json:
    named: _Members = {"model_name": scope.value("model_name"), **overview}
    return _with_images(named, "inference_environment")


def _training(details: _Members) -> Json:
    if "objective_function" in details:
        details["objective_function"] = _objective(_members(details["objective_function"]))
    if "training_job_details" in details:
        job = _members(details["training_job_details"])
        details["training_job_details"] = _with_images(job, "training_environment")
    return details


def _objective(objective: _Members) -> Json:
    """Put the direction, its metric and its condition together where they stand side by side."""
    inner = objective.get("function")
    beside: _Members = {name: objective[name] for name in _DIRECTION if name in objective}
    function = {**beside, **inner} if isinstance(inner, dict) else beside
    others: _Members = {key: each for key, each in objective.items() if key not in _DIRECTION}
    return {**({"function": function} if function else {}), **others}


def _with_images(holder: Mapping[str, Json], name: str) -> _Members:
    images = holder.get(name)
    whole: _Members = {"container_image": images}
    return {**holder, name: whole} if isinstance(images, list) else dict(holder)


def _in_pascal_case(value: Json) -> Json:
    """Spell names as CloudFormation does, but not those that users chose."""
    match value:
        case dict():
            return {
                _pascal(name): inner if name in _NAMES_OF_USERS else _in_pascal_case(inner)
                for name, inner in value.items()
            }
        case list():
            return [_in_pascal_case(each) for each in value]
        case _:
            return value


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
