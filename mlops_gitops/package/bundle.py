"""Bundles: what CodePipeline deploys for one workload, all stages in one zip.

For each stage `<stage>/template.json` and `<stage>/configuration.json` (CodePipeline's
TemplateConfiguration: Parameters, Tags), both canonical JSON.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from mlops_gitops.desired.stack import Template

KEY_PREFIX = "mlops_provisioned_pipelines"
"""Folder of the assets bucket, as in the predecessor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A reproducible zip and what it deploys.

    Attributes:
        workload_stack: name of the workload, first part of its stacks' names.
        packed: makes the zip, which nobody needs of what is not deployed anew.
        digest: over the digests of all stages; what an approval is for.
        stage_digests: stage -> digest of its stack.
    """

    workload_stack: str
    packed: Callable[[], bytes] = field(compare=False, repr=False)
    digest: str
    stage_digests: Mapping[str, str]

    @property
    def content(self) -> bytes:
        """The zip; the same stacks give the same bytes."""
        return self.packed()

    @property
    def sha256(self) -> str:
        """Of the zip, hexadecimal."""
        return sha256(self.content).hexdigest()

    @property
    def key(self) -> str:
        """Key of the zip in the assets bucket."""
        return bundle_key(self.workload_stack)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledStage:
    """One stage of a bundle, read back."""

    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    digest: str


def bundle_key(workload_stack: str) -> str:
    """Name the zip of a workload in the assets bucket."""
    return f"{KEY_PREFIX}/{workload_stack}/template.zip"


def plan_key(workload_stack: str, sha256: str) -> str:
    """Name a plan that a workload was started with, by the SHA-256 of what is written there."""
    return f"{KEY_PREFIX}/{workload_stack}/plans/{sha256}.json"


def template_path(stage: str) -> str:
    """Name a stage's template inside the zip."""
    return f"{stage}/template.json"


def configuration_path(stage: str) -> str:
    """Name a stage's template configuration inside the zip."""
    return f"{stage}/configuration.json"
