"""The cache gives back what was the same, whole and young enough, and nothing else."""

import json
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from local_pipeline import Kitchen, ends, job

from mlops_gitops.executor.api import RunResult, Status, start

DAY = 86_400.0


@dataclass
class At:
    """A clock that stands still."""

    at: float

    def now(self) -> float:
        """Give the time."""
        return self.at

    def wait(self, something: Event, seconds: float | None) -> None:
        """Wait for what happens."""
        something.wait(seconds)


def kept(after: str = "P1D", **more: Any) -> dict[str, Any]:
    """Write a step whose result is kept."""
    return job("A", CacheConfig={"Enabled": True, "ExpireAfter": after}, **more)


def run(kitchen: Kitchen, at: float = 0, step: dict[str, Any] | None = None) -> str:
    """Run the step; say what was really done."""
    result = kitchen.run({"Steps": [step or kept()]}, cache=kitchen.path / "cache", clock=At(at))
    assert result.status is Status.SUCCEEDED, result.steps[0].reason
    return ends(result)["A"][1]


def test_what_has_expired_is_done_again(kitchen: Kitchen) -> None:
    """To the second; then its new result is kept."""
    kitchen.script("a.py", "")

    assert run(kitchen) == "executed"
    assert run(kitchen, DAY) == "cached"
    assert run(kitchen, DAY + 1) == "executed"
    assert run(kitchen, 2 * DAY) == "cached"


def test_what_was_not_asked_for_is_not_kept(kitchen: Kitchen) -> None:
    """Neither without the setting nor when it is off."""
    kitchen.script("a.py", "")
    off = {**kept(), "CacheConfig": {"Enabled": False}}

    assert [run(kitchen, step=step) for step in (off, off, job("A"))] == ["executed"] * 3
    assert not (kitchen.path / "cache").exists()


def test_what_is_broken_was_not_kept(kitchen: Kitchen) -> None:
    """A file that lacks or is no JSON does not fail a run."""
    kitchen.script("a.py", "open(OPT + '/model/m', 'w').write('x')")
    run(kitchen)
    cache = kitchen.path / "cache"
    for name, text in [("entry.json", "{"), ("entry.json", "{}"), ("model.tar.gz", None)]:
        (broken,) = cache.rglob(name)
        if text is None:
            broken.unlink()
        else:
            broken.write_text(text, encoding="utf-8")

        assert run(kitchen) == "executed"
        assert run(kitchen) == "cached"


def test_a_failure_is_not_kept(kitchen: Kitchen) -> None:
    """It is tried again in the next run."""
    mark = kitchen.path / "mark"
    text = f"from pathlib import Path\nmark = Path({str(mark)!r})\n"
    kitchen.script("a.py", text + "first = not mark.exists()\nmark.touch()\nassert not first\n")
    cache = kitchen.path / "cache"

    failed = kitchen.run({"Steps": [kept()]}, cache=cache)

    assert failed.status is Status.FAILED
    assert run(kitchen) == "executed"


def test_places_of_outputs_and_names_do_not_count(kitchen: Kitchen) -> None:
    """As on SageMaker; the objects are where the first run wrote them."""
    kitchen.script("a.py", "open(OPT + '/model/m', 'w').write('x')")
    steps = []
    for each in ("one", "two"):
        output = {"S3OutputPath": f"s3://bucket/{each}"}
        steps.append(kept(arguments={"OutputDataConfig": output, "Tags": [each]}))

    assert [run(kitchen, step=step) for step in steps] == ["executed", "cached"]


def test_two_runs_may_keep_the_same_at_once(kitchen: Kitchen) -> None:
    """Both succeed, and what is kept is whole."""
    kitchen.script("a.py", "open(OPT + '/model/m', 'w').write('x')")
    request = kitchen.request({"Steps": [kept()]}, cache=kitchen.path / "cache")

    handles = [start(request) for _ in range(3)]
    results: list[RunResult] = [handle.wait(60) for handle in handles]

    assert [each.status for each in results] == [Status.SUCCEEDED] * 3
    (entry,) = Path(kitchen.path / "cache").iterdir()
    written = json.loads((entry / "entry.json").read_text("utf-8"))["Written"]
    assert [(entry / "s3" / uri.removeprefix("s3://")).is_file() for uri in written] == [True]
