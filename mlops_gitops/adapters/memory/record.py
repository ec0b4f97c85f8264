"""One stack of the in-memory CloudFormation."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.desired.stack import DeployableStack, StackId, Template
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.template import Seen, see
from mlops_gitops.ports import StackResource

_VARIABLE = re.compile(r"\$\{([^.}]+)\.?([^}]*)\}")
_GONE = "DELETE_COMPLETE"
_NAMES = {
    "AWS::CodePipeline::Pipeline": "Name",
    "AWS::SageMaker::ModelCard": "ModelCardName",
    "AWS::SageMaker::Pipeline": "PipelineName",
}
"""Type -> the property that a resource is called by, where that is no ARN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A stack, what it was made from, and what a failed update goes back to.

    Attributes:
        seen: the template worked out with the parameters.
        revision: rises with every operation; a change set holds for one revision.
        before: the record as it was before the update that runs; None for any other operation.
        failure: the first resource that failed in the newest operation.
    """

    deployed: DeployedStack
    template: Template
    seen: Seen
    revision: int
    before: "Record | None" = None
    failure: StackResource | None = None

    def is_same(self, stack: DeployableStack) -> bool:
        """Whether there is nothing to update."""
        there = self.deployed
        return (
            self.template == stack.template
            and there.parameters == stack.parameters
            and there.tags == stack.tags
        )

    def outputs(self) -> dict[str, str]:
        """Give the outputs of a stack that is complete."""
        return {name: self._text(value) for name, value in self.seen.outputs.items()}

    def resources(self) -> tuple[StackResource, ...]:
        """List the resources with the status that the stack's own implies."""
        rolled_back = self.deployed.status is StackStatus.ROLLBACK_COMPLETE
        status = _GONE if rolled_back else self.deployed.status.value.replace("_ROLLBACK", "")
        return tuple(
            StackResource(
                logical_id=name,
                resource_type=each.type,
                status=status,
                reason="",
                physical_id=self.physical_id(name),
            )
            for name, each in self.seen.resources.items()
        )

    def physical_id(self, logical_id: str) -> str:
        """Name a resource as AWS would: by its ARN where its type is known by that."""
        kind = self.seen.resources[logical_id].type
        service, _, last = kind.removeprefix("AWS::").partition("::")
        name = self.attribute(logical_id, _NAMES.get(kind, f"{last}Name"))
        stack = self.deployed.id
        if service == "SageMaker" and kind not in _NAMES:
            return f"arn:aws:sagemaker:{stack.region}:{stack.account}:{last.lower()}/{name}"
        if last == "StateMachine":
            return f"arn:aws:states:{stack.region}:{stack.account}:stateMachine:{name}"
        return name

    def names(self, resource_type: str) -> tuple[str, ...]:
        """Name the resources of a type: as the template does, or by stack and logical id."""
        attribute = f"{resource_type.rsplit('::', 1)[1]}Name"
        return tuple(
            self.attribute(name, attribute)
            for name, each in self.seen.resources.items()
            if each.type == resource_type
        )

    def attribute(self, logical_id: str, attribute: str) -> str:
        """Give what a reference to a resource, or to one of its attributes, stands for."""
        resource = self.seen.resources.get(logical_id)
        written = resource.properties.get(attribute) if resource else None
        stack = self.deployed.id
        if isinstance(written, str):
            return written
        if attribute.endswith("Arn"):
            return f"arn:aws:memory:{stack.region}:{stack.account}:{stack.name}/{logical_id}"
        return f"{stack.name}-{logical_id}"

    def _text(self, value: Any) -> str:
        match value:
            case str():
                return value
            case {"Ref": str(name)}:
                return self.attribute(name, "")
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return self.attribute(name, attribute)
            case {"Fn::Sub": str(text)}:
                return _VARIABLE.sub(lambda found: self.attribute(found[1], found[2]), text)
            case _:
                return json.dumps(value)


def record_of(
    stack: DeployableStack, status: StackStatus, *, before: Record | None, revision: int
) -> Record:
    """Record the start of an operation; outputs stay as they are until it ends."""
    seen = see(stack.template, stack.parameters, stack.id)
    deployed = DeployedStack(
        id=stack.id,
        status=status,
        status_reason="",
        parameters=dict(stack.parameters),
        outputs=before.deployed.outputs if before else {},
        tags=dict(stack.tags),
        updated_at=None,
        arn=f"arn:aws:cloudformation:{stack.id.region}:{stack.id.account}:stack/{stack.id.name}/0",
    )
    return Record(
        deployed=deployed, template=stack.template, seen=seen, revision=revision, before=before
    )


def shell_of(id_: StackId, tags: Mapping[str, str]) -> Record:
    """Record what a change set for a new stack leaves behind: a name without anything in it."""
    stack = DeployableStack(id=id_, template={}, parameters={}, tags=tags, capabilities=())
    return record_of(stack, StackStatus.REVIEW_IN_PROGRESS, before=None, revision=0)
