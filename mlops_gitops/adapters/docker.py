"""Docker by its command: whether there is a client, a daemon and Compose."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from mlops_gitops.errors import MissingExtra

_SECONDS = 20
_NAMES = (
    "DOCKER_API_VERSION",
    "DOCKER_CERT_PATH",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "DOCKER_HOST",
    "DOCKER_TLS_VERIFY",
)
"""Source: "Environment variables", reference of the docker CLI."""
_OR = "or run it without containers: `mlops-gitops pipeline start CONFIG --local`."


class DockerCommand:
    """The command `docker` of this machine."""

    def check(self) -> None:
        """See that containers can be started, as local mode of the SageMaker SDK starts them.

        Raises:
            MissingExtra: there is no client, no daemon answers, or there is no Compose.
        """
        docker = shutil.which("docker")
        if docker is None:
            hint = f"Install Docker, {_OR}"
            raise MissingExtra("--docker needs Docker, and there is no command docker.", hint=hint)
        said = _says(docker, "version", "--format", "{{.Server.Version}}")
        if said is not None:
            hint = f"Start it (`docker info` says whether it runs), {_OR}"
            message = f"--docker needs the Docker daemon, and it does not answer: {said}"
            raise MissingExtra(message, hint=hint)
        if _says(docker, "compose", "version") and shutil.which("docker-compose") is None:
            hint = f"Install the plugin docker-compose (`docker compose version` shows it), {_OR}"
            raise MissingExtra("--docker needs Docker Compose, and there is none.", hint=hint)


def _says(docker: str, *words: str) -> str | None:
    """Run docker; give the last line of what it complains about, None if it does not."""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own docker
            [docker, *words],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{type(error).__name__}."
    if done.returncode == 0:
        return None
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"it ended with {done.returncode}."


def docker_environment() -> Mapping[str, str]:
    """Give the variables that Docker needs where everything else of the user's is left out.

    Its settings are looked for in the home folder, which a script does not have.
    """
    given = {name: os.environ[name] for name in _NAMES if name in os.environ}
    settings = Path.home() / ".docker"
    return {"DOCKER_CONFIG": str(settings), **given} if settings.is_dir() else given


def docker_folder() -> str:
    """Give the folder of the command, "" where there is none."""
    found = shutil.which("docker")
    return str(Path(found).parent) if found else ""
