"""An hour of everything at once: commits, decisions, drift, suspensions and faults, by chance.

`make soak` runs it for longer; the seed that is printed takes
much the same way again, as far as threads come in the same order.
"""

import random
from dataclasses import dataclass, field
from itertools import pairwise

from builders import ACCOUNTS, Trial, realtime, trial
from faults.fault import Fault, disturbance
from faults.line import Line
from faults.matrix import wrong_words
from faults.typed import Words, did, typed

from mlops_gitops.desired.stack import DIGEST, DeployableStack, StackId
from mlops_gitops.diff.change_set import ChangeSetState
from mlops_gitops.ports import StackResource
from mlops_gitops.runs.execution import CREATED_WITH_PIPELINE, ActionStatus, ExecutionStatus
from mlops_gitops.use_cases.approve import pending_approvals

MODELS = ("churn", "fraud")
SIZES = ("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge")
GATED = ("staging", "prod")
_SIZE = "InferenceInstance"
_STEPS = ("commit", *["apply"] * 4, *["decide"] * 4, "hand", "hold", "break")
_ROUNDS = 12
_WAIT = 120
_GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
_SERVING = {*_GOOD, "UPDATE_ROLLBACK_COMPLETE"}
_BROKEN = StackResource(
    logical_id="Endpoint",
    resource_type="AWS::SageMaker::Endpoint",
    status="UPDATE_FAILED",
    reason="There is no capacity.",
)


def full(model: str) -> str:
    """Name a workload's pipeline."""
    return f"mlops-pipeline-{model}-byompipelinerealtimebuiltin"


def stack_of(model: str, stage: str) -> StackId:
    """Name a workload's stack in a stage."""
    return StackId(ACCOUNTS[stage], "us-east-1", f"{full(model)}-{stage}")


@dataclass(slots=True)
class Soak:
    """One run of it.

    Attributes:
        commits: every commit, oldest first.
        by_hand: model -> executions that there were when somebody changed it last.
        held: model -> executions that there were when it was suspended.
        seen: every stack that was ever there.
        steps: what was done, for whoever looks for the reason.
    """

    seed: int
    made: Trial = field(default_factory=lambda: trial(*map(realtime, MODELS)))
    sizes: dict[str, str] = field(default_factory=lambda: dict.fromkeys(MODELS, SIZES[0]))
    commits: list[str] = field(default_factory=list)
    by_hand: dict[str, int] = field(default_factory=dict)
    hands: set[tuple[str, str]] = field(default_factory=set)
    held: dict[str, int] = field(default_factory=dict)
    seen: set[StackId] = field(default_factory=set)
    let_in: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Begin with a commit that nobody carried."""
        self.chance = random.Random(self.seed)  # noqa: S311 -- a history, no secret
        self._note_commit()

    def run(self, steps: int) -> None:
        """Take steps, and hold the world to its invariants after each; then let all converge."""
        for _ in range(steps):
            self._step()
            self._hold()
        self._converge()

    def _step(self) -> None:
        model = self.chance.choice(MODELS)
        match self.chance.choice(
            ("commit", *["apply"] * 4, *["decide"] * 4, "hand", "hold", "break")
        ):
            case "commit":
                self._commit(model)
            case "apply":
                self._type("apply")
            case "decide":
                self._decide(model)
            case "hand":
                self._change(model)
            case "hold":
                self._suspend(model)
            case _:
                self._break(model)
        self._wait()

    def _commit(self, model: str) -> None:
        self.sizes[model] = self.chance.choice(SIZES)
        declared = [realtime(each, inference_instance=size) for each, size in self.sizes.items()]
        self.made.commit(*declared)
        self._note_commit()
        self.steps.append(f"commit {model} {self.sizes[model]}")

    def _note_commit(self) -> None:
        assert self.made.commits.commit is not None
        self.commits.append(self.made.commits.commit.id)

    def _decide(self, model: str) -> None:
        waiting = pending_approvals(self.made.world(), full(model))
        if not waiting:
            return
        one = self.chance.choice(waiting)
        if self.chance.random() < 0.2:
            self._type("reject", model, "--stage", one.stage, "--reason", "no")
        else:
            self._type("approve", model, "--stage", one.stage, "--digest", one.digest, "--yes")

    def _type(self, *words: str) -> None:
        """Run a command; every other time something goes wrong at one of its calls."""
        fault = self.chance.choice([*Fault, *[None] * len(Fault)])
        line = Line()
        if fault is not None:
            happens = disturbance(fault, self.made.cloud.clock, lambda: typed(self.made, words))
            line = Line(self.chance.randrange(20), happens.at, happens.after)
        self.steps.append(f"{' '.join(words)} {fault}")
        said = typed(self.made, words, line)
        assert not wrong_words(said, is_killed=True), (self, said)

    def _change(self, model: str) -> None:
        """Let somebody with the console change a stack."""
        stage = self.chance.choice(tuple(ACCOUNTS))
        stacks, id_ = self.made.cloud.stacks, stack_of(model, stage)
        there = stacks.find(id_)
        if there is None or there.status.value not in _GOOD:
            return
        digest = f"by hand {len(self.steps)}"
        changed = {**there.parameters, _SIZE: "ml.m5.24xlarge", DIGEST: digest}
        stacks.update(
            DeployableStack(
                id=id_,
                template=stacks.template(id_),
                parameters=changed,
                tags=there.tags,
                capabilities=(),
            )
        )
        self.hands.add((model, digest))
        self.by_hand[model] = len(self._runs(model))
        self.steps.append(f"by hand {id_}")

    def _suspend(self, model: str) -> None:
        if model in self.held:
            self._lift(model)
        else:
            did(self.made, "suspend", model, "--reason", "a test")
            self.held[model] = len(self._runs(model))
            self.steps.append(f"suspend {model}")

    def _lift(self, model: str) -> None:
        del self.held[model]
        did(self.made, "resume", model)
        self.steps.append(f"resume {model}")

    def _break(self, model: str) -> None:
        """Let a stage fail for a while, or no more."""
        broken = self.made.cloud.stacks.broken
        name = stack_of(model, self.chance.choice(tuple(ACCOUNTS))).name
        if broken.pop(name, None) is None:
            broken[name] = _BROKEN
        self.steps.append(f"{'break' if name in broken else 'mend'} {name}")

    def _wait(self) -> None:
        self.made.cloud.clock.sleep(self.chance.randrange(_WAIT))
        for _ in range(self.chance.randrange(6)):
            self.made.cloud.advance()

    def _runs(self, model: str) -> list[object]:
        delivery = self.made.cloud.pipelines._deliveries.get(full(model))
        runs = delivery.runs if delivery else []
        return [each for each in runs if each.trigger != CREATED_WITH_PIPELINE]

    def _hold(self) -> None:
        for model in MODELS:
            self._hold_order(model)
            self._hold_gates(model)
            if model in self.held:
                assert len(self._runs(model)) == self.held[model], f"{model} is suspended: {self}"
        there = {*self.made.cloud.stacks._records}
        rolled_back = {each for each in self.seen - there if self._may_go(each)}
        assert self.seen - there <= rolled_back, f"A stack is gone: {self}"
        self.seen = there

    def _may_go(self, id_: StackId) -> bool:
        """Only what never was created is ever removed here: nothing is retired."""
        return id_ not in self.made.cloud.stacks._records and id_ not in self._served

    @property
    def _served(self) -> set[StackId]:
        served = set()
        for model in MODELS:
            for run in self._runs(model):
                served |= {
                    stack_of(model, each.stage.removeprefix("Deploy").lower())
                    for each in run.actions  # type: ignore[attr-defined]  # of the twin
                    if each.action == "Deploy" and each.status is ActionStatus.SUCCEEDED
                }
        return served

    def _hold_order(self, model: str) -> None:
        """Commits are carried in their order, and none twice without a reason."""
        runs = self._runs(model)
        places = [self.commits.index(run.variables["commit"]) for run in runs]  # type: ignore[attr-defined]  # of the twin
        assert places == sorted(places), f"{model} overtook: {self}"
        for number, (one, two) in enumerate(pairwise(runs)):
            same = one.variables["digest"] == two.variables["digest"]  # type: ignore[attr-defined]  # of the twin
            ended_badly = one.status is not ExecutionStatus.SUCCEEDED  # type: ignore[attr-defined]  # of the twin
            excused = ended_badly or self.by_hand.get(model, 0) > number
            assert not same or excused, f"{model} was executed twice: {self}"

    def _hold_gates(self, model: str) -> None:
        """What a gated stage has was approved there, or changed by hand."""
        for stage in GATED:
            there = self.made.cloud.stacks.find(stack_of(model, stage))
            if there is None or not there.parameters.get(DIGEST):
                continue
            digest = there.parameters[DIGEST]
            place = f"Deploy{stage.capitalize()}"
            approved = {
                run.id  # type: ignore[attr-defined]  # of the twin
                for run in self._runs(model)
                for each in run.actions  # type: ignore[attr-defined]  # of the twin
                if (each.stage, each.action) == (place, "Approve")
                and each.status is ActionStatus.SUCCEEDED
            }
            let_in = {
                change.change_set.parameters.get(DIGEST)
                for (id_, name), change in self.made.cloud.stacks._prepared.items()
                if id_ == there.id and name.removeprefix("mg-") in approved
            }
            self.let_in.setdefault((model, stage), set()).update(let_in)
            known = self.let_in[model, stage]
            assert digest in known or (model, digest) in self.hands, f"Not approved: {self}"

    def _converge(self) -> None:
        """Lift what holds, mend what is broken, and carry on until nothing is left to do."""
        self.made.cloud.stacks.broken.clear()
        for model in tuple(self.held):
            self._lift(model)
        for _ in range(_ROUNDS):
            self.made.cloud.settle()
            for model in MODELS:
                for one in pending_approvals(self.made.world(), full(model)):
                    self._let_in(model, one.stage, one.digest)
            self.made.cloud.settle()
            said = typed(self.made, ("apply",))
            if said.text.count("unchanged") == len(MODELS):
                break
        self._hold_end()

    def _let_in(self, model: str, stage: str, digest: str) -> None:
        """Approve what waits; what was prepared for another stack is rejected, to be made anew."""
        words: Words = ("--stage", stage, "--digest", digest, "--yes")
        if typed(self.made, ("approve", model, *words)).code != 0:
            did(self.made, "reject", model, "--stage", stage, "--reason", "obsolete")

    def _hold_end(self) -> None:
        stacks = self.made.cloud.stacks
        for model, size in self.sizes.items():
            for stage in ACCOUNTS:
                there = stacks.find(stack_of(model, stage))
                assert there is not None, self
                assert (there.status.value in _SERVING, there.parameters[_SIZE]) == (True, size), (
                    self
                )
        waiting = [
            key
            for key in stacks._prepared
            if (found := stacks.change_set(*key)) and found.state is ChangeSetState.AVAILABLE
        ]
        assert not waiting, self
