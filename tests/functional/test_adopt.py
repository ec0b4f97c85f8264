"""`adopt`, as people read it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import Trial
from former import DELIVERY, OLD_DEV, hand_made, predecessor, stack_sets
from functional.conftest import Golden, Say


@pytest.mark.parametrize("situation", [predecessor, stack_sets, hand_made])
def test_what_would_be_adopted_is_shown_before_anything_is_done(
    situation: Callable[[], Trial], say: Say, golden: Golden, tmp_path: Path
) -> None:
    """Old and new, the steps, what is left, and the plan afterwards; JSON says the same."""
    made = situation()
    words = ("adopt", "--plan", "--root", str(tmp_path))

    said = say(*words, world=lambda *_: made.world())
    told = json.loads(say(*words, "--output", "json", world=lambda *_: made.world()).out)

    found, _, afterwards = said.out.partition("Afterwards")
    golden(f"adopt/{situation.__name__.replace('_', '-')}", found)
    assert "\nPlan  (method: template)\n" in afterwards
    assert told["executed"] is False
    assert [each["stage"] for each in told["stacks"]]
    assert told["after"]["changes"]


def test_what_is_done_is_said_while_it_is_done(say: Say, golden: Golden, tmp_path: Path) -> None:
    """Standard output has the document alone, standard error each step; then there is no more."""
    made = predecessor()
    words = ("adopt", "churn", "--root", str(tmp_path), "--yes")

    said = say(*words, "--output", "json", world=lambda *_: made.world())
    again = say(*words, world=lambda *_: made.world())

    assert json.loads(said.out)["executed"] is True
    golden("adopt/steps", said.err)
    assert again.out == "Nothing to adopt.\n"
    assert made.cloud.stacks.find(DELIVERY) is None


def test_an_old_stack_is_told_until_somebody_deletes_it(say: Say, tmp_path: Path) -> None:
    """It stays until the rollout; nothing that is done by hand is taken for granted."""
    made = stack_sets()
    words = ("adopt", "--root", str(tmp_path), "--yes")
    say(*words, world=lambda *_: made.world())

    assert f"stack {OLD_DEV.name}; keep it" in say(*words, world=lambda *_: made.world()).out
    made.cloud.stacks.delete(OLD_DEV)
    made.cloud.settle()
    assert OLD_DEV.name not in say(*words, world=lambda *_: made.world()).out
