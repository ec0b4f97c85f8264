"""A value is written into a JSON file, and everything else stays as somebody wrote it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.config.edit import spelled, with_stages, with_value, written_at

Found = list[tuple[tuple[str | int, ...], Any]]

BLANK = st.sampled_from(["", " ", "\n", "\n  ", "\r\n\t", "  "])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.just("é\u2028")
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    """Write a value the way anybody might."""

    def blank() -> str:
        return draw(BLANK)

    match value:
        case dict():
            members = [
                f"{blank()}{json.dumps(key)}{blank()}:{blank()}{draw(written(each))}{blank()}"
                for key, each in value.items()
            ]
            return "{" + (",".join(members) or blank()) + "}"
        case list():
            items = [f"{blank()}{draw(written(each))}{blank()}" for each in value]
            return "[" + (",".join(items) or blank()) + "]"
        case _:
            return json.dumps(value, ensure_ascii=draw(st.booleans()))


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the place of everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        yield (*path, key)
        if isinstance(each, dict | list):
            yield from places(each, (*path, key))


def put(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """Put a value at a place, the slow way."""
    copied = json.loads(json.dumps(value))
    node = copied
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = new
    return copied


@given(st.data())
def test_the_rest_of_the_file_is_the_same_to_the_byte(data: st.DataObject) -> None:
    """Whatever is written wherever: before and behind it no character is another one."""
    document = data.draw(st.dictionaries(st.text(max_size=3), VALUES, min_size=1))
    text = data.draw(written(document))
    path = data.draw(st.sampled_from(list(places(document))))
    new = data.draw(VALUES)

    edited = with_value(text, path, new)

    old, spelling = written_at(text, path), spelled(text, new)
    assert old is not None
    assert json.loads(edited) == put(document, path, new)
    assert len(edited) - len(spelling) == len(text) - len(old)
    head = next(
        n
        for n in range(len(text) + 1)
        if text[n:].startswith(old)
        and spelling == edited[n : n + len(spelling)]
        and text[:n] == edited[:n]
        and text[n + len(old) :] == edited[n + len(spelling) :]
    )
    assert head >= 1


@given(st.data())
def test_what_is_added_takes_nothing_away(data: st.DataObject) -> None:
    """A member that was not there comes last, and the file without it is the file as it was."""
    document = data.draw(st.dictionaries(st.text(max_size=3), VALUES, min_size=1))
    text = data.draw(written(document))
    new = data.draw(VALUES)

    edited = with_value(text, ("a new member",), new)

    assert json.loads(edited) == {**document, "a new member": new}
    assert list(json.loads(edited)) == [*document, "a new member"]
    closing = text.rindex("}")
    kept = text[:closing].rstrip(" \t\r\n")
    assert edited.startswith(kept)
    assert edited.endswith(text[len(kept) :])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": {"c": 2}\n}\n'),
        ('{\r\n\t"a": 1\r\n}', '{\r\n\t"a": 1,\r\n\t"b": {"c": 2}\r\n}'),
        ('{"x": 0, "a": 1}', '{"x": 0, "a": 1, "b": {"c": 2}}'),
        ('{"a": 1}', '{"a": 1, "b": {"c": 2}}'),
        ('{"b": { }}', '{"b": {"c": 2}}'),
    ],
)
def test_what_is_added_looks_like_what_is_there(before: str, after: str) -> None:
    """Indentation and line ends are the file's own, and what is above is made where it lacks."""
    assert after == with_value(before, ("b", "c"), 2)


def test_a_value_per_stage_keeps_the_spelling_of_the_old_one() -> None:
    """A plain value becomes an object of stages, and 0.50 is not made 0.5."""
    text = '{\n  "model_name": "churn",\n  "share": 0.50\n}\n'
    old = written_at(text, ("share",))
    assert old is not None

    edited = with_stages(text, "share", {"dev": old, "prod": "0.75"})

    assert edited == '{\n  "model_name": "churn",\n  "share": {"dev": 0.50, "prod": 0.75}\n}\n'


def test_a_long_value_per_stage_gets_a_line_for_each() -> None:
    """What does not fit on a line is broken as the file is."""
    text = '{\r\n\t"key": ""\r\n}'
    arn = json.dumps("arn:aws:kms:us-east-1:111111111111:key/" + "1" * 36)

    edited = with_stages(text, "key", {"dev": arn, "prod": arn})

    assert edited == f'{{\r\n\t"key": {{\r\n\t\t"dev": {arn},\r\n\t\t"prod": {arn}\r\n\t}}\r\n}}'


def test_letters_are_spelled_as_the_file_spells_them() -> None:
    """A file of escapes stays one, and a file of letters too."""
    assert with_value('{"a": "b"}', ("a",), "é") == '{"a": "\\u00e9"}'
    assert with_value('{"a": "à"}', ("a",), "é") == '{"a": "é"}'


@pytest.mark.parametrize("path", [("a", 1), ("a", "b"), ("a", "b", "c")])
def test_what_has_no_place_is_refused(path: tuple[str | int, ...]) -> None:
    """An item that a list lacks, or a member of what is no object, is nothing to be written."""
    with pytest.raises((TypeError, ValueError)):
        with_value('{"a": [0]}', path, 1)
