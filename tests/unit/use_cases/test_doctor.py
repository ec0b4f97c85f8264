"""Each hop broken in turn: its line turns, what rests on it is not checked, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from breakings import (
    ABOUT_DEV,
    BREAKINGS,
    DEV,
    STAGES,
    Breaking,
    F,
    W,
    a_little_late,
    closed,
    signed_out,
    unplugged,
    unreadable_config,
    unreadable_settings,
)
from builders import ACCOUNTS, ORCHESTRATOR, SINGLE_ACCOUNT, realtime
from ward import ENDPOINTS, EVERYTHING, Ward, ward

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.errors import UsageError
from mlops_gitops.runs.pipeline_quotas import Instances, Quota
from mlops_gitops.status.finding import Finding, Result
from mlops_gitops.use_cases.doctor import doctor, examine, exit_code
from mlops_gitops.use_cases.hops.hop import Hop
from mlops_gitops.use_cases.hops.table import HOPS
from mlops_gitops.use_cases.validate import Validated

ORGANIZED = (
    EVERYTHING.replace('"222222222222",', '"222222222222", ou: ou-ab12-cdef3452,')
    .replace('"333333333333",', '"333333333333", ou: ou-ab12-cdef3453,')
    .replace('"444444444444",', '"444444444444", ou: ou-ab12-cdef3454,')
    + "bootstrap: {organizations: self}\n"
)


@dataclass(slots=True)
class BySets:
    """Stacks of which those of the stages were made by a StackSet."""

    stacks: Any

    def find(self, id_: StackId) -> DeployedStack | None:
        """Find one stack by the name that it has."""
        there = self.overview(id_.account)
        return next((each for each in there if each.id == id_), None)

    def overview(self, account: str) -> tuple[DeployedStack, ...]:
        """List an account's stacks."""
        return tuple(
            replace(each, id=replace(each.id, name=f"StackSet-{each.id.name}-1d5e2f0c"))
            if each.id.name == "mlops-gitops-account" and account != ORCHESTRATOR
            else each
            for each in self.stacks.overview(account)
        )


def organized() -> Ward:
    """Accounts that were prepared one by one, and that are reached by StackSets from now on."""
    it = ward()
    it.made.files["mlops-gitops.yaml"] = ORGANIZED.encode()
    return it


def test_where_everything_is_in_order_nothing_else_is_said() -> None:
    """Every hop has a line, and every line is ok."""
    it = ward()

    lines = it.lines()

    assert it.found() == {}
    assert {line.check for line in lines} == {hop.name for hop in HOPS}
    assert all(line.seen and not line.fix for line in lines)
    assert exit_code(lines) == 0


def test_every_hop_is_broken_by_something() -> None:
    """A hop that nothing here breaks might never tell anything."""
    assert {each.hop for each in BREAKINGS if each.result is F} | {"repository"} == {
        hop.name for hop in HOPS
    }


@pytest.mark.parametrize("breaking", BREAKINGS, ids=str)
def test_what_is_broken_turns_its_line_and_no_other(breaking: Breaking) -> None:
    """What rests on it is not checked; everything else is looked at as before."""
    it = ward()
    breaking.breaks(it)

    lines = it.lines()

    turned = [line for line in lines if line.result in {F, W}]
    assert [(line.check, line.about) for line in turned] == [
        (breaking.hop, each) for each in breaking.about
    ]
    assert {line.result for line in turned} == {breaking.result}
    assert all(breaking.says in f"{line.seen} {line.fix}" for line in turned)
    assert all(line.fix for line in turned)
    left = {line.check for line in lines if line.result is Result.NOT_CHECKED}
    assert left == (_resting(breaking.hop) if breaking.result is F else set()) & {
        line.check for line in lines
    }


def _resting(name: str) -> set[str]:
    """Name the hops that need one, directly or not."""
    found: set[str] = set()
    for hop in HOPS:
        if found.union({name}) & set(hop.needs):
            found.add(hop.name)
    return found


def test_what_is_not_checked_names_the_cause_and_not_what_lies_between() -> None:
    """However far down: the line that has to be mended is named, with its account."""
    it = ward()
    closed(it)

    left = [line for line in it.lines() if line.result is Result.NOT_CHECKED]

    assert {line.seen for line in left} == {f'needs "Plan role is assumed from here" ({ABOUT_DEV})'}
    assert {line.about for line in left} == {ABOUT_DEV}
    assert len(left) > len(STAGES)


def test_two_causes_are_two_lines() -> None:
    """No network hides no missing credentials."""
    it = ward()
    signed_out(it)
    unplugged(it)

    failures = [line.check for line in it.lines() if line.result is F]

    assert failures == ["credentials", "reach"]


@pytest.mark.parametrize(
    ("breaks", "code"),
    [(unreadable_settings, 3), (unreadable_config, 3), (closed, 4), (a_little_late, 0)],
)
def test_the_exit_code_says_what_kind_of_thing_is_broken(
    breaks: Callable[[Ward], None], code: int
) -> None:
    """What is committed is one thing, what is deployed another; warnings stop nothing."""
    it = ward()
    breaks(it)

    assert exit_code(it.lines()) == code


def test_a_stage_narrows_what_is_looked_at() -> None:
    """The accounts of other stages are left alone; what all stages share is looked at."""
    it = ward()
    it.health.roles.closed |= {ACCOUNTS["prod"], ORCHESTRATOR}

    lines = it.lines(stage="dev")

    abouts = {line.about for line in lines if line.about[-12:].isdigit()}
    assert abouts == {ABOUT_DEV}
    assert {line.result for line in lines} == {Result.OK}


def test_a_stage_that_is_none_is_a_mistake_of_the_call() -> None:
    """It says which there are."""
    with pytest.raises(UsageError, match="no stage") as refused:
        ward().lines(stage="live")
    assert "dev" in refused.value.hint


def test_one_account_needs_one_line_of_each() -> None:
    """With a single stage in the orchestrator's account nothing is looked at twice."""
    config = realtime("churn", endpoint_name="churn")
    it = ward(config, settings=SINGLE_ACCOUNT)

    lines = it.lines()

    said = [(line.check, line.about) for line in lines]
    assert len(said) == len(set(said))
    assert {about for check, about in said if check == "plan-role"} == {f"live {ORCHESTRATOR}"}
    assert not {"secret", "subscription", "ci-role"} & {each.check for each in lines}


def test_who_does_not_answer_in_time_is_told() -> None:
    """Time is not waited for beyond what was given, and what came in time is shown."""
    it = ward()
    it.health.workers.asleep = {4}

    lines = it.lines(seconds=5)

    asleep = [line for line in lines if "no answer within 5 seconds" in line.seen]
    assert [(line.check, line.result) for line in asleep] == [("credentials", F)]
    assert "--timeout" in asleep[0].fix
    late = {line.check for line in lines if line.seen == "needs more time"}
    assert late == _resting("credentials") & {line.check for line in lines}


def test_lines_are_in_the_order_of_the_table() -> None:
    """Whatever ended first."""
    order = [hop.name for hop in HOPS]

    places = [order.index(line.check) for line in ward().lines()]

    assert places == sorted(places)


def test_a_hop_needs_only_what_is_above_it() -> None:
    """Else it would be begun before what it rests on is known."""
    for number, hop in enumerate(HOPS):
        assert set(hop.needs) <= {each.name for each in HOPS[:number]}, hop.name


def test_what_is_deployed_needs_no_room_again() -> None:
    """An endpoint that runs is in use already."""
    it = ward(realtime("churn"))
    it.made.cloud.sagemaker_usage.limits = {ENDPOINTS: Quota(value=1)}
    it.made.cloud.sagemaker_usage.held = {"endpoint": Instances(counts={"ml.m5.large": 1})}
    assert {line.result for line in it.lines() if line.check == "quotas"} == {W}
    name = "mlops-pipeline-churn-byompipelinerealtimebuiltin-dev"
    stack = DeployableStack(
        id=StackId(DEV, "us-east-1", name),
        template={},
        parameters={},
        tags={},
        capabilities=(),
    )
    it.made.cloud.stacks.create(stack)
    it.made.cloud.settle()

    found = {line.about: line.result for line in it.lines() if line.check == "quotas"}

    assert found[ABOUT_DEV] is Result.OK
    assert {found[each] for each in STAGES if each != ABOUT_DEV} == {W}


def test_jobs_are_held_to_the_largest_and_endpoints_to_their_sum() -> None:
    """Jobs follow one another; what serves, serves at the same time."""
    training = {
        "pipeline_type": "model_training_builtin",
        "training_data": "data/train.csv",
        "job_output_location": "out",
        "model_framework": "xgboost",
        "model_framework_version": "1.7-1",
        "algo_hyperparamaters": {"objective": "reg:squarederror", "num_round": "5"},
        "instance_type": "ml.m5.xlarge",
    }
    it = ward(
        {**training, "model_name": "one", "instance_count": 2},
        {**training, "model_name": "two", "instance_count": 3},
    )
    name = "ml.m5.xlarge for spot training job usage"
    it.made.cloud.sagemaker_usage.limits = {name: Quota(value=3)}

    (line,) = (each for each in it.lines() if each.check == "quotas")

    assert line.seen == f"{name}: needs 3, may have 3, 0 in use"
    assert line.about == f"orchestrator {ORCHESTRATOR}"


def test_a_defect_of_a_hop_is_no_finding() -> None:
    """Only what we expect to fail is told as failed; the rest is ours to mend."""

    def look(_examined: object, _about: str) -> Finding:
        raise ZeroDivisionError

    it = ward()
    examined = examine(it.health.instruments(), Validated(settings=None), None)

    with pytest.raises(ZeroDivisionError):
        doctor(examined, (Hop(name="any", what="Any", look=look),), 60)


def test_stacks_of_a_stack_set_are_known_by_how_it_names_them() -> None:
    """An account that was prepared through the organization is prepared."""
    it = organized()
    by_sets: Any = BySets(it.health.stacks)
    it.health.stacks = by_sets
    lines = [line for line in it.lines() if line.check == "account-stack"]

    assert [line.result for line in lines] == [Result.OK] * len(lines)


def test_what_a_stack_set_did_not_make_is_made_from_the_orchestrator() -> None:
    """Nobody is sent to an account that bootstrap does not enter."""
    lines = organized().lines()

    fixes = {line.fix for line in lines if line.check == "account-stack" and line.fix}

    assert fixes == {f"Run `mlops-gitops bootstrap` for account {ORCHESTRATOR}."}
