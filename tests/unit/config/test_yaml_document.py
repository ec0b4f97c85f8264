"""Settings' YAML: the part of it that says what JSON says."""

import pytest
from hurried import in_time
from hypothesis import example, given
from hypothesis import strategies as st

from mlops_gitops.config.document import Document
from mlops_gitops.config.yaml_document import MAX_SETTINGS_BYTES, read_yaml
from mlops_gitops.problems import Problem

PATH = "mlops-gitops.yaml"
near_yaml = st.text(st.sampled_from("ab1: -[]{}&*!|>%@`#,?\"'\n\t\\0.~<=e\u2028\x00"), max_size=60)


@given(st.binary(max_size=120) | near_yaml.map(str.encode))
@example(b"a: &x [*x]")
@example(b"? [a]: b")
@example(b"%YAML 9.9\n--- a")
@example(b"a: !<")
@example(b"- |9\n x")
def test_any_bytes_give_a_document_or_a_problem_inside_the_file(data: bytes) -> None:
    """No bytes raise, and a place is in the file."""
    refused = read_yaml(PATH, data)

    if isinstance(refused, Problem):
        lines = data.decode("utf-8", "replace").split("\n")
        assert 1 <= refused.where.line <= len(lines)
        assert 1 <= refused.where.column <= len(lines[refused.where.line - 1]) + 1
        assert (refused.message + refused.hint).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 60_000,
        "- " * 30_000,
        "a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
        "a: " + "x" * MAX_SETTINGS_BYTES,
        "{" * 60_000,
        "a: {" + "x: 1, " * 10_000 + "}",
    ],
)
def test_hostile_settings_are_refused_in_time(text: str) -> None:
    """Nesting, aliases and sheer length end as one problem, soon."""
    assert isinstance(in_time(2, lambda: read_yaml(PATH, text.encode())), Problem)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("null", None),
        ("12", 12),
        ("012345670123", 12345670123),
        ('"012345670123"', "012345670123"),
        ("1.5", 1.5),
        ("12:30", "12:30"),
        ("2026-11-21", "2026-11-21"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
    ],
)
def test_scalars_are_those_of_json(text: str, value: object) -> None:
    """YAML 1.1's booleans, dates and base-60 numbers stay texts."""
    document = read_yaml(PATH, f"key: {text}\n".encode())

    assert isinstance(document, Document)
    assert document.value == {"key": value}
    assert document.where("key").column == 6
