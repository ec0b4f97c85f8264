"""Desired stacks: what should run in one account, ready for CloudFormation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.declared import Workload
from mlops_gitops.definitions.asset import Asset

Template = Mapping[str, Any]
"""A CloudFormation template as JSON values: intrinsic functions in their long form."""

DIGEST = "MlopsGitopsDigest"
"""Name of the parameter and of the output that carry a stack's digest."""


@dataclass(frozen=True, slots=True, order=True)
class StackId:
    """Where a stack is and what it is called; the key of everything after composing."""

    account: str
    region: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} in {self.account} {self.region}"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A parameter's value and where it came from, in words a user can follow.

    `came_from` is a place (`mlops-config.json:4:3`), `settings: region`,
    `blueprint default`, `derived: ...` or `looked up: ...`. `asset` is the document whose key
    the value is, where it is one.
    """

    value: str
    came_from: str
    asset: Asset | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredStack:
    """Template, parameters and tags of one workload in one stage.

    Attributes:
        parameters: every parameter of the template, the digest included.
        tags: fixed for ever; a changing tag would replace SageMaker job definitions.
        capabilities: what CloudFormation must be allowed, such as `CAPABILITY_NAMED_IAM`.
        digest: `mg1-` and the SHA-256 of the canonical JSON of template, parameters and tags,
            all without the digest itself.
        blueprint_version: the integer that the template carries.
        run: ARN of the state machine that the stage ends with; None where nothing is run.
        documents: what values of the template refer to by its content, such as code.
        is_tombstone: whether the workload is retired, so that nothing of it is to be left.
    """

    id: StackId
    workload: Workload
    stage: str
    template: Template
    parameters: Mapping[str, Resolved]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    digest: str
    blueprint_version: int
    run: str | None = None
    documents: tuple[Asset, ...] = ()
    is_tombstone: bool = False

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Documents that the stack refers to, by parameters or in its template."""
        named = (each.asset for each in self.parameters.values() if each.asset is not None)
        return (*named, *self.documents)

    def parameter_values(self) -> dict[str, str]:
        """Give the parameters as CloudFormation takes them."""
        return {name: resolved.value for name, resolved in self.parameters.items()}

    def deployable(self) -> "DeployableStack":
        """Give what CloudFormation is called with."""
        return DeployableStack(
            id=self.id,
            template=self.template,
            parameters=self.parameter_values(),
            tags=self.tags,
            capabilities=self.capabilities,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployableStack:
    """What CloudFormation is called with, whoever made it."""

    id: StackId
    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
