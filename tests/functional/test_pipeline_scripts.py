"""Scripts that make pipelines: what is said of what they do, and of what they make.

What the SageMaker SDK itself makes is held to its promises by `make sdk-check`.
"""

import json
import sys
from pathlib import Path

import pytest
from builders import SETTINGS, Trial, trial
from functional.conftest import Say
from scripted import HEAD, LIMITS, MADE, Build, definition, only, repository

from mlops_gitops import app
from mlops_gitops.adapters.pipeline_scripts import ChildScripts
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.use_cases.build_scripts import build_scripts

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
    "the order of a set": ("", "list(map(str, {f'{n}' for n in range(50)}))"),
}


@pytest.mark.parametrize("name", DIFFERING)
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


def test_what_a_script_makes_is_held_to_every_rule(build: Build) -> None:
    """A reference that leads nowhere is refused, with its place in the definition."""
    script = HEAD + "def get_pipeline():\n"
    script += "    return Made(fail('A', {'Get': 'Parameters.Colour'}))\n"

    problem = build(script).problems[0]

    assert (problem.code, problem.pointer) == ("MG303", "/script")
    assert problem.message.startswith("Steps[0].Arguments.ErrorMessage: ")


def test_the_role_of_what_a_script_makes_is_no_longer_than_iam_takes(build: Build) -> None:
    """Told once for all stages, with what to do about it."""
    script = HEAD + "def call(n):\n"
    script += "    arn = f'arn:aws:lambda:us-east-1:222222222222:function:{n}-' + 'x' * 50\n"
    script += (
        "    return {'Name': f'a{n}', 'Type': 'Lambda', 'Arguments': {}, 'FunctionArn': arn}\n"
    )
    script += "def get_pipeline():\n    return Made(*map(call, range(1000, 9000, 80)))\n"

    (problem,) = build(script, stages=["dev", "prod"]).problems

    assert (problem.code, problem.pointer) == ("MG318", "/script")
    assert "role_arn" in problem.hint


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


PLAN = ("plan", "--detailed-exitcode")
UPLOADING = """
import boto3
from made import Made, fail

def get_pipeline(region, default_bucket, pipeline_name, limit):
    key = f"{pipeline_name}/code/check.py"
    boto3.client("s3").put_object(Bucket=default_bucket, Key=key, Body=b"print(1)")
    return Made(fail("Stop", f"s3://{default_bucket}/{key} {limit}"))
"""


def scripted(tmp_path: Path) -> Trial:
    """Put a script into a repository in memory, and let it be run for real."""
    (tmp_path / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    made = trial()
    made.scripts = ChildScripts(tmp_path, LIMITS)
    made.files["pine/pipeline.py"] = UPLOADING.encode()
    made.files["pine/made.py"] = MADE.encode()
    made.commit({**SCRIPTED, "script_arguments": {"limit": 1}})
    return made


SCRIPTED = {
    "pipeline_type": "sagemaker_pipeline",
    "model_name": "pine",
    "script": "pipeline.py",
    "python": sys.executable,
    "stages": ["dev"],
}


def test_what_a_script_makes_is_planned_uploaded_and_deployed(tmp_path: Path, say: Say) -> None:
    """Plan touches nothing; apply uploads; planned again nothing is left; then a change is told."""
    made = scripted(tmp_path)
    asset = Asset(name="check.py", content=b"print(1)")

    planned = say("plan", "--root", str(tmp_path), world=made.world)

    assert planned.code == 0, planned
    assert "pine" in planned.out
    assert made.cloud.assets.latest(asset.key) is None

    assert say("apply", "--root", str(tmp_path), world=made.world).code == 0
    made.cloud.settle()

    assert made.cloud.assets.latest(asset.key) is not None
    assert say(*PLAN, "--root", str(tmp_path), world=made.world).code == 0

    made.commit({**SCRIPTED, "script_arguments": {"limit": 2}})
    again = say(*PLAN, "--root", str(tmp_path), world=made.world)
    assert again.code == 2
    assert "Stop" in again.out


def test_plan_refuses_what_a_script_does_wrongly(tmp_path: Path, say: Say) -> None:
    """It exits as for every other mistake in the repository, with the script's line."""
    made = scripted(tmp_path)
    made.files["pine/pipeline.py"] = b"\nraise ValueError('no')\n"

    said = say("plan", "--root", str(tmp_path), world=made.world)

    assert said.code == 3
    assert "pine/pipeline.py:2:1: MG383" in said.out + said.err


def test_a_change_of_what_stands_beside_a_script_is_a_change(tmp_path: Path) -> None:
    """Whatever lies in the config's folder may be read by it."""
    made = scripted(tmp_path)
    made.remember("main")
    made.files["pine/made.py"] += b"\n# another\n"

    assert [each.workload.model_name for each in made.changed_world("main").repository.configs] == [
        "pine"
    ]
