"""Interruptions end a command where it can clear up."""

import os
import signal

import click
import pytest

from mlops_gitops.cli.interruptions import Interruptions, interrupted_code, terminable

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


def test_a_polite_kill_ends_a_command_as_ctrl_c_does() -> None:
    """It has an exit code of its own, also where click has caught it first."""
    with pytest.raises(KeyboardInterrupt) as raised, terminable():
        os.kill(os.getpid(), signal.SIGTERM)
    assert interrupted_code(raised.value) == 143
    assert interrupted_code(KeyboardInterrupt()) == 130

    handed_on = click.exceptions.Abort()
    handed_on.__context__ = raised.value
    assert interrupted_code(handed_on) == 143
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_whoever_handles_polite_kills_goes_on_to_do_so() -> None:
    """`demo` has a server to stop when a command that it runs is killed."""
    with pytest.raises(SystemExit), Interruptions().caught(), terminable():
        os.kill(os.getpid(), signal.SIGTERM)
