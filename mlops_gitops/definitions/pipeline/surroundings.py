"""Surroundings: what every step of a pipeline shares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.images import image_table
from mlops_gitops.definitions.pipeline.parameters import FIELD, declared_parameters
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.shortened import shortened

_FOLDER = "mlops_gitops_pipelines"
_ROLE_LIMIT = 64
_NAME_LIMIT = 256
_BRANCHES = ("if_steps", "else_steps", "steps")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """One pipeline in one stage."""

    scope: Scope

    @property
    def pipeline_name(self) -> str:
        """Name of the pipeline: its stack's."""
        return shortened(self.scope.stack, _NAME_LIMIT)

    @property
    def role_name(self) -> str:
        """Name of the role that the stack makes.

        It is fixed, so that the definition is plain JSON, without functions of CloudFormation.
        """
        return shortened(self.scope.stack, _ROLE_LIMIT)

    @property
    def role_arn(self) -> str:
        """ARN of the role of the pipeline and of its jobs: the config's, else the stack's."""
        given = self.scope.text("role_arn")
        partition = partition_of(self.scope.region)
        own = f"arn:{partition}:iam::{self.scope.account}:role/mlops-gitops/{self.role_name}"
        return given or own

    @property
    def folder(self) -> str:
        """S3 URI of where executions write, unless a step says otherwise; no slash at its end."""
        return f"s3://{self.scope.assets_bucket}/{_FOLDER}/{self.scope.stack}"

    @cached_property
    def declared(self) -> Mapping[str, Mapping[str, Json]]:
        """Every shorthand by its name, those inside of others included; the first of two alike."""
        found: dict[str, Mapping[str, Json]] = {}
        for step in _all(self.scope.value("steps")):
            found.setdefault(str(step["name"]), step)
        return found

    @cached_property
    def parameter_types(self) -> Mapping[str, str]:
        """The type of each parameter of the pipeline, by its name."""
        declared = declared_parameters(self.scope.value(FIELD))
        return {str(each.get("Name")): str(each.get("Type")) for each, _ in declared}

    def image(self, framework: str, version: str) -> str | None:
        """Give the URI of SageMaker's own image of a framework; None if there is none here."""
        return _image(framework, version, self.scope.region)


@cache
def _image(framework: str, version: str, region: str) -> str | None:
    """Look an image up: many steps have the same, and the table is long."""
    table = image_table()
    known = table.versions(region)
    if framework not in known or framework in table.need_more():
        return None
    is_listed = not known[framework] or version in known[framework]
    return table.uri(framework, version, region) if is_listed else None


def _all(steps: Json) -> Iterator[Mapping[str, Json]]:
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, dict) and "name" in step and "type" in step:
            yield step
            for branch in _BRANCHES:
                yield from _all(step.get(branch))
