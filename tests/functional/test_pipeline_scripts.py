"""Scripts that make pipelines, run as they are: what they may, and what is said of what they do.

None of them needs the SageMaker SDK: whatever has a `definition()` is a pipeline. What the SDK
itself makes is held to its promises by `make sdk-check`.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from builders import SETTINGS
from functional.conftest import Say

from mlops_gitops import app
from mlops_gitops.adapters.pipeline_scripts import ChildScripts, Limits
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.build_scripts import BuiltScripts, build_scripts

MADE = """
import json

class Made:
    def __init__(self, *steps, **more):
        self.value = {"Version": "2020-12-01", "Parameters": [], "Steps": list(steps), **more}

    def definition(self):
        return json.dumps(self.value)

def fail(name, message="no"):
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}}
"""
HEAD = "from made import Made, fail\n"
LIMITS = Limits(seconds=20, grace=5, memory=2 * 1024**3)
Build = Callable[..., BuiltScripts]


def repository(root: Path, script: str, files: Mapping[str, str], **fields: Any) -> Path:
    """Write a repository with one script."""
    config = {"pipeline_type": "sagemaker_pipeline", "model_name": "abalone"}
    here = root / "models" / "abalone"
    here.mkdir(parents=True)
    written = {**config, "script": "pipeline.py", **fields}
    (root / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    (here / "mlops-config.json").write_text(json.dumps(written), encoding="utf-8")
    for name, text in {"pipeline.py": script, "made.py": MADE, **files}.items():
        (here / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Have a script make its pipeline in dev, with this interpreter."""

    def build(
        script: str, files: Mapping[str, str] | None = None, limits: Limits = LIMITS, **fields: Any
    ) -> BuiltScripts:
        fields.setdefault("stages", ["dev"])
        root = repository(tmp_path / "repository", script, files or {}, **fields)
        found = app.repository_on_disk(root)
        return build_scripts(
            ChildScripts(root, limits), found.settings, found.configs, sys.executable
        )

    return build


def only(built: BuiltScripts) -> Problem:
    """Give the one problem that there is."""
    (problem,) = built.problems
    assert not built.built
    return problem


def definition(built: BuiltScripts, stage: str = "dev") -> Any:
    """Give what was made for a stage."""
    assert built.problems == ()
    return built.built["models/abalone/mlops-config.json", stage].definition


ASKS = "import boto3\ndef get_pipeline(region):\n"
WRONG = {
    "raised, in the file where it was": (
        "from made import Made\nimport part\ndef get_pipeline():\n    return part.make()\n",
        ("MG383", "part.py", 2, "KeyError: 'colour'"),
    ),
    "raised while it is loaded": ("\n1 / 0\n", ("MG383", "pipeline.py", 2, "ZeroDivisionError")),
    "no Python": ("\n\ndef get_pipeline(:\n", ("MG383", "pipeline.py", 3, "no Python")),
    "ends the process": (
        "import sys\ndef get_pipeline():\n    sys.exit(0)\n",
        ("MG383", "pipeline.py", 3, "sys.exit(0)"),
    ),
    "ends the process without a word": (
        "import os\ndef get_pipeline():\n    os._exit(7)\n",
        ("MG383", "pipeline.py", 1, "ended with 7"),
    ),
    "is killed": (
        "import os\ndef get_pipeline():\n    os.kill(os.getpid(), 11)\n",
        ("MG383", "pipeline.py", 1, "by signal 11"),
    ),
    "no function": ("pipeline = 1\n", ("MG384", "pipeline.py", 1, "no function get_pipeline")),
    "returns something else": (
        "\ndef get_pipeline():\n    return {}\n",
        ("MG384", "pipeline.py", 2, "returns 'dict'"),
    ),
    "returns a class": (
        HEAD + "def get_pipeline():\n    return Made\n",
        ("MG384", "pipeline.py", 2, "returns 'type'"),
    ),
    "a definition that is none": (
        "class P:\n    definition = lambda self: '[1'\ndef get_pipeline(): return P()\n",
        ("MG384", "pipeline.py", 3, "gives no definition"),
    ),
    "wants more": (
        HEAD + "def get_pipeline(region, colour):\n    return Made()\n",
        ("MG384", "pipeline.py", 2, "argument 'colour'"),
    ),
    "no SDK": (
        "from sagemaker.workflow.pipeline import Pipeline\n",
        ("MG382", "pipeline.py", 1, "no module 'sagemaker"),
    ),
    "another module": ("import polars_9\n", ("MG383", "pipeline.py", 1, "ModuleNotFoundError")),
    "asks AWS": (
        ASKS + "    boto3.client('sagemaker').describe_model(ModelName='x')\n",
        ("MG386", "pipeline.py", 3, "asks AWS for sagemaker:DescribeModel"),
    ),
    "asks AWS and goes on": (
        ASKS + "    try: boto3.client('lambda').list_functions()\n    except Exception: pass\n",
        ("MG386", "pipeline.py", 2, "asks AWS for lambda"),
    ),
    "reads an object that it did not write": (
        ASKS + "    boto3.client('s3').get_object(Bucket='b', Key='k')\n",
        ("MG386", "pipeline.py", 3, "asks AWS for s3:GetObject"),
    ),
    "asks the network": (
        "import urllib.request as u\ndef get_pipeline(): u.urlopen('http://example.com/')\n",
        ("MG386", "pipeline.py", 2, "reaches for 'example.com'"),
    ),
    "too much memory": (
        "def get_pipeline():\n    return bytearray(10 * 2**30)\n",
        ("MG385", "pipeline.py", 2, "too much memory"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_a_script_does_wrongly_is_one_problem_at_its_line(name: str, build: Build) -> None:
    """No traceback of ours: code, the user's file, the last line of theirs, and what it was."""
    script, (code, path, line, words) = WRONG[name]

    problem = only(build(script, {"part.py": "def make():\n    return {}['colour']\n"}))

    assert (problem.code, problem.where.path) == (code, f"models/abalone/{path}")
    assert problem.where.line == line
    assert words in problem.message
    assert "Traceback" not in problem.message


LOOPS = {
    "its line is told": ("while True: pass", 2),
    "it is killed if it holds on": (
        "import time\n    while 1:\n        try: time.sleep(9)\n        except BaseException: pass",
        1,
    ),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_script_that_does_not_end_is_ended(name: str, build: Build) -> None:
    """The time is limited, whatever the script catches."""
    body, line = LOOPS[name]
    began = time.monotonic()

    problem = only(build(f"def get_pipeline():\n    {body}\n", limits=Limits(seconds=1, grace=1)))

    assert (problem.code, problem.where.line) == ("MG385", line)
    assert "too long" in problem.message
    assert time.monotonic() - began < 15


def test_what_a_script_started_ends_with_it(build: Build, tmp_path: Path) -> None:
    """A daemon that left its parent, its group and its session leaves no mark."""
    mark = tmp_path / "mark"
    script = f"""
import os, time
from made import Made, fail

def get_pipeline():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(3)
            open({str(mark)!r}, "w").write("still here")
        os._exit(0)
    return Made(fail("Stop"))
"""
    assert definition(build(script))["Steps"][0]["Name"] == "Stop"
    time.sleep(4)
    assert not mark.exists()


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


def test_every_stage_has_its_own_arguments(build: Build) -> None:
    """The signature says which are given; an object of script_arguments has one for each stage."""
    script = HEAD + "def get_pipeline(region, role, default_bucket, pipeline_name, stage, size,\n"
    script += "    **more):\n    return Made(fail(pipeline_name, f'{role} {stage} {size}'), "
    script += "Bucket=default_bucket, Region=region, More=sorted(more))\n"
    sizes = {"dev": 1, "prod": 2}

    built = build(script, stages=["dev", "prod"], script_arguments={"size": sizes, "colour": "red"})

    dev, prod = definition(built), definition(built, "prod")
    assert (dev["Region"], dev["Bucket"]) == ("us-east-1", "acme-mlops-assets")
    assert dev["Steps"][0]["Name"] == "mlops-pipeline-abalone-sagemakerpipeline-dev"
    assert dev["Steps"][0]["Arguments"]["ErrorMessage"].endswith(" dev 1")
    assert prod["Steps"][0]["Arguments"]["ErrorMessage"].endswith(" prod 2")
    assert (
        ":role/mlops-gitops/mlops-pipeline-abalone" in prod["Steps"][0]["Arguments"]["ErrorMessage"]
    )
    assert {"colour", "base_job_prefix", "model_package_group_name"} <= set(dev["More"])


def test_an_argument_that_nobody_takes_is_a_mistake(build: Build) -> None:
    """What the config gives is never dropped silently."""
    script = HEAD + "def get_pipeline(region):\n    return Made()\n"

    problem = only(build(script, script_arguments={"colour": "red"}))

    assert (problem.code, problem.where.line) == ("MG384", 2)
    assert "'colour'" in problem.message


DIFFERING = {
    "chance": ("import random\n", "random.random()"),
    "the time": ("import time\n", "time.time()"),
    "the place": ("import os\n", "os.getcwd()[-3:]"),
    "the order of a set": ("", "list(map(str, {f'{n}' for n in range(50)}))"),
}


@pytest.mark.parametrize("name", ["chance", "the time", "the order of a set"])
def test_a_pipeline_that_differs_is_refused_with_where(name: str, build: Build) -> None:
    """Made twice, it must be the same; the paths in the definition are told."""
    imports, value = DIFFERING[name]
    script = (
        f"{HEAD}{imports}def get_pipeline():\n    return Made(fail('A'), fail('B', [{value}]))\n"
    )

    problem = only(build(script))

    assert (problem.code, problem.pointer) == ("MG387", "/script")
    assert "Steps[1].Arguments.ErrorMessage" in problem.message
    assert "Steps[0]" not in problem.message


def test_what_was_built_before_may_not_count(build: Build) -> None:
    """Stages are built in one order and in the other; a counter differs."""
    script = HEAD + "count = []\ndef get_pipeline(stage):\n    count.append(1)\n"
    script += "    return Made(fail('A', str(len(count))))\n"

    assert {each.code for each in build(script, stages=["dev", "prod"]).problems} == {"MG387"}


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


def test_what_a_script_makes_is_held_to_every_rule(build: Build) -> None:
    """A reference that leads nowhere is refused, with its place in the definition."""
    script = HEAD + "def get_pipeline():\n"
    script += "    return Made(fail('A', {'Get': 'Parameters.Colour'}))\n"

    problem = build(script).problems[0]

    assert (problem.code, problem.pointer) == ("MG303", "/script")
    assert problem.message.startswith("Steps[0].Arguments.ErrorMessage: ")


@pytest.mark.parametrize(
    "steps", ["[1]", "[{'Name': 'a'}]", "None", "[{'Name': 'a', 'type': 'x'}]"]
)
def test_what_has_no_steps_is_no_definition(steps: str, build: Build) -> None:
    """Whatever JSON comes back, it is a problem and no defect."""
    script = HEAD + f"def get_pipeline():\n    return Made(Steps={steps})\n"
    script = script.replace("from made import Made, fail", MADE).replace(
        '"Steps": list(steps), **more', "**more"
    )

    assert only(build(script)).code == "MG384"


def test_an_interpreter_that_is_not_there_is_told_how_to_make_one(tmp_path: Path) -> None:
    """The place is the config; the commands are in the hint."""
    root = repository(tmp_path, HEAD, {})
    found = app.repository_on_disk(root)

    built = build_scripts(app.pipeline_scripts(root), found.settings, found.configs, "")

    problem = only(built)
    assert (problem.code, problem.pointer) == ("MG382", "/script")
    assert ".venv-sagemaker/bin/python3" in problem.message
    assert "python3 -m venv .venv-sagemaker" in problem.hint


def test_compile_prints_what_a_script_makes(tmp_path: Path, say: Say) -> None:
    """`pipeline compile` runs it; the interpreter is named by option or variable."""
    root = repository(tmp_path, HEAD + "def get_pipeline():\n    return Made(fail('A'))\n", {})
    config = str(root / "models/abalone/mlops-config.json")

    said = say("pipeline", "compile", config, "--root", str(root), "--python", sys.executable)

    assert said.code == 0, said
    assert json.loads(said.out)["Steps"] == [
        {"Name": "A", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
    ]


def test_validate_runs_nothing_and_says_so(tmp_path: Path, say: Say) -> None:
    """It is a user's code; its mark is missing."""
    mark = tmp_path / "mark"
    root = repository(tmp_path / "repository", f"open({str(mark)!r}, 'w')\n", {})

    said = say("validate", "--root", str(root))

    assert (said.code, mark.exists()) == (0, False)
    assert "models/abalone/pipeline.py was not run" in said.err


@pytest.mark.slow
def test_ctrl_c_ends_a_script_and_what_it_started(tmp_path: Path) -> None:
    """Nothing goes on in the background, and no traceback is shown."""
    begun, mark = tmp_path / "begun", tmp_path / "mark"
    script = f"import os, time\nif os.fork() == 0:\n    open({str(begun)!r}, 'w')\n"
    script += f"    time.sleep(3)\n    open({str(mark)!r}, 'w')\n    os._exit(0)\n"
    script += "time.sleep(60)\n"
    root = repository(tmp_path / "repository", script, {})
    command = [sys.executable, "-c", "from mlops_gitops.cli import main; main()"]
    words = ["pipeline", "compile", str(root / "models/abalone/mlops-config.json")]
    process = subprocess.Popen(
        [*command, *words, "--root", str(root), "--python", sys.executable],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    while not begun.exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "Traceback" not in err
    time.sleep(4)
    assert not mark.exists()
