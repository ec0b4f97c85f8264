"""Published schemas, and whatever a command writes as JSON held to them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema_rs

from mlops_gitops.cli.schema import OUTPUTS

FOLDER = Path(__file__).parents[2] / "schemas" / "output"
SCHEMAS = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.iterdir())}
_LINES = "watch"
"""Writes a line for each event; docs/watch.md says which, and is held to that."""
_GROUPS = ("blueprint", "model-card", "pipeline")
"""Commands whose own commands write."""


def strict(schema: Any) -> Any:
    """Forbid keys that a schema does not speak of; programs have to expect them, our tests not."""
    match schema:
        case {"properties": dict(), **_rest}:
            inner = {key: strict(value) for key, value in schema.items()}
            return {**inner, "additionalProperties": False}
        case dict():
            return {key: strict(value) for key, value in schema.items()}
        case list():
            return [strict(each) for each in schema]
        case _:
            return schema


VALIDATORS = {
    name: jsonschema_rs.Draft202012Validator(strict(schema), validate_formats=True)
    for name, schema in SCHEMAS.items()
}


def schema_of(words: Sequence[str], written: Any) -> str:
    """Name the schema of what a command wrote; what is wrong with a repository has its own."""
    if "problems" in written:
        return "problems"
    if words[0] == "pipeline" and "folder" in written:
        return "pipeline-run"
    return OUTPUTS["-".join(words[: 2 if words[0] in _GROUPS else 1])]


def hold(words: Sequence[str], out: str) -> None:
    """Hold what a command wrote to its schema, if it is one JSON document of ours.

    A command that writes such JSON and has no schema is a KeyError.
    """
    written = json.loads(out) if out.startswith("{") and words[0] != _LINES else {}
    if "schema_version" in written:
        VALIDATORS[schema_of(words, written)].validate(written)
