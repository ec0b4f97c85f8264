"""Numbers that are written as texts are held to the bounds that numbers are held to.

JSON Schema compares numbers only; its `minimum` says nothing about "5".
"""

from collections.abc import Iterator

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.schemas import PER_STAGE, Schema, resolve, single_value
from mlops_gitops.config.shape_problems import out_of_bounds
from mlops_gitops.config.whole import member
from mlops_gitops.problems import Problem


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse texts of digits whose number is too small or too large."""
    properties = draft.type.schema["properties"]
    for field, value in draft.fields.items():
        for path, text, about in _texts(draft.type.schema, properties[field], value, (field,)):
            if not about.get("minimum", 0) <= int(text) <= about.get("maximum", int(text)):
                yield draft.at(out_of_bounds(str(path[-1]), text, "minimum", about), *path)


def _texts(
    schema: Schema, node: Schema, value: Json, path: Path
) -> Iterator[tuple[Path, str, Schema]]:
    """Find the texts of digits that stand for whole numbers, with their paths and schemas."""
    if isinstance(value, str):
        # Asked first, because most values are texts and few of them digits.
        about = resolve(schema, node) if value.isdecimal() else node
        if value.isdecimal() and PER_STAGE in about:
            about = resolve(schema, single_value(about))
        if about.get("x-rule") == "whole_number" and value.isdecimal():
            yield path, value, about
    elif isinstance(value, dict):
        about = resolve(schema, node)
        for name, inner in value.items():
            yield from _texts(schema, member(about, name), inner, (*path, name))
