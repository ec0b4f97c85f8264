"""What we need from the outside world, in our own words.

Every port has an adapter for the real thing and a twin in `adapters/memory.py`; the contract
tests hold both to the same promises. Adapters raise what `errors.py` draws, nothing of AWS's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mlops_gitops.definitions.pipeline.script import ScriptOrder, ScriptRun
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.stack import DeployableStack, StackId, Template
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetName
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.pipeline.approval import Decision
from mlops_gitops.ports.assets import Assets as Assets
from mlops_gitops.ports.assets import ObjectVersion as ObjectVersion
from mlops_gitops.problems import Problem, Severity
from mlops_gitops.runs.execution import ActionRun, Execution, ExecutionDetails, StageState
from mlops_gitops.runs.start import StartRequest
from mlops_gitops.status.check import Check
from mlops_gitops.status.endpoint import EndpointHealth
from mlops_gitops.status.progress import RunProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit of the repository.

    Attributes:
        id: 40 hexadecimal digits.
        author: name and address.
        is_clean: whether the files that count are exactly those of the commit.
        message: all of it, the subject included; of a merge, those of what it merges follow.
    """

    id: str
    author: str
    subject: str
    is_clean: bool
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackResource:
    """One resource of a deployed stack, with CloudFormation's own status and reason.

    `physical_id` is what AWS calls it, empty where it was never made.
    """

    logical_id: str
    resource_type: str
    status: str
    reason: str
    physical_id: str = ""


NO_SUCH_IMAGE = ""
"""Stands for the digest of an image that its repository does not have."""


class Files(Protocol):
    """The files of one repository."""

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern, sorted, relative, with forward slashes.

        `.git` and other hidden folders are not searched.
        """

    def below(self, folder: str) -> tuple[str, ...]:
        """List all files below a folder, sorted; `.` is the repository's root.

        Hidden folders are not searched, links to folders are not entered. A folder that is not
        there, or that leads out of the repository, has no files.
        """

    def read(self, path: str) -> bytes:
        """Read one file.

        Raises:
            FileNotFoundError: there is none.
            UnsafePath: the path, or a symbolic link on it, leaves the repository.
        """


class PackageData(Protocol):
    """Schemas and blueprints, as shipped with the package."""

    def schema(self, name: str) -> bytes:
        """Read `schemas/<name>.json`.

        Raises:
            FileNotFoundError: there is none.
        """

    def schema_names(self) -> tuple[str, ...]:
        """List the names of all schemas, sorted, without `.json`."""

    def blueprint(self, name: str) -> bytes:
        """Read `blueprints/<name>/template.yaml`, or `blueprints/<name>.yaml`.

        Raises:
            FileNotFoundError: there is none.
        """

    def blueprint_names(self) -> tuple[str, ...]:
        """List the folders in `blueprints/`, sorted; some are no pipeline type's."""


class Blueprints(Protocol):
    """Blueprints, read and parsed."""

    def blueprint(self, name: str) -> Blueprint:
        """Give the blueprint in `blueprints/<name>/`.

        Raises:
            FileNotFoundError: there is none.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a template.

    Attributes:
        rule: the linter's own code.
        path: keys and indexes from the template's root; empty for the whole of it.
    """

    rule: str
    message: str
    severity: Severity
    path: tuple[str | int, ...]


class TemplateLinter(Protocol):
    """Somebody who knows what CloudFormation takes."""

    def lint(self, path: str, text: bytes, sample: Callable[[str], Any]) -> tuple[Problem, ...]:
        """Say what is wrong with a template, with its places.

        Args:
            path: of the template, relative to the repository.
            text: the template, which can be read.
            sample: gives a value to stand for an insert.

        Raises:
            MissingExtra: the linter is not installed.
        """

    def lint_rendered(
        self, template: Template, parameters: Mapping[str, str]
    ) -> tuple[Finding, ...]:
        """Say what is wrong with a template that is deployed with these parameters.

        Raises:
            MissingExtra: the linter is not installed.
        """


class Commits(Protocol):
    """The history that the files come from.

    Who names a revision gets UsageError where there is none, ShallowClone where it was not fetched.
    """

    def head(self, patterns: Sequence[str]) -> Commit | None:
        """Give the commit that is checked out; None outside git or before the first commit.

        `patterns` are globs of the files that count for `is_clean`, relative to the repository.
        """

    def author_of(self, patterns: Sequence[str]) -> str:
        """Give name and address of whoever wrote the newest commit that touched some files.

        Merges do not count: who merges has not written it. Empty where there is no such commit.
        """

    def changed_since(self, revision: str) -> tuple[str, ...]:
        """List the paths of what differs from the merge base with a revision, sorted.

        The files count as they lie there. A renamed file has both names, a link to one counts too.
        """

    def merge_base(self, revision: str) -> str:
        """Give the full id of the commit that a revision and the one checked out share."""

    def changed_between(self, old: str, new: str) -> tuple[str, ...]:
        """List the paths of what differs between two revisions, as `changed_since` does."""

    def commit_at(self, revision: str) -> str:
        """Give the full id of the commit that a revision names."""

    def files_at(self, revision: str) -> Files:
        """Give the files of a revision, as they were committed."""


class Stacks(Protocol):
    """CloudFormation in every account, as far as we care."""

    def overview(self, account: str) -> tuple[DeployedStack, ...]:
        """List an account's stacks from `DescribeStacks` alone, page by page."""

    def find(self, id_: StackId) -> DeployedStack | None:
        """Find one stack; None if there is none by that name."""

    def template(self, id_: StackId) -> Template:
        """Read the template that a stack was deployed with."""

    def resources(self, id_: StackId) -> tuple[StackResource, ...]:
        """List a stack's resources, page by page."""

    def first_failure(self, id_: StackId) -> StackResource | None:
        """Find the first resource that failed in the newest operation, with the reason."""

    def change_set(self, id_: StackId, name: str) -> ChangeSet | None:
        """Read a change set, its template and its changes; None if there is none."""

    def change_sets(self, id_: StackId) -> tuple[ChangeSetName, ...]:
        """List a stack's change sets, page by page; none if there is no such stack."""

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:
        """Start to make a change set of a stack that exists; nothing is deployed by it.

        Args:
            stack: what the stack would be.
            name: of the change set; must be new to the stack.
            template_url: where a template lies that is too long to be sent; else empty.

        Raises:
            AwsError: CloudFormation does not take it, or there is no such stack.
        """

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set; none to delete is no error."""

    def execute(self, id_: StackId, name: str) -> None:
        """Start to deploy a change set as it was made.

        Raises:
            AwsError: there is none, or the stack moved since.
        """

    def create(self, stack: DeployableStack) -> None:
        """Start to create a stack; one that exists is no error."""

    def update(self, stack: DeployableStack) -> None:
        """Start to update a stack; nothing to update is no error."""

    def delete(self, id_: StackId) -> None:
        """Start to delete a stack; none to delete is no error."""


class Pipelines(Protocol):
    """CodePipeline in the orchestrator account."""

    def executions(self, pipeline: str) -> tuple[Execution, ...]:
        """List executions, newest first; empty if there is no such pipeline."""

    def details(self, pipeline: str, execution_id: str) -> ExecutionDetails:
        """Read what an execution was started with."""

    def state(self, pipeline: str) -> tuple[StageState, ...]:
        """Read what each stage holds; empty if there is no such pipeline."""

    def actions(self, pipeline: str, execution_id: str) -> tuple[ActionRun, ...]:
        """List what an execution did, oldest first."""

    def start(self, pipeline: str, request: StartRequest) -> str:
        """Start an execution, once for each token; give its id."""

    def decide(self, pipeline: str, decision: Decision) -> None:
        """Answer a pending approval.

        Raises:
            Blocked: the approval is not pending any more.
        """


class StateMachines(Protocol):
    """Step Functions, where a stage ends with a run."""

    def progress(self, account: str, execution: str) -> RunProgress | None:
        """Say where an execution is, by its ARN; None before it has entered a state."""


class Models(Protocol):
    """The model registry."""

    def package_status(self, arn: str) -> str | None:
        """Give a model package's approval status; None if the registry does not have it."""


class Images(Protocol):
    """Container images in Amazon ECR."""

    def digests(self, uris: Sequence[str]) -> Mapping[str, str]:
        """Give `sha256:...` for each image, `NO_SUCH_IMAGE` where its repository has none such.

        Those that may not be looked up are left out.
        """


class Endpoints(Protocol):
    """SageMaker endpoints."""

    def health(self, account: str, name: str) -> EndpointHealth | None:
        """Say how an endpoint is; None if there is none by that name."""


class Identity(Protocol):
    """Who we are to AWS."""

    def arn(self) -> str:
        """Give the ARN of the caller."""


class PullRequests(Protocol):
    """The pull request that a run belongs to, where the repository is hosted."""

    def comment(self, marker: str, body: str) -> str:
        """Create or update the one comment that begins with a marker; give its address.

        Raises:
            ReadOnlyToken: the token may not write.
            HostError: the host refused, or was not reached.
        """

    def report(self, check: Check) -> None:
        """Show a check beside its commit; reporting it again replaces it.

        Raises:
            ReadOnlyToken: the token may not write.
            HostError: the host refused, or was not reached.
        """


class PipelineScripts(Protocol):
    """Whoever runs a user's `pipeline.py`, never in this process."""

    def run(self, orders: Sequence[ScriptOrder]) -> tuple[ScriptRun, ...]:
        """Run each order in a process of its own, side by side; give what came of each.

        What a script does wrongly is a fault of its run, nothing that is raised.
        """


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """Give the time, with its zone."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
