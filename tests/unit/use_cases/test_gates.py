"""Any interleaving: no gated stage ever deploys what was not approved.

Commits, manual updates of stacks, approvals, rejections, executions, artifacts that are
overwritten under their keys, bundles that somebody else uploads, and runs that fail.
"""

import contextlib
from typing import Any

from builders import ACCOUNTS, realtime, trial
from e2e.every_type import batch
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mlops_gitops.desired.names import run_name
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.errors import Blocked
from mlops_gitops.package.bundle import bundle_key
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval

GATED = ("staging", "prod")
instances = st.sampled_from(("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge"))
by_hand = st.sampled_from(("ml.m5.4xlarge", "ml.m5.12xlarge"))
contents = st.sampled_from((b"a model", b"a newer model", b"an even newer model"))


class Gates(RuleBasedStateMachine):
    """A team commits, applies, decides and interferes, while everything moves step by step."""

    name = "mlops-pipeline-churn-byompipelinerealtimebuiltin"
    instance = "InferenceInstance"

    def declared(self, **fields: Any) -> dict[str, Any]:
        """Declare the workload."""
        return realtime("churn", **fields)

    def stack_in(self, stage: str) -> StackId:
        """Name the workload's stack in a stage."""
        return StackId(ACCOUNTS[stage], "us-east-1", f"{self.name}-{stage}")

    @initialize()
    def start(self) -> None:
        """One workload that waits for staging."""
        self.made = trial(self.declared())
        self.key = self.declared()["model_artifact_location"]
        self.approved: dict[str, bytes] = {}
        self.world = self.made.world()
        self.allowed: dict[str, set[str]] = {stage: set() for stage in GATED}
        self.apply()
        self.wait()

    @rule(instance=instances)
    def commit(self, instance: str) -> None:
        """Somebody commits."""
        self.world = self.made.commit(self.declared(inference_instance=instance))

    @rule()
    def apply(self) -> None:
        """Somebody applies what is committed."""
        apply(self.world, lambda *_: None)

    @rule(content=contents)
    def overwrite(self, content: bytes) -> None:
        """Somebody trains anew, and uploads the model under the key of the one before."""
        self.made.cloud.assets.write(self.key, content, "")

    @rule(content=contents)
    def upload(self, content: bytes) -> None:
        """Somebody with too many permissions uploads a bundle of their own."""
        self.made.cloud.assets.write(bundle_key(self.name), content, "")

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
            for pending in pending_approvals(self.world, self.name)[:1]:
                self.let_in(pending.stage)

    @rule()
    def approve_in_prod(self) -> None:
        """Somebody approves what waits for prod."""
        with contextlib.suppress(Blocked):
            self.let_in("prod")

    def let_in(self, stage: str) -> None:
        """Approve, and remember for what."""
        review = review_approval(self.world, self.name, stage, None)
        approve(self.world, review)
        parameters = review.change_set.parameters
        self.allowed[stage].add(parameters["MlopsGitopsDigest"])
        self.approved[parameters[_COPY]] = self.held(parameters[_COPY])

    def held(self, key: str) -> bytes:
        """What a key of the bucket holds now."""
        newest = self.made.cloud.assets.latest(key)
        assert newest is not None
        return self.made.cloud.assets.read(key, newest.version_id)

    @rule(stage=st.sampled_from(GATED))
    def reject(self, stage: str) -> None:
        """Somebody refuses."""
        with contextlib.suppress(Blocked):
            reject(self.world, self.name, stage, "no")

    @rule(stage=st.sampled_from(GATED), instance=by_hand)
    def interfere(self, stage: str, instance: str) -> None:
        """Somebody with too many permissions changes a stack that is there."""
        there = self.made.cloud.stacks.find(self.stack_in(stage))
        if there is None or there.digest is None or "IN_PROGRESS" in there.status.value:
            return
        parameters = {
            **there.parameters,
            self.instance: instance,
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
            there = self.made.cloud.stacks.find(self.stack_in(stage))
            if there is not None and there.parameters:
                assert there.parameters["MlopsGitopsDigest"] in self.allowed[stage]

    @invariant()
    def what_was_approved_is_what_serves(self) -> None:
        """The artifact of a gated stack still holds the bytes that it held at the approval."""
        for stage in GATED:
            there = self.made.cloud.stacks.find(self.stack_in(stage))
            copy = there.parameters.get(_COPY) if there else None
            if copy is not None:
                assert self.held(copy) == self.approved[copy]

    @invariant()
    def one_approval_waits_in_a_stage(self) -> None:
        """The approvals that wait are of different stages."""
        waiting = [each.stage for each in pending_approvals(self.world, self.name)]
        assert len(set(waiting)) == len(waiting)


class GatesOfRuns(Gates):
    """The same where each stage ends with a run, which may fail."""

    name = "mlops-pipeline-churn-byompipelinebatchbuiltin"
    instance = "InferenceInstance"

    def declared(self, **fields: Any) -> dict[str, Any]:
        """Declare the workload."""
        return batch("churn", **fields)

    @rule(stage=st.sampled_from(tuple(ACCOUNTS)))
    def break_runs(self, stage: str) -> None:
        """Whatever runs in a stage fails from now on."""
        self.made.cloud.machines.failing[self.machine(stage)] = "no data"

    @rule()
    def mend_runs(self) -> None:
        """Nothing fails any more."""
        self.made.cloud.machines.failing.clear()

    def machine(self, stage: str) -> str:
        """Name what a stage ends with."""
        stack = self.stack_in(stage)
        head = f"arn:aws:states:{stack.region}:{stack.account}:stateMachine"
        return f"{head}:{run_name(stack.name)}"


_COPY = "ModelArtifactLocationObject"
Gates.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
GatesOfRuns.TestCase.settings = settings(max_examples=10, stateful_step_count=25, deadline=None)
TestGates = Gates.TestCase
TestGatesOfRuns = GatesOfRuns.TestCase
