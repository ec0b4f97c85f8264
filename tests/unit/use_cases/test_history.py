"""History from the stored plans: which plan was carried out, and when there is none to show."""

import json
from dataclasses import replace

import pytest
from builders import Trial, realtime, trial

from mlops_gitops.errors import UsageError
from mlops_gitops.ports import StackResource
from mlops_gitops.status.history import Deployment, StoredPlan
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.history import history, stored_plans
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.views.plan_json import plan_json
from mlops_gitops.views.stored_plan import read_stored

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
PLANS = f"mlops_provisioned_pipelines/{CHURN}/plans/"
FAILURE = StackResource(
    logical_id="Endpoint",
    resource_type="AWS::SageMaker::Endpoint",
    status="CREATE_FAILED",
    reason="no capacity",
)


def started() -> Trial:
    """A workload that waits for its approval in staging."""
    made = trial(realtime("churn"))
    again(made)
    return made


def again(made: Trial) -> None:
    """Apply, and let everything move that can."""
    apply(made.world(), lambda *_: None)
    made.cloud.settle()


def plans_of(made: Trial) -> list[str]:
    """Keys of all stored plans, one for each version."""
    versions = made.cloud.assets.versions
    return [key for key in versions if key.startswith(PLANS) for _ in versions[key]]


def read(made: Trial, limit: int = 10) -> list[tuple[Deployment, StoredPlan]]:
    """Tell the deployments, each with its plan."""
    told = history(made.world(), CHURN, limit)
    plans = stored_plans(made.world(), CHURN, told)
    return [(each, plans[each.execution_id]) for each in told]


def test_the_plan_that_was_shown_is_the_one_that_is_kept() -> None:
    """What `plan` said before `apply` is what history reads, to the byte."""
    made = trial(realtime("churn"))
    shown = plan_json(plan(made.world()))
    again(made)

    ((_, kept),) = read(made)

    assert kept.content == shown.encode()


def test_only_the_workloads_own_part_is_kept() -> None:
    """Another workload of the same commit is no part of it."""
    made = trial(realtime("churn"), realtime("fraud"))
    again(made)

    ((_, kept),) = read(made)

    assert kept.content is not None
    saved = json.loads(kept.content)
    assert {change["workload"]["model_name"] for change in saved["changes"]} == {"churn"}
    assert list(saved["digests"]) == [CHURN]


def test_repeating_stores_nothing_new() -> None:
    """Whether it is under way or done: there is one plan, in one version."""
    made = started()
    before = plans_of(made)

    again(made)

    assert len(before) == 1
    assert plans_of(made) == before


def test_the_same_digest_planned_twice_keeps_both_plans() -> None:
    """What failed is tried again from another state: each execution has the plan shown for it."""
    made = trial(realtime("churn"))
    made.cloud.stacks.broken[f"{CHURN}-dev"] = FAILURE
    again(made)
    made.cloud.stacks.broken.clear()
    shown = plan_json(plan(made.world()))

    again(made)

    (second, second_plan), (first, first_plan) = read(made)
    assert first.digest == second.digest
    assert second_plan.content == shown.encode()
    assert first_plan.content != second_plan.content
    assert len(plans_of(made)) == 2


def test_a_plan_that_is_gone_or_not_the_one_is_not_shown() -> None:
    """Neither what somebody wrote over it nor nothing at all passes for what was planned."""
    made = started()
    (key,) = plans_of(made)
    made.cloud.assets.write(key, b"{}", "")
    ((_, overwritten),) = read(made)
    del made.cloud.assets.versions[key]

    ((_, gone),) = read(made)

    assert (overwritten.content, gone.content) == (None, None)
    assert overwritten.missing == f"{key} was overwritten since"
    assert gone.missing == f"{key} is not in the assets bucket any more"


def test_a_deployment_without_a_plan_says_so() -> None:
    """What an older version or the console started carries no name of a plan."""
    made = started()
    (told,) = history(made.world(), CHURN, 1)
    old = replace(told, plan="")

    plans = stored_plans(made.world(), CHURN, [old])

    assert plans[told.execution_id].content is None
    assert "no plan" in plans[told.execution_id].missing


def test_an_execution_is_found_by_what_its_id_begins_with() -> None:
    """One of several is told, and a word that fits none is a mistake."""
    made = started()
    made.commit(realtime("churn", inference_instance="ml.m5.xlarge"))
    again(made)
    newer, older = history(made.world(), CHURN, 5)

    assert history(made.world(), CHURN, 5, older.execution_id[:8]) == (older,)
    assert history(made.world(), CHURN, 5, newer.execution_id) == (newer,)
    with pytest.raises(UsageError, match="no execution"):
        history(made.world(), CHURN, 5, "ffff")


def test_a_plan_of_another_version_is_not_guessed_at() -> None:
    """What this version cannot read is said to be somebody else's, and the rest is shown."""
    strange = StoredPlan(content=b'{"schema_version": 99}', missing="")

    assert read_stored({"one": strange}) == {"one": "another version of mlops-gitops wrote it"}


def test_a_stage_that_does_not_change_is_named() -> None:
    """What differs in prod alone is told so: of the other stages history says which they are."""
    made = started()
    sizes = {"dev": "ml.m5.large", "staging": "ml.m5.large", "prod": "ml.m5.xlarge"}
    made.commit(realtime("churn", inference_instance=sizes))

    again(made)

    (told,) = history(made.world(), CHURN, 1)
    assert told.summaries[0] == "no change in dev"
