"""The disk is full, wherever something is written."""

import os
from pathlib import Path

import pytest
from builders import realtime, repository
from forked import start

FULL = Path("/dev/full")
"""Takes nothing, as a full disk; Linux has it."""
SCHEMA = ("schema", "byom_realtime_builtin")
TINY = Path(__file__).with_name("tiny_disk.py")

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="only Linux has /dev/full")


@pytest.mark.parametrize(
    "words", [("migrate",), ("blueprint", "new", "mine"), SCHEMA], ids=" ".join
)
def test_a_full_disk_is_told_and_no_defect(words: tuple[str, ...], tmp_path: Path) -> None:
    """Exit 1: what could not be written, and what to do; afterwards the command does its work."""
    old = {"pipeline_type": "byom", "inference_type": "realtime", "model_name": "old"}
    for path, content in repository(realtime("churn"), old).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    kept = {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    process = start(*words, folder=tmp_path, environment=os.environ, script=TINY)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 1, err
    assert "While writing" in err or "Cannot" in err or "cannot" in err
    assert "Traceback" not in err
    assert "defect" not in err
    assert {each: each.read_bytes() for each in kept} == kept
