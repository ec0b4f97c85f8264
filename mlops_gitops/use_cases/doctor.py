"""Doctor: look at everything that a first deployment needs, side by side, and change nothing.

One broken cause gives one line: what rests on it is not looked at, and says so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from mlops_gitops.errors import Blocked, InvalidRepository, MlopsError
from mlops_gitops.ports.doctor import Instruments
from mlops_gitops.status.finding import Finding, Line, Result, failed
from mlops_gitops.use_cases.find import find_stage
from mlops_gitops.use_cases.hops.hop import Examined, Hop, once
from mlops_gitops.use_cases.validate import Validated

_GOOD = {Result.OK, Result.WARNING}
_COMMITTED = {"settings", "configs"}
_NO_TIME = "Look whether a proxy swallows the answers, or give it more time: --timeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One hop for one of the things that it is made for.

    Attributes:
        needs: numbers of the looks that it rests on.
    """

    hop: Hop
    about: str
    needs: tuple[int, ...]


def doctor(examined: Examined, hops: Sequence[Hop], seconds: float) -> tuple[Line, ...]:
    """Look at everything; give the lines in the order of the table, whatever ended first.

    Args:
        examined: the repository and the world.
        hops: all of them; each needs only such as are before it.
        seconds: after which no answer is waited for.
    """
    looks = _looks(examined, hops)
    ward = _Ward(examined=examined, looks=looks)
    _wait(ward, seconds)
    findings = [_finding(ward, number, seconds) for number in range(len(looks))]
    called = [_called(examined, look) for look in looks]
    return tuple(
        Line(
            check=look.hop.name,
            about=about,
            what=look.hop.what,
            result=finding.result,
            seen=finding.seen,
            fix=finding.fix,
        )
        for look, about, finding in zip(looks, called, findings, strict=True)
    )


def examine(instruments: Instruments, validated: Validated, stage: str | None) -> Examined:
    """Say what is looked at.

    Raises:
        UsageError: no stage has that name.
    """
    if stage is None or validated.settings is None:
        return Examined(instruments=instruments, validated=validated)
    only = find_stage(validated.settings, stage)
    return Examined(instruments=instruments, validated=validated, stage=only)


def exit_code(lines: Sequence[Line]) -> int:
    """Give the exit code: 3 for what is committed, 4 for whatever else stands in the way."""
    broken = {line.check for line in lines if line.result is Result.FAILED}
    if broken & _COMMITTED:
        return InvalidRepository.exit_code
    return Blocked.exit_code if broken else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ward:
    """What is under way.

    Attributes:
        found: finding by the number of the look.
        begun: numbers of the looks that were begun.
    """

    examined: Examined
    looks: tuple[_Look, ...]
    found: dict[int, Finding] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)

    def ready(self) -> Iterator[int]:
        """Give the looks that can begin now; those that never can are found out here."""
        for number, look in enumerate(self.looks):
            if number in self.begun or number in self.found:
                continue
            blocking = _blocking(self, look)
            if blocking is not None:
                self.found[number] = blocking
            elif all(need in self.found for need in look.needs):
                yield number


def _looks(examined: Examined, hops: Sequence[Hop]) -> tuple[_Look, ...]:
    found: list[_Look] = []
    for hop in hops:
        for about in _abouts(examined, hop):
            needs = tuple(number for name in hop.needs for number in _needed(found, name, about))
            found.append(_Look(hop=hop, about=about, needs=needs))
    return tuple(found)


def _abouts(examined: Examined, hop: Hop) -> tuple[str, ...]:
    """Name what a hop is made for; where the settings do not tell, that it would be made."""
    return hop.about(examined) if examined.validated.settings else once(examined)


def _needed(looks: Sequence[_Look], name: str, about: str) -> list[int]:
    of_name = [number for number, look in enumerate(looks) if look.hop.name == name]
    same = [number for number in of_name if looks[number].about == about]
    return same or of_name


def _blocking(ward: _Ward, look: _Look) -> Finding | None:
    """Say why a look is of no use; None where it is, or where that is not known yet."""
    for need in look.needs:
        finding = ward.found.get(need)
        if finding is None or finding.result in _GOOD:
            continue
        cause = finding.seen
        if finding.result is Result.FAILED:
            cause = f"needs {_named(ward.examined, ward.looks[need])}"
        return Finding(result=Result.NOT_CHECKED, seen=cause)
    return None


def _wait(ward: _Ward, seconds: float) -> None:
    instruments = ward.examined.instruments
    end = instruments.clock.now() + timedelta(seconds=seconds)
    while True:
        _begin(ward)
        left = (end - instruments.clock.now()).total_seconds()
        if ward.begun <= ward.found.keys() or left <= 0:
            return
        ended = instruments.workers.next(left)
        if ended is not None:
            ward.found[ended[0]] = ended[1]


def _begin(ward: _Ward) -> None:
    for number in list(ward.ready()):
        ward.begun.add(number)
        ward.examined.instruments.workers.start(number, _looking(ward, number))


def _looking(ward: _Ward, number: int) -> Callable[[], Finding]:
    look = ward.looks[number]

    def see() -> Finding:
        try:
            return look.hop.look(ward.examined, look.about)
        except MlopsError as error:
            return failed(error.message, error.hint)

    return see


def _finding(ward: _Ward, number: int, seconds: float) -> Finding:
    """Give what was found; of what has not ended, that there was no answer."""
    if number in ward.found:
        return ward.found[number]
    if number in ward.begun:
        return failed(f"no answer within {seconds:g} seconds", _NO_TIME)
    return Finding(result=Result.NOT_CHECKED, seen="needs more time")


def _called(examined: Examined, look: _Look) -> str:
    """Name what a look is about in the user's words."""
    settings = examined.validated.settings
    places = settings.places if settings else ()
    stages = [stage.name for stage in places if stage.account == look.about]
    return " ".join((*stages, look.about)).strip()


def _named(examined: Examined, look: _Look) -> str:
    """Name a look as its line begins."""
    about = _called(examined, look)
    return f'"{look.hop.what}"' + (f" ({about})" if about else "")
