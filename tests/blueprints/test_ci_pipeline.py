"""The pipeline in AWS: what starts it, what it may do, and what its build runs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from blueprints.blueprint_files import mappings
from blueprints.parts import REVISION, resources_of, stack_of
from ci_files import ROOT
from ruamel.yaml import YAML

from mlops_gitops.desired.bootstrap.ci_pipeline import PART, file_paths

CONNECTION = "arn:aws:{}:us-east-1:111111111111:connection/1234abcd-12ab-34cd-56ef-1234567890ab"
TODAYS = CONNECTION.format("codeconnections")
FORMER = CONNECTION.format("codestar-connections")
ZIP = "ci: {s3: {object: mlops-gitops-ci/source.zip}}"


def connected(connection: str = TODAYS) -> str:
    """Settings with a repository that a connection reaches."""
    return f"ci: {{codeconnections: {{connection: '{connection}', repository: acme/models}}}}"


def made(settings: str) -> dict[str, Any]:
    """The resources of the pipeline."""
    return resources_of(stack_of(PART, settings))


def source(settings: str) -> dict[str, Any]:
    """What the pipeline's first action is told."""
    (action,) = made(settings)["Pipeline"]["Properties"]["Stages"][0]["Actions"]
    found: dict[str, Any] = action["Configuration"]
    return found


def allowed(role: dict[str, Any]) -> dict[str, str]:
    """What a role may do, and to what."""
    return {
        action: one["Resource"]
        for one in mappings(role["Properties"]["Policies"])
        if "Effect" in one
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }


def test_a_push_to_the_branch_starts_it_if_it_touches_what_counts() -> None:
    """The trigger knows branch and files, and nothing else starts the pipeline."""
    pipeline = made(connected())["Pipeline"]["Properties"]
    (push,) = pipeline["Triggers"][0]["GitConfiguration"]["Push"]

    assert pipeline["PipelineType"] == "V2"
    assert push == {"Branches": {"Includes": ["main"]}, "FilePaths": {"Includes": ["**"]}}
    assert source(connected())["DetectChanges"] == "false"


@pytest.mark.parametrize(
    ("configs", "paths"),
    [
        (["**/mlops-config.json"], ("**",)),
        (["mlops-config.json"], ("**",)),
        (
            ["models/*/mlops-config.json"],
            ("mlops-gitops.yaml", "blueprints/**", "models/**"),
        ),
        (
            ["b/c/mlops-config.json", "a/**/x.json", "b/c/other.json"],
            ("mlops-gitops.yaml", "blueprints/**", "a/**", "b/c/**"),
        ),
        ([f"{each}/mlops-config.json" for each in "abcdefg"], ("**",)),
    ],
)
def test_what_lies_beside_configs_counts(configs: list[str], paths: tuple[str, ...]) -> None:
    """Configs name files beside them, so their folders are watched; CodePipeline takes eight."""
    assert file_paths("mlops-gitops.yaml", configs) == paths


def test_a_new_zip_starts_it() -> None:
    """EventBridge is told of the one object, and may start the one pipeline."""
    resources = made(ZIP)
    rule = resources["SourceRule"]["Properties"]

    assert "Triggers" not in resources["Pipeline"]["Properties"]
    assert rule["EventPattern"]["detail"] == {
        "bucket": {"name": ["acme-mlops-assets"]},
        "object": {"key": ["mlops-gitops-ci/source.zip"]},
    }
    assert list(allowed(resources["SourceRuleRole"]).values()) == [rule["Targets"][0]["Arn"]]
    assert source(ZIP)["PollForSourceChanges"] == "false"


@pytest.mark.parametrize("settings", [connected(), connected(FORMER), ZIP])
def test_the_build_may_become_the_role_that_applies_and_little_else(settings: str) -> None:
    """What CI may do stands in one place; the build has no copy of it."""
    may = allowed(made(settings)["BuildRole"])
    uses = {each for each in may if each.endswith(":UseConnection")}

    assert may["sts:AssumeRole"] == "arn:aws:iam::111111111111:role/mlops-gitops-apply"
    assert may["s3:GetObject"].endswith("/mlops-gitops-ci/*")
    assert may.keys() - uses == {
        "kms:Decrypt",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "sts:AssumeRole",
    }


@pytest.mark.parametrize(
    ("connection", "action"),
    [(TODAYS, "codeconnections:UseConnection"), (FORMER, "codestar-connections:UseConnection")],
)
def test_the_connection_is_used_by_the_name_that_it_has(connection: str, action: str) -> None:
    """IAM knows connections of before by another name than today's."""
    resources = made(connected(connection))

    for role in (resources["BuildRole"], resources["PipelineRole"]):
        uses = {one: to for one, to in allowed(role).items() if one.endswith(":UseConnection")}
        assert uses == {action: connection}


STAND_IN = """\
#!/bin/sh
# In place of the image's Python: programs of the environment say how they were called.
for folder; do :; done
mkdir -p "$folder/bin"
for name in pip mlops-gitops; do
  printf '#!/bin/sh\\necho "%s $*" >> "$HOME/called"\\n' "$name" > "$folder/bin/$name"
  chmod +x "$folder/bin/$name"
done
echo 'exec "$PYTHON" "$ASK" > "$HOME/profile"' >> "$folder/bin/mlops-gitops"
"""
ASK = """\
import json, botocore.session
print(json.dumps(botocore.session.Session().full_config["profiles"]))
"""


def test_the_build_runs_the_pinned_program_as_the_role_that_applies(tmp_path: Path) -> None:
    """Its commands, run by bash: that commit, its lock file, and `ci --apply` in the end."""
    program = tmp_path / "program"
    commit = repository(program)
    script = "\n".join(commands())
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(STAND_IN)
    (tmp_path / "bin" / "python").chmod(0o755)
    (tmp_path / "ask.py").write_text(ASK)
    role = "arn:aws:iam::111111111111:role/mlops-gitops-apply"

    subprocess.run(
        ("/bin/bash", "-e", "-c", script),
        check=True,
        cwd=tmp_path,
        env={
            "ASK": str(tmp_path / "ask.py"),
            "HOME": str(tmp_path),
            "MLOPS_GITOPS_REF": commit,
            "MLOPS_GITOPS_ROLE": role,
            "MLOPS_GITOPS_SOURCE": str(program),
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHON": sys.executable,
        },
    )

    home = tmp_path / "mlops-gitops"
    assert (tmp_path / "called").read_text().splitlines() == [
        f"pip install --quiet --require-hashes --requirement {home}/requirements/ci.lock",
        f"pip install --quiet --no-deps --no-build-isolation {home}",
        "mlops-gitops ci --apply",
    ]
    assert (home / "requirements/ci.lock").read_text() == "pinned\n"
    assert json.loads((tmp_path / "profile").read_text())["default"] == {
        "role_arn": role,
        "credential_source": "EcsContainer",
        "role_session_name": "mlops-gitops-ci",
    }


def test_the_build_is_told_the_commit_of_whoever_ran_bootstrap() -> None:
    """What is installed there is what planned the installation; its lock file is where it looks."""
    environment = made(ZIP)["Project"]["Properties"]["Environment"]["EnvironmentVariables"]
    told = {one["Name"]: one["Value"] for one in environment}

    assert told["MLOPS_GITOPS_REF"] == REVISION
    assert told["MLOPS_GITOPS_ROLE"] == "arn:aws:iam::111111111111:role/mlops-gitops-apply"
    assert (ROOT / "requirements/ci.lock").is_file()


def commands() -> list[str]:
    """What the build runs, in order."""
    text = made(ZIP)["Project"]["Properties"]["Source"]["BuildSpec"]
    phases = YAML(typ="safe", pure=True).load(text)["phases"]
    return [str(one) for phase in ("install", "build") for one in phases[phase]["commands"]]


def repository(folder: Path) -> str:
    """A repository whose newest commit is not the pinned one; give the pinned one."""
    (folder / "requirements").mkdir(parents=True)
    lock = folder / "requirements/ci.lock"

    def git(*arguments: str) -> str:
        command = (
            "git",
            "-C",
            str(folder),
            "-c",
            "user.name=T",
            "-c",
            "user.email=t@x",
            *arguments,
        )
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet")
    lock.write_text("pinned\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "Pinned")
    pinned = git("rev-parse", "HEAD")
    lock.write_text("newer\n")
    git("commit", "--quiet", "--all", "--message", "Newer")
    return pinned
