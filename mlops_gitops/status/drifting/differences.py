"""Differences: hold a resource's expected properties against the live ones, by its type's rules."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.diff.values import canonical, is_intrinsic, show
from mlops_gitops.status.drifting.rules import Rules

_MISSING = object()
_EMPTY: tuple[Any, ...] = (_MISSING, None, "", [], {})
_IDENTITIES = ("Sid", "PolicyName", "Key", "Name", "Id")
_RESOLVED = "{{resolve:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that is not what it was made with; None is "not there"."""

    path: str
    expected: str | None
    live: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A property that could not be compared, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class _At:
    """A place: `path` as a person reads it, `pattern` as the rules name it."""

    path: str
    pattern: str

    def member(self, name: str) -> "_At":
        dot = "." if self.pattern else ""
        return _At(f"{self.path}{dot}{name}", f"{self.pattern}{dot}{name}")

    def item(self, name: object) -> "_At":
        return _At(f"{self.path}[{name}]", f"{self.pattern}[*]")


def compare(
    rules: Rules,
    expected: Mapping[str, Any],
    live: Mapping[str, Any],
    moving: frozenset[str] = frozenset(),
) -> Iterator[Difference | Unknown]:
    """Find what differs between two canonical values.

    Args:
        rules: of the resource's type.
        expected: what it was made with; functions that nobody could work out are not compared.
        live: what it is now.
        moving: patterns of properties that are moved on purpose, such as by autoscaling.
    """
    yield from _Comparison(rules, moving).values(_At("", ""), expected, live)


@dataclass(frozen=True, slots=True)
class _Comparison:
    rules: Rules
    moving: frozenset[str]

    def values(self, at: _At, expected: Any, live: Any) -> Iterator[Difference | Unknown]:
        if at.pattern in self.rules.never or at.pattern in self.moving:
            return
        expected, live = self._plain(at, expected), self._plain(at, live)
        if _is_open(expected):
            yield Unknown(path=at.path, why=f"{show(expected)} is not known before it is made")
        elif _is_empty(expected) and _is_empty(live):
            return
        elif isinstance(expected, dict) and (isinstance(live, dict) or _is_empty(live)):
            yield from self._objects(at, expected, live if isinstance(live, dict) else {})
        elif isinstance(expected, list) and isinstance(live, list):
            yield from self._lists(at, expected, live)
        elif not self._same(at, expected, live):
            yield Difference(path=at.path, expected=_shown(expected), live=_shown(live))

    def _plain(self, at: _At, value: Any) -> Any:
        is_text = isinstance(value, str) and (
            self.rules.is_strict or at.pattern in self.rules.texts
        )
        if is_text and value.lstrip().startswith(("{", "[")):
            try:
                return canonical(json.loads(value))
            except (ValueError, RecursionError):
                return value
        return value

    def _same(self, at: _At, expected: Any, live: Any) -> bool:
        if self.rules.is_strict:
            expected, live = _alone(expected), _alone(live)
        if at.pattern in self.rules.folded:
            return str(expected).lower() == str(live).lower()
        return bool(expected == live)

    def _objects(
        self, at: _At, expected: Mapping[str, Any], live: Mapping[str, Any]
    ) -> Iterator[Difference | Unknown]:
        for name in sorted(expected):
            yield from self.values(at.member(name), expected[name], live.get(name, _MISSING))
        for name in sorted(live.keys() - expected.keys()):
            yield from self._unexpected(at.member(name), live[name], self._is_map(at))

    def _unexpected(self, at: _At, live: Any, counts: object) -> Iterator[Difference]:
        """Find what nobody declared, where every entry counts or the rules watch for it."""
        defaults = self.rules.defaults
        if at.pattern in self.rules.never or not (counts or at.pattern in defaults):
            return
        if live != defaults.get(at.pattern) and not _is_empty(live):
            yield Difference(path=at.path, expected=None, live=_shown(live))

    def _is_map(self, at: _At) -> bool:
        if self.rules.is_strict:
            return True
        return any(
            at.pattern == each or at.pattern.startswith((f"{each}.", f"{each}["))
            for each in self.rules.maps
        )

    def _lists(
        self, at: _At, expected: list[Any], live: list[Any]
    ) -> Iterator[Difference | Unknown]:
        if self._is_set(at):
            expected, live = _without_shared(expected, live)
        identity = self._identity(at, expected, live)
        if identity:
            yield from self._keyed(at, _by(identity, expected), _by(identity, live))
        elif len(expected) == len(live):
            for index, pair in enumerate(zip(expected, live, strict=True)):
                yield from self.values(at.item(index), *pair)
        else:
            opened = [show(each) for each in expected if _is_open(each)]
            if opened:
                yield Unknown(path=at.path, why=f"{opened[0]} is not known before it is made")
            else:
                yield Difference(path=at.path, expected=_shown(expected), live=_shown(live))

    def _is_set(self, at: _At) -> bool:
        return self.rules.is_strict or at.pattern in self.rules.sets

    def _identity(self, at: _At, expected: list[Any], live: list[Any]) -> str:
        named = self.rules.keyed.get(at.pattern)
        names = (named,) if named else _IDENTITIES if self.rules.is_strict else ()
        return next((each for each in names if _tells(each, expected) and _tells(each, live)), "")

    def _keyed(
        self, at: _At, expected: Mapping[str, Any], live: Mapping[str, Any]
    ) -> Iterator[Difference | Unknown]:
        before = [name for name in expected if name in live]
        after = [name for name in live if name in expected]
        if at.pattern in self.rules.ordered and before != after:
            yield Difference(path=at.path, expected=_shown(before), live=_shown(after))
        for name in [*expected, *(name for name in live if name not in expected)]:
            there, now = expected.get(name, _MISSING), live.get(name, _MISSING)
            if there is _MISSING or now is _MISSING:
                yield Difference(path=at.item(name).path, expected=_shown(there), live=_shown(now))
            else:
                yield from self.values(at.item(name), there, now)


def _is_empty(value: Any) -> bool:
    return any(value is each or value == each for each in _EMPTY)


def _is_open(value: Any) -> bool:
    """Whether nobody but CloudFormation knows the value."""
    if isinstance(value, str):
        return _RESOLVED in value
    return isinstance(value, dict) and is_intrinsic(value)


def _alone(value: Any) -> Any:
    """Take one text out of a list: policies may write either."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _tells(identity: str, items: list[Any]) -> bool:
    names = [item.get(identity) if isinstance(item, dict) else None for item in items]
    return all(isinstance(name, str) for name in names) and len(set(names)) == len(names)


def _by(identity: str, items: list[Any]) -> dict[str, Any]:
    return {item[identity]: item for item in items}


def _without_shared(expected: list[Any], live: list[Any]) -> tuple[list[Any], list[Any]]:
    """Leave out what both lists have, wherever it stands."""

    def rest(items: list[Any], others: list[Any]) -> list[Any]:
        spare = Counter(map(_text, others))
        left = []
        for item in items:
            if spare[_text(item)]:
                spare[_text(item)] -= 1
            else:
                left.append(item)
        return left

    return rest(expected, live), rest(live, expected)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str | None:
    return None if value is _MISSING or value is None else show(value)
