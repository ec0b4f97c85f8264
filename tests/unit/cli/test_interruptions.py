"""Interruptions end a command where it can clear up."""

import os
import signal

import pytest

from mlops_gitops.cli.interruptions import Interruptions

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_becomes_an_exit_that_can_be_caught(number: signal.Signals) -> None:
    """Each signal raises `SystemExit` with the code that shells give it."""
    with pytest.raises(SystemExit) as raised, Interruptions().caught():
        os.kill(os.getpid(), number)

    assert raised.value.code == 128 + number


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_held_ends_first(number: signal.Signals) -> None:
    """A signal waits until what must not be cut off is done."""
    done = []

    def work(interruptions: Interruptions) -> None:
        with interruptions.caught():
            with interruptions.held():
                os.kill(os.getpid(), number)
                done.append("held")
            done.append("after")

    with pytest.raises(SystemExit):
        work(Interruptions())
    assert done == ["held"]


def test_handlers_are_put_back() -> None:
    """Afterwards each signal means what it meant before."""
    before = [signal.getsignal(number) for number in NUMBERS]
    with Interruptions().caught():
        pass

    assert [signal.getsignal(number) for number in NUMBERS] == before
