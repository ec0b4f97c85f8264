"""Write schemas/output: what the JSON that commands write looks like, as JSON Schemas.

The records behind it are the source: their fields, types and docstrings. Run it with `make docs`
after one of them has changed; a test holds the files to what it writes.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schema_writer import (
    FAILURE,
    PLAIN,
    POSITIVE,
    TEXTS,
    Schema,
    Writer,
    descriptions,
)

from mlops_gitops.desired.bootstrap.printed import Printed
from mlops_gitops.desired.stack import StackId
from mlops_gitops.desired.type_facts import TypeFacts
from mlops_gitops.diff.adoption import Adoption, LeftBehind, OldPipeline
from mlops_gitops.diff.bootstrap import BootstrapPlan, PartChange
from mlops_gitops.diff.plan import Orphan, Plan, StackChange
from mlops_gitops.pipeline.holds import Refused, Suspension
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.pipeline_execution import PipelineExecution, PipelineStep
from mlops_gitops.status.diagnosis import Diagnosis
from mlops_gitops.status.drift import Drift, NotCompared
from mlops_gitops.status.finding import Line
from mlops_gitops.status.history import Deployment
from mlops_gitops.status.model_card import CardSummary, ModelCard
from mlops_gitops.status.repaired import Examined, Mended
from mlops_gitops.status.report import WorkloadStatus
from mlops_gitops.status.rolled_back import RolledBack
from mlops_gitops.use_cases.model_cards import Exported
from mlops_gitops.use_cases.pipeline_types import Listed
from mlops_gitops.views.bootstrap_json import OF_WORKLOADS
from mlops_gitops.views.problems_json import SCHEMA_VERSION as PROBLEMS_VERSION
from mlops_gitops.views.values_json import SCHEMA_VERSION

OUTPUT = Path(__file__).parents[1] / "schemas" / "output"
NEW_KEYS = (
    "Keys may be added; `schema_version` is raised when a key changes its meaning or goes. "
    "Exit code 3 comes with problems instead."
)


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


def rollback() -> Schema:
    """Say what `rollback --output json` writes."""
    writer = Writer()
    said = f"What `mlops-gitops rollback --output json` writes. {NEW_KEYS}"
    return writer.document("Rollback", said, SCHEMA_VERSION, writer.record(RolledBack))


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
