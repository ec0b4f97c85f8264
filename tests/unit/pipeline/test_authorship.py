"""Authorship: one person is known by name, by address, and by the end of an ARN."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlops_gitops.pipeline.authorship import is_author, is_committed, is_told, person_of
from mlops_gitops.pipeline.summary import author_line

SESSION = "arn:aws:sts::111111111111:assumed-role/mlops-gitops-approve-prod/"
names = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("author", "actor"),
    [
        ("Jane Doe <jane.doe@example.com>", f"{SESSION}jane.doe@example.com"),
        ("Jane Doe <jane.doe@example.com>", f"{SESSION}Jane.Doe"),
        ("Jane Doe <jd@example.com>", "arn:aws:iam::111111111111:user/people/jane_doe"),
        ("JD <jane+git@example.com>", f"{SESSION}jane"),
        ("JD <123+jane@users.noreply.github.com>", f"{SESSION}jane"),
        ("jane", "arn:aws:iam::111111111111:user/Jane"),
    ],
)
def test_one_person_is_known_in_every_spelling(author: str, actor: str) -> None:
    """By the whole address, its first part, the name; dots and capitals do not count."""
    assert is_author(author, actor)


@pytest.mark.parametrize(
    ("author", "actor"),
    [
        ("Jane Doe <jane@example.com>", f"{SESSION}john@example.com"),
        ("Jane Doe <jane@example.com>", f"{SESSION}janet"),
        ("Jane Doe <jane@example.com>", "arn:aws:iam::111111111111:root"),
        ("", "arn:aws:iam::111111111111:root"),
        ("- <>", f"{SESSION}-"),
    ],
)
def test_two_people_are_two(author: str, actor: str) -> None:
    """Another name, a longer one, nobody in particular."""
    assert not is_author(author, actor)


@pytest.mark.parametrize(
    ("author", "told"),
    [
        ("Jane Doe <jane@example.com>", True),
        ("Jane Doe <>", True),
        ("jane", True),
        ("J?rg M?ller <joerg@example.com>", True),
        ("?? <fang@example.com>", True),
        ("Jane Doe <AKIA...@example.com>", False),
        ("password: ... <jane@example.com>", False),
        ("Jane Doe <***>", False),
        ("*** <jane@example.com>", False),
        ("?? <>", False),
        ("J?rg <>", False),
        ("-", False),
        ("", False),
        (" <>", False),
    ],
)
def test_an_author_is_told_or_not(author: str, told: bool) -> None:  # noqa: FBT001 - pytest passes it
    """By a whole name or address; of what was shortened or lost, nobody knows whose it is."""
    assert is_told(author) == told


@given(names, names)
def test_who_has_another_name_is_somebody_else(one: str, other: str) -> None:
    """And who has the same is the author."""
    assert is_author(f"{one} <{one}@example.com>", f"{SESSION}{other}") == (one == other)


def test_roots_are_nobody() -> None:
    """An account's root may be anybody who has its password."""
    assert person_of("arn:aws:iam::111111111111:root") == ""
    assert person_of(f"{SESSION}jane") == "jane"


@pytest.mark.parametrize(
    ("commit", "is_one"),
    [("a" * 40, True), ("a" * 64, True), ("a" * 40 + "-dirty", False), ("uncommitted", False)],
)
def test_only_a_commit_has_an_author(commit: str, is_one: bool) -> None:  # noqa: FBT001 - pytest passes it
    """What lies in the working tree is nobody's."""
    assert is_committed(commit) == is_one


@given(st.text(min_size=1, max_size=300), names, st.integers(0, 70))
@example("<", "jane", 0)
@example("Jane <jo@example.com>", "jane", 0)
def test_nobody_hides_behind_a_long_name(name: str, local: str, length: int) -> None:
    """What an execution carries is short, and still tells the author by the address."""
    line = author_line(f"{name} <{local}@{'x' * length}.example>")

    assert len(line) <= 100
    assert is_author(line, f"{SESSION}{local}")
    assert author_line("Jane Doe <jane@example.com>") == "Jane Doe <jane@example.com>"
