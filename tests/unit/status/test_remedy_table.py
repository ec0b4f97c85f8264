"""The page tells of every status what is done."""

import re
from pathlib import Path

from unit.status.test_remedy import WITH_LIFE, WITHOUT_LIFE

from mlops_gitops.diff.deployed import StackStatus

PAGE = Path(__file__).parents[3] / "docs" / "repair.md"
ROW = re.compile(r"^\| (`[A-Z_`, ]+`) \| (.+) \|$", re.MULTILINE)


def test_the_page_has_every_status_once_with_its_step() -> None:
    """What is read at night is what happens."""
    told = {
        StackStatus(name): words
        for names, words in ROW.findall(PAGE.read_text("utf-8"))
        for name in re.findall(r"[A-Z_]+", names)
    }

    assert told.keys() == set(StackStatus)
    for status, words in told.items():
        steps = {WITH_LIFE[status], WITHOUT_LIFE.get(status, WITH_LIFE[status])}
        assert any(step.value in words for step in steps), (status, words)
