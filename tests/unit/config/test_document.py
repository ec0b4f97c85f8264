"""Documents: what is read, what is refused, and where everything stands."""

import json
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlops_gitops.config.document import Document, read_document
from mlops_gitops.config.refusals import MAX_BYTES
from mlops_gitops.config.scan import Refused, scan
from mlops_gitops.problems import Location, Problem

PATH = "mlops-config.json"
SECONDS = 2.0

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values, max_size=6)
layouts = st.sampled_from([{"indent": 2}, {"indent": None}, {"ensure_ascii": False, "indent": 1}])
near_json = st.text(
    st.sampled_from("{}[]\":,\\/*ux019.eE+-\n\t 'truefalsnINdNy\ud83d"), max_size=40
)


def read(data: bytes) -> Document:
    """Read what must be good."""
    document = read_document(PATH, data)
    assert isinstance(document, Document), document
    return document


def every_path(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    """Walk all values below a value."""
    yield path, value
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from every_path(item, (*path, key))


def offset_of(text: str, where: Location) -> int:
    """Turn a place back into an offset."""
    return sum(len(line) + 1 for line in text.split("\n")[: where.line - 1]) + where.column - 1


@given(objects, layouts)
def test_a_document_is_what_was_written(value: dict[str, Any], layout: dict[str, Any]) -> None:
    """The fast reader and the scanner give the value that was written."""
    text = json.dumps(value, **layout)

    document = read(text.encode("utf-8"))

    assert document.value == value
    assert scan(text).value == value


@given(objects, layouts)
def test_every_place_is_the_first_character(value: dict[str, Any], layout: dict[str, Any]) -> None:
    """Where a value is said to be, decoding from that character gives that value."""
    text = json.dumps(value, **layout)
    document = read(text.encode("utf-8"))

    for path, item in every_path(value):
        decoded, _ = json.JSONDecoder().raw_decode(text, offset_of(text, document.where(*path)))
        assert decoded == item
        if path and isinstance(path[-1], str):
            start = offset_of(text, document.where_key(*path))
            assert json.JSONDecoder().raw_decode(text, start)[0] == path[-1]


@given(near_json)
@example('{"a": 1, "a": 2}')
@example("[1.5e3, -0, 01]")
def test_the_fast_reader_and_the_scanner_agree(text: str) -> None:
    """Whatever the text, Python's own parser accepts all that the scanner accepts, alike."""
    try:
        scanned = scan(text).value
    except Refused:
        return
    assert json.loads(text) == scanned


@given(st.binary(max_size=200) | near_json.map(lambda text: text.encode("utf-8", "replace")))
@example(b"\xff")
@example(b"{\n\xff")
@example('{"\u2028": "\U0001f600", }'.encode())
def test_any_bytes_give_a_document_or_a_problem_inside_the_file(data: bytes) -> None:
    """No bytes raise; a problem's place is a character of the file, or just behind the last."""
    read_or_refused = read_document(PATH, data)

    if isinstance(read_or_refused, Problem):
        lines = data.decode("utf-8", "replace").split("\n")
        where = read_or_refused.where
        assert 1 <= where.line <= len(lines)
        assert 1 <= where.column <= len(lines[where.line - 1]) + 1
        assert read_or_refused.message.isprintable()
        assert read_or_refused.hint.isprintable()


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("MG002", b'{"a": "' + b"x" * MAX_BYTES + b'"}'),
        ("MG011", b"[" * 100_000),
        ("MG011", b'{"a":' * 100_000),
        ("MG011", b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        ("MG012", b'"' + b"\\\\" * 500_000),
        ("MG013", b"[" + b"[]," * 300_000 + b"[]]"),
        ("MG007", b'{"a": ' + b"9" * 1_000_000 + b"}"),
        ("MG012", b"{" + b" " * 1_000_000),
    ],
)
def test_hostile_files_are_refused_in_time(code: str, data: bytes) -> None:
    """Deep, long and endless files end as one problem within two seconds."""
    started = time.monotonic()
    refused = read_document(PATH, data)

    assert isinstance(refused, Problem)
    assert refused.code == code
    assert time.monotonic() - started < SECONDS


def test_a_missing_value_is_at_the_nearest_place() -> None:
    """What is not written is where it should have been."""
    document = read(b'{\n  "a": {"b": 1}\n}')

    assert document.where("a", "c", "d") == Location(PATH, 2, 8)
    assert document.where_key("a", "b") == Location(PATH, 2, 9)
    assert document.where_key("x") == Location(PATH, 1, 1)


def test_pointers_are_escaped() -> None:
    """A pointer follows RFC 6901."""
    assert read(b"{}").pointer("a/b~c", 0) == "/a~1b~0c/0"


def test_columns_count_characters() -> None:
    """A column is a character, whatever its bytes."""
    document = read('{"ü😀": 1}'.encode())

    assert document.where("ü😀").column == 8
