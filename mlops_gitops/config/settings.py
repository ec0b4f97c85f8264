"""Settings: what `mlops-gitops.yaml` says about accounts, stages and buckets."""

from dataclasses import dataclass
from enum import Enum

from mlops_gitops.problems import Location

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One account on the way to production.

    Attributes:
        name: `dev`, `staging`, `prod` or what the user calls it.
        account: 12 digits.
        approval_timeout_minutes: 5 to 86,400; None for CodePipeline's own seven days.
    """

    name: str
    account: str
    approval: Approval
    where: Location
    ou: str | None = None
    approvers: tuple[str, ...] = ()
    approval_timeout_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The installation that a repository belongs to."""

    path: str
    prefix: str
    region: str
    assets_bucket: str
    model_registry: RegistryMode
    orchestrator_account: str
    stages: tuple[Stage, ...]
    notification_email: str | None
    configs: tuple[str, ...]

    @property
    def is_single_account(self) -> bool:
        """Whether the predecessor's single-account mode is meant: one stage, no gate."""
        return len(self.stages) == 1

    def stage(self, name: str) -> Stage:
        """Find a stage by name.

        Raises:
            KeyError: no stage has that name.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)
