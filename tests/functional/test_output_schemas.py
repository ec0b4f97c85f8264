"""What commands write as JSON is what the published schemas say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from blueprints.blueprint_files import module_at
from functional.conftest import GOLDEN, Say
from hypothesis import given
from strategies import plans

from mlops_gitops.cli.schema import OUTPUTS
from mlops_gitops.diff.plan import Plan
from mlops_gitops.views.plan_json import plan_json

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "schemas" / "output"
SCHEMAS = {name: json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in OUTPUTS}
WRITTEN: dict[str, str] = module_at(
    ROOT / "scripts" / "write_output_schemas.py", "write_output_schemas"
).files()
UNPUBLISHED = {"apply", "blueprint", "ci", "diff", "model-card", "render"}
"""Commands whose JSON has no schema yet."""
NOT_OURS = "none of ours: add the command to UNPUBLISHED, or a schema"


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


def outputs() -> Iterator[Any]:
    """Give every golden file that holds JSON of ours, with the name of its schema."""
    for file in sorted(GOLDEN.rglob("*.txt")):
        text = file.read_text("utf-8").partition("--- stderr")[0]
        folder = file.relative_to(GOLDEN).parts[0]
        written = json.loads(text) if text.startswith("{") else {}
        if "schema_version" in written and folder not in UNPUBLISHED:
            yield pytest.param(schema_of(written), written, id=f"{folder}/{file.stem}")


def schema_of(written: dict[str, Any]) -> str:
    """Tell outputs apart by what they must have."""
    return next(
        (name for name, schema in SCHEMAS.items() if {*schema["required"]} <= written.keys()),
        NOT_OURS,
    )


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_schema_is_as_make_docs_writes_it(name: str) -> None:
    """A field that is new in a record is in the schema, or this is red: run `make docs`."""
    assert (FOLDER / f"{name}.json").read_text("utf-8") == WRITTEN[f"{name}.json"]


def test_each_file_has_its_name_in_the_command() -> None:
    """What is published can be printed, and nothing else."""
    assert sorted(OUTPUTS) == sorted(file.stem for file in FOLDER.iterdir())
    assert {f"{name}.json" for name in OUTPUTS} == WRITTEN.keys()


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_command_prints_the_file(say: Say, name: str) -> None:
    """Byte for byte, whether or not there is a repository."""
    assert say("schema", "--output-of", name).out == (FOLDER / f"{name}.json").read_text("utf-8")


def test_a_type_and_an_output_at_once_are_a_mistake(say: Say) -> None:
    """Nothing is printed that could be taken for the other one."""
    said = say("schema", "settings", "--output-of", "plan")

    assert (said.code, said.out) == (1, "")


@pytest.mark.parametrize(("name", "written"), list(outputs()))
def test_golden_outputs_are_what_their_schema_says(name: str, written: Any) -> None:
    """Every key that a command writes is published, and every one that is published is written."""
    VALIDATORS[name].validate(written)


def test_there_are_golden_outputs_of_every_schema() -> None:
    """No schema goes unheld."""
    assert {each.values[0] for each in outputs()} == set(OUTPUTS)


@given(plans)
def test_any_plan_is_what_its_schema_says(plan: Plan) -> None:
    """With every action, verdict and risk there is."""
    VALIDATORS["plan"].validate(json.loads(plan_json(plan)))
