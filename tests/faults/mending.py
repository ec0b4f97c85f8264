"""Commands that go back, take away, put back and take over; and the watcher, who does it all."""

from builders import ACCOUNTS, SINGLE_ACCOUNT, Trial, realtime, trial
from faults.rows import APPROVED, DEV, NAME, Row, bigger, digest, everywhere, rolled_back
from faults.typed import did, whole_ones
from former import hand_made, predecessor, stack_sets
from watching import config

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.use_cases.approve import pending_approvals

STAGING = StackId(ACCOUNTS["staging"], "us-east-1", f"{NAME}-staging")
CONFIG = "churn/mlops-config.json"


def twice() -> Trial:
    """Two commits are deployed everywhere."""
    made = bigger()
    promoted(made)
    return made


def promoted(made: Trial, *words: str) -> None:
    """Type what starts something, and approve it everywhere."""
    did(made, *(words or ("apply",)))
    while pending_approvals(made.world(), NAME):
        (waiting,) = pending_approvals(made.world(), NAME)
        did(made, *APPROVED, waiting.stage, "--digest", digest(made), "--yes")


def orphaned() -> Trial:
    """No config declares any more what is deployed."""
    made = everywhere()
    del made.files[CONFIG]
    return made


def retired() -> Trial:
    """The config of what is deployed says that it is retired."""
    made = everywhere()
    made.commit(realtime("churn", state="retired"))
    return made


def empty() -> Trial:
    """A retired workload has left empty stacks, long ago."""
    made = retired()
    promoted(made)
    made.cloud.clock.sleep(4 * 3600)
    return made


def by_hand(id_: StackId) -> Trial:
    """Let somebody change a stack."""
    made = everywhere()
    stacks = made.cloud.stacks
    there = stacks.find(id_)
    assert there is not None
    stacks.update(
        DeployableStack(
            id=id_,
            template=stacks.template(id_),
            parameters={**there.parameters, "InferenceInstance": "ml.m5.24xlarge"},
            tags=there.tags,
            capabilities=(),
        )
    )
    made.cloud.settle()
    return made


def dev_by_hand() -> Trial:
    """Somebody changed the stack of a stage without a gate."""
    return by_hand(DEV)


def topic_by_hand() -> Trial:
    """Somebody changed a resource of a stage with a gate."""
    made = everywhere()
    made.cloud.live.changed[STAGING, "Topic"] = {"DisplayName": "by hand"}
    return made


def stuck() -> Trial:
    """An update failed, and so did its rollback."""
    made = bigger()
    made.cloud.stacks.stuck[DEV.name] = StackStatus.UPDATE_ROLLBACK_FAILED
    did(made, "apply")
    return made


def pushed() -> Trial:
    """Three commits that nobody carried."""
    return trial(config("churn"), settings=SINGLE_ACCOUNT)


_NOW = ("rollback", "churn", "--now", "--yes")
MENDING = (
    Row(words=("rollback", "churn", "--yes"), situation=twice),
    Row(words=_NOW, situation=twice),
    Row(words=("retire", "churn", "--delete-endpoint", "--yes"), situation=orphaned),
    Row(words=("apply",), situation=retired),
    Row(words=("gc", "--yes"), situation=empty),
    *(
        Row(words=("drift", "--revert", "--yes"), situation=each)
        for each in (dev_by_hand, topic_by_hand)
    ),
    Row(words=("drift", "--accept"), situation=dev_by_hand),
    Row(words=("drift", "--notify"), situation=dev_by_hand),
    *(
        Row(words=("adopt", "--yes"), situation=each, blueprints=whole_ones)
        for each in (predecessor, stack_sets, hand_made)
    ),
    *(
        Row(words=("repair", "churn", "--yes"), situation=each, again=frozenset({0, 4}), steps=2)
        for each in (rolled_back, stuck)
    ),
    Row(words=("watch",), situation=pushed),
)
