"""Scripts that make pipelines, as processes: what they may, what they leave, what they upload."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from local_pipeline import is_alive, until
from scripted import HEAD, Build, definition, only, repository

from mlops_gitops.adapters.pipeline_scripts import Limits

HOLDS_ON = """import time
    while 1:
        try: time.sleep(9)
        except BaseException: pass"""
LOOPS = {
    "its line is told": ("while True: pass", 2, Limits(seconds=1, grace=60)),
    "it is killed if it holds on": (HOLDS_ON, 1, Limits(seconds=1, grace=1)),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_script_that_does_not_end_is_ended(name: str, build: Build) -> None:
    """The time is limited, whatever the script catches."""
    body, line, limits = LOOPS[name]

    problem = only(build(f"def get_pipeline():\n    {body}\n", limits=limits))

    assert (problem.code, problem.where.line) == ("MG385", line)
    assert "too long" in problem.message


def test_what_a_script_started_ends_with_it(build: Build, tmp_path: Path) -> None:
    """A daemon that left its parent, its group and its session does not run any longer."""
    number = tmp_path / "number"
    script = f"""
import os, time
from made import Made, fail

def get_pipeline():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open({str(number)!r}, "w").write(str(os.getpid()))
            time.sleep(120)
        os._exit(0)
    while not (os.path.exists({str(number)!r}) and os.path.getsize({str(number)!r})):
        time.sleep(0.01)
    return Made(fail("Stop"))
"""
    assert definition(build(script))["Steps"][0]["Name"] == "Stop"
    until(lambda: not is_alive(int(number.read_text("utf-8"))))


def test_a_fork_that_comes_back_has_nothing_to_say(build: Build) -> None:
    """The result is that of the process that was started."""
    script = HEAD + "import os\ndef get_pipeline():\n    child = os.fork()\n"
    script += "    if child: os.waitpid(child, 0)\n    return Made(fail('A' if child else 'B'))\n"

    assert definition(build(script))["Steps"][0]["Name"] == "A"


def test_noise_is_no_result(build: Build) -> None:
    """Whatever a script prints, megabytes of it too, the definition is what it returns."""
    script = HEAD + "import sys\nprint('{')\ndef get_pipeline():\n"
    script += "    print('noise' * 10**6)\n    sys.stderr.write('x' * 10**6)\n    return Made()\n"

    assert definition(build(script))["Steps"] == []


def test_the_path_of_the_copy_is_in_nothing(build: Build) -> None:
    """Where the script ran differs each time, and what it writes of that does not."""
    script = HEAD + "import os\ndef get_pipeline():\n    return Made(fail('A', os.getcwd()))\n"

    message = definition(build(script))["Steps"][0]["Arguments"]["ErrorMessage"]

    assert message == "/mlops-gitops/code"


UPLOADS = """
import tarfile, time, uuid
from pathlib import Path
import boto3
from made import Made

def get_pipeline(region, default_bucket):
    s3 = boto3.client("s3")
    key = f"abalone/{uuid.uuid4()}"
    s3.upload_file(str(Path(__file__).parent / "part.py"), default_bucket, f"{key}/code/part.py")
    s3.put_object(Bucket=default_bucket, Key=f"{key}/code/__pycache__/part.pyc", Body=b"\\0")
    s3.put_object(Bucket=default_bucket, Key=f"{key}/code/more/big", Body=b"x" * 20_000_000)
    packed = Path("source.tar.gz")
    with tarfile.open(packed, "w:gz") as tar:
        tar.add(Path(__file__).parent / "part.py", "part.py")
    s3.upload_file(str(packed), default_bucket, f"{key}/source.tar.gz")
    assert s3.get_object(Bucket=default_bucket, Key=f"{key}/code/part.py")["Body"].read() == b"part"
    time.sleep(1.1)
    arguments = {"ErrorMessage": f'"s3://{default_bucket}/{key}/source.tar.gz"'}
    return Made(
        {"Name": "A", "Type": "Fail", "Arguments": arguments},
        Code=f"s3://{default_bucket}/{key}/code/",
        One=f"s3://{default_bucket}/{key}/code/part.py",
        Out=f"s3://{default_bucket}/abalone/output",
    )
"""


def test_what_is_uploaded_is_an_asset_at_an_address_of_its_content(build: Build) -> None:
    """Random keys, packing times and pieces of an upload do not count; nothing reaches AWS."""
    built = build(UPLOADS, {"part.py": "part"})

    made = definition(built)
    assets = {
        asset.key: asset for asset in built.built["models/abalone/mlops-config.json", "dev"].assets
    }
    prefix = "s3://acme-mlops-assets/"
    folder = made["Code"].removeprefix(prefix)
    assert assets[made["One"].removeprefix(prefix)].content == b"part"
    assert assets[f"{folder}part.py"].content == b"part"
    assert len(assets[f"{folder}more/big"].content) == 20_000_000
    assert made["Steps"][0]["Arguments"]["ErrorMessage"].strip('"').removeprefix(prefix) in assets
    assert made["Out"] == "s3://acme-mlops-assets/abalone/output"
    assert not [key for key in assets if "__pycache__" in key]


def test_an_address_in_pieces_is_refused(build: Build) -> None:
    """What could not be found by its job is not deployed."""
    script = HEAD + "import boto3\ndef get_pipeline(region, default_bucket):\n"
    script += (
        "    boto3.client('s3').put_object(Bucket=default_bucket, Key='a/b/c.py', Body=b'1')\n"
    )
    script += "    on = {'Std:Join': {'On': '/', 'Values': ['s3:/', default_bucket, 'a/b/c.py']}}\n"
    script += "    return Made(fail('A', on))\n"

    problem = only(build(script))

    assert problem.code == "MG388"
    assert "s3://acme-mlops-assets/a/b/c.py" in problem.message


def test_a_script_has_an_environment_of_its_own(
    build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing of ours: no credentials, no tokens, no home, no input, no modules of the program."""
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    script = HEAD + "import os, sys, importlib.util\ndef get_pipeline():\n"
    script += (
        "    return Made(Names=sorted(os.environ), Home=os.listdir(os.environ['HOME']) > [],\n"
    )
    script += "        Secret=os.environ['AWS_SECRET_ACCESS_KEY'], In=sys.stdin.read(),\n"
    script += f"        Path={str(tmp_path)!r} in sys.path)\n"

    made = definition(build(script))

    assert not [name for name in made["Names"] if name.startswith(("GITHUB", "PYTHON"))]
    assert (made["Secret"], made["In"], made["Path"]) == ("none", "", False)


def test_the_identity_of_the_stage_is_known(build: Build) -> None:
    """The SDK asks for it to name a bucket; the answer is the stage's account."""
    script = HEAD + "import boto3\ndef get_pipeline(stage):\n"
    script += "    return Made(fail('A', boto3.client('sts').get_caller_identity()['Account']))\n"

    built = build(script, stages=["dev", "prod"])

    said = [definition(built, each)["Steps"][0]["Arguments"] for each in ("dev", "prod")]
    assert [each["ErrorMessage"] for each in said] == ["222222222222", "444444444444"]


@pytest.mark.slow
def test_ctrl_c_ends_a_script_and_what_it_started(tmp_path: Path) -> None:
    """Nothing goes on in the background, and no traceback is shown."""
    number = tmp_path / "number"
    script = f"import os, time\nif os.fork() == 0:\n    here = open({str(number)!r}, 'w')\n"
    script += "    here.write(str(os.getpid()))\n    here.close()\n    time.sleep(120)\n"
    script += "    os._exit(0)\ntime.sleep(120)\n"
    root = repository(tmp_path / "repository", script, {})
    command = [sys.executable, "-c", "from mlops_gitops.cli import main; main()"]
    words = ["pipeline", "compile", str(root / "models/abalone/mlops-config.json")]
    process = subprocess.Popen(
        [*command, *words, "--root", str(root), "--python", sys.executable],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    until(lambda: (number.exists() and number.read_text("utf-8")) or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "Traceback" not in err
    until(lambda: not is_alive(int(number.read_text("utf-8"))))
