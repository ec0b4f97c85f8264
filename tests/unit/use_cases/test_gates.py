"""Any interleaving: no gated stage ever deploys what was not approved."""

import contextlib

from builders import ACCOUNTS, realtime, trial
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.errors import Blocked
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval

CHURN = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
GATED = ("staging", "prod")
instances = st.sampled_from(("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge"))
by_hand = st.sampled_from(("ml.m5.4xlarge", "ml.m5.12xlarge"))


def stack_in(stage: str) -> StackId:
    """The stack of the workload in a stage."""
    return StackId(ACCOUNTS[stage], "us-east-1", f"{CHURN}-{stage}")


class Gates(RuleBasedStateMachine):
    """A team commits, applies, decides and interferes, while everything moves step by step."""

    @initialize()
    def start(self) -> None:
        """One workload that waits for staging."""
        self.made = trial(realtime("churn"))
        self.world = self.made.world()
        self.allowed: dict[str, set[str]] = {stage: set() for stage in GATED}
        self.apply()
        self.wait()

    @rule(instance=instances)
    def commit(self, instance: str) -> None:
        """Somebody commits."""
        self.world = self.made.commit(realtime("churn", inference_instance=instance))

    @rule()
    def apply(self) -> None:
        """Somebody applies what is committed."""
        apply(self.world, lambda *_: None)

    @rule(steps=st.integers(1, 3))
    def move(self, steps: int) -> None:
        """A moment passes."""
        for _ in range(steps):
            self.made.cloud.advance()

    @rule()
    def wait(self) -> None:
        """Time passes, until only people can go on."""
        self.made.cloud.settle()

    @rule()
    def approve(self) -> None:
        """Somebody approves the first thing that waits, if it can be shown."""
        with contextlib.suppress(Blocked):
            for pending in pending_approvals(self.world, CHURN)[:1]:
                self.let_in(pending.stage)

    @rule()
    def approve_in_prod(self) -> None:
        """Somebody approves what waits for prod."""
        with contextlib.suppress(Blocked):
            self.let_in("prod")

    def let_in(self, stage: str) -> None:
        """Approve, and remember for what."""
        review = review_approval(self.world, CHURN, stage, None)
        approve(self.world, review)
        self.allowed[stage].add(review.change_set.parameters["MlopsGitopsDigest"])

    @rule(stage=st.sampled_from(GATED))
    def reject(self, stage: str) -> None:
        """Somebody refuses."""
        with contextlib.suppress(Blocked):
            reject(self.world, CHURN, stage, "no")

    @rule(stage=st.sampled_from(GATED), instance=by_hand)
    def interfere(self, stage: str, instance: str) -> None:
        """Somebody with too many permissions changes a stack that is there."""
        there = self.made.cloud.stacks.find(stack_in(stage))
        if there is None or there.digest is None or "IN_PROGRESS" in there.status.value:
            return
        parameters = {
            **there.parameters,
            "InferenceInstance": instance,
            "MlopsGitopsDigest": f"by hand: {instance}",
        }
        self.allowed[stage].add(f"by hand: {instance}")
        stack = DeployableStack(
            id=there.id,
            template=self.made.cloud.stacks.template(there.id),
            parameters=parameters,
            tags=there.tags,
            capabilities=(),
        )
        self.made.cloud.stacks.update(stack)

    @invariant()
    def only_what_was_approved_runs(self) -> None:
        """What a gated stack holds, or is on its way to, was approved there or done by hand."""
        for stage in GATED:
            there = self.made.cloud.stacks.find(stack_in(stage))
            if there is not None and there.parameters:
                assert there.parameters["MlopsGitopsDigest"] in self.allowed[stage]

    @invariant()
    def one_approval_waits_in_a_stage(self) -> None:
        """The approvals that wait are of different stages."""
        waiting = [each.stage for each in pending_approvals(self.world, CHURN)]
        assert len(set(waiting)) == len(waiting)


Gates.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestGates = Gates.TestCase
