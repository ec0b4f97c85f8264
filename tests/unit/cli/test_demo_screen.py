"""What the demo leaves out, it says."""

import re

from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.cli.demo_screen import folded
from mlops_gitops.cli.demo_steps import Fold

COUNTS = st.integers(min_value=1, max_value=9)
LINES = st.lists(st.text(st.characters(categories=("L", "N")), min_size=1), max_size=30)


@given(LINES, COUNTS, COUNTS)
def test_a_fold_hides_no_more_than_it_says(lines: list[str], head: int, tail: int) -> None:
    """What is shown and the number that is named make up the whole output."""
    shown = folded(lines, Fold(head, tail), "mlops-gitops plan")

    notes = [line for line in shown if line.startswith("  ... ")]
    hidden = sum(int(number) for note in notes for number in re.findall(r"\d+", note))
    assert len(notes) <= 1
    assert len(shown) - len(notes) + hidden == len(lines)
    assert shown[:head] == lines[:head]
    assert (
        shown[len(shown) - min(tail, len(lines)) :] == lines[len(lines) - min(tail, len(lines)) :]
    )


@given(LINES, COUNTS, COUNTS)
def test_a_fold_never_makes_an_output_longer(lines: list[str], head: int, tail: int) -> None:
    """A note takes the place of two lines at least."""
    assert len(folded(lines, Fold(head, tail), "mlops-gitops plan")) <= len(lines)
