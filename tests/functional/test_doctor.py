"""`doctor` through the front door: what it says where all is well, and where something is not."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from breakings import ABOUT_DEV, closed, unconfirmed, unreadable_settings
from functional.conftest import Golden, Say
from ward import Ward, ward

from mlops_gitops.use_cases.hops.table import HOPS
from mlops_gitops.use_cases.world import World

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"
World_ = Callable[..., World]


@pytest.fixture
def it() -> Ward:
    """Everything in order."""
    return ward()


@pytest.fixture
def world(it: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World_:
    """What the command runs in, once its repository is on disk."""
    monkeypatch.chdir(tmp_path)

    def world(*_since: object) -> World:
        for path, content in it.made.files.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_bytes(content)
        return replace(it.made.world(), instruments=it.health.instruments())

    world()
    return world


def test_where_all_is_well_every_line_says_so(say: Say, golden: Golden, world: World_) -> None:
    """A line each, and a sum; nothing to do."""
    said = say("doctor", world=world)

    golden("doctor/healthy", said)


def test_what_is_broken_says_how_to_mend_it(
    say: Say, golden: Golden, it: Ward, world: World_
) -> None:
    """One role that lets nobody in is one line; what rests on it points there."""
    closed(it)
    unconfirmed(it)

    golden("doctor/broken", say("doctor", world=world))
    golden("doctor/broken-markdown", say("doctor", "--output", "markdown", world=world))


def test_json_has_every_line(say: Say, golden: Golden, it: Ward, world: World_) -> None:
    """As the published schema says, narrowed to a stage."""
    closed(it)

    said = say("doctor", "--stage", "dev", "--output", "json", world=world)

    golden("doctor/dev-json", said)
    lines = json.loads(said.out)["checks"]
    assert [each["about"] for each in lines if each["result"] == "failed"] == [ABOUT_DEV]


def test_without_valid_settings_this_machine_is_looked_at(
    say: Say, it: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no account to ask of, and no network is needed to say so."""
    unreadable_settings(it)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlops-gitops.yaml").write_bytes(it.made.files["mlops-gitops.yaml"])

    said = say("doctor")

    assert said.code == 3
    assert "failed       Settings: mlops-gitops.yaml:1:" in said.out
    assert 'not checked  AWS is reached: needs "Settings"' in said.out
    assert "ok           Credentials: from env" in said.out


def test_the_page_has_every_check_in_its_order() -> None:
    """What is new is explained, what is gone is not."""
    rows = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)

    assert rows == [hop.name for hop in HOPS]
