"""Documents: what is read, what is refused, and where everything stands."""

import json
from typing import Any

import pytest
from hurried import in_time
from hypothesis import example, given
from hypothesis import strategies as st

from mlops_gitops.config.document import Document, pointer, read_document
from mlops_gitops.config.refusals import MAX_BYTES
from mlops_gitops.config.scan import Refused
from mlops_gitops.config.scanner import scan
from mlops_gitops.problems import Location, Problem

PATH = "mlops-config.json"
SECONDS = 2.0
HERE = "a text that no strategy makes"

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
    """What was written is read, and the scanner has nothing against it."""
    text = json.dumps(value, **layout)

    document = read(text.encode("utf-8"))

    assert document.value == value
    scan(text)


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
@example('[[1, 2], {"a": [1e400]}, [[NaN]]]')
@example('{"a": {"b": 1}, "c": {"d": 1, "d": 2}}')
@example("[[1,], 2]")
def test_the_scanner_takes_what_any_reader_takes(text: str) -> None:
    """Whatever the text, a strict reader takes exactly what the scanner takes, and reads alike."""
    try:
        scan(text)
    except Refused:
        with pytest.raises(ValueError):  # noqa: PT011 - JSONDecodeError and what the hooks raise
            strict(text)
        return
    assert strict(text) == json.loads(text)


def strict(text: str) -> Any:
    """Read JSON with Python's own parser, refusing what JSON readers disagree on."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError(text)
        return dict(pairs)

    def number(digits: str) -> float:
        value = json.loads(digits)
        if abs(value) == float("inf") or (isinstance(value, int) and abs(value) >= 2**53):
            raise ValueError(text)
        return float(value)

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    decoder = json.JSONDecoder(
        object_pairs_hook=unique, parse_int=number, parse_float=number, parse_constant=refuse
    )
    value = decoder.decode(text)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


@given(objects, layouts, st.data())
def test_a_mistake_is_told_with_its_path(
    value: dict[str, Any], layout: dict[str, Any], data: st.DataObject
) -> None:
    """A value that no reader takes is refused at its character, and the pointer leads to it."""
    paths = [path for path, item in every_path(value) if not isinstance(item, (dict, list))]
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    text = json.dumps(with_value(value, path), **layout).replace(f'"{HERE}"', "1e999")

    refused = read_document(PATH, text.encode("utf-8"))

    assert isinstance(refused, Problem)
    assert refused.code == "MG007"
    assert refused.pointer == pointer(path)
    assert text[offset_of(text, refused.where) :].startswith("1e999")


def with_value(value: Any, path: tuple[str | int, ...]) -> Any:
    """Copy a value with a mark in one place."""
    if not path:
        return HERE
    if isinstance(value, dict):
        return {k: with_value(v, path[1:]) if k == path[0] else v for k, v in value.items()}
    return [with_value(v, path[1:]) if i == path[0] else v for i, v in enumerate(value)]


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
        ("MG012", b'{"a": [' + b"0," * 520_000 + b"0 1]}"),
        ("MG012", b'{"a": [' + b"[0]," * 260_000 + b"0 1]}"),
        ("MG012", b'{"a": [' + (b"[" * 60 + b"]" * 60 + b",") * 8_600 + b"0 1]}"),
        ("MG006", b'{"a": [' + b'{"a":0,"b":1},' * 74_000 + b"NaN]}"),
        ("MG005", b"{" + b"".join(b'"%06x":0,' % n for n in range(90_000)) + b'"000001":0}'),
        ("MG005", b'{"a":"\\ud83d\\ude00","b":[' + b"-1.5e3," * 140_000 + b'0],"a":0}'),
    ],
)
def test_hostile_files_are_refused_in_time(code: str, data: bytes) -> None:
    """Deep, long and endless files end as one problem within two seconds."""
    refused = in_time(SECONDS, lambda: read_document(PATH, data))

    assert isinstance(refused, Problem)
    assert refused.code == code


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b'{"a": [' + b"0," * 520_000 + b"0]}", ("a", 520_000)),
        (b'{"a": [' + b"[]," * 340_000 + b"0]}", ("a", 340_000)),
        (b"{" + b"".join(b'"%06x":0,' % n for n in range(90_000)) + b'"a":0}', ("a",)),
        (b'{"a":' * 60 + b"[" + b"0," * 500_000 + b"0]" + b"}" * 60, ("a",) * 60 + (500_000,)),
    ],
)
def test_a_place_at_the_end_of_a_large_file_is_found_in_time(
    data: bytes, path: tuple[str | int, ...]
) -> None:
    """The last of half a million values is found within two seconds, and so are many others."""

    def find() -> Location:
        document = read(data)
        for index in range(1_000):
            document.where("a", index)
        return document.where(*path)

    where = in_time(SECONDS, find)

    assert data[where.column - 1 :][:1] == b"0"


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
