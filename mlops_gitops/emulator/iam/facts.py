"""What IAM knows of actions and resources: `actions.json`, an extract of AWS's own lists.

`scripts/generate_iam_actions.py` writes it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where a call was made."""

    partition: str
    region: str
    account: str


@cache
def _facts() -> Mapping[str, Any]:
    text = files("mlops_gitops.emulator.iam").joinpath("actions.json").read_text("utf-8")
    parsed: Mapping[str, Any] = json.loads(text)
    return parsed


def knows(action: str) -> bool:
    """Whether IAM has an action, as far as the extract goes."""
    prefix, _, name = action.partition(":")
    service = _facts()["services"].get(prefix)
    return service is None or name in service["actions"]


def handler_actions(type_name: str, verb: str) -> tuple[str, ...]:
    """What CloudFormation's registry says that a type's handler may call."""
    return tuple(_facts()["types"].get(type_name, {}).get(verb, ()))


def resources(action: str, parameters: Mapping[str, Any], place: Place) -> Iterator[str]:
    """The ARNs that an action with these parameters is about; `*` if there are none.

    What an action always is about counts alone; else what the parameters name does.
    """
    prefix, _, name = action.partition(":")
    service = _facts()["services"].get(prefix, {"actions": {}, "resources": {}})
    kinds = service["actions"].get(name, ())
    always = [kind[:-1] for kind in kinds if kind.endswith("!")]
    known = _known(prefix, parameters)
    found = {
        arn
        for kind in always or kinds
        if (arn := _filled(service["resources"][kind], known, parameters, place))
    }
    yield from sorted(found) or ("*",)


_ALIASES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "cloudformation": {"stackname": ("stackname",)},
    "codebuild": {"projectname": ("name", "projectname")},
    "codepipeline": {"pipelinename": ("name", "pipelinename")},
    "events": {"rulename": ("name", "rule")},
    "iam": {"rolenamewithpath": ("rolename",)},
    "s3": {"bucketname": ("bucket",), "objectname": ("key",)},
    "sagemaker": {"automljobjobname": ("automljobname",)},
    "scheduler": {"schedulename": ("name",), "groupname": ("groupname",)},
    "states": {"statemachinename": ("name", "statemachinename")},
}
_DEFAULTS = {"scheduler": {"groupname": "default"}}


def _known(prefix: str, parameters: Mapping[str, Any]) -> Mapping[str, str]:
    """What variables of ARNs stand for, by their names in lower case."""
    given = {name.lower(): value for name, value in parameters.items() if isinstance(value, str)}
    nested = parameters.get("pipeline")  # CodePipeline's own, which its requests carry whole
    if isinstance(nested, Mapping):
        given |= {"name": str(nested.get("name", ""))}
    for variable, names in _ALIASES.get(prefix, {}).items():
        value = next((given[name] for name in names if given.get(name)), "")
        if value:
            given[variable] = value
    if prefix == "iam" and "rolename" in given:
        given["rolenamewithpath"] = (given.get("path", "/") + given["rolename"]).lstrip("/")
    if prefix == "sagemaker":  # its ARNs have names in lower case
        given = {name: value.lower() for name, value in given.items()}
    return {**_DEFAULTS.get(prefix, {}), **given}


_VARIABLE = re.compile(r"\$\{(\w+)\}")


def _filled(
    arn: str, known: Mapping[str, str], parameters: Mapping[str, Any], place: Place
) -> str | None:
    """An ARN of a kind: one that the parameters give, or made from names; ids may be missing."""
    pattern = _arn_pattern(arn)
    for value in parameters.values():
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
    names = [each for each in _VARIABLE.findall(arn) if each.lower() not in _PLACE]
    if not names or not known.get(names[0].lower()):
        return None
    where = {"partition": place.partition, "region": place.region, "account": place.account}
    values = {name.lower(): known.get(name.lower()) or "*" for name in names}
    return _VARIABLE.sub(lambda found: {**values, **where}[found[1].lower()], arn)


_PLACE = ("partition", "region", "account")


@cache
def _arn_pattern(arn: str) -> re.Pattern[str]:
    parts = re.split(r"(\$\{\w+\})", arn)
    return re.compile("".join(_PART.get(each, _part(each)) for each in parts))


_PART = {"${Partition}": "aws[a-z-]*", "${Region}": "[a-z0-9-]*", "${Account}": "[0-9]*"}


def _part(text: str) -> str:
    return ".+" if text.startswith("${") else re.escape(text)
