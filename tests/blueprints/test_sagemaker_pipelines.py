"""What pipelines' runs do, and what the roles that stacks make for their steps may."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from blueprints.blueprint_files import mappings
from blueprints.composed import Example, examples
from blueprints.machine import TaskError
from blueprints.resolving import resolved
from blueprints.running import DEPLOY, SCHEDULE, run
from blueprints.test_iam import flat, is_of, rows

BLUEPRINT = "sagemaker_pipeline"
EXECUTION = "arn:aws:sagemaker:us-east-1:222222222222:pipeline/p/execution/abc"
INLINE_LIMIT = 10_240
"""Characters of all inline policies of a role, blanks not counted. Source: IAM quotas."""

OPEN = {
    "FindCandidates": "listing candidates is about the account, not a job",
    "FindNetwork": "IAM knows no narrower resource for describing networks",
    "LogInToRegistry": "ecr:GetAuthorizationToken is about the account, not a repository",
    "MakeApplications": "an application has no id before it is made",
    "StartClusters": "a cluster has no id before it is started",
    "WriteJobMetrics": "metrics have no ARN; a condition limits the namespace",
}


def running() -> Example:
    """An example that runs when it is deployed."""
    return next(
        one
        for one in examples(BLUEPRINT)
        if str(one.stack.parameter_values()["RunOnDeploy"]).lower() == "true"
    )


def waiting() -> Example:
    """An example that does not."""
    return next(
        one
        for one in examples(BLUEPRINT)
        if str(one.stack.parameter_values()["RunOnDeploy"]).lower() == "false"
    )


ANSWERS: dict[str, Any] = {
    "Start": lambda _: {"PipelineExecutionArn": EXECUTION},
    "Look": lambda _: {"PipelineExecutionStatus": "Succeeded"},
}


def ended(status: str, *steps: dict[str, Any], **about: Any) -> dict[str, Any]:
    """Answers of a SageMaker whose execution ends so."""
    look = {"PipelineExecutionStatus": status, **about}
    return {
        **ANSWERS,
        "Look": lambda _: look,
        "FindStep": lambda _: {"PipelineExecutionSteps": list(steps)},
    }


def test_a_deployment_that_is_not_to_run_does_nothing() -> None:
    """A schedule and people run it all the same."""
    assert run(waiting(), DEPLOY, **ANSWERS).states[-1] == "NothingToDo"
    assert run(waiting(), SCHEDULE, **ANSWERS).states[-1] == "Done"
    assert run(waiting(), {}, **ANSWERS).states[-1] == "Done"


def test_a_deployment_runs_once() -> None:
    """What has run with this very digest is run again by a schedule only."""
    first = run(running(), DEPLOY, **ANSWERS)
    (note,) = first.asked["Remember"]
    last = {**ANSWERS, "LastRun": lambda _: {"Body": json.dumps(note["Body"])}}

    assert first.states[-1] == "Done"
    assert run(running(), DEPLOY, **last).states[-1] == "NothingToDo"
    assert run(running(), SCHEDULE, **last).states[-1] == "Done"


def test_each_run_has_a_token_of_its_own() -> None:
    """SageMaker takes one of 32 to 128 characters, and starts once for it."""
    tokens = {
        run(running(), DEPLOY, **ANSWERS).asked["Start"][0]["ClientRequestToken"] for _ in range(5)
    }

    assert len(tokens) == 5
    assert all(32 <= len(token) <= 128 for token in tokens)


def test_a_run_waits_longer_the_longer_it_takes() -> None:
    """A month fits into the 25,000 events that an execution of a state machine may have."""
    looks = iter(range(1000))

    def look(_: Any) -> Any:
        return {"PipelineExecutionStatus": "Executing" if next(looks) < 400 else "Succeeded"}

    done = run(running(), DEPLOY, **{**ANSWERS, "Look": look})

    assert done.waited > 28 * 24 * 3600
    assert done.states.count("Look") * 11 < 25_000


def test_a_failure_names_the_first_step_that_failed() -> None:
    """With the step's reason, which says more than the execution's."""
    steps = (
        {"StepName": "prepare", "StepStatus": "Succeeded"},
        {"StepName": "train", "StepStatus": "Failed", "FailureReason": 'no "rows"'},
        {"StepName": "other", "StepStatus": "Failed", "FailureReason": "later"},
    )
    done = run(running(), DEPLOY, **ended("Failed", *steps, FailureReason="One or more failed."))

    assert done.failure is not None
    error, cause = done.failure
    assert error == "PipelineExecutionFailed"
    assert cause.startswith("Execution abc of pipeline ")
    assert cause.endswith(' failed in step train: no "rows"')
    assert "Remember" not in done.asked
    assert done.asked["TellFailure"][0]["Message"] == cause


@pytest.mark.parametrize(
    ("status", "about", "told"),
    [
        ("Failed", {"FailureReason": "Worse than allowed."}, "failed: Worse than allowed."),
        ("Stopped", {}, "failed: its status is Stopped."),
    ],
)
def test_a_failure_without_a_step_says_what_the_execution_says(
    status: str, about: dict[str, str], told: str
) -> None:
    """So does one whose steps cannot be listed."""

    def refuse(_: Any) -> Any:
        raise TaskError("SageMaker.AccessDenied", "no")

    for answers in (ended(status, **about), {**ended(status, **about), "FindStep": refuse}):
        done = run(running(), DEPLOY, **answers)
        assert done.failure is not None
        assert done.failure[1].endswith(told)


def roles(example: Example) -> Iterator[dict[str, Any]]:
    """Give the statements of the pipeline's own role."""
    resources = resolved(example.stack.template, example.stack.parameter_values())
    role = resources.get("PipelineRole")
    yield from (
        (one for one in mappings(role["Properties"]["Policies"]) if "Sid" in one) if (role) else ()
    )


STATEMENTS = [
    pytest.param(statement, id=f"{one.name}-{statement['Sid']}")
    for one in examples(BLUEPRINT)
    for statement in roles(one)
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_pipelines_role_may_what_exists_on_what_it_is_about(statement: dict[str, Any]) -> None:
    """Every action is IAM's, has a resource of its kind, and none is open without a reason."""
    resources = flat(statement["Resource"])

    assert all(rows(action) for action in statement["Action"])
    for action in statement["Action"]:
        kinds = [row["resource_arn_format"] for row in rows(action)]
        assert any(each == "*" or is_of(each, kind) for each in resources for kind in kinds), action
    assert "*" not in resources or statement["Sid"] in OPEN
    if "iam:PassRole" in statement["Action"]:
        assert "*" not in "".join(resources)
        assert "iam:PassedToService" in statement["Condition"]["StringEquals"]


@pytest.mark.parametrize("example", examples(BLUEPRINT), ids=lambda one: one.name)
def test_a_pipelines_role_is_no_longer_than_iam_takes(example: Example) -> None:
    """Two steps that need the same are one statement."""
    resources = resolved(example.stack.template, example.stack.parameter_values())
    policies = resources.get("PipelineRole", {}).get("Properties", {}).get("Policies", [])
    text = "".join(json.dumps(each["PolicyDocument"], separators=(",", ":")) for each in policies)

    assert len(text) <= INLINE_LIMIT
    for policy in policies:
        sids = [one["Sid"] for one in mappings(policy) if "Sid" in one]
        assert len(sids) == len(set(sids))


@pytest.mark.parametrize("example", examples(BLUEPRINT), ids=lambda one: one.name)
def test_a_definition_is_plain_json(example: Example) -> None:
    """No function of CloudFormation is inside; the role that it names is the stack's own."""
    template = example.stack.template["Resources"]
    body = template["Pipeline"]["Properties"]["PipelineDefinition"]["PipelineDefinitionBody"]
    values = example.stack.parameter_values()

    assert isinstance(body, str)
    assert set(re.findall(r"role/mlops-gitops/([A-Za-z0-9-]+)", body)) <= {
        values["PipelineRoleName"]
    }
    if "script" not in example.config.fields:  # that is known only to the SDK
        assert json.loads(body)["Version"] == "2020-12-01"


def test_code_is_uploaded_beside_the_bundle() -> None:
    """What a definition names of the assets folder is among the stack's documents."""
    for example in examples(BLUEPRINT):
        keys = {asset.key for asset in example.stack.assets}
        text = json.dumps(example.stack.template)
        folders = {key.rpartition("/")[0].split("/")[1] for key in keys}
        assert all(folder in text for folder in folders)
