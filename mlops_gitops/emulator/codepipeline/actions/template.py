"""Templates and their configuration files, read as the CloudFormation action reads them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from mlops_gitops.emulator.codepipeline.actions.job import ActionFailedError

MAX_OVERRIDES = 1024
# API_CreateStack, parameter Capabilities: the eight types, and which property is a custom name.
# AWS::IAM::Policy must have a PolicyName, so that is none.
NAMES = {
    "AWS::IAM::AccessKey": None,
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": None,
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateConfiguration:
    """What a template configuration file holds; all values are strings."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: str = ""


def read_template(text: str) -> Mapping[str, Any]:
    """Parse a template, JSON or YAML.

    Raises:
        ActionFailedError: It is neither, or no mapping.
    """
    try:
        template = json.loads(text)
    except ValueError:
        try:
            template = YAML(typ="rt", pure=True).load(StringIO(text))
        except YAMLError as error:
            message = f"Template format error: {error}"
            raise ActionFailedError("JobFailed", message) from error
    if not isinstance(template, Mapping):
        raise ActionFailedError("JobFailed", "Template format error: unsupported structure.")
    return template


def missing_capabilities(template: Mapping[str, Any], given: set[str]) -> list[str]:
    """Give the IAM capabilities that a template needs and that were not acknowledged."""
    needed = set()
    for resource in (template.get("Resources") or {}).values():
        kind = resource.get("Type") if isinstance(resource, Mapping) else None
        if kind in NAMES:
            name = NAMES[kind]
            named = name and (resource.get("Properties") or {}).get(name)
            needed.add("CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM")
    if "CAPABILITY_NAMED_IAM" in given | needed:
        needed.discard("CAPABILITY_IAM")
    return sorted(needed - given)


def read_configuration(content: bytes) -> TemplateConfiguration:
    """Read a template configuration file.

    Raises:
        ActionFailedError: It is no JSON object of {Parameters, Tags, StackPolicy}, or a
            parameter or tag is not a string.
    """
    try:
        raw = json.loads(content)
    except ValueError as error:
        raise _bad_configuration(str(error)) from error
    if not isinstance(raw, dict):
        raise _bad_configuration("it is not a JSON object")
    if unknown := sorted(raw.keys() - {"Parameters", "Tags", "StackPolicy"}):
        raise _bad_configuration(f"unknown key {unknown[0]}")
    policy = raw.get("StackPolicy")
    return TemplateConfiguration(
        parameters=_strings(raw.get("Parameters"), "Parameters"),
        tags=_strings(raw.get("Tags"), "Tags"),
        policy=json.dumps(policy) if policy else "",
    )


def read_overrides(text: str) -> dict[str, Any]:
    """Read ParameterOverrides: values are strings, or the functions of the action.

    Raises:
        ActionFailedError: It is over 1 KB, or no JSON object.
    """
    if len(text.encode()) > MAX_OVERRIDES:
        message = f"ParameterOverrides may have at most {MAX_OVERRIDES} bytes."
        raise ActionFailedError("ConfigurationError", message)
    try:
        raw = json.loads(text)
    except ValueError as error:
        message = f"ParameterOverrides is not valid JSON: {error}"
        raise ActionFailedError("ConfigurationError", message) from error
    if not isinstance(raw, dict):
        raise ActionFailedError("ConfigurationError", "ParameterOverrides is no JSON object.")
    return raw


def check_parameters(template: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Check that the template declares every parameter that is given.

    Raises:
        ActionFailedError: In CloudFormation's words.
    """
    if unknown := [name for name in given if name not in (template.get("Parameters") or {})]:
        message = f"Parameters: [{', '.join(unknown)}] do not exist in the template"
        raise ActionFailedError("JobFailed", f"{message} (Error Code: ValidationError)")


def _strings(raw: Any, what: str) -> dict[str, str]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise _bad_configuration(f"{what} is not a JSON object")
    for name, value in raw.items():
        if not isinstance(value, str):
            raise _bad_configuration(f"{what}.{name} is not a string")
    return raw


def _bad_configuration(why: str) -> ActionFailedError:
    return ActionFailedError("JobFailed", f"The template configuration file is not valid: {why}.")
