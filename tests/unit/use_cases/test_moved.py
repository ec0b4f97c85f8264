"""Moved: a folder's new name is told as such, and so is a workload's."""

from typing import Any

import pytest
from builders import Trial, realtime, trial

from mlops_gitops.config.moved import Moved
from mlops_gitops.diff.plan import Action
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.views.plan_json import plan_from_json, plan_json
from mlops_gitops.views.plan_text import plan_text


def running(**fields: Any) -> Trial:
    """Two workloads that are deployed, and a commit to tell from."""
    fields = {"endpoint_name": {"dev": "x-dev", "staging": "x-staging", "prod": "x-prod"}, **fields}
    made = trial(realtime("a", **fields), realtime("b"))
    apply(made.world(), lambda *_: None)
    made.cloud.settle()
    made.remember("main")
    return made


def test_a_renamed_folder_is_told_and_changes_nothing() -> None:
    """No stack of it differs, and nothing of it is an orphan."""
    made = running()
    made.files["team/a/mlops-config.json"] = made.files.pop("a/mlops-config.json")

    found = plan(made.changed_world("main"))

    assert found.moved == (
        Moved(
            workload="a", was="a", before="a/mlops-config.json", after="team/a/mlops-config.json"
        ),
    )
    assert {each.action for each in found.changes if each.stage == "dev"} == {Action.KEEP}
    assert found.orphans == ()
    assert "a: moved from a/ to team/a/" in plan_text(found)
    assert plan_from_json(plan_json(found)) == found


def test_a_renamed_model_is_a_new_workload_and_an_orphan() -> None:
    """Where all else is the same, the plan says what it was called."""
    made = running()
    content = made.files.pop("a/mlops-config.json").replace(
        b'"model_name": "a"', b'"model_name": "n"'
    )
    made.files["n/mlops-config.json"] = content

    found = plan(made.changed_world("main"))

    assert {each.action for each in found.changes} == {Action.CREATE}
    assert {each.workload for each in found.orphans} == {"a/byom_realtime_builtin"}
    assert "n: renamed from a (a/mlops-config.json), which is an orphan now" in plan_text(found)


@pytest.mark.parametrize("fields", [{"inference_instance": "ml.m5.xlarge"}, {}])
def test_what_says_something_else_is_no_rename(fields: dict[str, Any]) -> None:
    """Two workloads may look alike; only one that is gone was renamed."""
    made = running()
    if fields:
        del made.files["a/mlops-config.json"]
    made.commit(realtime("n", model_artifact_location="b/model.tar.gz", **fields))

    assert plan(made.changed_world("main")).moved == ()


def test_an_empty_repository_deletes_nothing_and_says_so() -> None:
    """Whoever lost all configs is told what is deployed."""
    made = running()
    for path in [path for path in made.files if path.endswith("mlops-config.json")]:
        del made.files[path]

    before = made.cloud.stacks.overview("222222222222")

    told = plan_text(plan(made.world()))

    assert "No config declares anything, and 2 workloads are deployed; that deletes" in told
    assert apply(made.world(), lambda *_: None) == ()
    assert made.cloud.stacks.overview("222222222222") == before
