"""What the documents tell people to type works, and shows what they say it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from embedded_aws import DEV, ORCHESTRATOR, PROD, STAGING, embedded_aws
from forked import called_by_name

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
UPLOAD = """\
#!{python}
import sys, boto3
_, s3, cp, source, target = sys.argv
assert (s3, cp) == ("s3", "cp")
bucket, _, key = target.removeprefix("s3://").partition("/")
boto3.client("s3").upload_file(source, bucket, key)
"""
PIP = """\
#!{python}
import sys, tomllib
_, install, what = sys.argv
folder, _, extra = what.removesuffix("]").partition("[")
assert install == "install"
project = tomllib.load(open(folder + "/pyproject.toml", "rb"))["project"]
assert extra in project["optional-dependencies"]
"""
PROFILE = """\
[{}]
aws_access_key_id = {}
aws_secret_access_key = emulated
"""
NAMED = (("orchestrator", ORCHESTRATOR), ("dev", DEV), ("staging", STAGING), ("prod", PROD))

pytestmark = pytest.mark.slow


def test_getting_started_gets_people_started(tmp_path: Path) -> None:
    """Every command of the page ends well, typed one after the other, and prints what is shown.

    Where the page says `aws s3 cp`, boto3 does the same: the tests have no `aws` command.
    """
    blocks = BLOCK.findall((ROOT / "docs" / "getting-started.md").read_text("utf-8"))
    script = "\n".join(text for kind, text in blocks if kind == "sh")
    shown = [line for kind, text in blocks if kind == "text" for line in text.splitlines()]
    state = tmp_path / "state"
    path = commands(tmp_path / "bin", aws=UPLOAD)

    with called_by_name(tmp_path / "bin"):
        try:
            done = type_in(script, tmp_path, {"PATH": path, "XDG_STATE_HOME": str(state)})
        finally:
            down = "mlops-gitops local down"
            type_in(down, tmp_path, {"PATH": path, "XDG_STATE_HOME": str(state)})

    assert done.returncode == 0, done.stdout
    assert shown
    assert not [line for line in shown if line not in done.stdout]


def test_installing_gets_accounts_prepared(tmp_path: Path) -> None:
    """Every command of the page ends well, from the checkout to four accounts that are ready.

    The checkout is this one, and `pip` only looks whether it could install what it is told; the
    accounts are the embedded AWS's, each with a profile of its own.
    """
    blocks = BLOCK.findall((ROOT / "docs" / "install.md").read_text("utf-8"))
    script = "\n".join(text for kind, text in blocks if kind == "sh")
    shown = [line for kind, text in blocks if kind == "text" for line in text.splitlines()]
    path = commands(tmp_path / "bin", aws=UPLOAD, pip=PIP)
    profiles = tmp_path / "credentials"
    profiles.write_text("\n".join(PROFILE.format(name, each) for name, each in NAMED), "utf-8")

    with embedded_aws() as running, called_by_name(tmp_path / "bin"):
        done = type_in(
            script,
            tmp_path,
            {
                "PATH": path,
                "AWS_ENDPOINT_URL": running.endpoint_url,
                "AWS_SHARED_CREDENTIALS_FILE": str(profiles),
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"url.{ROOT}/.insteadOf",
                "GIT_CONFIG_VALUE_0": "https://github.com/mlops-gitops/mlops-gitops",
            },
            without=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        )

    assert done.returncode == 0, done.stdout
    assert shown
    assert not [line for line in shown if line not in done.stdout]
    assert (
        (tmp_path / "models" / "account.yaml")
        .read_text("utf-8")
        .startswith("# Stack mlops-gitops-account")
    )


def commands(folder: Path, **scripts: str) -> str:
    """Put commands into a folder that the tests do not have; give the path that finds them."""
    folder.mkdir()
    for name, script in scripts.items():
        (folder / name).write_text(script.format(python=sys.executable), encoding="utf-8")
        (folder / name).chmod(0o755)
    return os.pathsep.join((str(folder), str(Path(sys.executable).parent), os.environ["PATH"]))


def type_in(
    script: str, folder: Path, environment: dict[str, str], without: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run what a person would type, in a folder of its own."""
    before = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.run(
        ["/bin/sh", "-exc", script],
        cwd=folder,
        env=before | environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
