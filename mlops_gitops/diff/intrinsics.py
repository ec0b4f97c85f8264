"""Intrinsic functions: a template as CloudFormation sees it with given parameters.

Whatever depends on parameters, conditions and mappings alone is worked out; what depends on
resources or on AWS stays as it is written, in one spelling.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlops_gitops.desired.shown import is_hidden
from mlops_gitops.desired.stack import StackId, Template
from mlops_gitops.diff.values import canonical, show

_NO_VALUE = object()
_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What one side of a comparison is evaluated with.

    Attributes:
        values: parameters and pseudo parameters that are known; NoEcho and SSM ones are not. Of
            a stack that is there also what its resources and their attributes are called.
        nested: names of conditions that are being worked out, against circles.
    """

    values: Mapping[str, Any]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    nested: frozenset[str] = field(default_factory=frozenset)


def world_of(
    template: Template,
    parameters: Mapping[str, str],
    stack: StackId,
    made: Mapping[str, Any] | None = None,
) -> World:
    """Give what is known about a template: its parameters' values, its mappings and conditions.

    Args:
        template: the template.
        parameters: values of its parameters.
        stack: where it is deployed.
        made: what the stack's resources are called, `ID` and `ID.Attribute`, where there is one.
    """
    declared = template.get("Parameters", {})
    known = {
        name: _typed(value, declared[name])
        for name, value in parameters.items()
        if name in declared and not is_hidden(declared[name]) and not is_looked_up(declared[name])
    }
    pseudo = {
        "AWS::AccountId": stack.account,
        "AWS::Region": stack.region,
        "AWS::StackName": stack.name,
        "AWS::NoValue": _NO_VALUE,
    }
    return World(
        values={**known, **pseudo, **(made or {})},
        mappings=template.get("Mappings", {}),
        conditions=template.get("Conditions", {}),
    )


def is_looked_up(declared: Mapping[str, Any]) -> bool:
    """Whether CloudFormation reads a parameter's value from the SSM parameter store."""
    return str(declared.get("Type", "")).startswith("AWS::SSM::Parameter::Value<")


def _typed(value: str, declared: Mapping[str, Any]) -> Any:
    kind = str(declared.get("Type", "String"))
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return [item.strip() for item in value.split(",")]
    return value


def evaluate(node: Any, world: World) -> Any:
    """Work out a value of a template; the result is canonical."""
    value = _evaluate(node, world)
    return canonical(None if value is _NO_VALUE else value)


def holds(condition: str, world: World) -> bool | None:
    """Work out a condition by name; None where it depends on something unknown."""
    if condition in world.nested or condition not in world.conditions:
        return None
    inner = World(
        values=world.values,
        mappings=world.mappings,
        conditions=world.conditions,
        nested=world.nested | {condition},
    )
    return _truth(world.conditions[condition], inner)


def _truth(node: Any, world: World) -> bool | None:
    match node:
        case {"Condition": str(name)}:
            return holds(name, world)
        case {"Fn::Equals": [left, right]}:
            pair = evaluate(left, world), evaluate(right, world)
            known = all(isinstance(one, str) for one in pair)
            return bool(pair[0] == pair[1]) if known else None
        case {"Fn::Not": [inner]}:
            truth = _truth(inner, world)
            return None if truth is None else not truth
        case {"Fn::And": list(parts)}:
            truths = [_truth(part, world) for part in parts]
            return False if False in truths else None if None in truths else True
        case {"Fn::Or": list(parts)}:
            truths = [_truth(part, world) for part in parts]
            return True if True in truths else None if None in truths else False
        case _:
            return None


def _evaluate(node: Any, world: World) -> Any:
    match node:
        case Mapping() if len(node) == 1 and (name := str(next(iter(node)))) in _FUNCTIONS:
            return _FUNCTIONS[name](node[name], world)
        case Mapping():
            inner = {str(key): _evaluate(value, world) for key, value in node.items()}
            return {key: value for key, value in inner.items() if value is not _NO_VALUE}
        case str():
            return node
        case Sequence():
            items = [_evaluate(item, world) for item in node]
            return [item for item in items if item is not _NO_VALUE]
        case _:
            return node


def _ref(name: Any, world: World) -> Any:
    return world.values.get(name, {"Ref": name}) if isinstance(name, str) else {"Ref": name}


def _get_att(target: Any, world: World) -> Any:
    parts = _evaluate(target.split(".", 1) if isinstance(target, str) else target, world)
    known = world.values.get(".".join(map(str, parts))) if isinstance(parts, list) else None
    return {"Fn::GetAtt": parts} if known is None else known


def _sub(argument: Any, world: World) -> Any:
    match argument:
        case str(text):
            return _substitute(text, {}, world)
        case [str(text), Mapping() as local]:
            return _substitute(text, {key: _evaluate(local[key], world) for key in local}, world)
        case _:
            return {"Fn::Sub": _evaluate(argument, world)}


def _substitute(text: str, local: Mapping[str, Any], world: World) -> Any:
    known = {**world.values, **local}
    open_ones = {
        match[2]
        for match in _VARIABLE.finditer(text)
        if not match[1] and not _is_scalar(known.get(match[2]))
    }

    def replacement(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return f"${{!{name}}}" if open_ones else f"${{{name}}}"
        if name in open_ones:
            # A local name for a resource's attribute reads best as that attribute.
            reference = known.get(name)
            return show(canonical(reference)) if _is_reference(reference) else match[0]
        value = str(canonical(known[name]))
        return value.replace("${", "${!") if open_ones else value

    replaced = _VARIABLE.sub(replacement, text)
    if not open_ones:
        return replaced
    rest = {
        name: local[name] for name in open_ones & local.keys() if not _is_reference(local[name])
    }
    return {"Fn::Sub": [replaced, rest] if rest else replaced}


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _is_reference(value: Any) -> bool:
    return (
        isinstance(value, dict) and len(value) == 1 and next(iter(value)) in {"Ref", "Fn::GetAtt"}
    )


def _if(argument: Any, world: World) -> Any:
    match argument:
        case [str(condition), yes, no]:
            truth = holds(condition, world)
            if truth is None:
                meaning = _evaluate(world.conditions.get(condition, condition), world)
                return {"Fn::If": [meaning, _shielded(yes, world), _shielded(no, world)]}
            return _evaluate(yes if truth else no, world)
        case _:
            return {"Fn::If": _evaluate(argument, world)}


def _shielded(node: Any, world: World) -> Any:
    """Evaluate a branch that may yet be taken, so nothing of it may fall out of the list."""
    value = _evaluate(node, world)
    return {"Ref": "AWS::NoValue"} if value is _NO_VALUE else value


def _find_in_map(argument: Any, world: World) -> Any:
    keys = _evaluate(argument, world)
    match keys:
        case [str(name), str(first), str(second), *_]:
            try:
                return world.mappings[name][first][second]
            except (KeyError, TypeError):
                return {"Fn::FindInMap": keys}
        case _:
            return {"Fn::FindInMap": keys}


def _join(argument: Any, world: World) -> Any:
    match _evaluate(argument, world):
        case [str(delimiter), list(items)] if all(_is_scalar(item) for item in items):
            return delimiter.join(str(canonical(item)) for item in items)
        case other:
            return {"Fn::Join": other}


def _split(argument: Any, world: World) -> Any:
    match _evaluate(argument, world):
        case [str(delimiter), str(text)] if delimiter:
            return text.split(delimiter)
        case other:
            return {"Fn::Split": other}


def _select(argument: Any, world: World) -> Any:
    match _evaluate(argument, world):
        case [int() | str() as index, list(items)] if str(index).isdecimal() and int(index) < len(
            items
        ):
            return items[int(index)]
        case other:
            return {"Fn::Select": other}


_FUNCTIONS = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
}
