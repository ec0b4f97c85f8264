"""The outside world as use cases see it: every port they may read and write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mlops_gitops.config.settings import Settings
from mlops_gitops.diff.plan import Plan
from mlops_gitops.errors import UsageError
from mlops_gitops.ports import (
    Assets,
    Blueprints,
    Clock,
    Commits,
    Endpoints,
    Files,
    Identity,
    Images,
    Models,
    PackageData,
    Pipelines,
    PipelineScripts,
    Stacks,
    StateMachines,
)
from mlops_gitops.ports.adopting import Adopting
from mlops_gitops.ports.bootstrap import StackSets
from mlops_gitops.ports.branches import Branches
from mlops_gitops.ports.doctor import Instruments
from mlops_gitops.ports.events import Events
from mlops_gitops.ports.live import DriftDetection, Live
from mlops_gitops.ports.mending import Mending
from mlops_gitops.ports.reverting import Reverting
from mlops_gitops.ports.sagemaker import ModelCards, SageMakerPipelines, SageMakerUsage
from mlops_gitops.use_cases.validate import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is made of the files of a repository; they have no errors."""

    repository: Repository
    data: PackageData
    blueprints: Blueprints


Change = Mapping[str, bytes | None]
"""Files by path; None for one that is to be deleted."""


def _nothing_to_read(_files: Files, _change: Change) -> Reading:
    hint = "Run this in a clone of the repository."
    raise UsageError("What is handed in has no repository behind it.", hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A valid repository and everything around it.

    Attributes:
        instruments: what `doctor` reads, where that is not AWS.
        write_plan: writes a plan down as it is kept; how, is a view's business.
        read: reads files as they would be after a change; raises InvalidRepository if they have
            errors.
        python: interpreter that whoever runs us names for scripts; empty for those of the configs.
    """

    repository: Repository
    data: PackageData
    blueprints: Blueprints
    commits: Commits
    branches: Branches
    stacks: Stacks
    stack_sets: StackSets
    adopting: Adopting
    assets: Assets
    pipelines: Pipelines
    mending: Mending
    reverting: Reverting
    live: Live
    detection: DriftDetection
    events: Events
    machines: StateMachines
    models: Models
    images: Images
    endpoints: Endpoints
    model_cards: ModelCards
    sagemaker_pipelines: SageMakerPipelines
    sagemaker_usage: SageMakerUsage
    identity: Identity
    clock: Clock
    write_plan: Callable[[Plan], str]
    scripts: PipelineScripts
    python: str = ""
    instruments: Instruments | None = None
    read: Callable[[Files, Change], Reading] = _nothing_to_read

    @property
    def settings(self) -> Settings:
        """The repository's settings."""
        return self.repository.settings

    def at(self, files: Files, change: Change) -> "World":
        """Give the same world around other files, as they would be after a change.

        Raises:
            InvalidRepository: they have errors.
        """
        reading = self.read(files, change)
        return replace(
            self,
            repository=reading.repository,
            data=reading.data,
            blueprints=reading.blueprints,
        )
