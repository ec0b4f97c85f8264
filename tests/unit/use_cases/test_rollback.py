"""Rollback: back to exactly what was, by git or by the kept bundle, and never to it by accident."""

import json
from dataclasses import replace
from typing import Any

import pytest
from builders import Trial, copied, realtime, trial

from mlops_gitops.errors import Blocked
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.status.rolled_back import First, Prospect, RolledBack
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.holds import read_holds
from mlops_gitops.use_cases.known import known_deployments
from mlops_gitops.use_cases.rollback import foresee, roll_back
from mlops_gitops.use_cases.suspend import Subject, resume

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
PATH = "churn/mlops-config.json"
SIZES = ("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge")


def silent(_workload: str, _doing: str) -> None:
    """Say nothing."""


def carry(made: Trial) -> Applied:
    """Apply, and let everything move that can."""
    applied, *_ = apply(made.world(), silent)
    made.cloud.settle()
    return applied


def let_in(made: Trial) -> None:
    """Approve everything that waits, to the end."""
    made.cloud.settle()
    while pending_approvals(made.world(), CHURN):
        approve(made.world(), review_approval(made.world(), CHURN, None, None))
        made.cloud.settle()


_DEPLOYED: list[Trial] = []


def thrice() -> tuple[Trial, list[str]]:
    """Three commits, each deployed everywhere; give their digests, oldest first."""
    if not _DEPLOYED:
        first = trial(realtime("churn"), realtime("fraud"))
        for size in SIZES:
            first.commit(realtime("churn", inference_instance=size))
            carry(first)
            let_in(first)
        _DEPLOYED.append(first)
    made = copied(_DEPLOYED[0])
    digests = [each.digest for each in known_deployments(made.world(), CHURN)]
    assert len(set(digests)) == len(SIZES)
    return made, digests[::-1]


def seen(made: Trial, first: First = First.GIT, to: str = "") -> Prospect:
    """What a rollback would do."""
    return foresee(made.world(), "churn", to, first)


def back(made: Trial, first: First = First.GIT, to: str = "") -> RolledBack:
    """Roll back as the command does."""
    done = roll_back(made.world(), seen(made, first, to), "it drifts", silent)
    made.cloud.settle()
    return done


def declared(made: Trial) -> Any:
    """The instance that git says."""
    return json.loads(made.files[PATH])["inference_instance"]


def deployed(made: Trial) -> set[str]:
    """The instances of all stages."""
    stacks = made.cloud.stacks.records
    found = [record for account in ("2", "3", "4") for record in stacks(account * 12)]
    return {
        record.deployed.parameters["InferenceInstance"]
        for record in found
        if record.deployed.id.name.startswith(CHURN)
    }


def executions(made: Trial) -> int:
    """How many executions there were."""
    return len(made.cloud.pipelines.executions(pipeline_name(CHURN)))


@pytest.mark.parametrize("first", First)
def test_a_workload_is_again_what_it_was(first: First) -> None:
    """In git and, after the gates, in every stage; the very digest, and only its own files."""
    made, (_, second, third) = thrice()
    fraud = made.files["fraud/mlops-config.json"]

    done = back(made, first)

    assert (done.refused, done.digest, done.failure) == (third, second, None)
    assert (done.outcome, done.files) == (Outcome.STARTED, (PATH,))
    assert declared(made) == SIZES[1]
    assert made.files["fraud/mlops-config.json"] == fraud
    head = made.commits.commit
    assert head is not None
    assert head.id == done.commit
    for said in ("Roll churn back", "it drifts", third, second, made.cloud.identity.arn()):
        assert said in head.message
    assert deployed(made) == {SIZES[1], SIZES[2]}  # dev alone has no gate
    assert {each.digest for each in pending_approvals(made.world(), CHURN)} == {second}
    let_in(made)
    assert deployed(made) == {SIZES[1]}
    assert carry(made).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize("first", First)
def test_the_same_again_goes_no_further_back(first: First) -> None:
    """Before and after the gates, by either way; whoever wants to has to say where to."""
    made, (oldest, second, _) = thrice()
    back(made, first)
    count = executions(made)

    for again in First:
        done = back(made, again)
        assert (done.digest, done.outcome, done.commit) == (second, Outcome.UNDER_WAY, "")
    let_in(made)
    for again in First:
        done = back(made, again)
        assert (done.digest, done.outcome, done.failure) == (second, Outcome.UNCHANGED, None)
    assert executions(made) == count
    assert declared(made) == SIZES[1]

    done = back(made, first, oldest[:16])
    assert (done.refused, done.digest) == (second, oldest)
    assert declared(made) == SIZES[0]


def test_what_was_rolled_back_from_is_refused_until_it_changes() -> None:
    """By apply and by rollback; forward with anything else; lifted by whoever says so."""
    made, (_, second, third) = thrice()
    back(made)
    let_in(made)

    made.commit(realtime("churn", inference_instance=SIZES[2]))
    refused = carry(made)

    assert isinstance(refused.failure, Blocked)
    assert "it drifts" in refused.failure.message
    assert made.cloud.identity.arn() in refused.failure.message
    assert deployed(made) == {SIZES[1]}
    with pytest.raises(Blocked, match="rolled back from it"):
        seen(made, to=third)
    made.commit(realtime("churn", inference_instance="ml.m5.4xlarge"))
    assert carry(made).outcome is Outcome.STARTED
    let_in(made)
    assert deployed(made) == {"ml.m5.4xlarge"}
    # What is refused is passed over, too, when somebody rolls back once more.
    assert seen(made).way.target.digest == second
    resume(made.world(), Subject(workload="churn"), third)
    made.commit(realtime("churn", inference_instance=SIZES[2]))
    assert carry(made).outcome is Outcome.STARTED


def test_what_waits_is_in_the_way() -> None:
    """It is named with the command that rejects it; approving it is refused meanwhile."""
    made, (*_, third) = thrice()
    made.commit(realtime("churn", inference_instance="ml.m5.4xlarge"))
    carry(made)

    done = back(made)

    assert done.digest == third
    assert done.reject == ("mlops-gitops reject churn --stage staging --reason 'rolled back'",)
    with pytest.raises(Blocked, match="rolled back from it"):
        review_approval(made.world(), CHURN, "staging", None)
    reject(made.world(), CHURN, "staging", "rolled back")
    let_in(made)
    assert deployed(made) == {SIZES[2]}


def test_an_approver_of_a_kept_bundle_sees_what_it_would_change_now() -> None:
    """Commit and author are those of the wanted commit, the summaries are of today."""
    made, (oldest, *_) = thrice()

    done = back(made, First.BUNDLE, oldest)

    variables = made.cloud.pipelines.details(pipeline_name(CHURN), done.execution_id).variables
    kept = [each for each in known_deployments(made.world(), CHURN) if each.digest == oldest]
    assert {each.commit for each in kept} == {variables["commit"]}
    assert len({each.version for each in kept}) == 1
    assert f"{SIZES[2]} -> {SIZES[0]}" in variables["summary_prod"]


class Killed(BaseException):
    """Whoever does it is killed."""


@pytest.mark.parametrize("first", First)
@pytest.mark.parametrize("step", ["keep", "start", "commit"])
def test_whoever_is_killed_repeats_the_command(first: First, step: str) -> None:
    """At the end there is one execution more, one commit, and one refused digest."""
    made, (_, second, third) = thrice()
    count = executions(made)
    world = made.world()

    class Deadly:
        """Does what it is asked for, and is killed with that."""

        def __init__(self, port: Any, deadly: str) -> None:
            self._port, self._deadly = port, deadly

        def __getattr__(self, name: str) -> Any:
            if name != self._deadly:
                return getattr(self._port, name)

            def die(*arguments: Any) -> None:
                getattr(self._port, name)(*arguments)
                raise Killed

            return die

    deadly = {
        "keep": {"assets": Deadly(world.assets, "write")},
        "start": {"pipelines": Deadly(world.pipelines, "start")},
        "commit": {"branches": Deadly(world.branches, "commit")},
    }[step]
    with pytest.raises(Killed):
        roll_back(replace(world, **deadly), seen(made, first), "it drifts", silent)

    made.cloud.settle()
    done = back(made, first)

    assert (done.digest, done.refused, done.failure) == (second, third, None)
    assert executions(made) == count + 1
    assert declared(made) == SIZES[1]
    assert [each.digest for each in read_holds(made.world()).refused] == [third]
    let_in(made)
    assert deployed(made) == {SIZES[1]}


def test_two_at_once_start_one_execution() -> None:
    """Both have looked before either acted."""
    made, _ = thrice()
    count, prospects = executions(made), [seen(made, First.BUNDLE) for _ in range(2)]

    done = [roll_back(made.world(), each, "", silent) for each in prospects]

    assert len({each.execution_id for each in done}) == 1
    assert executions(made) == count + 1
    assert [bool(each.commit) for each in done] == [True, False]
