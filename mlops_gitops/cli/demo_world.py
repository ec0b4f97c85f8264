"""What the demo does to its repository and its bucket, and how it looks at what serves."""

import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from mlops_gitops import app
from mlops_gitops.cli.demo_steps import AS_PRINTED, Edit
from mlops_gitops.errors import MlopsError
from mlops_gitops.status.report import Health, WorkloadStatus
from mlops_gitops.use_cases.approve import pending_approvals
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.status import status

_TEMPLATE = Path(__file__).parent / "demo_repository"
_WORKLOADS = 2
_DIGEST = re.compile(r"DIGEST-OF-(\w+)")
_ENOUGH = len("mg1-") + 12
_FOREIGN = ("AWS_", "GIT_", "MLOPS_GITOPS_")
_GIT_SETTINGS = {
    "user.name": "Demo",
    "user.email": "demo@example.com",
    "commit.gpgsign": "false",
    "core.hooksPath": os.devnull,
    "core.autocrlf": "false",
}


def isolate(state_home: Path) -> None:
    """Take out of this process whatever its user has set for AWS, git and this program."""
    for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
        del os.environ[name]
    os.environ.update(
        {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "XDG_STATE_HOME": str(state_home),
        }
    )


def make_repository(folder: Path) -> None:
    """Make a git repository with settings and two configs, nothing committed yet."""
    shutil.copytree(_TEMPLATE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    _git("init", "--quiet", "--template=", str(folder))
    _git("-C", str(folder), "symbolic-ref", "HEAD", "refs/heads/main")
    for key, value in _GIT_SETTINGS.items():
        _git("-C", str(folder), "config", key, value)
    edit(AS_PRINTED, folder)


def edit(wanted: Edit, root: Path) -> None:
    """Replace a text in a file of the repository, as somebody does in an editor."""
    file = root / wanted.path
    text = file.read_text("utf-8")
    if wanted.old not in text:
        message = f"{wanted.path} of the demo does not hold {wanted.old}."
        raise MlopsError(message, hint="Start a new demo.")
    file.write_text(text.replace(wanted.old, wanted.new), "utf-8")


def upload(key: str, root: Path) -> str:
    """Put a small artifact into the assets bucket; give its address."""
    world = app.world_on_aws(root)
    content = _artifact(key)
    world.assets.write(key, content, hashlib.sha256(content).hexdigest())
    return f"s3://{world.settings.assets_bucket}/{key}"


def look_at_endpoints(root: Path) -> tuple[WorkloadStatus, ...]:
    """Ask SageMaker for every endpoint.

    Raises:
        MlopsError: one of them is not InService.
    """
    found = status(app.world_on_aws(root))
    lost = [
        f"{each.workload} in {stage.stage} is {stage.endpoint_status or 'missing'}"
        for each in found
        for stage in each.stages
        if stage.health is not Health.HEALTHY
    ]
    if lost or len(found) != _WORKLOADS:
        message = f"Not every endpoint is InService: {', '.join(lost) or 'a workload is missing'}."
        hint = "Run `mlops-gitops demo --keep` and look with `mlops-gitops status`."
        raise MlopsError(message, hint=hint)
    return found


def _artifact(key: str) -> bytes:
    """Pack what has the form of a model artifact; the embedded AWS loads no model."""
    content = f"stands for the model in {key}\n".encode()
    member = tarfile.TarInfo("model")
    member.size = len(content)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True)  # noqa: S603, S607 - the git of this machine


def with_digests(line: str, root: Path) -> str:
    """Put in the digests that wait for approval, as whoever looked at them types them."""
    return _DIGEST.sub(lambda found: _waiting_digest(root, found[1]), line)


def _waiting_digest(root: Path, model: str) -> str:
    world = app.world_on_aws(root)
    pending = pending_approvals(world, find_workload(world, model))
    if not pending:
        message = f"The demo found no approval of {model} that waits."
        raise MlopsError(message, hint="Run `mlops-gitops demo --keep` to look into it.")
    return pending[0].digest[:_ENOUGH]
