"""Refused: a plan says beforehand what `apply` would refuse, and a check is red for it."""

from dataclasses import replace

import pytest
from builders import SETTINGS, Trial, realtime, trial
from unit.use_cases.test_brakes import HALF, MODELS, NO_COST_IN_PROD, bigger, carry, everywhere

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.diff.plan import Plan
from mlops_gitops.errors import Blocked
from mlops_gitops.pipeline.brakes import Brake
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.runs.ci_run import CiRun, Duty, Service
from mlops_gitops.status.check import Conclusion
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.ci import check_of, exit_code, look
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.validate import validate

RUN = CiRun(service=Service.GITHUB, duty=Duty.PLAN, base="main", head="a" * 40, pull_request=7)


def proposed(made: Trial, *names: str) -> Plan:
    """Plan what a branch changes, and nothing else."""
    made.remember("main")
    made.commit(*bigger(*names))
    return plan(made.changed_world("main"))


def test_what_a_stage_blocks_is_told_in_the_words_of_the_refusal() -> None:
    """Workload and stage are named; nothing else of the plan is refused."""
    made = trial(realtime("churn"), settings=NO_COST_IN_PROD)
    (applied,) = carry(made)
    assert applied.failure is not None

    (told,) = plan(made.world()).refused

    assert (told.workload, told.stage) == (applied.workload, "prod")
    assert (told.message, told.hint) == (applied.failure.message, applied.failure.hint)


def test_a_refused_pull_request_has_a_red_check() -> None:
    """Exit 3, whatever else was asked for: nobody merges what apply refuses."""
    made = trial(realtime("churn"), settings=NO_COST_IN_PROD)

    def found(settings: str) -> tuple[Conclusion, str, int]:
        made.files["mlops-gitops.yaml"] = settings.encode()
        findings = look(
            lambda: validate(MemoryFiles(made.files), made.world().data), "", made.world
        )
        check = check_of(RUN, findings, "text")
        return check.conclusion, check.title, exit_code(findings, detailed=False)

    assert found(NO_COST_IN_PROD) == (Conclusion.FAILURE, "This would be refused", 3)
    assert found(SETTINGS) == (Conclusion.SUCCESS, "1 workload to change", 0)


def test_what_does_not_change_is_not_refused() -> None:
    """A limit that came later is none of what runs already."""
    made = everywhere(SETTINGS)
    made.files["mlops-gitops.yaml"] = NO_COST_IN_PROD.encode()

    assert plan(made.world()).refused == ()


def test_too_much_at_once_is_told() -> None:
    """About all of it, with the count, and how to say that it is meant."""
    made = everywhere()
    made.commit(*bigger("a", "b", "c"))

    (told,) = plan(made.world()).refused

    assert (told.workload, told.stage) == ("", "")
    assert told.message.startswith("3 of 4 deployed workloads would change")
    assert "--accept-mass-change" in told.hint


@pytest.mark.parametrize(("names", "refused"), [("ab", 0), ("abc", 1)])
def test_a_part_is_measured_against_all_that_is_deployed(names: str, refused: int) -> None:
    """Two of four are half, even where a plan tells of those two alone."""
    assert len(proposed(everywhere(), *names).refused) == refused


def test_what_is_declared_and_not_deployed_does_not_count() -> None:
    """Three new workloads beside make no share smaller."""
    made = everywhere()
    made.commit(*(realtime(name) for name in "efg"))

    assert len(proposed(made, "a", "b", "c").refused) == 1


def test_what_a_commit_confirms_is_not_refused() -> None:
    """In a plan as in what follows it."""
    made = everywhere()
    made.commit(*bigger(*MODELS))
    head = made.commits.commit
    assert head is not None
    made.commits.commit = replace(head, message="Grow\n\nAccept-Mass-Change: yes\n")

    assert plan(made.world()).refused == ()


def test_what_is_under_way_is_not_refused() -> None:
    """What waits at a gate was let through before, and is not counted again."""
    made = everywhere()
    made.commit(*bigger(*MODELS))
    carry(made, Brake.RELEASED)

    assert plan(made.world()).refused == ()
    assert not plan(made.world()).is_empty


def test_a_saved_plan_that_was_refused_can_be_accepted() -> None:
    """The refusal is no part of what is compared; it holds again unless it is released."""
    made = everywhere(HALF)
    made.commit(*bigger("a", "b", "c"))
    saved = plan(made.world())
    assert saved.refused

    with pytest.raises(Blocked, match="3 of 4"):
        apply(made.world(), lambda *_: None, saved)
    applied = apply(made.world(), lambda *_: None, saved, Brake.RELEASED)

    assert [each.outcome for each in applied].count(Outcome.STARTED) == 3
