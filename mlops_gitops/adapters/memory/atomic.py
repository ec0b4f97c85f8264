"""Steps: each call of a twin is one, as each call to AWS is, whatever threads do at once."""

from collections.abc import Callable
from functools import wraps
from inspect import isfunction
from threading import RLock
from typing import ParamSpec, TypeVar

_Twin = TypeVar("_Twin")
_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")

_STEP = RLock()
"""One for all twins: a call of one often changes what another tells."""


def atomic(twin: type[_Twin]) -> type[_Twin]:
    """Let nobody see or change anything in the middle of a public method of a twin."""
    for name, method in tuple(vars(twin).items()):
        if isfunction(method) and not name.startswith("_"):
            setattr(twin, name, _one_step(method))
    return twin


def _one_step(method: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
    @wraps(method)
    def step(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        with _STEP:
            return method(*args, **kwargs)

    return step
