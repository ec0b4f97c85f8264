"""Parts: what bootstrap deploys, one CloudFormation stack each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import assert_never

from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.blueprint import Blueprint, capabilities_of
from mlops_gitops.desired.names import INSTALLATION_TAG
from mlops_gitops.desired.stack import DeployableStack, StackId, Template


class Where(Enum):
    """Which accounts get a part."""

    ORCHESTRATOR = "orchestrator"
    EVERY_ACCOUNT = "every account"  # that takes workloads


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a part's parameters are made from.

    Attributes:
        account: that gets the part; 12 digits.
        outputs: of the stacks of all parts before it, together. One that is not there yet is
            missing: let the `KeyError` go, and the part is looked at again when it is there.
        operators: ARNs of who may remove what a failed first creation left; none for the role
            `mlops-gitops-apply` of the orchestrator account.
        packages: name of a package -> its key in the assets bucket.
        revision: commit or tag of this program; what a pipeline in AWS installs.
    """

    settings: Settings
    account: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    operators: tuple[str, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    revision: str = ""


def _as_it_is(_: Settings, template: Template) -> Template:
    return template


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stack that bootstrap deploys.

    Attributes:
        blueprint: its template's path in `blueprints/`, without the ending: `bootstrap/ci`.
        stack: its name; fixed for ever.
        wanted: whether these settings ask for it.
        values: the template's parameters. Raises KeyError for an output that is not there yet.
        packages: names of the zips with code that have to lie in the assets bucket first.
        compose: makes of the blueprint's template what these settings ask for, where parameters
            cannot: a resource for each of several names.
    """

    blueprint: str
    stack: str
    where: Where
    wanted: Callable[[Settings], bool]
    values: Callable[[Known], Mapping[str, str]]
    packages: tuple[str, ...] = ()
    compose: Callable[[Settings, Template], Template] = _as_it_is

    @property
    def name(self) -> str:
        """What people call it: `ci`."""
        return self.blueprint.rpartition("/")[2]

    def belongs_to(self, account: str, settings: Settings) -> bool:
        """Whether an account is one that gets it."""
        match self.where:
            case Where.ORCHESTRATOR:
                return account == settings.orchestrator_account
            case Where.EVERY_ACCOUNT:
                return account in settings.accounts
            case _:
                assert_never(self.where)


def part_stack(part: Part, known: Known, blueprint: Blueprint) -> DeployableStack:
    """Give what CloudFormation is called with for a part in one account.

    What a part gives no value has the template's default, also where it had another before.

    Raises:
        KeyError: a part before it has not been deployed yet, so an output is missing.
    """
    settings = known.settings
    template = part.compose(settings, blueprint.template)
    return DeployableStack(
        id=StackId(known.account, settings.region, part.stack),
        template=template,
        parameters={**_defaults(template), **part.values(known)},
        tags={**settings.tags, INSTALLATION_TAG: settings.prefix},
        capabilities=capabilities_of(template),
    )


def _defaults(template: Template) -> dict[str, str]:
    return {
        name: str(declared["Default"])
        for name, declared in template.get("Parameters", {}).items()
        if "Default" in declared
    }
