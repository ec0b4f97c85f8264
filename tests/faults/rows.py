"""Every command that writes, in each situation in which it writes something else."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from builders import (
    ACCOUNTS,
    ORCHESTRATOR,
    SETTINGS,
    SINGLE_ACCOUNT,
    Trial,
    copied,
    prepare,
    realtime,
    trial,
)
from faults.typed import Blueprints, Words, did, small_ones
from former import hand_made, predecessor, stack_sets

from mlops_gitops.adapters.memory.cloud import MemoryCloud
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.ports import StackResource
from mlops_gitops.use_cases.approve import pending_approvals

NAME = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
DEV = StackId(ACCOUNTS["dev"], "us-east-1", f"{NAME}-dev")
APPROVED = ("approve", "churn", "--stage")
_GONE = frozenset({0, 1})
"""Whoever deletes again what is gone, is told so."""
GROUPS = {"blueprint", "local", "model-card", "pipeline"}
"""Commands that have commands."""
_PLANNED = ("bootstrap", ORCHESTRATOR, "--plan")
DIGEST = "DIGEST"
"""Stands for the digest that waits."""
_BIGGER = "ml.m5.xlarge"
_DONE = frozenset({0, 4})
"""Whoever answers again what was answered already, is told so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A command in a situation.

    Attributes:
        words: what is typed.
        situation: what was before; its docstring says so.
        again: codes that the command may end with that is run again afterwards.
        steps: how often it is typed until nothing is left to do.
        blueprints: gives a world its blueprints; small ones are faster.
        later: what is typed hours later, where it only looks and may leave something behind.
    """

    words: Words
    situation: Callable[[], Trial]
    again: frozenset[int] = frozenset({0})
    later: Words = ()
    steps: int = 1
    blueprints: Blueprints = small_ones

    def __str__(self) -> str:
        """Name it."""
        return f"{'-'.join(self.words)}-{self.situation.__name__}"

    @property
    def command(self) -> str:
        """Name the command."""
        return " ".join(self.words[: 1 + (self.words[0] in GROUPS)])

    @property
    def about(self) -> str:
        """Say what was before."""
        return (self.situation.__doc__ or "").removesuffix(".")

    def begin(self) -> tuple[Trial, Words]:
        """Give the situation, anew for everybody, and what is typed in it."""
        made = copied(_reached(self.situation))
        if DIGEST not in self.words:
            return made, self.words
        seen = digest(made)
        return made, tuple(seen if each == DIGEST else each for each in self.words)


@cache
def _reached(situation: Callable[[], Trial]) -> Trial:
    return situation()


def new() -> Trial:
    """A new workload, three stages."""
    return trial(realtime("churn"))


def alone() -> Trial:
    """A new workload, one account."""
    return trial(realtime("churn", endpoint_name="churn"), settings=SINGLE_ACCOUNT)


def several() -> Trial:
    """Three new workloads side by side."""
    return trial(*map(realtime, ("churn", "fraud", "price")))


def staging_waits() -> Trial:
    """Staging waits."""
    made = new()
    did(made, "apply")
    return made


def prod_waits() -> Trial:
    """Prod waits."""
    made = staging_waits()
    did(made, *APPROVED, "staging", "--yes")
    return made


def everywhere() -> Trial:
    """Everything is deployed."""
    made = prod_waits()
    did(made, *APPROVED, "prod", "--digest", digest(made), "--yes")
    return made


def bigger() -> Trial:
    """A deployed workload has changed."""
    made = everywhere()
    made.commit(realtime("churn", inference_instance=_BIGGER))
    return made


def bigger_waits() -> Trial:
    """A change of a deployed workload waits in staging."""
    made = bigger()
    did(made, "apply")
    return made


def rolled_back() -> Trial:
    """The first creation was rolled back."""
    made = new()
    name = f"{NAME}-dev"
    made.cloud.stacks.broken[name] = StackResource(
        logical_id="Endpoint",
        resource_type="AWS::SageMaker::Endpoint",
        status="CREATE_FAILED",
        reason="There is no capacity.",
    )
    did(made, "apply")
    del made.cloud.stacks.broken[name]
    return made


def rejected() -> Trial:
    """The last execution was rejected."""
    made = staging_waits()
    did(made, "reject", "churn", "--reason", "too slow")
    return made


def other_gates() -> Trial:
    """The delivery pipeline has to change, and the workload too."""
    made = bigger()
    made.files["mlops-gitops.yaml"] = SETTINGS.replace(
        '"444444444444", approval: manual',
        '"444444444444", approval: manual, approval_timeout_minutes: 60',
    ).encode()
    return made


def by_settings() -> Trial:
    """Staging waits, and the settings let it in."""
    made = new()
    rule = "approval: manual, require_approval_for: [data-loss]}"
    made.files["mlops-gitops.yaml"] = SETTINGS.replace("approval: manual}", rule).encode()
    prepare(made)
    made.cloud.assets.write("churn/model.tar.gz", b"a model", "")
    did(made, "apply")
    return made


def suspended() -> Trial:
    """A workload is suspended."""
    made = new()
    did(made, "suspend", "churn", "--reason", "a test")
    return made


def asked_about() -> Trial:
    """A killed plan left a change set, long ago."""
    made = bigger()
    there = made.cloud.stacks.find(DEV)
    assert there is not None
    desired = DeployableStack(
        id=DEV, template={}, parameters=there.parameters, tags=there.tags, capabilities=()
    )
    made.cloud.stacks.propose(desired, "mg-plan-left", "")
    made.cloud.clock.sleep(4 * 3600)
    return made


def with_card() -> Trial:
    """There is a model card that was made by hand."""
    made = new()
    made.cloud.model_cards.put(ORCHESTRATOR, "theirs", {}, "Draft")
    return made


def unprepared() -> Trial:
    """An account with nothing in it."""
    made = new()
    made.cloud = MemoryCloud()
    return made


def orchestrated() -> Trial:
    """A stage's account, after the orchestrator's."""
    made = unprepared()
    did(made, "bootstrap", ORCHESTRATOR)
    return made


def another_door() -> Trial:
    """A prepared account whose settings have changed."""
    made = new()
    made.files["mlops-gitops.yaml"] += b"external_id: acme-plans\n"
    return made


def digest(made: Trial) -> str:
    """Give the digest that waits."""
    (waiting,) = pending_approvals(made.world(), NAME)
    return waiting.digest


DELIVERING = (
    *(Row(words=("apply",), situation=each) for each in (new, alone, bigger, rolled_back)),
    *(Row(words=("apply",), situation=each) for each in (rejected, other_gates, several)),
    Row(words=(*APPROVED, "staging", "--yes"), situation=staging_waits, again=_DONE),
    Row(words=(*APPROVED, "prod", "--digest", DIGEST, "--yes"), situation=prod_waits, again=_DONE),
    Row(words=(*APPROVED, "staging", "--yes"), situation=bigger_waits, again=_DONE),
    Row(words=("reject", "churn", "--reason", "no"), situation=staging_waits, again=_DONE),
    Row(words=("approve", "--by-settings"), situation=by_settings),
    Row(words=("apply", "--wait"), situation=new),
    Row(words=("plan", "--method", "change-set"), situation=bigger, later=("gc", "--yes")),
    *(
        Row(words=("adopt", "--yes"), situation=each)
        for each in (predecessor, stack_sets, hand_made)
    ),
    Row(words=("gc", "--yes"), situation=asked_about),
    Row(words=("suspend", "churn", "--reason", "load test"), situation=new),
    Row(words=("resume", "churn"), situation=suspended),
    Row(words=("model-card", "delete", "theirs", "--yes"), situation=with_card, again=_GONE),
    Row(words=("bootstrap", ORCHESTRATOR), situation=unprepared),
    Row(words=("bootstrap", ACCOUNTS["dev"]), situation=orchestrated),
    Row(words=("bootstrap", ORCHESTRATOR, "--plan"), situation=another_door, later=_PLANNED),
    Row(words=("bootstrap", ORCHESTRATOR), situation=another_door),
)
