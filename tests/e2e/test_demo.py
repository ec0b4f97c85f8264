"""The demo: what a newcomer sees first."""

import contextlib
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("mlops-gitops")
ROOT = Path(__file__).resolve().parents[2]
PROMPT = b"Enter goes on, q stops: "
BEFORE_THE_SECOND_APPLY = 7
"""Steps of the demo before the one that changes model and instances."""
BLOCKED = 4
APPROVE = "mlops-gitops approve abalone --stage prod"
GATE = """
import boto3
pipelines = boto3.client("codepipeline")
name = "mlops-pipeline-abalone-byompipelinerealtimebuiltin"
actions = pipelines.list_action_executions(pipelineName=name)["actionExecutionDetails"]
[gate] = [each for each in actions if each["status"] == "InProgress"]
print(gate["input"]["resolvedConfiguration"]["CustomData"])
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def hostile(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody whose settings would break the demo if they reached it."""
    hook = tmp_path / "hooks" / "pre-commit"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    configuration = tmp_path / "gitconfig"
    configuration.write_text(
        "[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = false\n"
        f"[core]\n\thooksPath = {hook.parent}\n[init]\n\tdefaultBranch = trunk\n"
    )
    (tmp_path / "tmp").mkdir()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "TMPDIR": str(tmp_path / "tmp"),
        "GIT_CONFIG_GLOBAL": str(configuration),
        "GIT_DIR": str(tmp_path / "elsewhere"),
        "MLOPS_GITOPS_ROOT": str(tmp_path),
        "AWS_PROFILE": "of-somebody",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "NO_PROXY": "",
    }


def test_both_workloads_serve_in_three_accounts_and_nothing_stays(
    hostile: dict[str, str],
) -> None:
    """The demo reaches its end, whatever its user has set, and clears up."""
    done = subprocess.run(
        [COMMAND, "demo", "--yes"],
        env=hostile,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for workload in ("abalone", "pulsar"):
        served = f"{workload} is InService in dev (222222222222), staging (333333333333), prod"
        assert done.stdout.count(served) == 2
    assert "MG067 Instance type 'ml.t3.2xlarge' is not offered" in done.stdout
    assert "MG025 'production' is no stage of the settings." in done.stdout
    assert "abalone  ~ 4 (rollover)  ~ 4 (rollover)  ~ 4 (cost, rollover)" in done.stdout
    assert "latency doubled in the load test" in done.stdout.partition("$ mlops-gitops history")[2]
    assert "dev is ahead of staging and prod." in done.stdout
    assert re.search(r"\.\.\. \d+ more lines of `mlops-gitops plan`", done.stdout)
    assert not list(Path(hostile["TMPDIR"]).iterdir())
    assert not answers(done.stdout)


def test_it_reaches_its_end_under_iam_that_enforces(hostile: dict[str, str]) -> None:
    """What the demo's roles ask for, the templates of bootstrap grant."""
    done = subprocess.run(
        [COMMAND, "demo", "--yes", "--enforce-iam"],
        env=hostile,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "It refuses what the policies of roles do not allow." in done.stdout
    for workload in ("abalone", "pulsar"):
        served = f"{workload} is InService in dev (222222222222), staging (333333333333), prod"
        assert done.stdout.count(served) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_while_aws_starts_leaves_nothing(
    number: signal.Signals, hostile: dict[str, str]
) -> None:
    """Ctrl-C and a polite kill, even in the worst moment, leave no server and no folder."""
    with subprocess.Popen(
        [COMMAND, "demo", "--yes"],
        env=hostile,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    ) as demo:
        assert demo.stdout is not None
        seen = ""
        while "$ mlops-gitops local up" not in seen:
            seen += demo.stdout.readline()
        time.sleep(0.3)  # into the start of the server
        demo.send_signal(number)
        seen += demo.stdout.read()

    assert demo.returncode == 128 + number
    assert "Traceback" not in seen
    assert "Interrupted." in seen
    assert not list(Path(hostile["TMPDIR"]).iterdir())
    assert not answers(seen)


def test_a_person_may_stop_and_keep_what_is_there(hostile: dict[str, str]) -> None:
    """On a terminal `q` stops with exit 0, and what `--keep` prints works as it is printed."""
    with terminal([str(COMMAND), "demo", "--keep"], hostile) as (process, screen):
        seen = read_until(screen, PROMPT)
        os.write(screen, b"\n")
        seen += read_until(screen, PROMPT)
        os.write(screen, b"q\n")
        seen += read_until(screen, b"\nTo stop and remove it all:")
        seen += read_until(screen, b"rm -r ")
        seen += read_until(screen, b"\n")
        assert process.wait(60) == 0
    printed = seen.decode().replace("\r\n", "\n")
    assert "2/10" in printed
    assert "3/10" not in printed
    start = r"(  cd .*\n  export XDG_STATE_HOME=.*\n  eval .*\n)"
    [there] = re.findall(start, printed)
    [gone] = re.findall(r"To stop and remove it all:\n((?:  .*\n)+)", printed)
    environment = dict(hostile, PATH=f"{COMMAND.parent}:{os.environ['PATH']}")
    del environment["MLOPS_GITOPS_ROOT"], environment["GIT_DIR"], environment["AWS_ENDPOINT_URL_S3"]
    try:
        looked = shell(f"{there}  mlops-gitops local status\n  mlops-gitops validate", environment)
        assert looked.returncode == 0, looked.stderr
        assert "(emulated) at http://127.0.0.1:" in looked.stdout
    finally:
        cleared = shell(there + gone, environment)

    assert cleared.returncode == 0, cleared.stderr
    assert not list(Path(hostile["TMPDIR"]).iterdir())
    assert not answers(printed)


def test_the_readme_shows_what_the_demo_shows(hostile: dict[str, str]) -> None:
    """Plan, comment and both texts of an approval stand there as they are, cut at dots only."""
    hostile["NO_COLOR"] = "1"
    with terminal([str(COMMAND), "demo", "--keep"], hostile) as (process, screen):
        seen = b""
        for _ in range(BEFORE_THE_SECOND_APPLY):
            seen += read_until(screen, PROMPT)
            os.write(screen, b"\n")
        seen += read_until(screen, PROMPT)
        os.write(screen, b"q\n")
        seen += read_until(screen, b"rm -r ") + read_until(screen, b"\n")
        assert process.wait(60) == 0
    printed = seen.decode().replace("\r\n", "\n")
    [there] = re.findall(r"(  cd .*\n  export XDG_STATE_HOME=.*\n  eval .*\n)", printed)
    [gone] = re.findall(r"To stop and remove it all:\n((?:  .*\n)+)", printed)
    environment = dict(hostile, PATH=f"{COMMAND.parent}:{os.environ['PATH']}")
    del environment["MLOPS_GITOPS_ROOT"], environment["GIT_DIR"], environment["AWS_ENDPOINT_URL_S3"]
    try:
        comment = shell(f"{there}  mlops-gitops plan --output markdown", environment)
        to_prod = "apply --wait", "approve abalone --stage staging --yes --wait"
        went = shell("\n".join((there, *(f"mlops-gitops {each}" for each in to_prod))), environment)
        gate = shell(f"{there}  {sys.executable} -c {shlex.quote(GATE)}", environment)
        asked = ask(f"{there}  exec {APPROVE}", environment)
    finally:
        cleared = shell(there + gone, environment)

    assert [each.returncode for each in (comment, went, gate, cleared)] == [0] * 4, went.stderr
    for shown, said in (
        (block_in_the_readme("$ mlops-gitops plan\n"), printed),
        (quoted_in_the_readme(), comment.stdout),
        (block_in_the_readme("update prod: "), gate.stdout),
        (block_in_the_readme(f"$ {APPROVE}\n"), f"$ {APPROVE}\n{asked}"),
    ):
        assert not not_said(shown, said)
        assert len(not_said(f"{shown} not so", said)) == 1


def ask(line: str, environment: dict[str, str]) -> str:
    """Run what asks on a terminal, up to its question, and answer no."""
    with terminal(["/bin/sh", "-ec", line], environment) as (process, screen):
        seen = read_until(screen, b"[y/N]:")
        os.write(screen, b"n\n")
        assert process.wait(60) == BLOCKED
    return seen.decode().replace("\r\n", "\n")


def block_in_the_readme(begins: str) -> str:
    """Give the fenced block of the README that begins with a text."""
    text = (ROOT / "README.md").read_text("utf-8")
    [block] = re.findall(
        rf"^```text\n({re.escape(begins)}.*?)^```$", text, re.DOTALL | re.MULTILINE
    )
    return str(block)


def quoted_in_the_readme() -> str:
    """Give what the README quotes, as it is without the quotation."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    return "\n".join(re.sub("^> ?", "", line) for line in lines if line.startswith(">"))


def same(text: str) -> str:
    """Take out what is another in each demo: digests, commits, executions, times."""
    text = re.sub(r"mg1-[0-9a-f]{64}", "mg1-DIGEST", text)
    text = re.sub(r"(commit\s+`?)[0-9a-f]{12,40}", r"\1COMMIT", text)
    text = re.sub(r"mg-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "mg-EXECUTION", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "WHEN", text)


def not_said(shown: str, said: str) -> list[str]:
    """List what is shown and was not said so, one after the other; at a line of dots it is cut."""
    rest, lost = same(said), []
    for piece in re.split(r"^\.\.\.$", same(shown), flags=re.MULTILINE):
        _, found, after = rest.partition(piece.strip("\n"))
        lost += [] if found else [piece]
        rest = after if found else rest
    return lost


def answers(output: str) -> bool:
    """Tell whether the embedded AWS that an output names is still there."""
    found = re.search(r"http://127\.0\.0\.1:\d+", output)
    if found is None:
        return False
    try:
        with urllib.request.urlopen(found.group(), timeout=2):  # noqa: S310 - a loopback address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def shell(script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run what a person would paste."""
    return subprocess.run(
        ["/bin/sh", "-ec", script], env=environment, check=False, capture_output=True, text=True
    )


@contextlib.contextmanager
def terminal(
    words: list[str], environment: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a command on a terminal of its own."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(words, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.terminate()
        process.wait(60)
        os.close(ours)


def read_until(screen: int, wanted: bytes) -> bytes:
    """Read a terminal until it shows something."""
    seen = b""
    deadline = time.monotonic() + 120
    while wanted not in seen:
        assert time.monotonic() < deadline, seen.decode()
        if select.select([screen], [], [], 1)[0]:
            seen += os.read(screen, 1)
    return seen
