"""`pipeline answer`: callbacks of runs on this machine, and of executions on AWS."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from functional.conftest import Say
from local_pipeline import Kitchen, until

from mlops_gitops.executor.api import Handle, Status, read_steps, start

OUTPUTS = [
    {"OutputName": "by", "OutputType": "String"},
    {"OutputName": "count", "OutputType": "Integer"},
]


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Handle]:
    """A run whose two steps wait for answers."""
    steps = [
        {"Name": name, "Type": "Callback", "SqsQueueUrl": "q", "OutputParameters": outputs}
        for name, outputs in (("Review", OUTPUTS), ("Look", []))
    ]
    handle = start(Kitchen(tmp_path).request({"Steps": steps}))
    until(lambda: all((handle.folder / f"queue/steps/{name}.json").exists() for name in NAMES))
    yield handle
    handle.abandon()
    handle.wait(60)


NAMES = ("Review", "Look")


def test_a_callback_is_answered_by_its_step_or_its_token(asking: Handle, say: Say) -> None:
    """The outputs have their types; a reason fails the step; nothing is answered twice."""
    run = str(asking.folder)
    token = json.loads((asking.folder / "queue/steps/Look.json").read_text("utf-8"))["token"]

    good = say(*WORDS, "Review", "--run", run, "--output", "by=kim=lee", "--output", "count=3")
    bad = say(*WORDS, token, "--run", run, "--fail", "worse than before")
    result = asking.wait(60)
    again = say(*WORDS, "Review", "--run", run, "--output", "by=kim", "--output", "count=3")

    assert (good.code, good.out, bad.code) == (0, "", 0), good.err + bad.err
    assert good.err == f"Answered Review of {asking.folder.name}.\n"
    ends = {step["StepName"]: step for step in read_steps(asking.folder)}
    values = [{"Name": "by", "Value": "kim=lee"}, {"Name": "count", "Value": "3"}]
    assert ends["Review"]["Metadata"]["Callback"]["OutputParameters"] == values  # type: ignore[index, call-overload]  # JSON
    assert ends["Look"]["FailureReason"] == "worse than before"
    assert result.status is Status.FAILED
    assert again.code == 4
    assert "does not run: it is Failed" in again.err


WORDS = ("pipeline", "answer")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Nobody",), "No callback step 'Nobody' has asked"),
        (("../../run",), "Steps that have asked: Look, Review."),
        (("Review", "--output", "by=kim"), "The output count was not given. Nothing was answered."),
        (
            ("Review", "--output", "by=kim", "--output", "count=many"),
            "The output count is of type Integer, not 'many'.",
        ),
        (("Look", "--output", "by=kim"), "Step Look has no output 'by'."),
        (("Review", "--output", "by=kim", "--fail", "no"), "A step that fails has no outputs."),
    ],
)
def test_what_would_fail_the_step_is_no_answer(
    asking: Handle, say: Say, words: tuple[str, ...], said: str
) -> None:
    """An answer cannot be taken back, so it is looked at before it is given."""
    told = say(*WORDS, *words, "--run", str(asking.folder))

    assert told.code == 1
    assert said in told.err
    assert not list((asking.folder / "queue" / "answers").iterdir())
