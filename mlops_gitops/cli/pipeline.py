"""`mlops-gitops pipeline`; each verb is a module of its own, `pipeline_<verb>.py`."""

from collections.abc import Mapping

import click

from mlops_gitops.cli.lazy import LazyGroup

VERBS: Mapping[str, str] = {
    "compile": "Print the definition that a config compiles to.",
    "graph": "Print what waits for what, as Mermaid.",
    "start": "Run a pipeline.",
    "stop": "Stop a run.",
    "steps": "Show the steps of a run.",
    "result": "Print what a function step gave back, as JSON.",
    "answer": "Answer a callback step.",
    "logs": "Print what a step's program wrote.",
    "resolve": "Look up foundation models for the lock file.",
    "import": "Write a config from an exported template or definition.",
}
"""Name and one line of help; the module is imported only when it runs."""


@click.group("pipeline", cls=LazyGroup, table=VERBS, module="mlops_gitops.cli.pipeline_{}")
def command() -> None:
    """Run SageMaker pipelines, and import them and Step Functions workflows.

    \u0008
    Example:
      mlops-gitops pipeline start abalone/mlops-config.json --local
      mlops-gitops pipeline import exported.yaml
    """
