"""`mlops-gitops pipeline start --docker`."""

from pathlib import Path

from mlops_gitops import app, app_containers
from mlops_gitops.cli.interruptions import Interruptions
from mlops_gitops.cli.out import echo
from mlops_gitops.errors import UsageError
from mlops_gitops.runs.docker_run import DockerRun
from mlops_gitops.use_cases.pipeline_docker import DockerStart, run_in_docker

_NO_DATA = "Data on S3 is not reached: name what stands for it with --data S3-URI=PATH."
_NO_IMAGE = "Images are not pulled from ECR: pull them before, with `docker pull`."


def refuse_options(given: dict[str, bool]) -> None:
    """Refuse options that local mode of the SDK has no meaning for.

    Args:
        given: by the option, whether it was given.

    Raises:
        UsageError: one was given.
    """
    wrong = [option for option, is_given in given.items() if is_given]
    if wrong:
        hint = f"Leave {wrong[0]} out."
        if "--local" not in wrong:
            hint += " `--local` runs steps without containers, and knows it."
        raise UsageError(f"{wrong[0]} means nothing with --docker.", hint=hint)


def start_in_docker(root: Path, asked: DockerStart) -> DockerRun:
    """Run a pipeline to its end, and say what it asked AWS for."""
    docker, local_mode = app_containers.containers(root)
    repository = app.repository_on_disk(root)
    with Interruptions().caught():
        ended = run_in_docker(
            docker, local_mode, repository, asked, lambda line: echo(line, err=True)
        )
    for operation in ended.refused:
        echo(f"AWS was asked for {operation}, and there is none here. {_hint(operation)}", err=True)
    return ended


def _hint(operation: str) -> str:
    if operation.startswith("ecr:"):
        return _NO_IMAGE
    if operation.startswith("s3:Put"):
        return "What all jobs write together is held in memory."
    return _NO_DATA if operation.startswith("s3:") else "Local mode knows S3 alone."
