"""Four eyes: where settings want somebody else, the author cannot let a commit in."""

from dataclasses import replace

import pytest
from builders import COMMIT, SETTINGS, Trial, realtime, trial

from mlops_gitops.adapters.memory.identity import MemoryIdentity
from mlops_gitops.errors import Blocked
from mlops_gitops.pipeline.approval import Answer, Decision, settings_summary
from mlops_gitops.pipeline.delivery import APPROVE
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.history import history
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.history_text import history_text

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
FOUR_EYES = SETTINGS.replace("{name: staging,", "{name: staging, author_may_approve: false,")
AUTHOR = "arn:aws:sts::111111111111:assumed-role/people/jane.doe@example.com"
OTHER = "arn:aws:sts::111111111111:assumed-role/people/john@example.com"
ROOT = "arn:aws:iam::111111111111:root"


def waiting(
    settings: str = FOUR_EYES,
    commit: str = COMMIT.id,
    author: str = "Jane Doe <jane.doe@example.com>",
) -> Trial:
    """A commit of Jane's that waits for staging."""
    made = trial(realtime("churn"), settings=settings)
    made.commits.commit = replace(COMMIT, id=commit, author=author)
    apply(made.world(), lambda *_: None)
    made.cloud.settle()
    return made


def as_(made: Trial, arn: str) -> World:
    """The world of somebody."""
    return replace(made.world(), identity=MemoryIdentity(arn))


def let_in(world: World) -> None:
    """Approve what waits."""
    approve(world, review_approval(world, CHURN, None, None))


def test_the_author_is_refused_and_another_is_not() -> None:
    """Exit 4 with the author's name, and it still waits; then somebody else lets it in."""
    made = waiting()

    with pytest.raises(Blocked, match="Jane Doe") as refused:
        let_in(as_(made, AUTHOR))

    assert refused.value.exit_code == 4
    assert pending_approvals(made.world(), CHURN)
    let_in(as_(made, OTHER))
    assert not pending_approvals(made.world(), CHURN)


def test_the_author_may_approve_where_nothing_is_said() -> None:
    """That is the default; the history says all the same who it was."""
    made = waiting(SETTINGS)

    let_in(as_(made, AUTHOR))

    (told,) = history(made.world(), CHURN, 1)
    assert told.author == "Jane Doe <jane.doe@example.com>"


def test_the_author_may_reject() -> None:
    """To stop a change of one's own needs nobody else."""
    made = waiting()

    assert reject(as_(made, AUTHOR), CHURN, None, "I was wrong").stage == "staging"


def test_who_may_be_anybody_is_refused() -> None:
    """An account's root has no name to compare."""
    with pytest.raises(Blocked, match="may be anybody"):
        let_in(as_(waiting(), ROOT))


@pytest.mark.parametrize("commit", [f"{COMMIT.id}-dirty", ""])
def test_what_is_of_no_commit_is_refused(commit: str) -> None:
    """Nobody knows whose it is, so nobody is somebody else."""
    with pytest.raises(Blocked, match="of no commit"):
        let_in(as_(waiting(commit=commit), OTHER))


@pytest.mark.parametrize(
    "author", ["Jane Doe <AKIAIOSFODNN7EXAMPLE@example.com>", "", "-", " <>", "\u738b\u82b3 <>"]
)
def test_an_author_who_cannot_be_told_is_not_somebody_else(author: str) -> None:
    """Shortened as a secret, empty, or lost on the way: nobody is let in, and told the way on."""
    made = waiting(author=author)

    with pytest.raises(Blocked, match="cannot be told") as refused:
        let_in(as_(made, OTHER))

    assert "git config user.name, user.email" in refused.value.hint
    assert "mlops-gitops apply" in refused.value.hint
    assert pending_approvals(made.world(), CHURN)


def test_an_author_who_cannot_be_told_is_no_matter_where_nothing_is_said() -> None:
    """The author may approve there, so it is nobody's business who that is."""
    let_in(as_(waiting(SETTINGS, author="Jane Doe <AKIAIOSFODNN7EXAMPLE@example.com>"), OTHER))


@pytest.mark.parametrize(
    ("summary", "mark"),
    [
        ("looks good", "(approved without a digest)"),
        (f"digest=mg1-{'0' * 64}", "(approved for another digest)"),
    ],
)
def test_an_approval_in_the_console_is_marked(summary: str, mark: str) -> None:
    """Without a digest or for another one, and by the author: nothing refused it there."""
    made = waiting()
    (pending,) = pending_approvals(made.world(), CHURN)
    decision = Decision(
        pipeline_stage=pending.pipeline_stage,
        action=APPROVE,
        token=pending.token,
        answer=Answer.APPROVED,
        summary=summary,
    )
    made.cloud.pipelines.decide(CHURN, decision)

    (told,) = history(made.world(), CHURN, 1)
    assert mark in history_text(CHURN, [told], {})
    assert "(approved by the author)" not in history_text(CHURN, [told], {})
    somebody = replace(told, approvals=(replace(told.approvals[0], by_author=True),))
    assert "(approved by the author)" in history_text(CHURN, [somebody], {})


def test_nobody_hides_their_own_approval_behind_the_settings() -> None:
    """Whoever types into the console that it was the settings is told as the author still."""
    made = waiting()
    (pending,) = pending_approvals(made.world(), CHURN)
    made.cloud.pipelines.decide(
        CHURN,
        Decision(
            pipeline_stage=pending.pipeline_stage,
            action=APPROVE,
            token=pending.token,
            answer=Answer.APPROVED,
            summary=settings_summary(pending.digest, AUTHOR),
        ),
    )
    (told,) = history(made.world(), CHURN, 1)
    author = replace(told, approvals=(replace(told.approvals[0], by_author=True),))

    assert "let through by the settings, asked by " in history_text(CHURN, [told], {})
    assert "by the author)" not in history_text(CHURN, [told], {})
    assert "(answered by the author)" in history_text(CHURN, [author], {})


def test_the_history_knows_the_author_by_the_arn() -> None:
    """CodePipeline keeps who decided, and the execution whose commit it carries."""
    made = trial(realtime("churn"))
    made.commits.commit = replace(COMMIT, author="Somebody <s@example.com>")
    apply(made.world(), lambda *_: None)
    made.cloud.settle()
    let_in(made.world())

    (told,) = history(made.world(), CHURN, 1)

    assert told.approvals[0].by == "arn:aws:iam::111111111111:user/somebody"
    assert told.approvals[0].by_author
    assert told.approvals[0].is_bound
