"""The watch over approvals: who is told what of an approval that the command did not give."""

from typing import Any

import pytest
from blueprints.blueprint_files import ROOT, load
from blueprints.machine import Answer, TaskError, Walk, walk
from blueprints.resolving import ACCOUNT, REGION, resolved

from mlops_gitops.pipeline.approval import approval_summary
from mlops_gitops.pipeline.authorship import is_author, person_of

PIPELINE = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
DIGEST, OTHER = "mg1-" + "a" * 64, "mg1-" + "b" * 64
JANE = f"arn:aws:iam::{ACCOUNT}:user/jane"
RESOURCES = resolved(
    load(ROOT / "blueprints/bootstrap/orchestrator.yaml"),
    {
        "Prefix": "mlops-pipeline",
        "AssetsBucketName": "acme",
        "StageAccounts": ACCOUNT,
        "NotificationEmail": "",
    },
)
MACHINE = RESOURCES["ApprovalWatch"]["Properties"]["Definition"]
EVENT = {
    "source": "aws.codepipeline",
    "detail-type": "CodePipeline Action Execution State Change",
    "detail": {
        "pipeline": PIPELINE,
        "execution-id": "6c0ab1f2",
        "stage": "DeployProd",
        "action": "Approve",
        "state": "SUCCEEDED",
        "type": {"owner": "AWS", "provider": "Manual", "category": "Approval", "version": "1"},
    },
}


def run_of(summary: str | None, by: str = JANE, **facts: str) -> dict[str, Any]:
    """Give an action as CodePipeline lists it to a state machine."""
    result = {} if summary is None else {"ExternalExecutionSummary": summary}
    given = {"StageName": "DeployProd", "ActionName": "Approve", "Status": "Succeeded"}
    told = {"UpdatedBy": by, "LastUpdateTime": "2026-11-21T15:00:00.000Z"}
    return {**given, **told, "Output": {"ExecutionResult": result}, **facts}


def watch(*runs: dict[str, Any], author: str = "Jo <jo@acme.org>", **answers: Answer) -> Walk:
    """Walk the machine with what CodePipeline has of the execution."""
    variables = {"author": author, "commit": "c0ffee", "digest": DIGEST}
    listed = [{"Name": name, "ResolvedValue": value} for name, value in variables.items()]
    usual: dict[str, Answer] = {
        "ReadExecution": lambda _: {"PipelineExecution": {"Variables": listed}},
        "ReadApproval": lambda _: {"ActionExecutionDetails": list(runs)},
    }
    return walk(MACHINE, EVENT, {**usual, **answers})


def message(done: Walk) -> str:
    """Give what was said, once."""
    (asked,) = done.asked["Tell"]
    text: str = asked["Message"]
    return text


def test_an_approval_by_the_command_is_not_told() -> None:
    """It names the digest that goes ahead, as `approve` writes it."""
    done = watch(run_of(approval_summary(DIGEST, JANE)))

    assert done.states[-1] == "Bound"
    assert "Tell" not in done.asked


@pytest.mark.parametrize("summary", [None, "", "looks good", "digest=", "nodigest=" + DIGEST])
def test_an_approval_without_a_digest_is_told(summary: str | None) -> None:
    """One message: where, by whom, what of whom goes ahead, and how to see more."""
    done = watch(run_of(summary))

    (asked,) = done.asked["Tell"]
    assert asked["TopicArn"] == f"arn:aws:sns:{REGION}:{ACCOUNT}:NotificationTopic"
    assert asked["Subject"] == f"Approved without its digest: {PIPELINE}"
    assert message(done).splitlines() == [
        f"DeployProd of {PIPELINE} was approved without a digest, as from the console.",
        "Nothing has compared what is deployed now with what was shown.",
        "",
        f"by:     {JANE}",
        "at:     2026-11-21T15:00:00.000Z",
        "commit: c0ffee",
        "author: Jo <jo@acme.org>",
        f"digest: {DIGEST} (is what goes ahead)",
        "",
        "By their names, the approver is not the author of the commit.",
        f"What it changes: mlops-gitops history {PIPELINE} 6c0ab1f2",
    ]


def test_an_approval_for_another_digest_is_told() -> None:
    """A digest that is not the one that goes ahead is as good as none."""
    done = watch(run_of(f"digest={OTHER} actor={JANE}"))

    assert f"was approved for another digest, {OTHER}." in message(done)


def test_of_a_stage_that_was_tried_again_the_newest_approval_counts() -> None:
    """The list begins with the newest; other stages, actions and answers are not looked at."""
    ours = run_of(approval_summary(DIGEST, JANE))
    done = watch(
        run_of("no", Status="Failed"),
        run_of("x", StageName="DeployStaging"),
        run_of("x", ActionName="Prepare"),
        run_of("by hand"),
        ours,
    )

    assert "without a digest" in message(done)
    assert watch(ours, run_of("by hand")).states[-1] == "Bound"


@pytest.mark.parametrize("broken", [("ReadExecution",), ("ReadApproval",)])
def test_what_cannot_be_read_is_told_all_the_same(broken: tuple[str, ...]) -> None:
    """An approval that nobody could look at is not taken for one that is in order."""

    def fails(_: Any) -> Any:
        raise TaskError("CodePipeline.CodePipelineException", "no")

    done = watch(run_of(approval_summary(DIGEST, JANE)), **dict.fromkeys(broken, fails))

    assert "unknown" in message(done)
    assert "another digest" not in message(done)


SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/release-managers/"
AUTHORS = [
    "Jane Doe <jane@acme.org>",
    "jane <x@y>",
    "J. Doe <123+jane@users.noreply.github.com>",
    "JANE",
    "-",
    "",
    "Somebody <somebody@acme.org>",
]
ACTORS = [
    *(JANE, f"arn:aws:iam::{ACCOUNT}:user/team/Jane.Doe", f"arn:aws:iam::{ACCOUNT}:root"),
    *(f"{SESSION}jane@acme.org", f"{SESSION}somebody", f"{SESSION}123-jane"),
]


@pytest.mark.parametrize("author", AUTHORS)
@pytest.mark.parametrize("actor", ACTORS)
def test_names_are_compared_as_the_command_compares_them(author: str, actor: str) -> None:
    """The author, not the author, or nobody knows: never a wrong word of certainty."""
    told = message(watch(run_of("by hand", by=actor), author=author))

    if not person_of(actor) or author in ("", "-"):
        assert "may be the author" in told
    elif is_author(author, actor):
        assert "is the author" in told
    else:
        assert "is not the author" in told


def test_only_approvals_of_this_installation_wake_it() -> None:
    """The rule asks for the prefix, for approvals, and for those that were given."""
    pattern = RESOURCES["ApprovalRule"]["Properties"]["EventPattern"]

    assert pattern["source"] == [EVENT["source"]]
    assert pattern["detail-type"] == [EVENT["detail-type"]]
    assert pattern["detail"] == {
        "pipeline": [{"prefix": "mlops-pipeline-"}],
        "state": ["SUCCEEDED"],
        "type": {"category": ["Approval"]},
    }
