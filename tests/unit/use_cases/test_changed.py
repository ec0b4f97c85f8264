"""What a change touches, what is told of it, and what of AWS is read for it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from builders import ACCOUNTS, DATA, ORCHESTRATOR, Trial, realtime, trial
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.diff.plan import Plan
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.ports import Stacks
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.changed import touched, validate_changed
from mlops_gitops.use_cases.plan import plan

SETTINGS = "mlops-gitops.yaml"
CONFIGS = {
    "a/mlops-config.json": {"byom_realtime_builtin"},
    "a/b/mlops-config.json": {"own"},
    "c/mlops-config.json": {"own", "shared"},
}
paths = st.sampled_from([*CONFIGS, SETTINGS, "a", "README.md", "blueprints/own/template.yaml"])


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ((), ()),
        (("README.md", "a/notes.txt", "blueprints/other/schema.json"), ()),
        (("a/mlops-config.json",), ("a/mlops-config.json",)),
        (("a",), ("a/mlops-config.json", "a/b/mlops-config.json")),
        (("blueprints/own/schema.json",), ("a/b/mlops-config.json", "c/mlops-config.json")),
        (("blueprints/shared/functions/x.py",), ("c/mlops-config.json",)),
        ((SETTINGS,), tuple(CONFIGS)),
    ],
)
def test_a_change_touches_what_depends_on_it(
    changed: tuple[str, ...], found: tuple[str, ...]
) -> None:
    """Its own config, the configs of a blueprint, and all by the settings; a folder holds all."""
    assert touched(changed, CONFIGS).configs == frozenset(found)


@given(one=st.sets(paths), other=st.sets(paths))
def test_two_changes_touch_what_each_touches(one: set[str], other: set[str]) -> None:
    """Nothing is lost by changing more at once, and nothing comes out of nowhere."""
    both = touched(one | other, CONFIGS)

    assert both.configs == touched(one, CONFIGS).configs | touched(other, CONFIGS).configs
    assert both.everything == (SETTINGS in one | other)


class Recorder:
    """Stacks, and what was asked of them."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks
        self.asked: list[tuple[str, object]] = []

    def __getattr__(self, name: str) -> Any:
        """Note a call, and let it through."""

        def call(argument: object) -> object:
            self.asked.append((name, argument))
            return getattr(self._stacks, name)(argument)

        return call


def problems(files: dict[str, bytes], *changed: str) -> list[str]:
    """What is said of a change, as places and codes."""
    validated, _ = validate_changed(MemoryFiles(files), DATA, changed)
    return [f"{each.where.path} {each.code}" for each in validated.problems]


def test_only_what_is_wrong_with_the_change_is_told() -> None:
    """A broken config of somebody else holds nobody up, unless the settings change."""
    made = trial(realtime("churn"), realtime("fraud"), realtime("spam"))
    made.files["fraud/mlops-config.json"] = b"{"
    broken = json.dumps(realtime("spam", inference_instance="m5")).encode()
    made.files["spam/mlops-config.json"] = broken

    assert problems(made.files, "churn/mlops-config.json") == []
    (told,) = problems(made.files, "spam/mlops-config.json")
    assert told.startswith("spam/")
    assert len(problems(made.files, SETTINGS)) == 2


@pytest.mark.parametrize(("mine", "other"), [("a", "b"), ("b", "a")])
def test_a_clash_with_others_is_told_at_the_change(mine: str, other: str) -> None:
    """Whichever of the two would be named first; two others that clash are their own matter."""
    config = json.dumps(realtime("churn")).encode()
    made = trial(realtime("spam"))
    made.files |= {f"{name}/mlops-config.json": config for name in (mine, other)}
    twice = json.dumps(realtime("fraud")).encode()
    made.files |= {f"{name}/mlops-config.json": twice for name in ("x", "y")}

    assert problems(made.files, f"{mine}/mlops-config.json") == [f"{mine}/mlops-config.json MG070"]
    assert problems(made.files, "spam/mlops-config.json") == []
    assert problems(made.files, f"{mine}/mlops-config.json", f"{other}/mlops-config.json") == [
        "b/mlops-config.json MG070"
    ]


def test_a_blueprint_of_the_repository_is_judged_with_its_configs() -> None:
    """Also a config that a new schema makes invalid; its trouble is nobody else's."""
    made = trial(realtime("churn"))
    own = json.dumps({"pipeline_type": "own", "model_name": "spam"}).encode()
    made.files |= {"spam/mlops-config.json": own, "blueprints/own/schema.json": b"{"}

    told = problems(made.files, "blueprints/own/schema.json")

    assert told
    assert all(each.startswith(("blueprints/own/", "spam/")) for each in told)
    assert problems(made.files, "spam/mlops-config.json") == told
    assert problems(made.files, "churn/mlops-config.json") == []


def labels(made: Plan) -> list[str]:
    """The models that a plan tells of."""
    return sorted({change.workload.model_name for change in made.changes})


def everywhere(*names: str) -> Trial:
    """Workloads that have reached dev; `main` names that commit."""
    made = trial(*(realtime(name) for name in names))
    apply(made.world(), lambda _workload, _doing: None)
    made.cloud.settle()
    made.remember("main")
    return made


def test_only_what_changed_is_planned() -> None:
    """The other workloads are neither in the plan nor called orphans; the plan says since when."""
    made = everywhere("churn", "fraud", "spam")
    made.commit(realtime("fraud", inference_instance="ml.m5.xlarge"))

    part = plan(made.changed_world("main"))

    assert labels(part) == ["fraud"]
    assert part.orphans == ()
    assert part.since == made.commits.commit_at("main")
    assert part.changes == tuple(
        each for each in plan(made.world()).changes if each.workload.model_name == "fraud"
    )


def test_a_change_of_the_settings_plans_everything() -> None:
    """Then the plan is the plan of the repository."""
    made = everywhere("churn", "fraud")
    made.files[SETTINGS] = made.files[SETTINGS].replace(b"ml-team@", b"ops@")

    assert plan(made.changed_world("main")) == plan(made.world())


def test_what_a_change_no_longer_declares_is_an_orphan() -> None:
    """A deleted or renamed workload leaves its stacks, and so does a stage that was left out."""
    made = everywhere("churn", "fraud", "spam", "still")
    del made.files["churn/mlops-config.json"]
    moved = made.files.pop("still/mlops-config.json")
    made.files["moved/mlops-config.json"] = moved
    renamed = json.dumps(realtime("scam", endpoint_name=None) | {"endpoint_name": "scam"})
    made.files["spam/mlops-config.json"] = renamed.encode()
    made.cloud.assets.write("scam/model.tar.gz", b"a model", "")

    part = plan(made.changed_world("main"))

    assert labels(part) == ["scam", "still"]
    assert {each.workload.split("/")[0] for each in part.orphans} == {"churn", "spam"}
    # Staging waits for its first approval: nothing of it has been made yet.
    assert {each.stage for each in part.orphans} == {"dev", "delivery"}
    assert part.orphans == plan(made.world()).orphans


def test_a_change_of_nothing_that_is_deployed_asks_nobody() -> None:
    """An account that was never prepared is no obstacle to a change of a page."""
    made = Trial({**trial(realtime("churn")).files, "README.md": b"old"})
    made.remember("main")
    made.files["README.md"] = b"new"

    part = plan(made.changed_world("main"))

    assert (part.changes, part.orphans) == ((), ())
    assert part.stages == ("dev", "staging", "prod")


def test_no_more_of_aws_is_read_than_a_change_needs() -> None:
    """Stacks one by one, only the keys that the change names; many stacks by the page."""
    made = everywhere(*(f"model-{number}" for number in range(12)))
    made.commit(realtime("model-3", inference_instance="ml.m5.xlarge"))
    world = made.changed_world("main")
    stacks = Recorder(world.stacks)

    plan(replace(world, stacks=stacks))

    found = [id_.name for what, id_ in stacks.asked if what == "find" and "byom" in id_.name]
    full = "mlops-pipeline-model-3-byompipelinerealtimebuiltin"
    postfixes = ("", "-codepipeline", "-dev", "-prod", "-staging")
    assert sorted(found) == [f"{full}{postfix}" for postfix in postfixes]
    assert {what for what, _ in stacks.asked} == {"find", "template"}


def test_many_stacks_of_an_account_are_listed_and_no_other_is_an_orphan() -> None:
    """A page lists a hundred of them."""
    names = tuple(f"model-{number}" for number in range(12))
    made = everywhere(*names, "churn")
    made.commit(*(realtime(name, inference_instance="ml.m5.xlarge") for name in names))
    world = made.changed_world("main")
    stacks = Recorder(world.stacks)

    part = plan(replace(world, stacks=stacks))

    assert {account for what, account in stacks.asked if what == "overview"} == {
        *ACCOUNTS.values(),
        ORCHESTRATOR,
    }
    assert sorted(set(labels(part))) == sorted(names)
    assert part.orphans == ()


def test_a_broken_change_is_refused_and_others_are_not_looked_at() -> None:
    """What is wrong with the change stops its plan; what is wrong elsewhere does not."""
    made = everywhere("churn", "fraud")
    made.commit(realtime("fraud", inference_instance="ml.m5.xlarge"))
    made.files["churn/mlops-config.json"] = b"{"

    with pytest.raises(InvalidRepository) as refused:
        plan(made.changed_world("main"))
    assert {each.where.path for each in refused.value.problems} == {"churn/mlops-config.json"}

    made.remember("main")
    other = realtime("fraud", inference_instance="ml.m5.2xlarge")
    made.files["fraud/mlops-config.json"] = json.dumps(other).encode()
    assert labels(plan(made.changed_world("main"))) == ["fraud"]


def test_a_plan_of_a_part_is_not_applied_as_a_plan_of_all() -> None:
    """It does not say what becomes of the rest."""
    made = everywhere("churn", "fraud")
    made.commit(realtime("fraud", inference_instance="ml.m5.xlarge"))
    part = plan(made.changed_world("main"))

    with pytest.raises(UsageError, match="part"):
        apply(made.world(), lambda _workload, _doing: None, part)
