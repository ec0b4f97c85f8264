"""Rollback: what cannot be brought back is said, and what others use is left alone."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from builders import SETTINGS, Trial, copied, realtime, trial
from unit.use_cases.test_rollback import (
    CHURN,
    PATH,
    SIZES,
    back,
    carry,
    declared,
    deployed,
    let_in,
    seen,
    silent,
    thrice,
)

from mlops_gitops import cli
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.errors import Blocked, MlopsError, UsageError
from mlops_gitops.package.bundle import bundle_key
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.status.rolled_back import First
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, review_approval
from mlops_gitops.use_cases.entrance import Submitter
from mlops_gitops.use_cases.holds import read_holds
from mlops_gitops.use_cases.known import known_deployments
from mlops_gitops.use_cases.rollback import foresee, roll_back
from mlops_gitops.use_cases.suspend import Subject, suspend
from mlops_gitops.use_cases.world import World

SKELETON = Path(cli.__file__).parent / "blueprint_skeleton"


def test_an_overwritten_artifact_is_named() -> None:
    """Git alone cannot bring it back; the kept bundle can, and it is said what git makes."""
    made, (_, second, _) = thrice()
    made.cloud.assets.write("churn/model.tar.gz", b"another model", "")
    before = dict(made.files)

    with pytest.raises(Blocked, match="today, not") as refused:
        seen(made)

    assert "dev, staging, prod: " in refused.value.message
    assert "mlops_gitops_artifacts/" in refused.value.message
    assert f"mlops-gitops rollback churn --to {second} --now" in refused.value.hint
    assert (made.files, read_holds(made.world()).refused) == (before, ())
    done = back(made, First.BUNDLE)
    assert done.outcome is Outcome.STARTED
    assert isinstance(done.failure, Blocked)
    assert "makes mg1-" in done.failure.message
    assert done.differences
    assert declared(made) == SIZES[1]
    let_in(made)
    assert deployed(made) == {SIZES[1]}


def test_other_settings_and_blueprints_are_named() -> None:
    """With what was, what is, and where that comes from."""
    made, _ = thrice()
    made.files["mlops-gitops.yaml"] = f"{SETTINGS}tags: {{team: ml}}\n".encode()
    made.commit()
    with pytest.raises(Blocked, match=r"tag team was nothing, is ml \(settings\)"):
        seen(made)


def test_what_is_not_kept_any_more_is_said() -> None:
    """The bundle, an artifact that it uses, or a stage that it is for."""
    made, (_, second, _) = thrice()
    gone = copied(made)
    (key,) = [each for each in gone.cloud.assets.versions if each.startswith("mlops_gitops_art")]
    gone.cloud.assets.remove(key)
    with pytest.raises(Blocked, match=f"not in the assets bucket any more: {key}"):
        seen(gone, First.BUNDLE)

    gone = copied(made)
    gone.cloud.assets.versions[bundle_key(CHURN)] = gone.cloud.assets.versions[bundle_key(CHURN)][
        -1:
    ]
    with pytest.raises(Blocked, match=f"The bundle of {second} is not kept any more"):
        seen(gone, First.BUNDLE)
    assert seen(gone).way.target.digest == second

    gone = copied(made)
    settings = gone.files["mlops-gitops.yaml"].replace(b"name: prod", b"name: live")
    gone.files["mlops-gitops.yaml"] = settings
    gone.commit(*(realtime(each, endpoint_name=each) for each in ("churn", "fraud")))
    with pytest.raises(Blocked, match="other stages by now: live, prod"):
        seen(gone, First.BUNDLE)


def test_work_that_is_not_committed_is_not_lost() -> None:
    """Nothing is started by git's way; by the other one it is said, and what to run then."""
    made, (_, second, _) = thrice()
    made.commits.uncommitted.add(PATH)
    with pytest.raises(Blocked, match="changes that are not committed"):
        back(made)
    assert declared(made) == SIZES[2]
    assert read_holds(made.world()).refused == ()

    done = back(made, First.BUNDLE)

    assert done.outcome is Outcome.STARTED
    assert isinstance(done.failure, Blocked)
    assert "not committed" in done.failure.message
    assert f"mlops-gitops rollback churn --to {second}" in done.failure.hint
    made.commits.uncommitted.clear()
    done = back(made, First.GIT, second)
    assert (done.outcome, done.failure) == (Outcome.UNDER_WAY, None)
    assert declared(made) == SIZES[1]


def test_a_commit_that_is_not_here_is_said() -> None:
    """By git's words; the kept bundle needs none."""
    made, (_, second, _) = thrice()
    commit = seen(made).way.target.commit
    del made.commits.revisions[commit]

    with pytest.raises(UsageError, match="There is no commit"):
        seen(made)
    done = back(made, First.BUNDLE)
    assert (done.outcome, done.digest) == (Outcome.STARTED, second)
    assert done.failure is not None
    assert commit in done.failure.message


def test_a_clone_that_is_behind_takes_nothing_back() -> None:
    """It has what is wanted already, and would have nothing to push."""
    made, (_, second, third) = thrice()
    newest = next(known_deployments(made.world(), CHURN)).commit
    made.files[PATH] = json.dumps(realtime("churn", inference_instance=SIZES[1]), indent=2).encode()
    made.commit()
    del made.commits.revisions[newest]

    with pytest.raises(Blocked, match=f"lacks commit {newest[:12]}, which {third}") as refused:
        seen(made)
    assert "git pull" in refused.value.hint
    done = back(made, First.BUNDLE)
    assert (done.outcome, done.digest) == (Outcome.STARTED, second)
    assert isinstance(done.failure, Blocked)


def test_nowhere_to_go_back_to_is_said() -> None:
    """With what there is, and when it was; one that was never whole is none."""
    made, (oldest, second, third) = thrice()
    with pytest.raises(UsageError, match="no digest that was wholly deployed") as unknown:
        seen(made, to="mg1-0123456789abcdef")
    assert unknown.value.hint.index(second) < unknown.value.hint.index(oldest)
    assert third not in unknown.value.hint
    with pytest.raises(UsageError, match="was deployed with last"):
        seen(made, to=third)
    fresh = trial(realtime("churn"))
    with pytest.raises(UsageError, match="never deployed"):
        seen(fresh)
    carry(fresh)
    with pytest.raises(UsageError, match="nothing to go back to"):
        seen(fresh)


def test_a_suspended_workload_is_not_rolled_back() -> None:
    """Nothing is written either."""
    made, _ = thrice()
    suspend(made.world(), Subject(workload="churn"), "load test", None)
    for first in First:
        with pytest.raises(Blocked, match="suspended"):
            seen(made, first)
    assert read_holds(made.world()).refused == ()


def test_a_folder_that_was_renamed_since_goes_back_too() -> None:
    """The config lies where it lay, once."""
    made, (_, second, _) = thrice()
    made.files["models/churn.d/mlops-config.json"] = made.files.pop(PATH)
    made.commit()

    done = back(made)

    assert done.digest == second
    assert done.files == (PATH, "models/churn.d/mlops-config.json")
    assert declared(made) == SIZES[1]
    assert "models/churn.d/mlops-config.json" not in made.files


def test_what_was_handed_in_at_a_door_has_no_commit() -> None:
    """The kept bundle is started, and git cannot say so."""
    made, _ = thrice()
    head = made.commits.commit
    assert head is not None
    made.commits.commit = replace(head, id=Submitter(door="api").door)
    made.files[PATH] = json.dumps(realtime("churn", inference_instance="ml.c5.large")).encode()
    carry(made)
    let_in(made)
    made.commits.commit = head
    made.commit(realtime("churn", inference_instance="ml.c5.xlarge"))
    carry(made)
    let_in(made)

    with pytest.raises(Blocked, match=r"made of no commit \(api\)"):
        seen(made)
    done = back(made, First.BUNDLE)
    assert isinstance(done.failure, MlopsError)
    assert "made of no commit" in done.failure.message
    let_in(made)
    assert deployed(made) == {"ml.c5.large"}


def with_own_blueprint(*names: str) -> Trial:
    """A repository whose workloads are of a pipeline type of its own."""
    made = trial()
    for file in SKELETON.iterdir():
        made.files[f"blueprints/my_blueprint/{file.name}"] = file.read_bytes()
    for name in names:
        note = {"pipeline_type": "my_blueprint", "model_name": name, "note": "first"}
        made.files[f"{name}/mlops-config.json"] = json.dumps(note).encode()
    made.commit()
    return made


def own_world(made: Trial) -> World:
    """The world of a repository with blueprints of its own."""
    return made.world().at(MemoryFiles(made.files), {})


def lead(made: Trial) -> None:
    """Apply, and approve all that waits, to the end."""
    names = [each.workload for each in apply(own_world(made), silent)]
    made.cloud.settle()
    for name in names:
        while pending_approvals(own_world(made), name):
            approve(own_world(made), review_approval(own_world(made), name, None, None))
            made.cloud.settle()


def test_a_blueprint_of_ones_own_goes_back_too() -> None:
    """With the config that rests on it, unless others do: they are named, and nothing is done."""
    template = "blueprints/my_blueprint/template.yaml"
    for names, done in ((("note",), True), (("note", "other"), False)):
        made = with_own_blueprint(*names)
        before = made.files[template]
        lead(made)
        made.files[template] = before.replace(b"A note in", b"One note in")
        made.files["blueprints/my_blueprint/functions/new.py"] = b""
        made.commit()
        lead(made)
        if done:
            world = own_world(made)
            result = roll_back(world, foresee(world, "note", "", First.GIT), "", silent)
            assert result.failure is None
            assert result.outcome is Outcome.STARTED
            assert result.files == ("blueprints/my_blueprint/functions/new.py", template)
            assert made.files[template] == before
        else:
            with pytest.raises(Blocked, match=r"would change, and other .*would with it"):
                foresee(own_world(made), "note", "", First.GIT)
            found = foresee(own_world(made), "note", "", First.BUNDLE)
            assert found.plan is not None
            assert not found.plan.is_empty
