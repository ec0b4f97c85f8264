"""MG143: The name of a job is cut, because each run adds characters to it.

SageMaker wants a new name for every job, so a run adds a hyphen and 8 characters to `job_name`.
What is left is 54 characters for training jobs and 23 for tuning and Autopilot jobs; the rest is
cut off. MLOps Workload Orchestrator used the name as it is, which worked once.

Wrong:
    {"pipeline_type": "model_tuner_builtin", "job_name": "customer-churn-model-tuning"}

Right:
    {"pipeline_type": "model_tuner_builtin", "job_name": "customer-churn"}
"""

from collections.abc import Iterator

from mlops_gitops.config.document import Json
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema, resolve
from mlops_gitops.problems import Problem, Severity

_LONGEST = "x-longest-base"


def check(draft: Draft) -> Iterator[Problem]:
    """Warn of names that will be cut."""
    schema = draft.type.schema
    for field, value in draft.fields.items():
        for path, text, longest in _bases(schema, schema["properties"][field], value, (field,)):
            if len(text) > longest:
                cut = text[:longest].rstrip("-")
                message = f"{quoted(text)} is cut to {quoted(cut)}: each run adds 9 characters."
                hint = f"Use up to {longest} characters."
                yield draft.at(Said("MG143", message, hint, Severity.WARNING), *path)


def _bases(
    schema: Schema, node: Schema, value: Json, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Find the texts that names of jobs begin with, with their paths and limits."""
    about = resolve(schema, node)
    if isinstance(value, str) and _LONGEST in about:
        yield path, value, about[_LONGEST]
    elif isinstance(value, dict):
        known = about.get("properties", {})
        for name in value.keys() & known.keys():
            yield from _bases(schema, known[name], value[name], (*path, name))
