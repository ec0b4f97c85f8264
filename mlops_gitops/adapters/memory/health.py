"""The twins that `doctor` reads, around a cloud in memory."""

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.bootstrapped import Bootstrapped
from mlops_gitops.adapters.memory.cloud import MemoryCloud
from mlops_gitops.adapters.memory.doctor import (
    MemoryBucketSettings,
    MemoryCredentials,
    MemoryKeys,
    MemoryMachine,
    MemoryPipelineLimits,
    MemoryReach,
    MemoryRepositories,
    MemoryRestApis,
    MemoryRoles,
    MemorySecrets,
    MemorySharedPackages,
    MemoryTopics,
    MemoryWorkers,
)
from mlops_gitops.ports import Blueprints, Commits, Identity, Stacks
from mlops_gitops.ports.doctor import Instruments, Services

_CALLER = "111111111111"


@atomic
class MemoryHealth:
    """Every twin, to be broken, and the instruments that read them.

    Args:
        cloud: which bootstrap has prepared.
        commits: history of the repository.
        blueprints: of this program.
        bucket: name of the assets bucket.
    """

    def __init__(
        self, cloud: MemoryCloud, commits: Commits, blueprints: Blueprints, bucket: str
    ) -> None:
        made = Bootstrapped(cloud.stacks)
        self.cloud = cloud
        self.commits = commits
        self.blueprints = blueprints
        self.identity: Identity = cloud.identity
        self.stacks: Stacks = cloud.stacks
        self.machine = MemoryMachine()
        self.reach = MemoryReach(now=cloud.clock.now)
        self.credentials = MemoryCredentials()
        self.roles = MemoryRoles(made, _CALLER)
        self.bucket = MemoryBucketSettings(made, _CALLER, bucket)
        self.keys = MemoryKeys(made, _CALLER)
        self.topics = MemoryTopics(made, _CALLER)
        self.secrets = MemorySecrets()
        self.limits = MemoryPipelineLimits(own=cloud.pipelines.names)
        self.packages = MemorySharedPackages(cloud.models.packages)
        self.repositories = MemoryRepositories(made, _CALLER)
        self.rest_apis = MemoryRestApis(made)
        self.workers = MemoryWorkers(sleep=cloud.clock.sleep)

    def instruments(self) -> Instruments:
        """Give what reads them, as they are now."""
        services = Services(
            identity=self.identity,
            stacks=self.stacks,
            assets=self.cloud.assets,
            images=self.cloud.images,
            usage=self.cloud.sagemaker_usage,
            roles=self.roles,
            bucket=self.bucket,
            keys=self.keys,
            topics=self.topics,
            secrets=self.secrets,
            limits=self.limits,
            packages=self.packages,
            repositories=self.repositories,
            rest_apis=self.rest_apis,
        )
        return Instruments(
            machine=self.machine,
            commits=self.commits,
            blueprints=self.blueprints,
            reach=self.reach,
            credentials=self.credentials,
            clock=self.cloud.clock,
            workers=self.workers,
            services=lambda _: services,
        )
