"""A whole cloud in memory: every port, and the steps in which it moves."""

from mlops_gitops.adapters.memory.actions import Actions
from mlops_gitops.adapters.memory.adopting import MemoryAdopting
from mlops_gitops.adapters.memory.assets import MemoryAssets
from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.brought_along import MemoryBroughtAlong
from mlops_gitops.adapters.memory.clock import MemoryClock
from mlops_gitops.adapters.memory.delivery import definition_of
from mlops_gitops.adapters.memory.identity import MemoryIdentity
from mlops_gitops.adapters.memory.images import MemoryImages
from mlops_gitops.adapters.memory.live import MemoryDetection, MemoryEvents, MemoryLive
from mlops_gitops.adapters.memory.machines import MemoryMachines
from mlops_gitops.adapters.memory.mending import MemoryMending
from mlops_gitops.adapters.memory.model_cards import MemoryModelCards
from mlops_gitops.adapters.memory.pipelines import MemoryPipelines
from mlops_gitops.adapters.memory.reverting import MemoryReverting
from mlops_gitops.adapters.memory.sagemaker import MemoryEndpoints, MemoryModels
from mlops_gitops.adapters.memory.sagemaker_pipelines import MemorySageMakerPipelines
from mlops_gitops.adapters.memory.sagemaker_usage import MemorySageMakerUsage
from mlops_gitops.adapters.memory.stack_sets import MemoryStackSets
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.diff.template import Resource

_PIPELINE = "AWS::CodePipeline::Pipeline"


@atomic
class MemoryCloud:
    """Accounts with stacks, one bucket, delivery pipelines, a registry and a clock."""

    def __init__(self) -> None:
        self.clock = MemoryClock(self.advance)
        self.stacks = MemoryStacks(self.clock.now)
        self.stack_sets = MemoryStackSets()
        self.adopting = MemoryAdopting(self.stacks, self.clock.now)
        self.brought = MemoryBroughtAlong()
        self.assets = MemoryAssets()
        self.identity = MemoryIdentity()
        self.models = MemoryModels()
        self.images = MemoryImages()
        self.machines = MemoryMachines()
        self.live = MemoryLive(self.stacks)
        self.detection = MemoryDetection(self.stacks, self.live)
        self.events = MemoryEvents()
        self.endpoints = MemoryEndpoints(self.stacks)
        self.model_cards = MemoryModelCards(self.stacks, self.clock.now)
        self.sagemaker_pipelines = MemorySageMakerPipelines(self.stacks, self.clock.now)
        self.sagemaker_usage = MemorySageMakerUsage()
        self.pipelines = MemoryPipelines(
            self.clock.now,
            self.identity.arn,
            Actions(self.stacks, self.assets, self.machines),
        )
        self.reverting = MemoryReverting(self.stacks, self.live)
        self.mending = MemoryMending(self.stacks, self.pipelines)

    def advance(self) -> bool:
        """Take everything that is in progress one step further; whether anything moved."""
        busy = self.stacks.is_busy()
        for record in self.stacks.advance():
            self.model_cards.deployed(record)
            for resource in record.seen.resources.values():
                # Another mode is that of somebody else's pipeline; nothing starts it here.
                if _is_delivery(resource):
                    region = record.deployed.id.region
                    self.pipelines.define(definition_of(resource.properties, region))
        return self.pipelines.advance() or busy

    def settle(self) -> None:
        """Advance until only people can move anything."""
        while self.advance():
            pass


def _is_delivery(resource: Resource) -> bool:
    queued = resource.properties.get("ExecutionMode") == "QUEUED"
    return resource.type == _PIPELINE and queued
