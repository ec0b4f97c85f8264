"""`mlops-gitops pipeline`; each verb is a module of its own, `pipeline_<verb>.py`."""

from collections.abc import Mapping

import click

from mlops_gitops.cli.lazy import LazyGroup

VERBS: Mapping[str, str] = {
    "import": "Write a config from an exported template or definition.",
}
"""Name and one line of help; the module is imported only when it runs."""


@click.group("pipeline", cls=LazyGroup, table=VERBS, module="mlops_gitops.cli.pipeline_{}")
def command() -> None:
    """Import SageMaker pipelines and Step Functions workflows.

    \u0008
    Example:
      mlops-gitops pipeline import exported.yaml
    """
