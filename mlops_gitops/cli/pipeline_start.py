"""`mlops-gitops pipeline start`."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.interruptions import Interruptions
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_compiled import compiled
from mlops_gitops.cli.pipeline_deployed import follow, show, start_deployed, token
from mlops_gitops.cli.pipeline_run import show_run
from mlops_gitops.cli.pipeline_values import pairs
from mlops_gitops.cli.world import open_world
from mlops_gitops.errors import UsageError
from mlops_gitops.executor.api import Isolation, Notice, RunRequest, Status, run
from mlops_gitops.runs.pipeline_execution import PipelineStart
from mlops_gitops.use_cases.sagemaker_pipelines import find_place
from mlops_gitops.views.local_run_text import notice_text

_RUNS = Path(".mlops-gitops", "pipelines")
_FAILED = 1
_PARALLELISM = 2
_SUCCEEDED = "Succeeded"


@click.command("start")
@click.argument("target", metavar="WORKLOAD|CONFIG")
@click.option(
    "--local",
    is_flag=True,
    help="Run it on this machine: your Python, without Docker and without AWS.",
)
@click.option(
    "--docker",
    is_flag=True,
    help="Run a config's script in containers, by local mode of the SageMaker SDK.",
)
@click.option("--stage", default=None, help="Which stage; on this machine by default the first.")
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
@click.option("--select", "--step", "steps", multiple=True, metavar="STEP", help="Only this step.")
@click.option(
    "--source",
    default="",
    metavar="EXECUTION",
    help="Execution on AWS from which the steps that are left out are taken.",
)
@click.option(
    "--previous",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Run folder from which the steps that are left out are taken.",
)
@click.option(
    "--parallelism",
    type=click.IntRange(1),
    default=None,
    help="Steps at a time; by default what the pipeline says, with --local 2.",
)
@click.option("--wait", is_flag=True, help="Follow it to its end; exit with 1 if it fails.")
@options.yes
@click.option("--cache/--no-cache", default=True, help="Use results of earlier runs, or none.")
@click.option(
    "--python",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Interpreter for the scripts, by default the one that runs this; with --docker the "
    "same as --sdk-python.",
)
@click.option(
    "--sdk-python",
    metavar="PATH",
    default="",
    envvar="MLOPS_GITOPS_PYTHON",
    help="Python that has the SageMaker SDK, for configs with a script.",
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
def command(**given: Any) -> None:
    """Run a pipeline.

    WORKLOAD is the model's name of a pipeline that is deployed. The jobs that it will start are
    shown first, with their instances and the account's quotas, and then a yes is asked for.

    With --local the pipeline of CONFIG runs on this machine. Its steps run as they would on
    SageMaker: in their order, with their data and their /opt/ml, with conditions, retries and
    cache. What exists on AWS only is stood in for, and the result says of each step which it was.
    Everything is in one folder: logs, objects, the registry.

    With --docker the pipeline that the script of CONFIG makes runs in containers, as far as local
    mode of the SageMaker SDK knows its steps; `pipeline result` is not supported then.

    \u0008
    Example:
      mlops-gitops pipeline start abalone --stage dev --parameter limit=6 --wait
      mlops-gitops pipeline start abalone/mlops-config.json --local --parameter limit=6
      mlops-gitops pipeline start abalone/mlops-config.json --docker
    """
    asked = _Asked(**given)
    if asked.docker:
        _in_docker(asked)
    elif asked.local:
        _here(asked)
    else:
        _on_aws(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the words of the command say; one for each option."""

    target: str
    stage: str | None
    parameters: tuple[str, ...]
    data: tuple[str, ...]
    steps: tuple[str, ...]
    source: str
    previous: Path | None
    parallelism: int | None
    python: Path | None
    sdk_python: str
    isolation: str | None
    runs: Path | None
    root: Path
    output: str
    local: bool
    docker: bool
    cache: bool
    wait: bool
    yes: bool


def _here(asked: _Asked) -> None:
    pipeline = compiled(asked.root, _config(asked.target), asked.stage, asked.sdk_python)
    folder = asked.runs or asked.root / _RUNS
    laid = app.lay_out(pipeline, folder)
    request = RunRequest(
        definition=pipeline.definition,
        pipeline=pipeline.name,
        parent=folder,
        parameters=pairs("--parameter", asked.parameters),
        parallelism=asked.parallelism or _PARALLELISM,
        sources={**laid.sources, **_places(asked)},
        selected=asked.steps or None,
        previous=asked.previous,
        cache=folder / "cache" if asked.cache else None,
        functions=laid.functions,
        python=(asked.python or Path(sys.executable)).absolute(),
        isolation=Isolation(asked.isolation) if asked.isolation else None,
        region=pipeline.region,
        account=pipeline.account,
    )
    with Interruptions().caught():
        result = run(request, _tell)
    show_run(result.folder, asked.output)
    if result.status is not Status.SUCCEEDED:
        raise SystemExit(_FAILED)


def _in_docker(asked: _Asked) -> None:
    from mlops_gitops.cli.pipeline_containers import refuse_options, start_in_docker
    from mlops_gitops.use_cases.pipeline_docker import DockerStart

    refuse_options(
        {
            "--local": asked.local,
            "--select": bool(asked.steps),
            "--source": bool(asked.source),
            "--previous": asked.previous is not None,
            "--parallelism": asked.parallelism is not None,
            "--no-cache": not asked.cache,
            "--isolation": asked.isolation is not None,
            "--wait": asked.wait,
            "--yes": asked.yes,
        }
    )
    request = DockerStart(
        path=app.path_in_repository(asked.root, _config(asked.target)),
        stage=asked.stage,
        python=str(asked.python.absolute()) if asked.python else asked.sdk_python,
        parent=asked.runs or asked.root / _RUNS,
        parameters=pairs("--parameter", asked.parameters),
        data=_places(asked),
    )
    ended = start_in_docker(asked.root, request)
    show_run(ended.folder, asked.output)
    if not ended.succeeded:
        raise SystemExit(_FAILED)


def _places(asked: _Asked) -> dict[str, Path]:
    return {uri: Path(place) for uri, place in pairs("--data", asked.data).items()}


def _on_aws(asked: _Asked) -> None:
    request = PipelineStart(
        token=token(),
        parameters=pairs("--parameter", asked.parameters),
        selected=asked.steps,
        source=asked.source,
        parallelism=asked.parallelism,
    )
    world = open_world(asked.root)
    place = find_place(world, asked.target, asked.stage)
    execution = start_deployed(world, place, request, yes=asked.yes)
    if asked.wait:
        execution = follow(world, place, execution.arn)
    show(world, place, execution.arn, asked.output)
    if asked.wait and execution.status != _SUCCEEDED:
        raise SystemExit(_FAILED)


def _config(target: str) -> Path:
    path = Path(target)
    if not path.is_file():
        raise UsageError(f"There is no file {target}.", hint="On this machine, name a config.")
    return path


def _tell(notice: Notice) -> None:
    echo(notice_text(notice.step, notice.status.value, notice.text), err=True)
