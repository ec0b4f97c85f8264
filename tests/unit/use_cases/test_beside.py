"""Files beside configs: what a config may name, and what it means that it does."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from builders import COMMIT, Trial, prepare, realtime, repository

from mlops_gitops.adapters.memory.repository import MemoryCommits, MemoryFiles
from mlops_gitops.adapters.package_data import InstalledData
from mlops_gitops.config.missing_files import MAX_FILE, MAX_FILES
from mlops_gitops.config.named_files import globs_of
from mlops_gitops.desired.context import Context
from mlops_gitops.ports import Commit
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.changed import validate_changed
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.render import OPEN
from mlops_gitops.use_cases.validate import Validated, narrowed, validate

CONFIG = "churn/mlops-config.json"
TEXT = {"type": "string"}
STEPS = {
    "type": "array",
    "items": {
        "oneOf": [
            {
                "properties": {"type": {"const": "script"}, "code": {**TEXT, "x-file": "function"}},
                "required": ["type"],
            },
            {
                "properties": {"type": {"const": "image"}, "code": TEXT},
                "required": ["type"],
            },
        ]
    },
}
STAGED = {
    "x-per-stage": True,
    "anyOf": [
        {"$ref": "#/$defs/file"},
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/file"}},
    ],
}


class OursToo(InstalledData):
    """Installed data with one more type, whose configs name files."""

    def schema_names(self) -> tuple[str, ...]:
        """List it too."""
        return (*super().schema_names(), "ours")

    def schema(self, name: str) -> bytes:
        """Give it where it is asked for."""
        if name != "ours":
            return super().schema(name)
        schema = json.loads(super().schema("byom_realtime_builtin"))
        schema |= {"x-stack-postfix": "ours", "$defs": {"file": {**TEXT, "x-file": True}}}
        schema["properties"] |= {
            "definition": STAGED,
            "folder": {**TEXT, "x-file": "folder"},
            "code": {**TEXT, "x-file": "file_or_folder"},
            "steps": STEPS,
        }
        schema["properties"]["pipeline_type"]["const"] = "ours"
        return json.dumps(schema).encode()


OURS = OursToo()


def files(**fields: Any) -> dict[str, bytes]:
    """A repository with one config, which may name files."""
    made = repository(realtime("churn", pipeline_type="ours", **fields))
    return {
        **made,
        "churn/train.json": b"{}",
        "churn/code/train.py": b"train",
        "churn/code/more/lib.py": b"lib",
        "churn/code/__pycache__/train.pyc": b"of this machine",
        "shared/train.json": b"shared",
    }


def validated(made: dict[str, bytes]) -> Validated:
    """What is said of a repository."""
    return validate(MemoryFiles(made), OURS)


def named(**fields: Any) -> dict[str, bytes]:
    """What the one config names."""
    found = validated(files(**fields))
    assert found.problems == ()
    (config,) = found.configs
    return dict(config.files)


STAGES = {"dev": "train.json", "staging": "train.json", "prod": "../shared/train.json"}


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({}, set()),
        ({"definition": "train.json"}, {"churn/train.json"}),
        ({"definition": "./code/../train.json"}, {"churn/train.json"}),
        ({"definition": "code\\train.py"}, {"churn/code/train.py"}),
        ({"definition": STAGES}, {"churn/train.json", "shared/train.json"}),
        ({"folder": "code"}, {"churn/code/train.py", "churn/code/more/lib.py"}),
        ({"folder": "code/more/"}, {"churn/code/more/lib.py"}),
        ({"code": "code"}, {"churn/code/train.py", "churn/code/more/lib.py"}),
        ({"code": "code/train.py"}, {"churn/code/train.py"}),
        ({"code": "s3://bucket/code.zip"}, set()),
        ({"steps": [{"type": "script", "code": "code/train.py:main"}]}, {"churn/code/train.py"}),
        ({"steps": [{"type": "script", "code": "code/train.py"}]}, {"churn/code/train.py"}),
        ({"steps": [{"type": "image", "code": "not/a/file"}]}, set()),
    ],
)
def test_what_a_config_names_is_read(fields: dict[str, Any], paths: set[str]) -> None:
    """From the config's own folder, per stage, in steps of one kind, and every file of a folder."""
    assert set(named(**fields)) == paths


@pytest.mark.parametrize(
    ("fields", "code", "pointer", "hint"),
    [
        ({"definition": "trian.json"}, "MG083", "/definition", "Did you mean 'train.json'?"),
        ({"definition": "../shared/trian.json"}, "MG083", "/definition", "'../shared/train.json'"),
        ({"definition": {**STAGES, "prod": "x"}}, "MG083", "/definition/prod", "Commit it"),
        ({"folder": "cod"}, "MG083", "/folder", "Commit it"),
        ({"definition": "../../train.json"}, "MG015", "/definition", "Commit it beside"),
        ({"definition": "/etc/hostname"}, "MG015", "/definition", "Commit it beside"),
        ({"folder": "../.."}, "MG015", "/folder", "Commit it beside"),
        (
            {"steps": [{"type": "image"}, {"type": "script", "code": "x.py:f"}]},
            "MG083",
            "/steps/1/code",
            "Commit it",
        ),
    ],
)
def test_what_is_not_there_is_told_where_it_is_named(
    fields: dict[str, Any], code: str, pointer: str, hint: str
) -> None:
    """One problem, and no config that could be deployed."""
    found = validated(files(**fields))

    (problem,) = found.problems
    assert (problem.code, problem.where.path, problem.pointer) == (code, CONFIG, pointer)
    assert hint in problem.hint
    assert found.configs == ()


def test_data_is_no_file_of_a_config() -> None:
    """What is too large for a commit is refused, one by one and all together."""
    made = files(definition="train.json")
    made["churn/train.json"] = bytes(MAX_FILE + 1)
    (problem,) = validated(made).problems
    assert (problem.code, problem.pointer) == ("MG084", "/definition")

    made = files(folder="code")
    made |= {f"churn/code/{n}": bytes(MAX_FILE) for n in range(MAX_FILES // MAX_FILE)}
    (problem,) = validated(made).problems
    assert (problem.code, problem.pointer) == ("MG084", "/folder")


def test_a_definition_sees_the_files_of_its_config() -> None:
    """By path, and by the field that names one; in each stage its own."""
    found = validated(files(definition=STAGES))
    assert found.settings
    (config,), inputs = found.configs, read_inputs(OURS, OPEN)
    dev, prod = (
        Context(settings=found.settings, config=config, stage=stage, stack="s", inputs=inputs).scope
        for stage in (config.stages[0], config.stages[-1])
    )

    assert dev.file("definition") == b"{}"
    assert prod.file("definition") == b"shared"
    assert dev.files == prod.files == config.files


@pytest.mark.parametrize(
    ("fields", "changed", "touched"),
    [
        ({"definition": "train.json"}, "churn/train.json", {CONFIG}),
        ({"definition": "train.json"}, "churn/other.json", set()),
        ({"definition": "gone.json"}, "churn/gone.json", {CONFIG}),
        ({"definition": "../shared/train.json"}, "shared", {CONFIG}),
        ({"definition": "../shared/train.json"}, "shared/other.json", set()),
        ({"folder": "code"}, "churn/code/more/gone.py", {CONFIG}),
        ({"folder": "code"}, "churn/code2/more/gone.py", set()),
    ],
)
def test_a_change_of_what_is_named_is_a_change_of_the_config(
    fields: dict[str, Any], changed: str, touched: set[str]
) -> None:
    """Of a file, of anything in a folder, of the folder around it, and of one that was deleted."""
    found, part = validate_changed(MemoryFiles(files(**fields)), OURS, (changed,))

    assert part.configs == set(found.checked) == touched


def test_what_is_wrong_with_a_config_includes_what_it_names() -> None:
    """`validate churn` tells of a file elsewhere that a config in it names."""
    found = validated(files(definition="../shared/train.json"))

    assert narrowed(found, ("churn",)).named == {CONFIG: ("shared/train.json",)}
    assert narrowed(found, ("other",)).named == {}


def test_names_are_no_patterns() -> None:
    """Git is asked for the very file, and for what is in the very folder."""
    assert list(globs_of(["a*b/[c].json"])) == ["a\\*b/\\[c].json", "a\\*b/\\[c].json/**"]


class Asked(MemoryCommits):
    """A history that remembers which files it was asked about."""

    def __init__(self) -> None:
        super().__init__(COMMIT)
        self.heads: set[str] = set()
        self.authors: set[str] = set()

    def head(self, patterns: Sequence[str]) -> Commit | None:
        """Remember what counts for being clean."""
        self.heads |= {*patterns}
        return super().head(patterns)

    def author_of(self, patterns: Sequence[str]) -> str:
        """Remember whose author counts."""
        self.authors |= {*patterns}
        return super().author_of(patterns)


def test_whoever_changes_a_definition_is_its_author() -> None:
    """Who wrote the named file counts for four eyes, and an uncommitted one makes a plan dirty."""
    config = {
        "pipeline_type": "step_functions",
        "model_name": "churn",
        "definition": "../shared/machine.json",
    }
    machine = b'{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
    asked = Asked()
    made = Trial({**repository(config), "shared/machine.json": machine}, commits=asked)
    prepare(made)

    apply(made.world(), lambda *_: None)

    assert "shared/machine.json" in asked.heads & asked.authors
