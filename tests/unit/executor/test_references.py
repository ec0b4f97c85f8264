"""References are read as they are written, and nothing else is read as one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.executor.references import (
    BadReference,
    Key,
    Kind,
    Path,
    parse,
    parse_path,
    path_text,
    written,
)

NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_\-]{0,20}", fullmatch=True)
PARTS = st.one_of(
    NAMES,
    st.integers(0, 10**9 - 1),
    st.text(string.printable, min_size=1, max_size=10)
    .filter(lambda text: "']" not in f"{text}']"[:-1])
    .map(Key),
)
PATHS = st.lists(PARTS, min_size=1, max_size=5).map(tuple)


@given(st.sampled_from([Kind.STEP, Kind.OUTPUT]), NAMES, PATHS)
def test_what_is_written_is_read(kind: Kind, name: str, path: Path) -> None:
    """A reference to a step that is written and read again is the same."""
    if kind is Kind.STEP and path[0] == "PropertyFiles":
        return  # that is another kind
    read = parse(written(kind, name, path))

    assert (read.kind, read.name, read.path) == (kind, name, path)


@given(st.from_regex(r"(Steps|Parameters|Execution|ForEach)\.[\w.\[\]'\-]{1,40}", fullmatch=True))
def test_what_is_read_is_written(text: str) -> None:
    """Whatever is read as a reference is written as the same text again."""
    try:
        read = parse(text)
    except BadReference:
        return

    assert written(read.kind, read.name, read.path) == text
    assert read.text == text


@pytest.mark.parametrize(
    ("text", "kind", "name", "path"),
    [
        ("Parameters.Input-Data_1", Kind.PARAMETER, "Input-Data_1", ()),
        ("Execution.PipelineExecutionId", Kind.EXECUTION, "PipelineExecutionId", ()),
        (
            "Steps.Train.ModelArtifacts.S3ModelArtifacts",
            Kind.STEP,
            "Train",
            ("ModelArtifacts", "S3ModelArtifacts"),
        ),
        (
            "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri",
            Kind.STEP,
            "Prepare",
            ("ProcessingOutputConfig", "Outputs", Key("train"), "S3Output", "S3Uri"),
        ),
        (
            "Steps.Tune.TrainingJobSummaries[0].TrainingJobName",
            Kind.STEP,
            "Tune",
            ("TrainingJobSummaries", 0, "TrainingJobName"),
        ),
        ("Steps.Evaluate.PropertyFiles.Report", Kind.PROPERTY_FILE, "Evaluate", ("Report",)),
        ("ForEach.CurrentItem", Kind.ITEM, "CurrentItem", ()),
        ("ForEach.CurrentItem.region", Kind.ITEM, "CurrentItem", ("region",)),
        ("IterationOutput.Fit.OutputParameters['mse']", Kind.OUTPUT, "Fit", None),
        ("ChildOutput.Fit.OutputParameters['mse']", Kind.OUTPUT, "Fit", None),
    ],
)
def test_each_kind_is_read(text: str, kind: Kind, name: str, path: Path | None) -> None:
    """Kind, name and path are those of the SDK's spelling."""
    read = parse(text)

    assert (read.kind, read.name) == (kind, name)
    assert read.path == (("OutputParameters", Key("mse")) if path is None else path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no reference"),
        ("Train.ModelArtifacts", "is no reference"),
        ("steps.Train.X", "is no reference"),
        ("Steps.", "is no reference"),
        ("Steps.Train", "names a step, but no property"),
        ("IterationOutput.Fit", "names a step, but no property"),
        ("Parameters.A.b", "nothing inside"),
        ("Execution.PipelineName[0]", "nothing inside"),
        ("Steps.Train.a..b", 'cannot be read from "..b"'),
        ("Steps.Train.a[01]", 'cannot be read from "[01]"'),
        ("Steps.Train.a[x]", 'cannot be read from "[x]"'),
        ("Steps.Train.a['']", "cannot be read"),
        ("Steps.Train.a['b'", "cannot be read"),
        ("Steps.Train.a b", "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    """A text that is no reference is refused, with the reason."""
    with pytest.raises(BadReference) as refused:
        parse(text)

    assert said in str(refused.value)


def test_the_step_that_is_waited_for_is_named() -> None:
    """Properties and property files wait for their step, a parameter for none."""
    assert parse("Steps.A.X").step == "A"
    assert parse("Steps.A.PropertyFiles.F").step == "A"
    assert parse("Parameters.A").step is None
    assert parse("IterationOutput.A.X").step is None


@given(PATHS)
def test_a_path_alone_is_read_as_it_is_written(path: Path) -> None:
    """With and without the dollar, and with either quote."""
    text = path_text(path)
    if '"' not in text:
        assert parse_path(text) == parse_path(f"${text}") == path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("metrics.mse.value", ("metrics", "mse", "value")),
        ("$.a[0].b", ("a", 0, "b")),
        ("[1]", (1,)),
        ('a["b c"]', ("a", Key("b c"))),
        ("$", ()),
    ],
)
def test_paths_of_json_get_are_read(text: str, path: Path) -> None:
    """The first member needs no dot, and the dollar is the whole."""
    assert parse_path(text) == path


@pytest.mark.parametrize("text", ["a[*]", "$..a", "a[?(@.b)]", "a.", ".", "a[-1]"])
def test_paths_to_many_values_are_refused(text: str) -> None:
    """What a JSONPath may say beyond a way to one value is no path here."""
    with pytest.raises(BadReference, match="no path to one value"):
        parse_path(text)
