"""Settings: what `mlops-gitops.yaml` says about accounts, stages and buckets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from mlops_gitops.config.installation import ApiMode, Bootstrap, Ci, Network, Registry, Webhook
from mlops_gitops.problems import Location

ORCHESTRATOR = "orchestrator"
"""Name of the stage of what runs in the orchestrator account alone; no stage of settings has it."""
_PRODUCTION = frozenset({"prod", "production", "live"})
SETTINGS_PATH = "mlops-gitops.yaml"
"""Where the settings are, relative to the repository's root."""


class RegistryMode(Enum):
    """What configs may name: artifacts, model packages, or either."""

    OFF = "no"
    ON = "yes"
    ANY = "any"


class Approval(Enum):
    """Whether a person decides before a stage is deployed."""

    NONE = "none"
    MANUAL = "manual"


class DriftPolicy(Enum):
    """What `watch` does about what was changed by hand in a stage."""

    OBSERVE = "observe"
    PULL_REQUEST = "pull-request"
    REVERT = "revert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One account on the way to production.

    Attributes:
        name: `dev`, `staging`, `prod` or what the user calls it.
        account: 12 digits.
        approvers: ARNs of who may decide; empty for whomever IAM lets.
        approval_timeout_minutes: 5 to 86,400; None for CodePipeline's own seven days.
        author_may_approve: whether whoever wrote a commit may let it in here.
        block: kinds of risk, as the plan names them, that are never deployed here.
        require_approval_for: kinds of risk that only a person lets in here; what has none of
            them may pass by these settings. None where every change needs a person.
        network: VPC of what runs here; None for none.
        protect_endpoints: whether a production stage keeps its endpoints until it is said twice
            that one may go.
        drift: what is done by itself about what was changed by hand here.
    """

    name: str
    account: str
    approval: Approval
    where: Location
    ou: str | None = None
    approvers: tuple[str, ...] = ()
    approval_timeout_minutes: int | None = None
    author_may_approve: bool = True
    block: tuple[str, ...] = ()
    require_approval_for: tuple[str, ...] | None = None
    network: Network | None = None
    protect_endpoints: bool = True
    drift: DriftPolicy = DriftPolicy.OBSERVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The installation that a repository belongs to.

    Attributes:
        max_changed_percent: share of the deployed workloads that one commit may change; None for
            no limit.
        python: interpreter for scripts that make pipelines; empty for the one that is expected.
        permissions_boundary: name, with path, of a managed policy that every account has, and
            that every role is made with; empty for none.
        external_id: what whoever assumes `mlops-gitops-plan` has to name; empty for nothing.
        tags: put on every stack beside our own.
        api: what the API does with a config; None where there is no API.
        drop_bucket: bucket whose configs are deployed; empty for none.
    """

    path: str
    prefix: str
    region: str
    assets_bucket: str
    model_registry: RegistryMode
    orchestrator_account: str
    stages: tuple[Stage, ...]
    notification_email: str | None
    configs: tuple[str, ...]
    max_changed_percent: int | None = None
    python: str = ""
    orchestrator_network: Network | None = None
    permissions_boundary: str = ""
    external_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    registry: Registry = field(default_factory=Registry)
    bootstrap: Bootstrap = field(default_factory=Bootstrap)
    ci: Ci = field(default_factory=Ci)
    api: ApiMode | None = None
    drop_bucket: str = ""
    webhooks: tuple[Webhook, ...] = ()

    @property
    def is_single_account(self) -> bool:
        """Whether the predecessor's single-account mode is meant: one stage, no gate."""
        return len(self.stages) == 1

    @property
    def orchestrator_stage(self) -> Stage:
        """Where runs what is made once for all stages, such as training: without a gate.

        With a single stage in the orchestrator account it is that stage.
        """
        if self.is_single_account and self.stages[0].account == self.orchestrator_account:
            return self.stages[0]
        return Stage(
            name=ORCHESTRATOR,
            account=self.orchestrator_account,
            approval=Approval.NONE,
            where=Location(self.path, 1, 1),
            network=self.orchestrator_network,
        )

    @property
    def places(self) -> tuple[Stage, ...]:
        """Give every stage that a workload may run in, the orchestrator's last."""
        last = self.orchestrator_stage
        return self.stages if last in self.stages else (*self.stages, last)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Give every account that takes workloads, sorted."""
        return tuple(sorted({stage.account for stage in self.places}))

    def is_production(self, stage: Stage) -> bool:
        """Whether a gate stands before what people depend on: by its name, or as the last one."""
        gated = [each for each in self.stages if each.approval is Approval.MANUAL]
        return stage.name in _PRODUCTION or stage in gated[-1:]

    def stage(self, name: str) -> Stage:
        """Find a stage by name.

        Raises:
            KeyError: no stage has that name.
        """
        for stage in self.places:
            if stage.name == name:
                return stage
        raise KeyError(name)
