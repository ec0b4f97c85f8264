"""Commands through the front door, and golden files of what they say.

`pytest tests/functional --update` writes the golden files anew; look at the difference in git.
"""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from functional.published import hold
from scripted import LIMITS, Build, repository

from mlops_gitops import app
from mlops_gitops.adapters.pipeline_scripts import ChildScripts, Limits
from mlops_gitops.cli import main
from mlops_gitops.use_cases.build_scripts import BuiltScripts, build_scripts
from mlops_gitops.use_cases.world import World

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update`."""
    parser.addoption("--update", action="store_true", help="Write golden files anew.")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        """Everything in one text; what changes with every blueprint is left out."""
        text = f"{self.out}--- stderr, exit {self.code}\n{self.err}"
        return re.sub(r"mg1-[0-9a-f]{64}", "mg1-DIGEST", text)


Say = Callable[..., Said]
Golden = Callable[[str, object], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Run the command line; `world` is what its commands run in.

    Whatever it writes as JSON is held to the schema that is published for it.
    """

    def say(*arguments: str, world: Callable[..., World] | None = None) -> Said:
        monkeypatch.setattr(sys, "argv", ["mlops-gitops", *arguments])
        with pytest.raises(SystemExit) as ended:
            main(None if world is None else lambda _root, *since: world(*since))
        captured = capsys.readouterr()
        hold(arguments, captured.out)
        return Said(int(ended.value.code or 0), captured.out, captured.err)

    return say


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Hold a text to its golden file."""

    def golden(name: str, text: object) -> None:
        file = GOLDEN / f"{name}.txt"
        if request.config.getoption("--update", default=False):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(str(text), encoding="utf-8")
        assert file.exists(), f"{file} does not exist; run with --update."
        assert str(text) == file.read_text(encoding="utf-8")

    return golden


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Have a script make its pipeline, in dev unless it says otherwise, with this interpreter."""

    def build(
        script: str, files: Mapping[str, str] | None = None, limits: Limits = LIMITS, **fields: Any
    ) -> BuiltScripts:
        fields.setdefault("stages", ["dev"])
        root = repository(tmp_path / "repository", script, files or {}, **fields)
        found = app.repository_on_disk(root)
        return build_scripts(
            ChildScripts(root, limits), found.settings, found.configs, sys.executable
        )

    return build
