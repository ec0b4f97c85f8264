"""Views of problems: valid in each format whatever the texts hold, and harmless."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import jsonschema_rs
import pytest
from builders import DATA
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from markdown_it import MarkdownIt

from mlops_gitops.config.explanations import explanations
from mlops_gitops.problems import Location, Problem, Severity, below, in_order
from mlops_gitops.views.problems_github import LIMIT, problems_github
from mlops_gitops.views.problems_json import problems_json
from mlops_gitops.views.problems_junit import problems_junit
from mlops_gitops.views.problems_markdown import problems_markdown
from mlops_gitops.views.problems_sarif import problems_sarif

HERE = Path(__file__).parent
# A pattern in that schema is no regular expression to jsonschema-rs.
SARIF = Draft7Validator(
    json.loads((HERE / "sarif" / "sarif-schema-2.1.0.json").read_text("utf-8")),
    format_checker=Draft7Validator.FORMAT_CHECKER,
)
OURS = jsonschema_rs.validator_for(json.loads(DATA.schema("output/problems")))
TOLD = explanations()
COMMAND = re.compile(r"::(error|warning) ((?:\w+=[^,:]*,?)+)::(.*)")

# Half of what is drawn is what some format gives a meaning to.
_harmful = st.one_of(
    st.sampled_from(["%", "%0A", "%25", "::", ",", ":", ";", "::error::", "##[error]"]),
    st.sampled_from(["|", "`", "```", "[x](y)", "\\", "*", "_", "~", "#", "---", "@team"]),
    st.sampled_from(["<", ">", "&", '"', "'", "<!--", "-->", "]]>", "<script>", "&#0;"]),
    st.sampled_from(["https://example.com", "www.example.com", "\U0001f600", "\n", "\r", "\0"]),
    st.sampled_from(["\x7f", "\x1b[31m", "\x85", "\u2028", "\u202e", "\ufffe", "\uffff", "\ud800"]),
)
texts = st.lists(st.one_of(_harmful, st.text(max_size=8)), max_size=6).map("".join)
paths = texts.map(lambda text: text.replace("\0", "") or "mlops-config.json")
problems = st.builds(
    Problem,
    code=st.sampled_from(sorted(TOLD)),
    where=st.builds(Location, paths, st.integers(1, 10**6), st.integers(1, 10**4)),
    message=texts,
    hint=texts,
    severity=st.sampled_from(Severity),
    pointer=texts,
)
lists = st.lists(problems, max_size=30).map(in_order)

ONE = Problem(
    code="MG025",
    where=Location("churn/mlops-config.json", 15, 5),
    message="'production' is no stage of the settings.",
    hint="Did you mean 'prod'? The stages are dev, staging and prod.",
    pointer="/stages/2",
)


def many(count: int, severity: Severity) -> list[Problem]:
    """Give so many problems, each in a line of its own."""
    return [
        replace(ONE, severity=severity, where=replace(ONE.where, line=line + 1))
        for line in range(count)
    ]


def is_quiet(text: str) -> bool:
    """Whether no line of a text drives a terminal."""
    return all(line.isprintable() for line in text.split("\n"))


@given(lists)
def test_json_is_what_its_schema_says(found: tuple[Problem, ...]) -> None:
    """Every problem is there, in ASCII."""
    text = problems_json(found)

    OURS.validate(json.loads(text))
    assert len(json.loads(text)["problems"]) == len(found)
    assert text.isascii()
    assert is_quiet(text)


@given(lists)
def test_commands_are_all_that_a_workflow_runs(found: tuple[Problem, ...]) -> None:
    """Each line is an annotation, or stands where commands are stopped; texts come back whole."""
    text = problems_github(found)
    lines = text.split("\n") if found else []
    stopped = ""
    annotated = []
    for line in lines:
        if stopped:
            stopped = "" if line == f"::{stopped}::" else stopped
        elif line.startswith("::stop-commands::"):
            stopped = line.removeprefix("::stop-commands::")
        elif not line.startswith(("::group::", "::endgroup::")):
            match = COMMAND.fullmatch(line)
            assert match, line
            annotated.append(match)

    assert not stopped
    assert is_quiet(text)
    for severity in Severity:
        shown = [match for match in annotated if match[1] == severity.value]
        said = [problem for problem in found if problem.severity is severity]
        assert len(shown) == min(len(said), LIMIT)
        whole = len(said) if len(said) <= LIMIT else LIMIT - 1
        for match, problem in zip(shown[:whole], said, strict=False):
            told = match[3].replace("%0A", "\n").replace("%25", "%")
            assert told.count("\n") == 1
            if problem.message.isprintable():
                assert problem.message in told


def test_an_annotation_names_file_line_and_column() -> None:
    """With the code as its title, and the place once more for the log."""
    assert problems_github([ONE]) == (
        "::error file=churn/mlops-config.json,line=15,col=5,title=MG025::"
        "churn/mlops-config.json:15:5: 'production' is no stage of the settings.%0A"
        "Did you mean 'prod'? The stages are dev, staging and prod."
    )


def test_signs_of_commands_are_escaped() -> None:
    """As the toolkit escapes them: two more signs in properties than in the text."""
    odd = replace(ONE, where=Location("a,b:c%0A.json", 1, 1), message="100%, a:b", hint="::error::")

    assert problems_github([odd]) == (
        "::error file=a%2Cb%3Ac%250A.json,line=1,col=1,title=MG025::"
        "a,b:c%250A.json:1:1: 100%25, a:b%0A::error::"
    )


@pytest.mark.parametrize("severity", Severity)
def test_more_than_github_shows_is_said_and_told(severity: Severity) -> None:
    """Ten are ten annotations; of twelve, nine are, the tenth says `3 more`, and text follows."""
    ten = problems_github(many(10, severity)).split("\n")
    assert len(ten) == LIMIT

    lines = problems_github(many(12, severity)).split("\n")
    assert len([line for line in lines if line.startswith(f"::{severity.value}")]) == LIMIT
    assert lines[9].startswith(f"::{severity.value} title=3 more {severity.value}s::3 more")
    assert lines[10] == f"::group::3 more {severity.value}s"
    assert lines[12].startswith("churn/mlops-config.json:10:5: MG025 ")
    assert lines[-1] == "::endgroup::"
    assert len([line for line in lines if ": MG025 " in line]) == 3


@given(lists)
def test_sarif_passes_its_schema(found: tuple[Problem, ...]) -> None:
    """Every problem is a result with its rule, its place and a fingerprint of its own."""
    text = problems_sarif(found, TOLD, "1.2.3")
    log = json.loads(text)

    SARIF.validate(log)
    assert is_quiet(text)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [
        one.code for one in found
    ]
    marks = {each["partialFingerprints"]["mlopsGitops/v1"] for each in run["results"]}
    assert len(marks) == len(found)
    for result, problem in zip(run["results"], found, strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert result["level"] == problem.severity.value
        assert place["region"]["startLine"] == problem.where.line
        assert place["region"]["startColumn"] == problem.where.column
        assert is_quiet(result["message"]["text"])
        if not re.search("[\ud800-\udfff]", problem.where.path):
            assert unquote(place["artifactLocation"]["uri"]) == problem.where.path


def test_sarif_says_what_ran_and_what_a_rule_means() -> None:
    """Columns are characters; the exit code is validate's; the help is that of `explain`."""
    (run,) = json.loads(problems_sarif([ONE], TOLD, "1.2.3"))["runs"]
    (rule,) = run["tool"]["driver"]["rules"]

    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"][0]["executionSuccessful"] is True
    assert run["invocations"][0]["exitCode"] == 3
    assert rule["help"]["text"] == TOLD["MG025"]
    assert "```text\n" in rule["help"]["markdown"]
    assert rule["helpUri"].endswith("/docs/problems.md#mg025")
    warned = replace(ONE, severity=Severity.WARNING)
    (run,) = json.loads(problems_sarif([warned], TOLD, "1.2.3"))["runs"]
    assert run["invocations"][0]["exitCode"] == 0
    assert run["results"][0]["level"] == "warning"


@given(problems, st.integers(1, 50))
def test_a_problem_that_moves_keeps_its_fingerprint(problem: Problem, lines: int) -> None:
    """A line more above it makes no new alert."""
    moved = replace(problem, where=replace(problem.where, line=problem.where.line + lines))

    (before,) = json.loads(problems_sarif([problem], TOLD, "1"))["runs"][0]["results"]
    (after,) = json.loads(problems_sarif([moved], TOLD, "1"))["runs"][0]["results"]
    assert before["partialFingerprints"] == after["partialFingerprints"]


@given(st.lists(paths, max_size=5), lists)
def test_junit_is_well_formed(checked: list[str], found: tuple[Problem, ...]) -> None:
    """One test case for each file; exactly those with errors fail."""
    text = problems_junit(checked, found)
    suites = ET.fromstring(text.encode())  # noqa: S314 - our own text, and that it parses is the point

    cases = suites.findall("testsuite/testcase")
    named = {*checked, *(one.where.path for one in found)}
    failing = {one.where.path for one in found if one.severity is Severity.ERROR}
    assert is_quiet(text)
    assert len(cases) == max(1, len(named))
    assert suites.attrib["tests"] == str(len(cases))
    assert suites.attrib["failures"] == str(len(failing)) == str(len(suites.findall(".//failure")))


def test_junit_tells_everything_of_a_file_at_once() -> None:
    """Some readers take the first failure only; a warning alone fails nothing."""
    warned = replace(ONE, severity=Severity.WARNING, message='Mind <this> & "that".')
    bad = ET.fromstring(problems_junit(["good.json"], [ONE, ONE, warned]))  # noqa: S314 - our own text
    fine = ET.fromstring(problems_junit(["good.json"], [warned]))  # noqa: S314 - our own text

    (failure,) = bad.findall(".//failure")
    assert failure.attrib == {"message": "2 errors found", "type": "MG025"}
    assert (failure.text or "").count("MG025") == 2
    assert fine.find(".//failure") is None
    assert 'Mind <this> & "that".' in (fine.findtext(".//system-out") or "")


@given(st.integers(0, 5000), lists)
@example(3, (ONE,))
def test_markdown_is_one_table(count: int, found: tuple[Problem, ...]) -> None:
    """Read as GitHub does: a heading, a row for each problem, and no markup of theirs."""
    text = problems_markdown(count, found)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    rows = [token for token in tokens if token.type == "tr_open"]
    inside = [child for token in tokens for child in token.children or ()]
    plain = [child.content for child in inside if child.type == "text"]

    assert is_quiet(text)
    assert len(rows) == (len(found) + 1 if found else 0)
    assert {child.type for child in inside} <= {"text", "code_inline"}
    assert all(re.fullmatch(r"[\w ,.()]*", each) for each in plain)


@given(lists, st.integers(600, 5_000))
def test_markdown_always_fits(found: tuple[Problem, ...], limit: int) -> None:
    """Rows are left out whole, and what is left out is said."""
    text = problems_markdown(1, found, limit)
    rows = len([line for line in text.split("\n") if line.startswith("| ")]) - 2 if found else 0

    assert len(text) <= limit
    if rows < len(found):
        assert f"_{len(found) - rows:,} more not shown here" in text


@given(lists)
def test_the_same_problems_give_the_same_bytes(found: tuple[Problem, ...]) -> None:
    """No clock and no chance in any format, so that outputs can be compared."""
    formats = (
        problems_json,
        problems_github,
        lambda these: problems_sarif(these, TOLD, "1"),
        lambda these: problems_junit((), these),
        lambda these: problems_markdown(1, these),
    )
    for write in formats:
        assert write(found) == write(tuple(found))


def test_a_repository_in_a_folder_is_named_from_above() -> None:
    """Annotations name files as the checkout does."""
    assert below("", [ONE]) == (ONE,)
    assert below("ml/models", [ONE])[0].where.path == "ml/models/churn/mlops-config.json"


def test_a_pipe_ends_no_cell_and_no_limit_is_passed_by_one() -> None:
    """Whatever the limit is, to the character."""
    piped = replace(ONE, message="a|b")

    assert r"| `a\|b` |" in problems_markdown(1, [piped])
    for limit in range(600, 1_200):
        assert len(problems_markdown(1, many(12, Severity.ERROR), limit)) <= limit
