"""Exported templates: what the Step Functions Data Science SDK writes, taken apart.

The SDK's `Workflow.get_cloudformation_template` gives YAML with one resource of type
AWS::StepFunctions::StateMachine, whose StateMachineName, DefinitionString (a literal block of JSON)
and RoleArn are texts, and no Parameters.
Source: stepfunctions/workflow/cloudformation.py of the SDK's releases.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlops_gitops.config import state_machine_faults as faults
from mlops_gitops.config.document import Document, read_document, said_at
from mlops_gitops.config.said import hyphenated
from mlops_gitops.definitions.state_machine.machine import BUILT_IN
from mlops_gitops.definitions.state_machine.placeholders import escaped
from mlops_gitops.definitions.state_machine.structure import faults_of
from mlops_gitops.problems import Location, Problem

ROLE = "SageMakerRoleArn"

_MACHINE = "AWS::StepFunctions::StateMachine"
_PROPERTIES = ("DefinitionString", "RoleArn")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+")
_BUCKET = re.compile(
    r"(?P<before>s3://|arn:aws[a-z-]*:s3:::)(?P<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])"
)
_PARTITION = re.compile(r"arn:aws[a-z-]*:")
_BLOCK = re.compile(r":\s+[|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A workflow that was exported.

    Attributes:
        name: of its state machine; empty where the template gives none.
        definition: text of the definition, as it was.
        role_arn: what the workflow ran as.
    """

    name: str
    definition: str
    role_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameterised:
    """A definition with placeholders, and the values that give the original back."""

    definition: str
    parameters: Mapping[str, str]


def read_exported(template: Document) -> Exported | tuple[Problem, ...]:
    """Find the one workflow of a template, or say what is in the way."""
    resources = template.value.get("Resources")
    named = resources if isinstance(resources, dict) else {}
    found = [
        name
        for name, each in named.items()
        if isinstance(each, dict) and each.get("Type") == _MACHINE
    ]
    if len(found) != 1:
        return (said_at(faults.not_one_machine(len(found)), template, "Resources"),)
    at = ("Resources", found[0], "Properties")
    machine: Any = named[found[0]]
    given = machine.get("Properties")
    properties = given if isinstance(given, dict) else {}
    problems = [
        said_at(faults.not_plain(member), template, *at, member)
        for member in _PROPERTIES
        if not isinstance(properties.get(member), str)
    ]
    if problems:
        return tuple(problems)
    name = properties.get("StateMachineName")
    text = str(properties["DefinitionString"])
    wrong = tuple(_definition_problems(template, (*at, "DefinitionString"), text))
    if wrong:
        return wrong
    return Exported(
        name=name if isinstance(name, str) else "",
        definition=text,
        role_arn=str(properties["RoleArn"]),
    )


def _definition_problems(template: Document, at: tuple[str, ...], text: str) -> Iterator[Problem]:
    """Say what is wrong with the definition, at its line of the template where that is known."""
    start = template.where(*at)
    read = read_document(template.path, text.encode())
    if isinstance(read, Problem):
        yield replace(read, where=_within(template, start, read.where))
        return
    for path, said in faults_of(read.value):
        yield said.at(_within(template, start, read.where(*path)), read.pointer(*path))


def _within(template: Document, start: Location, inner: Location) -> Location:
    """Give the place in the template of a place in a literal block; the start of other texts."""
    lines = template.text.splitlines()
    head = lines[start.line - 1] if start.line <= len(lines) else ""
    line = start.line + inner.line
    if not _BLOCK.search(head) or line > len(lines):
        return start
    indent = len(lines[start.line]) - len(lines[start.line].lstrip())
    return Location(template.path, line, indent + inner.column)


def parameterise(definition: str) -> Parameterised:
    """Make parameters of roles and buckets, and let the partition be that of the region.

    With the values of `parameters`, and in the same partition, the definition is as it was, byte by
    byte: what looks like a placeholder in it is escaped first.
    """
    text = escaped(definition)
    parameters: dict[str, str] = {}
    roles = sorted(set(_ROLE.findall(text)))
    for number, role in enumerate(roles):
        parameters[ROLE if number == 0 else f"{ROLE}{number + 1}"] = role
    buckets = sorted({found["name"] for found in _BUCKET.finditer(text)})
    names = _bucket_names(buckets, taken={*parameters, *BUILT_IN})
    parameters |= {names[bucket]: bucket for bucket in buckets}
    by_role = {role: name for name, role in parameters.items()}
    text = _ROLE.sub(lambda found: f"${{{by_role[found[0]]}}}", text)
    text = _BUCKET.sub(lambda found: f"{found['before']}${{{names[found['name']]}}}", text)
    text = _PARTITION.sub("arn:${AWS::Partition}:", text)
    return Parameterised(definition=text, parameters=parameters)


def _bucket_names(buckets: list[str], taken: set[str]) -> dict[str, str]:
    """Name a placeholder for each bucket after it: `acme-churn-data` -> `AcmeChurnDataBucket`."""
    names: dict[str, str] = {}
    for bucket in buckets:
        words = re.split(r"[^a-z0-9]+", bucket)
        stem = "".join(word.capitalize() for word in words).lstrip("0123456789")
        name, number = f"{stem}Bucket", 2
        while name in {*taken, *names.values()}:
            name, number = f"{stem}Bucket{number}", number + 1
        names[bucket] = name
    return names


def model_name_of(name: str) -> str:
    """Make a model's name of a state machine's or a file's."""
    return hyphenated(name)[:128].strip("-")
