"""Whole numbers that are written with a point: 1800.0 is 1800 where a whole number is asked for.

JSON has one kind of number, and JSON Schema calls 1800.0 an integer. What comes after reading need
not know of it.
"""

from mlops_gitops.config.document import Json
from mlops_gitops.config.schemas import PER_STAGE, Schema, resolve, single_value


def whole(schema: Schema, node: Schema, value: Json) -> Json:
    """Give a value of the right shape with its whole numbers as integers."""
    if isinstance(value, (str, int)) or value is None:
        return value
    about = resolve(schema, node)
    if isinstance(value, float):
        return int(value) if value.is_integer() and _asks_for_whole(schema, about) else value
    if isinstance(value, list):
        first, rest = about.get("prefixItems", ()), about.get("items", {})
        return [
            whole(schema, first[index] if index < len(first) else rest, item)
            for index, item in enumerate(value)
        ]
    return {name: whole(schema, member(about, name), item) for name, item in value.items()}


def _asks_for_whole(schema: Schema, about: Schema) -> bool:
    """Say whether integers, and no other numbers, are asked for."""
    one = resolve(schema, single_value(about)) if PER_STAGE in about else about
    types = one.get("type", ())
    return "integer" in ([types] if isinstance(types, str) else types)


def member(about: Schema, name: str) -> Schema:
    """Give the schema of an object's member, or of a stage's value."""
    if PER_STAGE in about:
        return single_value(about)
    other = about.get("additionalProperties")
    member: Schema = about.get("properties", {}).get(name, other if isinstance(other, dict) else {})
    return member
