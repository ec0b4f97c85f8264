"""Commands whose calls go wrong on the wire; a sample of `make faults`."""

import zlib

import pytest
from faults.wire_matrix import Recorded, recorded

_EVERY = 20
"""Of the faults at a command's calls, one in so many is tried here."""


@pytest.fixture(scope="module")
def commands() -> object:
    """Commands that ran once at an embedded AWS."""
    with recorded() as found:
        yield found


def test_what_goes_wrong_on_the_wire_is_retried_or_told(commands: tuple[Recorded, ...]) -> None:
    """Throttled twice is not noticed; for ever, it is told: place, AWS's words, next command."""
    tried = [
        (command, at, fault)
        for command in commands
        for at, fault in command.faults()
        if zlib.crc32(f"{fault.name} {at.action}".encode()) % _EVERY == 0
    ]

    assert {fault.name for _, _, fault in tried} >= {"reset", "cut off", "expired token"}
    assert [wrong for command, at, fault in tried for wrong in command.run(at, fault)] == []
