"""Histories: whatever is committed, nothing that serves goes without a tombstone or `retire`."""

import contextlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TypeAlias

from builders import SETTINGS as PROTECTED
from builders import Trial, copied, realtime, trial
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlops_gitops.diff.plan import Action
from mlops_gitops.errors import MlopsError
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.gc import collect, leftovers
from mlops_gitops.use_cases.plan import plan

# Nothing else may keep what this is about.
SETTINGS = PROTECTED.replace("{name: prod,", "{name: prod, protect_endpoints: false,")
NAMES = ("a", "b", "c")
FOLDERS = ("", "a", "b", "models", "models/a", "models/b", "team/models/a")
CONFIG = "mlops-config.json"
SETTINGS_FILE = "mlops-gitops.yaml"
ENDPOINT = "AWS::SageMaker::Endpoint"
BROKEN_SETTINGS = (
    b"{",
    SETTINGS.replace("**/mlops-config.json", "nowhere/*.json").encode(),
    SETTINGS.replace("prefix: mlops-pipeline", "prefix: another").encode(),
    SETTINGS.replace("region: us-east-1", "region: [").encode(),
    re.sub(r".*name: prod.*\n", "", SETTINGS).encode(),
    SETTINGS.replace("model_registry: any", 'model_registry: "yes"').encode(),
)
BROKEN_CONFIGS = (
    b"",
    b"{",
    b"[]",
    b'{"pipeline_type": "byom_realtime_builtin"}',
    json.dumps({**realtime("a"), "unknown": 1}).encode(),
)
Step: TypeAlias = Callable[[Trial], None]


def configs(made: Trial) -> list[str]:
    """Name the files that hold configs."""
    return sorted(path for path in made.files if path.endswith(CONFIG))


def path_in(folder: str) -> str:
    """Name the config of a folder."""
    return f"{folder}/{CONFIG}".lstrip("/")


def nth(made: Trial, number: int) -> str | None:
    """Choose a config; None where there is none."""
    found = configs(made)
    return found[number % len(found)] if found else None


def move(number: int, folder: str) -> Step:
    """Rename a config's folder, apart from others or together with them."""

    def step(made: Trial) -> None:
        path = nth(made, number)
        if path is not None and path_in(folder) not in made.files:
            made.files[path_in(folder)] = made.files.pop(path)

    return step


def copy(number: int, folder: str) -> Step:
    """Let a config lie twice; over another it is lost."""

    def step(made: Trial) -> None:
        path = nth(made, number)
        if path is not None:
            made.files[path_in(folder)] = made.files[path]

    return step


def delete(number: int) -> Step:
    """Delete a config."""

    def step(made: Trial) -> None:
        if path := nth(made, number):
            del made.files[path]

    return step


def empty(made: Trial) -> None:
    """Delete every config."""
    for path in configs(made):
        del made.files[path]


def damage(number: int, content: bytes) -> Step:
    """Make one config one that does not validate."""

    def step(made: Trial) -> None:
        if path := nth(made, number):
            made.files[path] = content

    return step


def damage_all(content: bytes) -> Step:
    """Make every config one that does not validate."""

    def step(made: Trial) -> None:
        for path in configs(made):
            made.files[path] = content

    return step


def change_settings(content: bytes) -> Step:
    """Write other settings, good or bad."""
    return lambda made: made.files.__setitem__(SETTINGS_FILE, content)


def change(number: int, key: str, value: str) -> Step:
    """Change one value of a config, its identity among them."""

    def step(made: Trial) -> None:
        path = nth(made, number)
        with contextlib.suppress(ValueError, TypeError):
            if path is not None:
                document = {**json.loads(made.files[path]), key: value}
                made.files[path] = json.dumps(document).encode()

    return step


def decide(yes: bool) -> Step:  # noqa: FBT001 - drawn by hypothesis
    """Answer every approval that waits."""

    def step(made: Trial) -> None:
        with contextlib.suppress(MlopsError):
            world = made.world()
            for name in made.cloud.pipelines.names():
                if pending_approvals(world, name) and yes:
                    approve(world, review_approval(world, name, None, None))
                elif pending_approvals(world, name):
                    reject(world, name, None, "no")

    return step


def sweep(made: Trial) -> None:
    """Collect garbage, hours later."""
    made.cloud.clock.sleep(timedelta(hours=3).total_seconds())
    with contextlib.suppress(MlopsError):
        collect(made.world(), leftovers(made.world()))


VALUES = (
    ("inference_instance", "ml.m5.xlarge"),
    ("model_name", "b"),
    ("model_name", "d"),
    ("pipeline_type", "byom_batch_builtin"),
    ("pipeline_type", "byom_realtime_custom"),
    ("state", "active"),
    ("state", "Retired"),
    ("state", ""),
)
numbers = st.integers(min_value=0, max_value=len(NAMES) - 1)
folders = st.sampled_from(FOLDERS)
steps = st.one_of(
    st.builds(move, numbers, folders),
    st.builds(copy, numbers, folders),
    st.builds(delete, numbers),
    st.just(empty),
    st.builds(damage, numbers, st.sampled_from(BROKEN_CONFIGS)),
    st.builds(damage_all, st.sampled_from(BROKEN_CONFIGS)),
    st.builds(change_settings, st.sampled_from((SETTINGS.encode(), *BROKEN_SETTINGS))),
    st.sampled_from(VALUES).flatmap(lambda one: st.builds(change, numbers, *map(st.just, one))),
    st.builds(decide, st.booleans()),
    st.just(sweep),
    st.integers(min_value=0, max_value=5),  # back to how it was so many commits ago
)


def serving(made: Trial) -> set[tuple[str, str, str]]:
    """Name every stack that was made, and every endpoint, whatever the settings say now."""
    found = set()
    for record in made.cloud.stacks._records.values():
        ids = record.deployed.id
        if record.deployed.status.value.endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE")):
            found.add((ids.account, ids.name, ""))
            found |= {
                (ids.account, ids.name, str(each.properties.get("EndpointName", name)))
                for name, each in record.seen.resources.items()
                if each.type == ENDPOINT
            }
    return found


def gone(before: set[tuple[str, str, str]], made: Trial) -> set[tuple[str, str, str]]:
    """Name what served and does not, but for endpoints whose config names another one instead."""
    now = serving(made)
    renamed = {(account, stack) for account, stack, endpoint in now - before if endpoint}
    return {each for each in before - now if not each[2] or each[:2] not in renamed}


def carry(made: Trial) -> None:
    """Apply as far as that goes, and let everything move that can."""
    with contextlib.suppress(MlopsError):
        apply(made.world(), lambda *_: None)
    made.cloud.settle()


@cache
def _running() -> Trial:
    """Three workloads that serve in every stage."""
    made = trial(*(realtime(name) for name in NAMES), settings=SETTINGS)
    carry(made)
    for _ in range(2):
        decide(yes=True)(made)
        made.cloud.settle()
    return made


@given(history=st.lists(steps, min_size=1, max_size=7))
@example([empty, sweep])
@example([damage_all(b"{"), sweep])
@example([delete(0), decide(yes=True), sweep, 1])
@example([change(0, "model_name", "b"), sweep])
@example([delete(1), change(1, "model_name", "b"), sweep])
@example([change(1, "state", "Retired"), sweep])
@example([change(1, "state", "active"), sweep])
@example([change(2, "pipeline_type", "byom_batch_builtin"), sweep])
@example([move(0, "b"), move(1, "models/a"), copy(0, "models/b"), sweep])
@example([change_settings(BROKEN_SETTINGS[1]), sweep])
@example([change_settings(BROKEN_SETTINGS[2]), sweep])
@settings(max_examples=12, deadline=None)
def test_nothing_that_serves_goes_by_itself(history: list[Step | int]) -> None:
    """Renames, splits, merges, reverts, an empty repository, broken files: all of it stays."""
    made = copied(_running())
    there = serving(made)
    commits = [dict(made.files)]

    for step in history:
        if isinstance(step, int):
            made.files.clear()
            made.files.update(commits[max(0, len(commits) - 1 - step)])
        else:
            step(made)
        commits.append(dict(made.files))
        carry(made)
        assert not gone(there, made)
        there = serving(made)


@given(history=st.lists(st.builds(move, numbers, folders), min_size=1, max_size=5))
@settings(max_examples=12, deadline=None)
def test_moving_files_changes_nothing(history: list[Step]) -> None:
    """Wherever configs lie, their workloads are the same."""
    made = copied(_running())

    for step in history:
        step(made)
        found = plan(made.world())
        assert {each.action for each in found.changes if each.stage == "dev"} == {Action.KEEP}
        assert found.orphans == ()
