"""Write schemas/output: what the JSON that commands write looks like, as JSON Schemas.

The records behind it are the source: their fields, types and docstrings. Run it with `make docs`
after one of them has changed; a test holds the files to what it writes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from inspect import cleandoc
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from mlops_gitops.desired.bootstrap.printed import Printed
from mlops_gitops.desired.stack import StackId
from mlops_gitops.desired.type_facts import TypeFacts
from mlops_gitops.diff.adoption import Adoption, LeftBehind, OldPipeline
from mlops_gitops.diff.bootstrap import BootstrapPlan, PartChange
from mlops_gitops.diff.plan import Action, Orphan, Plan, StackChange
from mlops_gitops.pipeline.holds import Refused, Suspension
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.pipeline_execution import PipelineExecution, PipelineStep
from mlops_gitops.status.diagnosis import Diagnosis
from mlops_gitops.status.drift import Drift, NotCompared
from mlops_gitops.status.finding import Line
from mlops_gitops.status.history import Deployment
from mlops_gitops.status.model_card import CardSummary, ModelCard
from mlops_gitops.status.report import WorkloadStatus
from mlops_gitops.status.rolled_back import RolledBack
from mlops_gitops.use_cases.model_cards import Exported
from mlops_gitops.use_cases.pipeline_types import Listed
from mlops_gitops.use_cases.repair import Examined, Mended
from mlops_gitops.views.bootstrap_json import OF_WORKLOADS
from mlops_gitops.views.problems_json import SCHEMA_VERSION as PROBLEMS_VERSION
from mlops_gitops.views.values_json import SCHEMA_VERSION

OUTPUT = Path(__file__).parents[1] / "schemas" / "output"
NEW_KEYS = (
    "Keys may be added; `schema_version` is raised when a key changes its meaning or goes. "
    "Exit code 3 comes with problems instead."
)
TEXTS: Mapping[str, Any] = {"type": "string"}
POSITIVE: Mapping[str, Any] = {"type": "integer", "minimum": 1}
PLAIN: Mapping[Any, Mapping[str, Any]] = {
    str: TEXTS,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}

Schema = dict[str, Any]

COUNTED: Mapping[type, Schema] = {
    StackChange: {
        "hidden": {
            "description": "How many changes have no effect and are hidden from people.",
            "type": "integer",
            "minimum": 0,
        }
    },
    Drift: {
        "id": {"description": "The same as long as it is the same drift.", "type": "string"},
    },
    Plan: {"is_empty": {"description": "Whether nothing would change.", "type": "boolean"}},
}
"""What views work out and write beside the fields of a record."""


class Writer:
    """Makes the schema of one output; every record becomes one of its `$defs`."""

    def __init__(self) -> None:
        self._defs: dict[str, Schema] = {}

    def document(self, title: str, said: str, version: int, properties: Schema) -> Schema:
        """Make the whole: an object with these properties and the version of the schema."""
        told = {"schema_version": {"const": version}, **properties}
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            "description": said,
            "type": "object",
            "required": list(told),
            "properties": told,
            "$defs": dict(sorted(self._defs.items())),
        }

    def record(self, kind: type) -> Schema:
        """Make the properties of a record, each with its description where it has one."""
        hints, said = get_type_hints(kind), descriptions(kind)
        written = {
            each.name: {**said.get(each.name, {}), **self.value(hints[each.name])}
            for each in fields(kind)
        }
        return {**written, **COUNTED.get(kind, {})}

    def value(self, kind: Any) -> Schema:
        """Make the schema of a type as `values_json` writes it."""
        if kind in PLAIN:
            return dict(PLAIN[kind])
        origin, arguments = get_origin(kind), get_args(kind)
        if NoneType in arguments:
            (inner,) = (each for each in arguments if each is not NoneType)
            return {"anyOf": [self.value(inner), {"type": "null"}]}
        if origin is tuple:
            return {"type": "array", "items": self.value(arguments[0])}
        if origin is Mapping:
            return {"type": "object", "additionalProperties": self.value(arguments[1])}
        return self._named(kind)

    def _named(self, kind: Any) -> Schema:
        name = kind.__name__
        if name not in self._defs:
            self._defs[name] = {}
            self._defs[name] = {"description": first_sentence(kind), **self._definition(kind)}
        return {"$ref": f"#/$defs/{name}"}

    def _definition(self, kind: Any) -> Schema:
        # An action is said as a word; its value is a sign for people.
        if kind is Action:
            return {"enum": [each.name.lower() for each in Action]}
        if issubclass(kind, Enum):
            return {"enum": [each.value for each in kind]}
        if not is_dataclass(kind):
            raise TypeError(f"{kind} is no record, and nobody says how it is written.")
        properties = self.record(kind)
        return {"type": "object", "required": list(properties), "properties": properties}


def first_sentence(kind: type) -> str:
    """Give the first line of a docstring."""
    return cleandoc(kind.__doc__ or "").partition("\n")[0]


def descriptions(kind: type) -> dict[str, Schema]:
    """Read what a docstring says of attributes."""
    _, _, told = cleandoc(kind.__doc__ or "").partition("Attributes:\n")
    found = re.findall(r"^    (\w+): (.+(?:\n        .+)*)", told, re.MULTILINE)
    return {name: {"description": sentence(" ".join(text.split()))} for name, text in found}


def sentence(text: str) -> str:
    """Begin with a capital letter, as a sentence does that stands alone."""
    return text[0].upper() + text[1:]


def problems() -> Schema:
    """Say what `validate --output json` writes."""
    problem = {
        "code": {
            "description": "Stable; `mlops-gitops explain CODE` tells more.",
            "type": "string",
            "pattern": "^MG[0-9]{3}$",
        },
        "severity": {
            "description": "An error stops everything, a warning is only said.",
            "enum": ["error", "warning"],
        },
        "path": {
            "description": "Relative to the repository's root, with forward slashes.",
            **TEXTS,
        },
        "line": {"description": "1 for the first line.", **POSITIVE},
        "column": {"description": "1 for the first character of the line.", **POSITIVE},
        "pointer": {
            "description": "JSON pointer (RFC 6901) into the file; empty for the whole file.",
            **TEXTS,
        },
        "message": {"description": "What is wrong.", **TEXTS},
        "hint": {"description": "How to mend it.", **TEXTS},
    }
    items = {"type": "object", "required": list(problem), "properties": problem}
    said = (
        "What `mlops-gitops validate --output json` writes, and every other command that takes "
        "--output json where what is committed is invalid (exit code 3). Keys may be added; "
        "`schema_version` is raised when a key changes its meaning or goes."
    )
    listed = {"description": "In the order of their places.", "type": "array", "items": items}
    return Writer().document("Problems", said, PROBLEMS_VERSION, {"problems": listed})


def plan() -> Schema:
    """Say what `plan` and `diff` write with `--output json`, and what is saved of a plan."""
    writer = Writer()
    properties = writer.record(Plan)
    said = (
        "What `mlops-gitops plan --output json` writes, `diff` as well, and what `plan --out` and "
        f"`ci` save. {NEW_KEYS}"
    )
    return writer.document("Plan", said, SCHEMA_VERSION, properties)


def status() -> Schema:
    """Say what `status --output json` writes."""
    writer = Writer()
    properties = {
        "workloads": writer.value(tuple[WorkloadStatus, ...]),
        "orphans": {
            "description": "Stacks that no config declares; not where workloads are named.",
            **writer.value(tuple[Orphan, ...]),
        },
    }
    said = f"What `mlops-gitops status --output json` writes. {NEW_KEYS}"
    return writer.document("Status", said, SCHEMA_VERSION, properties)


def drift() -> Schema:
    """Say what `drift --output json` writes."""
    writer = Writer()
    properties = {
        "drifts": writer.value(tuple[Drift, ...]),
        "not_compared": writer.value(tuple[NotCompared, ...]),
        "compared": {
            "description": "How many stacks and resources were compared.",
            "type": "integer",
            "minimum": 0,
        },
    }
    said = f"What `mlops-gitops drift --output json` writes. {NEW_KEYS}"
    return writer.document("Drift", said, SCHEMA_VERSION, properties)


def history() -> Schema:
    """Say what `history --output json` writes."""
    writer = Writer()
    named = {"description": "As it was asked for.", **TEXTS}
    newest_first = {"description": "The newest first.", **writer.value(tuple[Deployment, ...])}
    plans = {
        "description": "Asked for by --details or an execution: its id -> what "
        "`mlops-gitops schema --output-of plan` says, as it was when it was started.",
        "type": "object",
        "additionalProperties": {"type": "object"},
    }
    without = {
        "description": "Asked for, but there is none to show: id of the execution -> why.",
        **writer.value(Mapping[str, str]),
    }
    properties = {
        "workload": named,
        "deployments": newest_first,
        "plans": plans,
        "without_plan": without,
    }
    said = f"What `mlops-gitops history --output json` writes. {NEW_KEYS}"
    return writer.document("History", said, SCHEMA_VERSION, properties)


FAILURE: Mapping[str, Any] = {
    "type": "object",
    "required": ["message", "hint"],
    "properties": {
        "message": {"description": "What happened.", **TEXTS},
        "hint": {"description": "The next thing to do.", **TEXTS},
    },
}


def rollback() -> Schema:
    """Say what `rollback --output json` writes."""
    writer, told = Writer(), descriptions(RolledBack)
    hints = get_type_hints(RolledBack)
    properties = {
        each.name: {
            **told[each.name],
            **(
                {"anyOf": [FAILURE, {"type": "null"}]}
                if each.name == "failure"
                else writer.value(hints[each.name])
            ),
        }
        for each in fields(RolledBack)
    }
    said = f"What `mlops-gitops rollback --output json` writes. {NEW_KEYS}"
    return writer.document("Rollback", said, SCHEMA_VERSION, properties)


def apply() -> Schema:
    """Say what `apply --output json` writes."""
    writer = Writer()
    told = descriptions(Applied)
    workload = {
        "workload": {**told["workload"], **TEXTS},
        "outcome": writer.value(Outcome),
        "digest": {"description": "Of its bundle.", **TEXTS},
        "execution_id": {**told["execution_id"], **TEXTS},
        "failure": {**told["failure"], "anyOf": [FAILURE, {"type": "null"}]},
        "held": {**told["held"], "anyOf": [FAILURE, {"type": "null"}]},
    }
    items = {"type": "object", "required": list(workload), "properties": workload}
    ended = {
        "description": "With --wait: how each workload ended that an execution carries.",
        **writer.value(tuple[WorkloadStatus, ...]),
    }
    properties = {"workloads": {"type": "array", "items": items}, "statuses": ended}
    said = f"What `mlops-gitops apply --output json` writes. {NEW_KEYS}"
    document = writer.document("Apply", said, SCHEMA_VERSION, properties)
    return {**document, "required": ["schema_version", "workloads"]}


def bootstrap() -> Schema:
    """Say what `bootstrap --output json` writes."""
    writer = Writer()
    change = {
        name: told for name, told in writer.record(StackChange).items() if name not in OF_WORKLOADS
    }
    # Told flat, so what these two records would define beside it is not.
    own = Writer().record(PartChange)
    part = {"part": own.pop("part"), **change, **own}
    del part["change"]
    plan = {
        **Writer().record(BootstrapPlan),
        "is_empty": {"description": "Whether nothing would change.", "type": "boolean"},
        "parts": listed(part),
    }
    properties = {
        "plans": {
            "description": "A second one is for parts that needed outputs of the first.",
            **listed(plan),
        },
        "executed": {"description": "Whether it was done, and not only shown.", **PLAIN[bool]},
        "outputs": {
            "description": "Of all stacks of the account.",
            **writer.value(Mapping[str, str]),
        },
        "printed": {
            "description": "With --print, and then nothing else.",
            **writer.value(tuple[Printed, ...]),
        },
    }
    said = f"What `mlops-gitops bootstrap --output json` writes. {NEW_KEYS}"
    document = writer.document("Bootstrap", said, SCHEMA_VERSION, properties)
    return {**document, "required": ["schema_version"]}


def listed(properties: Schema) -> Schema:
    """Say that there is a list of objects, each with all of these."""
    items = {"type": "object", "required": list(properties), "properties": properties}
    return {"type": "array", "items": items}


def render() -> Schema:
    """Say what `render --output json` writes."""
    value = {
        "value": TEXTS,
        "from": {"description": "Where the value came from, in words.", **TEXTS},
    }
    parameter = {"type": "object", "required": list(value), "properties": value}
    place = {"name": TEXTS, "account": TEXTS, "region": TEXTS}
    writer = Writer()
    properties = {
        "stack": {"type": "object", "required": list(place), "properties": place},
        "digest": {"description": "Of what is shown; `plan` has the one that counts.", **TEXTS},
        "capabilities": writer.value(tuple[str, ...]),
        "tags": writer.value(Mapping[str, str]),
        "parameters": {"type": "object", "additionalProperties": parameter},
        "template": {"description": "A CloudFormation template.", "type": "object"},
    }
    said = f"What `mlops-gitops render --output json` writes. {NEW_KEYS}"
    return writer.document("Render", said, SCHEMA_VERSION, properties)


def named(command: str, **written: Any) -> Schema:
    """Say what a command writes that names a few records."""
    writer = Writer()
    properties = {name: writer.value(kind) for name, kind in written.items()}
    said = f"What `mlops-gitops {command} --output json` writes. {NEW_KEYS}"
    title = command.replace("-", " ").capitalize()
    return writer.document(title, said, SCHEMA_VERSION, properties)


def retire() -> Schema:
    """Say what `retire --output json` writes."""
    writer = Writer()
    properties = {
        "workload": {"description": "Its full name; with --write its model's.", **TEXTS},
        "written": {
            "description": "With --write: the config that is a tombstone now; else empty.",
            **TEXTS,
        },
        "changes": {
            "description": "What is deleted, in the order of promotion.",
            **writer.value(tuple[StackChange, ...]),
        },
        "strange": {
            "description": "Stacks of stages that the settings do not have; left as they are.",
            **writer.value(tuple[StackId, ...]),
        },
        "outcome": {"description": "What `apply` would call it; empty with --write.", **TEXTS},
        "digest": {"description": "Of the bundle.", **TEXTS},
        "execution_id": {
            "description": "The execution that carries it; empty if none does.",
            **TEXTS,
        },
    }
    said = f"What `mlops-gitops retire --output json` writes. {NEW_KEYS}"
    return writer.document("Retire", said, SCHEMA_VERSION, properties)


def pipeline_run() -> Schema:
    """Say what `pipeline start` writes of a run on this machine, and `pipeline steps --run`."""
    properties = {
        "folder": {"description": "The run folder.", **TEXTS},
        "execution": {"description": "What `run.json` of the folder says.", "type": "object"},
        "steps": {
            "description": "Steps as ListPipelineExecutionSteps gives them; `Local` says what of "
            "each was really done.",
            "type": "array",
            "items": {"type": "object", "required": ["StepName", "Local"]},
        },
    }
    said = (
        f"What `pipeline start` with `--local` or `--docker`, and `pipeline steps --run` write. "
        f"{NEW_KEYS}"
    )
    return Writer().document("Run of a pipeline on this machine", said, SCHEMA_VERSION, properties)


def pipeline_steps() -> Schema:
    """Say what `pipeline steps --output json` and `pipeline start --output json` write."""
    writer = Writer()
    properties = {
        "pipeline": {"description": "Name of the pipeline.", **TEXTS},
        "stage": {"description": "Name of the stage.", **TEXTS},
        "execution": writer.value(PipelineExecution),
        "steps": {
            "description": "Those that have started, in the order in which they did.",
            **writer.value(tuple[PipelineStep, ...]),
        },
    }
    said = f"What `mlops-gitops pipeline steps --output json` writes of AWS. {NEW_KEYS}"
    return writer.document("Pipeline", said, SCHEMA_VERSION, properties)


def files() -> dict[str, str]:
    """Make every file: name -> text."""
    made = {
        "adopt": named(
            "adopt",
            executed=bool,
            pipelines=tuple[OldPipeline, ...],
            stacks=tuple[Adoption, ...],
            left=tuple[LeftBehind, ...],
            after=Plan,
        ),
        "apply": apply(),
        "bootstrap": bootstrap(),
        "blueprint-list": named("blueprint list", pipeline_types=tuple[Listed, ...]),
        "blueprint-show": named("blueprint show", pipeline_type=TypeFacts),
        "doctor": named("doctor", checks=tuple[Line, ...]),
        "drift": drift(),
        "history": history(),
        "model-card-describe": named("model-card describe", model_card=ModelCard),
        "model-card-export": named("model-card export", export=Exported),
        "model-card-list": named(
            "model-card list", account=str, model_cards=tuple[CardSummary, ...]
        ),
        "plan": plan(),
        "problems": problems(),
        "render": render(),
        "repair": named("repair", examined=Examined, mended=tuple[Mended, ...]),
        "pipeline-run": pipeline_run(),
        "pipeline-steps": pipeline_steps(),
        "rollback": rollback(),
        "retire": retire(),
        "status": status(),
        "suspend": named("suspend", suspended=tuple[Suspension, ...], refused=tuple[Refused, ...]),
        "why": named("why", diagnosis=Diagnosis),
    }
    return {f"{name}.json": json.dumps(schema, indent=2) + "\n" for name, schema in made.items()}


def main() -> None:
    """Write the files."""
    OUTPUT.mkdir(exist_ok=True)
    for name, text in files().items():
        (OUTPUT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
