"""What the documents tell people to type works, and shows what they say it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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

pytestmark = pytest.mark.slow


def test_getting_started_gets_people_started(tmp_path: Path) -> None:
    """Every command of the page ends well, typed one after the other, and prints what is shown.

    Where the page says `aws s3 cp`, boto3 does the same: the tests have no `aws` command.
    """
    blocks = BLOCK.findall((ROOT / "docs" / "getting-started.md").read_text("utf-8"))
    script = "\n".join(text for kind, text in blocks if kind == "sh")
    shown = [line for kind, text in blocks if kind == "text" for line in text.splitlines()]
    state = tmp_path / "state"
    aws = tmp_path / "bin" / "aws"
    aws.parent.mkdir()
    aws.write_text(UPLOAD.format(python=sys.executable), encoding="utf-8")
    aws.chmod(0o755)
    path = f"{aws.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    try:
        done = type_in(script, tmp_path, {"PATH": path, "XDG_STATE_HOME": str(state)})
    finally:
        type_in("mlops-gitops local down", tmp_path, {"PATH": path, "XDG_STATE_HOME": str(state)})

    assert done.returncode == 0, done.stdout
    assert shown
    assert not [line for line in shown if line not in done.stdout]


def type_in(
    script: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run what a person would type, in a folder of its own."""
    return subprocess.run(
        ["/bin/sh", "-exc", script],
        cwd=folder,
        env=os.environ | environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
