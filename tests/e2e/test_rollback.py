"""Rollback on the embedded AWS: three commits, their gates, and the way back by git and at once."""

import json
import re
from typing import Any

from e2e.user import User, full_name, model

SIZES = ("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge")


def test_a_workload_goes_back_by_git_and_at_once(user: User, name: str) -> None:
    """Through the gates; what was rolled back from is refused until it changes; git stays true."""
    commits = [deployed(user, name, size) for size in SIZES]
    history = json.loads(user.did("history", name, "--output", "json"))["deployments"]
    first, second, third = (each["digest"] for each in reversed(history))

    goes_back_by_git(user, name, second, third)
    refuses_what_comes_again(user, name, third)
    deployed(user, name, "ml.m5.4xlarge")
    goes_back_at_once(user, name, first, commits[0])
    keeps_a_gate_shut(user, name)


def goes_back_by_git(user: User, name: str, second: str, third: str) -> None:
    """A commit of the one file, whatever else is staged, then the gates; twice is once."""
    (user.folder / "notes.txt").write_text("somebody works here")
    user.git("add", "notes.txt")

    said = user.did("rollback", name, "--yes", "--reason", "wrong scores")

    assert f"{second} started" in said
    assert f"{third} is refused from now on" in said
    assert declared(user, name) == SIZES[1]
    assert user.git("show", "--name-only", "--format=").split() == [f"{name}/mlops-config.json"]
    assert user.git("status", "--porcelain").split() == ["A", "notes.txt"]
    assert third in user.git("log", "-1", "--format=%B")
    user.lead(name, "staging", "prod")
    assert running(user, name) == [SIZES[1]] * 3
    assert f"{second} is deployed already" in user.did("rollback", name, "--yes")


def refuses_what_comes_again(user: User, name: str, third: str) -> None:
    """Whoever commits it: beforehand and when it is applied, with who, why and how to lift it."""
    user.commit(model(name, inference_instance=SIZES[2]))
    for words, code in ((("plan",), 0), (("apply",), 4)):
        told = user.run(*words)
        assert told.code == code
        assert "wrong scores" in told.out
        assert f"mlops-gitops resume {full_name(name)} --digest {third}" in told.out
    assert len(user.executions(name)) == 4


def goes_back_at_once(user: User, name: str, first: str, commit: str) -> None:
    """The bundle that was kept, in its own version and with today's summary, then the commit."""
    said = user.did("rollback", name, "--to", first[:20], "--now", "--yes")

    assert re.search(rf"{first} started +execution", said)
    newest, *_, oldest = user.executions(name)
    revisions = [each["sourceRevisions"][0]["revisionId"] for each in (newest, oldest)]
    assert revisions[0] == revisions[1]
    assert declared(user, name) == SIZES[0]
    variables = started_with(user, name, newest["pipelineExecutionId"])
    assert (variables["commit"], variables["digest"]) == (commit, first)
    assert f"ml.m5.4xlarge -> {SIZES[0]}" in variables["summary_prod"]
    for way in ((), ("--now",)):
        assert f"{first} is under way already" in user.did("rollback", name, "--yes", *way)
    user.lead(name, "staging", "prod")
    assert running(user, name) == [SIZES[0]] * 3
    assert "unchanged" in user.did("apply")
    assert len(user.executions(name)) == 6


def keeps_a_gate_shut(user: User, name: str) -> None:
    """Nobody gets into a suspended stage, until it is resumed."""
    user.commit(model(name, inference_instance="ml.c5.large"))
    user.did("suspend", "--stage", "staging", "--until", "2h", "--reason", "freeze")
    user.did("apply")
    user.settled(name)
    refused = user.run("approve", name, "--yes")
    assert (refused.code, "freeze" in refused.err) == (4, True)
    assert "freeze" in user.did("status", name)
    user.did("resume", "--stage", "staging")
    user.did("approve", name, "--yes")


def deployed(user: User, name: str, size: str) -> str:
    """Commit an instance and lead it to prod; give the commit's id."""
    commit = user.commit(model(name, inference_instance=size))
    user.did("apply")
    user.lead(name, "staging", "prod")
    return commit


def running(user: User, name: str) -> list[str]:
    """The instances of all stages, in the order of promotion."""
    stages = ("dev", "staging", "prod")
    return [user.parameters(name, stage)["InferenceInstance"] for stage in stages]


def declared(user: User, name: str) -> str:
    """The instance that the last commit says."""
    return str(json.loads(user.git("show", f"HEAD:{name}/mlops-config.json"))["inference_instance"])


def started_with(user: User, name: str, execution: str) -> dict[str, Any]:
    """The variables of an execution."""
    found = user.aws("codepipeline").get_pipeline_execution(
        pipelineName=full_name(name), pipelineExecutionId=execution
    )
    return {each["name"]: each["resolvedValue"] for each in found["pipelineExecution"]["variables"]}
