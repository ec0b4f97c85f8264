"""The demo's story, as values: what is said, typed and edited in each step."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Fold:
    """How much of a long output is shown: the first and the last lines."""

    head: int
    tail: int


@dataclass(frozen=True, slots=True)
class Run:
    """A command, spelt as a user types it.

    Attributes:
        line: of `mlops-gitops`, or of a program every machine has. `DIGEST-OF-<workload>` stands
            for the beginning of the digest that waits, which nobody knows beforehand.
        exits: the code it has to end with.
        fold: what is left out of its output, visibly; None shows all.
    """

    line: str
    exits: int = 0
    fold: Fold | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One text in one file is replaced by another, as in an editor."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A small model artifact goes into the assets bucket."""

    key: str


@dataclass(frozen=True, slots=True)
class StartAws:
    """The embedded AWS starts, in a state folder of the demo's own."""

    line: str = "mlops-gitops local up --port 0"


@dataclass(frozen=True, slots=True)
class Enter:
    """This shell talks to the embedded AWS from here on."""

    line: str = 'eval "$(mlops-gitops local env)"'


@dataclass(frozen=True, slots=True)
class Check:
    """The demo looks for itself whether every endpoint is InService in every account."""


Action: TypeAlias = Run | StartAws | Enter | Edit | Upload | Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stop of the walk: a title, a few lines of why, and what is done."""

    title: str
    text: str
    actions: tuple[Action, ...]


CONFIG = "abalone/mlops-config.json"
AS_PRINTED = Edit(CONFIG, '"dev": "ml.t2.2xlarge"', '"dev": "ml.t3.2xlarge"')
"""What the implementation guide of MLOps Workload Orchestrator prints for its example."""

_LIST_OF_RESOURCES = Fold(head=4, tail=1)

_IN_PROD = "mlops-gitops approve {0} --stage prod --digest DIGEST-OF-{0} --yes"

STEPS = (
    Step(
        title="Four AWS accounts on this machine",
        text="One orchestrates, three are stages. They are prepared with the same templates\n"
        "as real accounts: roles, a bucket with a key, a topic.",
        actions=(StartAws(), Enter()),
    ),
    Step(
        title="Validate, offline",
        text="What is deployed is declared in git: one mlops-config.json a model. This one\n"
        "is the example of the implementation guide of AWS's MLOps Workload\n"
        "Orchestrator, as printed.",
        actions=(
            Run(f"cat {CONFIG}"),
            Run("mlops-gitops validate", exits=3),
            Edit(CONFIG, AS_PRINTED.new, AS_PRINTED.old),
            Run("mlops-gitops validate"),
            Run("git add --all"),
            Run('git commit --quiet --message "Serve abalone and pulsar"'),
        ),
    ),
    Step(
        title="A broken config is refused before anything is deployed anywhere",
        text="A mistake that only prod would have met, two approvals later:",
        actions=(
            Edit(CONFIG, '"prod": "abalone-prod"', '"production": "abalone-prod"'),
            Run("mlops-gitops apply", exits=3),
            Edit(CONFIG, '"production": "abalone-prod"', '"prod": "abalone-prod"'),
        ),
    ),
    Step(
        title="Plan: every difference, before it is made",
        text="The training job has left its artifacts in the bucket; so six stacks can be\nmade.",
        actions=(
            Upload("abalone/model.tar.gz"),
            Upload("model.tar.gz"),
            Run("mlops-gitops plan", fold=Fold(head=26, tail=2)),
        ),
    ),
    Step(
        title="Apply: dev goes live by itself",
        text="Each workload gets a delivery pipeline (CodePipeline), which carries one\n"
        "bundle through the stages. dev has no gate; in staging it prepares a change\n"
        "set and waits.",
        actions=(Run("mlops-gitops apply"), Run("mlops-gitops status --watch")),
    ),
    Step(
        title="Approve staging: exactly what was shown",
        text="The change set that waits is compared with the digest before anybody is asked,\n"
        "and it is that very change set which is executed afterwards.",
        actions=(
            Run("mlops-gitops approve abalone --stage staging --yes"),
            Run("mlops-gitops approve pulsar --stage staging --yes", fold=_LIST_OF_RESOURCES),
            Run("mlops-gitops status --watch"),
        ),
    ),
    Step(
        title="Approve prod",
        text="The same bundle, the same digest, the next gate. Where nobody answers on a\n"
        "terminal, production wants to be told the digest that was looked at.",
        actions=(
            Run(_IN_PROD.format("abalone"), fold=_LIST_OF_RESOURCES),
            Run(_IN_PROD.format("pulsar"), fold=_LIST_OF_RESOURCES),
            Run("mlops-gitops status --watch"),
            Check(),
        ),
    ),
    Step(
        title="A commit changes the model and an instance type",
        text="A new artifact for all stages, and bigger instances for prod. The plan says\n"
        "what that does: SageMaker cannot change a model in place, so a new one is made\n"
        "and the endpoint rolls over.",
        actions=(
            Upload("abalone/model-2.tar.gz"),
            Edit(CONFIG, "abalone/model.tar.gz", "abalone/model-2.tar.gz"),
            Edit(CONFIG, '"prod": "ml.m5.4xlarge"', '"prod": "ml.m5.12xlarge"'),
            Run('git commit --quiet --all --message "Serve model 2 on bigger instances"'),
            Run("mlops-gitops plan"),
        ),
    ),
    Step(
        title="Apply it, and reject it at staging",
        text="dev rolls over to the new model. Whoever tests it there does not like what\n"
        "they see.",
        actions=(
            Run("mlops-gitops apply"),
            Run("mlops-gitops status abalone --watch"),
            Run(
                "mlops-gitops reject abalone --stage staging"
                ' --reason "latency doubled in the load test"'
            ),
        ),
    ),
    Step(
        title="Status: dev is ahead of staging and prod",
        text="Nothing was deployed to staging and prod; there the model before goes on\n"
        "serving. The history keeps who decided what, and why.",
        actions=(
            Run("mlops-gitops status"),
            Run("mlops-gitops history abalone --limit 1"),
            Check(),
        ),
    ),
)
