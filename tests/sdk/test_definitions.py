"""What we compile is what the SageMaker Python SDK compiles of the same values.

`make sdk-check` installs both majors beside .venv and runs this; each major compiles all its cases
in one child process, offline, in one region, without telemetry. Definitions are compared as parsed
JSON. Where the two differ on purpose, `DIFFERENCES` says in which member and why.
"""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sdk.declared import ABSENT, BEFORE, CASES, DIFFERENCES, OURS, PARAMETERS, ROLE, VALUES
from steps_of_pipelines import compiled

from mlops_gitops.definitions.pipeline.built import differing, shown

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VENVS = ROOT / ".venv-sdk"
NAMES = {"create-CreateModel": "create", "register-RegisterModel": "register"}
"""Version 2 puts what a step does behind its name."""


@cache
def theirs(major: str) -> dict[str, Any]:
    """Ask a major version what it compiles of all cases, in a process of its own."""
    python = VENVS / major / "bin" / "python"
    if not python.exists():
        pytest.fail(f"{python} is not there: run `make sdk-check`.")
    settings = VENVS / "config.yaml"
    settings.write_text(
        'SchemaVersion: "1.0"\nSageMaker: {PythonSDK: {Modules: {TelemetryOptOut: true}}}\n'
    )
    values = VENVS / "values.json"
    values.write_text(json.dumps(VALUES))
    done = subprocess.run(
        [python, HERE / f"{major}.py", values],
        env={
            **os.environ,
            "SAGEMAKER_USER_CONFIG_OVERRIDE": str(settings),
            "SAGEMAKER_SUPPRESS_V2_WARNING": "1",
            "SAGEMAKER_VALIDATE_ROLE": "false",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "RESULT" in done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.rpartition("RESULT")[2])
    return found


DEFAULTS = {
    "AppManaged": False,
    "S3CompressionType": "None",
    "S3DataDistributionType": "FullyReplicated",
    "SkipModelValidation": "None",
}
"""What one writes out and the other does not, for the API takes it by default."""
EMR_EXCEPTION = "Emr.RESOURCE_LIMIT"
"""Named by the published schema of definitions; neither version of the SDK has a word for it."""


def settled(value: Any) -> Any:
    """Leave out what says nothing: empty members, and defaults of the API written out."""
    if isinstance(value, list):
        return [settled(each) for each in value]
    if not isinstance(value, dict):
        return value
    members = {key: settled(each) for key, each in value.items()}
    return {
        key: each
        for key, each in members.items()
        if each not in ({}, []) and DEFAULTS.get(key, members) != each
    }


def alike(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give steps without what differs on purpose: names of steps, and where assets are."""
    found: list[dict[str, Any]] = []
    for step in settled(steps):
        name = NAMES.get(step["Name"], step["Name"])
        for each in step.get("Arguments", {}).get("ProcessingInputs", []):
            if each["InputName"] == "analysis_config":
                # Ours is addressed by its content; what it holds is compared by itself.
                each["S3Input"]["S3Uri"] = "analysis_config.json"
        found.append({**step, "Name": name})
    return found


@pytest.mark.parametrize(("major", "case"), CASES)
def test_the_same_values_give_the_same_steps(major: str, case: str) -> None:
    """Steps are equal as parsed JSON, and so are the analyses that would be uploaded."""
    sdk = theirs(major)["cases"][case]
    assert "failed" not in sdk, sdk
    before = BEFORE.get(case, ())

    ours = compiled(*before, OURS[case], parameters=PARAMETERS, role_arn=ROLE)
    own, other = alike(list(ours.steps))[len(before) :], alike(sdk["steps"])[len(before) :]
    found = {shown(path) for path in differing(other, own)}

    assert found == set(DIFFERENCES.get((major, case), {})), (other, own)
    uploads = [json.loads(asset.content) for asset in ours.assets]
    assert sorted(map(json.dumps, map(in_order, uploads))) == sorted(
        map(json.dumps, map(in_order, sdk["uploaded"]))
    )


@pytest.mark.parametrize("major", ABSENT)
def test_what_a_version_cannot_compile_is_not_there(major: str) -> None:
    """As soon as it is, it is to be compared."""
    assert set(theirs(major)["absent"]) == ABSENT[major]


@pytest.mark.parametrize("major", ABSENT)
def test_steps_are_retried_after_the_failures_that_the_sdk_names(major: str) -> None:
    """A config names each of them, in a shorthand, and no others but that of EMR."""
    language = json.loads((ROOT / "schemas" / "pipeline_language.json").read_text("utf-8"))
    policy = language["$defs"]["retry_policies"]["items"]["properties"]
    named = policy["exceptions"]["items"]["enum"]

    assert sorted(named) == sorted([*theirs(major)["retried"], EMR_EXCEPTION])


def in_order(value: Any) -> Any:
    """Give JSON with its keys sorted."""
    return json.loads(json.dumps(value, sort_keys=True))
