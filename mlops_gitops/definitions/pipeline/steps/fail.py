"""Fail: ends the execution as failed. Steps that run at the same time finish first."""

from collections.abc import Iterator

from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Fail`."""
    return single(step, "Fail", {"ErrorMessage": step.scalar("message")})


def mistakes(_step: Shorthand) -> Iterator[Mistake]:
    """Nothing can be wrong with one but its shape and its place."""
    yield from ()
