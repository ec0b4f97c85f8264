"""Functions: Lambda functions that steps call, made by the stack of their pipeline.

Source of the members: AWS::Lambda::Function, CloudFormation template reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.document import Json
from mlops_gitops.config.said import hyphenated
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.definitions.shortened import shortened

_LIMIT = 64
_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function.

    Attributes:
        name: what tells it from other functions of the pipeline.
        code: `Code` of the resource.
        role: ARN of its role, or what gives it in the template.
    """

    name: str
    code: dict[str, Json]
    role: Json
    handler: str
    runtime: str
    timeout: Json
    memory: Json
    description: str
    environment: Mapping[str, Json] = field(default_factory=dict)

    def called(self, around: Surroundings) -> str:
        """Give its name in AWS, from the identity of the workload in its stage."""
        return shortened(f"{around.scope.stack}-{hyphenated(self.name)}", _LIMIT)

    def arn(self, around: Surroundings) -> str:
        """Give its ARN, which the definition names: it is plain JSON."""
        return f"{own_arn('lambda', around)}:function:{self.called(around)}"

    def logical_id(self) -> str:
        """Give its name in the template."""
        return f"Function{sha256(self.name.encode()).hexdigest()[:_DIGITS]}"

    def resource(self, around: Surroundings) -> dict[str, Json]:
        """Give the resource of the stack."""
        environment: dict[str, Json] = (
            {"Environment": {"Variables": dict(self.environment)}} if self.environment else {}
        )
        return {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": self.called(around),
                "Description": self.description,
                "Runtime": self.runtime,
                "Handler": self.handler,
                "Role": self.role,
                "Timeout": self.timeout,
                "MemorySize": self.memory,
                "Code": self.code,
                **environment,
            },
        }


def own_arn(service: str, around: Surroundings) -> str:
    """Give the beginning of the ARNs of the stage's own account; roles have no region."""
    scope = around.scope
    region = "" if service == "iam" else scope.region
    return f"arn:{partition_of(scope.region)}:{service}:{region}:{scope.account}"
