"""Commands and misfortunes in any order: whatever people do, it is answered, never a defect."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from inspect import signature
from subprocess import CalledProcessError
from types import ModuleType

import pytest
from functional import adopt_rows, hold_rows, mend_rows, repair_rows, retire_rows, situations
from functional.desk import NAME, Desk, Words
from functional.pipeline_situations import CALLS
from functional.situations import ANYWHERE, desk

from mlops_gitops.errors import MlopsError

__all__ = ["desk"]

ELSEWHERE = {
    *("no_repository", "no_git", "no_credentials", "no_network", "aws_refuses"),
    *("pull_request", "signed_out_pull_request"),
}
"""Situations that nobody comes back from to try something else."""
MORE: tuple[Words, ...] = (
    *(("status", "churn"), ("status", NAME, "--watch"), ("why", NAME), ("history", NAME)),
    *(("apply", "--wait"), ("apply", "--revert"), ("plan", "--method", "change-set")),
    *(("approve", "churn", "--stage", "prod", "--yes"), ("reject", NAME, "--reason", "no")),
    *(("drift", "--revert", "--yes"), ("drift", "churn", "--accept", "--yes")),
    *(("repair", NAME, "--yes"), ("repair", f"{NAME}-dev", "--yes"), ("gc", "--yes")),
    *(("repair", f"{NAME}-codepipeline", "--yes"), ("adopt", "--yes"), ("ci", "--apply")),
    *(("retire", NAME, "--yes", "--delete-endpoint"), ("retire", NAME, "--write")),
    ("rollback", NAME, "--now", "--yes", "--reason", "slow"),
    ("suspend", "churn", "--stage", "dev", "--reason", "x"),
    ("resume", "churn", "--stage", "dev"),
)
STEPS = 14
MISFORTUNES = 0.35
"""How many of the steps are misfortunes, and not commands."""


def situations_of(module: ModuleType) -> Iterator[Callable[[Desk], None]]:
    """Find what brings somebody into a situation."""
    for name, each in sorted(vars(module).items()):
        if name in ELSEWHERE or name.startswith("_") or not callable(each):
            continue
        if each.__module__ == module.__name__ and [*signature(each).parameters] in NAMES:
            yield each


NAMES = (["desk"], ["_desk"])
SITUATIONS = tuple(
    each
    for module in (situations, adopt_rows, hold_rows, mend_rows, repair_rows, retire_rows)
    for each in situations_of(module)
)
COMMANDS = (
    *((*command, *words) for command, words in CALLS.items() if command not in ANYWHERE),
    *MORE,
)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_done_in_whatever_order_is_answered(desk: Desk, seed: int) -> None:
    """With a code that is documented, and without a traceback."""
    chance = random.Random(seed)  # noqa: S311 - a plan of misfortunes
    trail: list[str] = []
    for _ in range(STEPS):
        if chance.random() < MISFORTUNES:
            situation = chance.choice(SITUATIONS)
            trail.append(situation.__name__)
            # It expects what is no more: then it is half of a misfortune.
            with suppress(AssertionError, KeyError, OSError, CalledProcessError, MlopsError):
                situation(desk)
            continue
        words = chance.choice(COMMANDS)
        said = desk.types(*words)
        trail.append(f"{' '.join(words)} -> {said.code}")
        assert said.code in range(6), (trail, said)
        assert "defect" not in said.err, (trail, said)
        assert "Traceback" not in said.err, (trail, said)
