"""What a hop is, and everything that it may look at."""

from collections.abc import Callable
from dataclasses import dataclass

from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.ports.doctor import Instruments, Services
from mlops_gitops.status.finding import Finding
from mlops_gitops.use_cases.validate import Validated


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One repository, and where it is to be deployed.

    Attributes:
        stage: the only one that is asked for; None for all.
    """

    instruments: Instruments
    validated: Validated
    stage: Stage | None = None

    @property
    def settings(self) -> Settings:
        """The settings, which have no errors: hops that read them need `settings`.

        Raises:
            LookupError: they have errors.
        """
        if self.validated.settings is None:
            raise LookupError("settings")
        return self.validated.settings

    @property
    def services(self) -> Services:
        """AWS."""
        return self.instruments.services(self.settings)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that are looked at, the orchestrator's own among them."""
        return self.settings.places if self.stage is None else (self.stage,)

    @property
    def configs(self) -> tuple[tuple[Config, Stage], ...]:
        """Every config in every stage that is looked at, but for those that are retired."""
        names = {stage.name for stage in self.stages}
        return tuple(
            (config, stage)
            for config in self.validated.configs
            for stage in config.stages
            if stage.name in names and not config.is_retired
        )


About = Callable[[Examined], tuple[str, ...]]
"""Names what a hop is made for, one look each."""


def once(_examined: Examined) -> tuple[str, ...]:
    """There is one of it."""
    return ("",)


def accounts(examined: Examined) -> tuple[str, ...]:
    """Every account that takes workloads, in the order of the stages."""
    return tuple(dict.fromkeys(stage.account for stage in examined.stages))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One thing that has to be in order.

    Attributes:
        name: stable; the page of documentation has a section of this name.
        what: in words, as a line begins.
        look: sees how it is. May raise what `errors.py` draws: that is a finding as well.
        needs: hops without which looking would only tell of their cause again. What is made for
            the same account counts, else all that the hop is made for.
        about: what it is made for.
    """

    name: str
    what: str
    look: Callable[[Examined, str], Finding]
    needs: tuple[str, ...] = ()
    about: About = once
