"""`mlops-gitops pipeline start`."""

import sys
from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.interruptions import Interruptions
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_run import show_run
from mlops_gitops.errors import UsageError
from mlops_gitops.executor.api import Isolation, Notice, RunRequest, Status, run
from mlops_gitops.runs.local_pipeline import LocalPipeline, local_pipeline
from mlops_gitops.use_cases.render import render
from mlops_gitops.views.local_run_text import notice_text

_RUNS = Path(".mlops-gitops", "pipelines")
_FAILED = 1


@click.command("start")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--local",
    "_local",
    is_flag=True,
    required=True,
    help="Run it on this machine: your Python, without Docker and without AWS.",
)
@click.option("--stage", default=None, help="Which stage's values; by default the first.")
@click.option(
    "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="Value of a parameter."
)
@click.option(
    "--data",
    "data",
    multiple=True,
    metavar="S3-URI=PATH",
    help="Folder or file of this machine that stands for a place on S3; it is only read.",
)
@click.option("--step", "steps", multiple=True, metavar="NAME", help="Only this step.")
@click.option(
    "--previous",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Run folder from which the steps that are left out are taken.",
)
@click.option(
    "--parallelism", type=click.IntRange(1), default=2, show_default=True, help="Steps at a time."
)
@click.option("--cache/--no-cache", default=True, help="Use results of earlier runs, or none.")
@click.option(
    "--python",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Interpreter for the scripts; by default the one that runs this.",
)
@click.option(
    "--isolation",
    type=click.Choice([each.value for each in Isolation]),
    default=None,
    help="How scripts find /opt/ml; by default the better one that the machine allows.",
)
@click.option(
    "--runs",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help=f"Where run folders are made; by default {_RUNS} in the repository.",
)
@options.root
@options.output("text", "json")
def command(  # noqa: PLR0913 - one for each option
    *,
    config: Path,
    stage: str | None,
    parameters: tuple[str, ...],
    data: tuple[str, ...],
    steps: tuple[str, ...],
    previous: Path | None,
    parallelism: int,
    python: Path | None,
    isolation: str | None,
    runs: Path | None,
    root: Path,
    output: str,
    _local: bool,
    cache: bool,
) -> None:
    """Run a pipeline.

    Its steps run as they would on SageMaker: in their order, with their data and their /opt/ml,
    with conditions, retries and cache. What exists on AWS only is stood in for, and the result
    says of each step which it was. Everything is in one folder: logs, objects, the registry.

    \u0008
    Example:
      mlops-gitops pipeline start abalone/mlops-config.json --local --parameter limit=6
    """
    pipeline = _pipeline(root, config, stage)
    folder = runs or root / _RUNS
    laid = app.lay_out(pipeline, folder)
    places = {uri: Path(place) for uri, place in pairs("--data", data).items()}
    request = RunRequest(
        definition=pipeline.definition,
        pipeline=pipeline.name,
        parent=folder,
        parameters=pairs("--parameter", parameters),
        parallelism=parallelism,
        sources={**laid.sources, **places},
        selected=steps or None,
        previous=previous,
        cache=folder / "cache" if cache else None,
        functions=laid.functions,
        python=(python or Path(sys.executable)).absolute(),
        isolation=Isolation(isolation) if isolation else None,
        region=pipeline.region,
        account=pipeline.account,
    )
    with Interruptions().caught():
        result = run(request, _tell)
    show_run(result.folder, output)
    if result.status is not Status.SUCCEEDED:
        raise SystemExit(_FAILED)


def _pipeline(root: Path, config: Path, stage: str | None) -> LocalPipeline:
    path = app.path_in_repository(root, config)
    repository = app.repository_on_disk(root)
    name = stage or repository.settings.stages[0].name
    data, blueprints = app.repository_data(root), app.repository_blueprints(root)
    stack = render(repository, data, blueprints, path, name)
    return local_pipeline(stack, repository.settings.assets_bucket)


def _tell(notice: Notice) -> None:
    echo(notice_text(notice.step, notice.status.value, notice.text), err=True)


def pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """Read options of the form NAME=VALUE; the last of a name counts.

    Raises:
        UsageError: one has no equals sign.
    """
    found = {}
    for each in given:
        name, sign, value = each.rpartition("=") if option == "--data" else each.partition("=")
        if not sign or not name:
            hint = f"Write {option} NAME=VALUE."
            raise UsageError(f"{option} {each} names nothing.", hint=hint)
        found[name] = value
    return found
