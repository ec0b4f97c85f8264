"""Doing the same with many things at once."""

from collections.abc import Iterator
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.use_cases.side_by_side import side_by_side


@given(st.lists(st.integers(), max_size=20))
def test_results_come_in_the_order_of_the_things(things: list[int]) -> None:
    """Whichever thread is faster."""
    assert side_by_side(lambda each: each + 1, things) == tuple(each + 1 for each in things)


def test_a_failure_is_raised() -> None:
    """As if the things had been done one after the other."""
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda each: 1 // each, [1, 0])


def test_whoever_interrupts_does_not_wait() -> None:
    """A thread that waits for AWS holds nobody up; this test would hang otherwise."""
    begun, answered = Event(), Event()

    def do(_: int) -> bool:
        begun.set()
        return answered.wait(60)

    def things() -> Iterator[int]:
        yield 1
        begun.wait(60)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        side_by_side(do, things())

    assert not answered.is_set()
    answered.set()
