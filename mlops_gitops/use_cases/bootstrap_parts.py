"""Bootstrap's parts with what they are made from: settings, what is deployed, what was given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mlops_gitops.config.declared import Workload
from mlops_gitops.config.settings import Settings
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.desired.bootstrap.function_package import package_name
from mlops_gitops.desired.bootstrap.orchestrator import PART as ORCHESTRATOR
from mlops_gitops.desired.bootstrap.part import Known, Part, Where, part_stack
from mlops_gitops.desired.bootstrap.parts import PARTS
from mlops_gitops.desired.stack import DesiredStack, Resolved
from mlops_gitops.errors import UsageError
from mlops_gitops.pipeline.approvers import with_approvers
from mlops_gitops.ports import Assets, Blueprints, Clock, Stacks
from mlops_gitops.ports.bootstrap import BroughtAlong, StackSets

KEY = "AssetsKmsKeyArn"
"""Output of the orchestrator's stack, and parameter of the accounts'."""
Report = Callable[[str], None]
"""Is told each step."""
_KIND = "bootstrap"
_OPERATORS = "OperatorArns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What parts are made from, without asking AWS.

    Attributes:
        operators: ARNs of who may remove what a failed first creation left; none for the role
            `mlops-gitops-apply`.
        package: gives the zip with the code of a package, by its name.
        revision: commit or tag of this program.
    """

    settings: Settings
    blueprints: Blueprints
    operators: tuple[str, ...]
    package: Callable[[str], bytes]
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """One account and what prepares it.

    Attributes:
        account: whose credentials are in use.
        assets_kms_key_arn: key of the assets bucket, if somebody named it.
    """

    source: Source
    account: str
    assets_kms_key_arn: str
    stacks: Stacks
    stack_sets: StackSets
    brought: BroughtAlong
    assets: Assets
    clock: Clock

    @property
    def settings(self) -> Settings:
        """The installation."""
        return self.source.settings


class OpenOutputs(dict[str, str]):
    """Outputs, with a placeholder for each that is not there yet.

    Attributes:
        missing: names of those that were asked for.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__(known)
        self.missing: set[str] = set()

    def __missing__(self, name: str) -> str:
        self.missing.add(name)
        return f"<{name}>"


def parts_of(settings: Settings, account: str) -> tuple[Part, ...]:
    """Give the parts that an account may have as stacks of its own, in their order."""
    return tuple(part for part in PARTS if part.belongs_to(account, settings))


def spread_parts(settings: Settings, account: str) -> tuple[Part, ...]:
    """Give the parts that StackSets carry from here into other accounts."""
    if settings.bootstrap.organizations is None or account != settings.orchestrator_account:
        return ()
    return tuple(
        part for part in PARTS if part.where is Where.EVERY_ACCOUNT and part.wanted(settings)
    )


def other_accounts(settings: Settings) -> tuple[str, ...]:
    """Give the accounts that are not the orchestrator's."""
    return tuple(each for each in settings.accounts if each != settings.orchestrator_account)


def part_named(name: str) -> Part:
    """Find a part.

    Raises:
        UsageError: there is none by that name.
    """
    for part in PARTS:
        if part.name == name:
            return part
    known = ", ".join(part.name for part in PARTS)
    raise UsageError(f"There is no part {name!r}.", hint=f"Known: {known}.")


def package_of(source: Source, name: str) -> Asset:
    """Give a package as it lies in the assets bucket."""
    content = source.package(name)
    return Asset(name=package_name(name, content), content=content)


def keeping(source: Source, deployed: Mapping[str, str]) -> Source:
    """Leave the operators as they are deployed where nobody names any.

    An option holds until it is given again: a second run without it takes nothing away.
    """
    there = tuple(arn for arn in deployed.get(_OPERATORS, "").split(",") if arn)
    return replace(source, operators=source.operators or there)


def desired_part(
    source: Source, part: Part, account: str, outputs: Mapping[str, str]
) -> DesiredStack:
    """Give the stack of a part as it should be.

    Raises:
        KeyError: an output is not there yet; never with `OpenOutputs`.
    """
    known = Known(
        settings=source.settings,
        account=account,
        outputs=outputs,
        operators=source.operators,
        packages={name: package_of(source, name).key for name in part.packages},
        revision=source.revision,
    )
    blueprint = source.blueprints.blueprint(part.blueprint)
    stack = part_stack(part, known, blueprint)
    if part is ORCHESTRATOR:
        stack = with_approvers(source.settings, stack)
    return DesiredStack(
        id=stack.id,
        workload=Workload(part.name, _KIND),
        stage=_KIND,
        template=stack.template,
        parameters={name: Resolved(value, "") for name, value in stack.parameters.items()},
        tags=stack.tags,
        capabilities=stack.capabilities,
        digest="",
        blueprint_version=blueprint.version,
    )
