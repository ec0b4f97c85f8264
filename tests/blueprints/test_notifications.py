"""What people and programs are told, and what it says."""

import json
from typing import Any

import jsonschema
import pytest
from blueprints.blueprint_files import ROOT
from blueprints.machine import RUN, TaskError
from blueprints.notifying import (
    DIGEST,
    DRIFT,
    EXECUTION,
    GATE,
    JANE,
    LINK,
    PIPELINE,
    ended,
    package,
    ran,
    said,
    tell,
)

from mlops_gitops.pipeline.approval import approval_summary, rejection_summary


def test_a_deployment_that_went_through_is_told_with_its_stages() -> None:
    """One message: what, where, whose, and how to see more."""
    done = tell(
        ended("SUCCEEDED"),
        ran("Source", "Source"),
        ran("DeployDev", "Deploy", at=1),
        ran("DeployProd", "Approve", at=2),
        ran("DeployProd", "Deploy", at=3),
    )

    message = said(done)
    assert done.states[-1] == "Done"
    assert message["kind"] == "deployed"
    assert message["stages"] == ["dev", "prod"]
    assert message["id"] == RUN
    assert message["subject"] == f"Deployed: {PIPELINE}"
    assert message["text"].splitlines() == [
        f"{PIPELINE} is deployed in dev, prod.",
        "",
        "commit: c0ffee",
        "author: Jo <jo@acme.org>",
        f"digest: {DIGEST}",
        "",
        f"In the console: {LINK}",
        f"What it changed: mlops-gitops history {PIPELINE} {EXECUTION}",
    ]


def test_a_failure_is_told_with_its_first_reason() -> None:
    """Of several actions that failed, the one that was first; of one tried again, its last run."""
    error = {"Code": "JobFailed", "Message": "No capacity for ml.g5.48xlarge"}
    done = tell(
        ended("FAILED"),
        ran("DeployDev", "Deploy", "Failed", at=1, ErrorDetails={"Message": "tried again since"}),
        ran("DeployDev", "Deploy", at=2),
        ran("DeployProd", "Deploy", "Failed", at=3, ErrorDetails=error),
        ran("DeployProd", "Run", "Failed", at=4, ErrorDetails={"Message": "because of it"}),
    )

    message = said(done)
    assert message["subject"] == f"Failed in prod: {PIPELINE}"
    assert message["text"].splitlines()[:2] == [
        f"{PIPELINE} failed in prod, at Deploy.",
        "reason: No capacity for ml.g5.48xlarge",
    ]
    assert message["text"].splitlines()[-1] == f"What to do: mlops-gitops status {PIPELINE}"
    facts = ("stage", "stages", "action", "code", "cause")
    assert [message[each] for each in facts] == ["prod", ["dev"], "Deploy", "JobFailed", "error"]


@pytest.mark.parametrize("known", [{"UpdatedBy": JANE}, {}])
def test_a_rejection_is_told_with_who_and_why(known: dict[str, str]) -> None:
    """The reason alone; what the command adds to it tells who, where CodePipeline does not."""
    summary = rejection_summary("latency doubled", DIGEST, JANE)
    gate = ran("DeployProd", "Approve", "Failed", Said=summary, **known)

    message = said(tell(ended("FAILED"), gate))

    assert message["subject"] == f"Rejected in prod: {PIPELINE}"
    assert message["text"].splitlines()[:2] == [
        f"{PIPELINE} was rejected in prod by {JANE}.",
        "reason: latency doubled",
    ]
    assert (message["cause"], message["by"]) == ("rejected", JANE)


def test_an_approval_that_nobody_gave_is_told_as_such() -> None:
    """Nobody is named, as nobody did anything."""
    gate = ran("DeployProd", "Approve", "Failed", ErrorDetails={"Message": "timed out"})

    message = said(tell(ended("FAILED"), gate))

    assert message["text"].startswith(f"The approval of {PIPELINE} in prod has expired.\n")
    assert (message["cause"], "by" in message) == ("expired", False)


@pytest.mark.parametrize(("state", "cause"), [("STOPPED", "stopped"), ("CANCELED", "cancelled")])
def test_a_delivery_that_was_stopped_is_told(state: str, cause: str) -> None:
    """By a person, or by a change of its pipeline."""
    message = said(tell(ended(state), ran("DeployDev", "Deploy", "Abandoned")))

    assert (message["kind"], message["cause"]) == ("stopped", cause)


def test_what_cannot_be_read_is_told_without_it() -> None:
    """A failure that nobody could look at is no secret."""

    def fails(_: Any) -> Any:
        raise TaskError("CodePipeline.CodePipelineException", "no")

    message = said(tell(ended("FAILED"), ReadExecution=fails, ReadActions=fails))

    assert message["digest"] == "unknown"
    assert message["reason"] == "CodePipeline gave no reason."


def test_the_execution_that_codepipeline_starts_by_itself_is_not_told() -> None:
    """A new pipeline has nothing to deploy yet, and fails for that."""
    failed = ran("Source", "Source", "Failed")
    done = tell(ended("FAILED"), failed, trigger="CreatePipeline")

    assert done.states[-1] == "NothingToTell"
    assert not {"Tell", "Announce"} & done.asked.keys()


WAITS = ran("DeployProd", "Approve", "InProgress", at=5)


@pytest.mark.parametrize(
    ("minutes", "expires", "remind"),
    [
        (None, "2026-11-28T15:05:00.000Z", "2026-11-27T15:05:00.000Z"),
        (1440, "2026-11-22T15:05:00.000Z", "2026-11-22T03:05:00.000Z"),
        (5, "2026-11-21T15:10:00.000Z", "2026-11-21T15:07:30.000Z"),
    ],
)
def test_an_approval_is_told_when_it_begins_to_wait_and_when_it_is_about_to_expire(
    minutes: int | None, expires: str, remind: str
) -> None:
    """A day before its end, or at half of a short time; with the digest and a link, both times."""
    done = tell(GATE, WAITS, minutes=minutes)

    first, second = said(done), said(done, 1)
    until = f"{expires[:10]} {expires[11:16]} UTC"
    assert done.until == [remind]
    assert first["kind"], second["kind"] == ("approval-waiting", "approval-expiring")
    assert first["subject"] == f"Approval waits: prod of {PIPELINE}"
    assert first["text"].splitlines() == [
        f"prod of {PIPELINE} waits for approval until {until}.",
        "",
        "changes: CHANGE: instance type",
        "commit:  c0ffee",
        "author:  Jo <jo@acme.org>",
        f"digest:  {DIGEST}",
        "",
        f"To look, and to decide: mlops-gitops approve {PIPELINE} --stage prod --digest {DIGEST}",
        f"In the console: {LINK}",
    ]
    assert second["text"].startswith(f"prod of {PIPELINE} still waits for approval. Without an ")
    assert first["expires"] == second["expires"] == expires
    assert first["id"] != second["id"]


def test_an_approval_that_was_answered_meanwhile_is_not_told_again() -> None:
    """Neither before the first message, where settings opened the gate, nor before the second."""
    answers = iter([WAITS, ran("DeployProd", "Approve", at=5, Said=approval_summary(DIGEST, JANE))])
    done = tell(GATE, ReadActions=lambda _: {"ActionExecutionDetails": [next(answers)]})
    at_once = tell(GATE, ran("DeployProd", "Approve"))

    assert [each["kind"] for each in [said(done)]] == ["approval-waiting"]
    assert len(done.asked["Tell"]) == 1
    assert "Tell" not in at_once.asked


@pytest.mark.parametrize(
    ("detail", "state"),
    [
        ({"ModelApprovalStatus": "PendingManualApproval"}, "registered"),
        ({"ModelApprovalStatus": "Approved"}, "approved"),
        ({"ModelApprovalStatus": "Rejected"}, "rejected"),
        ({"ModelPackageStatus": "Failed"}, "failed"),
    ],
)
def test_a_model_package_is_told_in_words(detail: dict[str, str], state: str) -> None:
    """Registered, approved, rejected or failed; by its group and version."""
    message = said(tell(package(**detail)))

    assert message["subject"] == f"Model package {state}: churn version 2"
    assert (message["kind"], message["state"]) == ("model-package", state)
    assert (message["group"], message["version"]) == ("churn", "2")


def test_drift_is_told_with_what_differs() -> None:
    """What somebody found, and what to do about it."""
    message = said(tell(DRIFT))

    assert message["subject"] == f"Drift found: {PIPELINE} (prod)"
    assert message["text"].splitlines() == [
        f"{PIPELINE} in prod, account 444444444444, is no longer what git says.",
        "",
        "- instance count: 2 -> 5",
        "",
        "To see it, and what else differs: mlops-gitops plan",
        "To make it what git says: mlops-gitops apply",
    ]
    jsonschema.validate(
        DRIFT["detail"], json.loads((ROOT / "schemas/events/drift-found.json").read_text())
    )


def test_subjects_are_what_mails_take() -> None:
    """SNS refuses one that is not ASCII, has several lines, or is longer than 100 characters."""
    name = "größe~\n" + "x" * 200
    message = said(tell({**DRIFT, "detail": {**DRIFT["detail"], "stack": name}}))

    assert message["subject"].startswith("Drift found: gr??e~?xxx")
    assert len(message["subject"]) == 99
    assert name in message["text"]


def test_a_message_that_the_bus_does_not_take_fails_where_an_alarm_sees_it() -> None:
    """The topic has it; chat has not, and that is no secret."""
    done = tell(ended("SUCCEEDED"), Announce=lambda _: {"FailedEntryCount": 1})

    assert done.failure is not None
    assert done.failure[0] == "NotAnnounced"
