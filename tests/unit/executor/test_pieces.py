"""Small decisions of the executor: names, durations, paths, words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.executor.cache import expire_after
from mlops_gitops.executor.facts import Identity, iso
from mlops_gitops.executor.graph import read_graph
from mlops_gitops.executor.ledger import why_skipped
from mlops_gitops.executor.logs import plain
from mlops_gitops.executor.plan import begin, react
from mlops_gitops.executor.sandbox import redirected
from mlops_gitops.executor.state import Failed, State, StopRequested, Succeeded
from mlops_gitops.executor.storage import BadUri, split_uri
from mlops_gitops.executor.work.outputs import declared_outputs, stand_ins
from mlops_gitops.executor.work.program import own_program

IDENTITY = Identity(
    pipeline="Abalone",
    execution="abcdef123456",
    region="us-gov-west-1",
    account="1" * 12,
    started=0,
)


@given(st.from_regex(r"[A-Za-z0-9\-_]{1,64}", fullmatch=True))
def test_job_names_are_as_pipelines_makes_them(step: str) -> None:
    """With execution, step and ten characters, and never too long."""
    name = IDENTITY.job_name(step, "x" * 10)

    assert len(name) <= 63
    assert name.startswith("pipelines-abcdef123456-")
    assert name.endswith("-" + "x" * 10)
    assert "_" not in name
    assert step.replace("_", "-").startswith(name.removeprefix("pipelines-abcdef123456-")[:-11])


def test_arns_are_of_the_regions_partition() -> None:
    """Names of pipelines are lower case in them."""
    assert IDENTITY.pipeline_arn == (
        "arn:aws-us-gov:sagemaker:us-gov-west-1:111111111111:pipeline/abalone"
    )
    assert iso(0) == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("P30D", 30 * 86400),
        ("p30d", 30 * 86400),
        ("P4DT12H", 4 * 86400 + 12 * 3600),
        ("T12H", 12 * 3600),
        ("PT90M", 5400),
        ("P1W", 7 * 86400),
        (None, float("inf")),
        ("", 0),
        ("P", 0),
        ("soon", 0),
    ],
)
def test_durations_are_read_as_the_sdk_writes_them(text: str | None, seconds: float) -> None:
    """One that is none keeps nothing, rather than for ever."""
    assert expire_after(text) == seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/opt/ml", "/here"),
        ("/opt/ml/model", "/here/model"),
        ("--out=/opt/ml/model,/opt/ml/output", "--out=/here/model,/here/output"),
        ("/opt/mlx", "/opt/mlx"),
        ("/srv/opt/ml/model", "/srv/opt/ml/model"),
        ("/opt/ml.bak", "/opt/ml.bak"),
        ("nothing", "nothing"),
    ],
)
def test_only_opt_ml_itself_is_redirected(text: str, expected: str) -> None:
    """What merely looks like it stays."""
    assert redirected(text, "/here") == expected


@given(st.text(max_size=30))
def test_a_text_without_opt_ml_stays(text: str) -> None:
    """Whatever it is."""
    assert redirected(text, "/here") == text or "/opt/ml" in text


@pytest.mark.parametrize(
    ("uri", "parts"),
    [
        ("s3://bucket", ("bucket", "")),
        ("s3://bucket/", ("bucket", "")),
        ("s3://bucket/a//b/", ("bucket", "a/b")),
        ("s3://bucket/a b.txt", ("bucket", "a b.txt")),
    ],
)
def test_uris_are_taken_apart(uri: str, parts: tuple[str, str]) -> None:
    """Slashes that say nothing are left out."""
    assert split_uri(uri) == parts


@given(st.lists(st.sampled_from(["..", ".", "a", "", "b\0", "\\"]), min_size=1, max_size=6))
def test_no_key_leads_out_of_its_bucket(parts: list[str]) -> None:
    """What has a dot folder or a null in it is refused; the rest has neither."""
    uri = "s3://bucket/" + "/".join(parts)
    if {"..", ".", "b\0"} & set(parts):
        with pytest.raises(BadUri):
            split_uri(uri)
    else:
        assert not {"..", ".", ""} & set(split_uri(uri)[1].split("/")) or split_uri(uri)[1] == ""


@pytest.mark.parametrize(
    "uri", ["bucket/a", "s3://", "s3:///a", "s3://B/a", "s3://a..b/c", "http://a/b"]
)
def test_what_is_no_uri_is_refused(uri: str) -> None:
    """It names no bucket."""
    with pytest.raises(BadUri):
        split_uri(uri)


@pytest.mark.parametrize(
    ("command", "own"),
    [
        (["python3", "/opt/ml/code/a.py"], True),
        (["/usr/local/bin/python3.11", "/opt/ml/code/a.py", "-x"], True),
        (["python", "-m", "package"], True),
        (["/bin/bash", "/opt/ml/processing/input/entrypoint/runproc.sh"], True),
        (["/bin/bash", "-c", "rm -rf /opt/ml"], False),
        (["python3", "-c", "print()"], False),
        (["python3", "/usr/lib/image.py"], False),
        (["python3"], False),
        (["amazon_sagemaker_scheduler"], False),
        (["pythonista", "/opt/ml/a.py"], False),
        ([], False),
    ],
)
def test_only_code_that_the_job_brings_is_the_users(command: list[str], own: bool) -> None:  # noqa: FBT001 - a column of the table
    """A program of the image is not run, and the reason is given."""
    assert (own_program(command) == "") is own


def test_words_of_programs_are_text() -> None:
    """Whatever bytes they were."""
    assert plain(b" a\x00b\xff\x1b[1m\nc ") == "a b\ufffd [1m\nc"


def test_outputs_have_their_declared_types() -> None:
    """What is not declared is left out."""
    step = {
        "OutputParameters": [
            {"OutputName": "s", "OutputType": "String"},
            {"OutputName": "i", "OutputType": "Integer"},
            {"OutputName": "f", "OutputType": "Float"},
            {"OutputName": "b", "OutputType": "Boolean"},
        ]
    }
    given_ = {"s": 1, "i": "2", "f": "0.5", "b": "True", "other": 1}

    assert declared_outputs(step, given_) == {"s": "1", "i": 2, "f": 0.5, "b": True}
    assert set(stand_ins(step)) == {"s", "i", "f", "b"}


STEPS = [
    {"Name": "A", "Type": "Training"},
    {"Name": "B", "Type": "Training", "DependsOn": ["A"]},
    {
        "Name": "C",
        "Type": "Condition",
        "DependsOn": ["A"],
        "Arguments": {"Conditions": [], "IfSteps": [{"Name": "Yes", "Type": "Training"}]},
    },
    {"Name": "Stop", "Type": "Fail"},
]


def skipped(name: str, *events: object) -> str:
    """Let things happen; say why a step was skipped."""
    state, _ = begin(read_graph({"Steps": STEPS}), 5, 0)
    for event in events:
        state = _react(state, event)
    return why_skipped(state, state.graph[name])


def _react(state: State, event: object) -> State:
    return react(state, event, 0)[0]  # type: ignore[arg-type] - a table of events


def test_why_a_step_was_skipped_is_said() -> None:
    """In words that name the step it was for."""
    failed = Failed(step="A", error="x")
    ended = [Succeeded(step="A"), Succeeded(step="C", branch=False)]

    assert skipped("B", StopRequested()) == "The execution was stopped before."
    assert skipped("B", failed) == "It needs another end of A (Failed)."
    assert skipped("Yes", *ended) == "C took the other branch."
    assert skipped("Yes", failed) == "C did not decide."
    assert skipped("B", Failed(step="Stop", error="x")) == (
        "A Fail step ended the execution before."
    )
