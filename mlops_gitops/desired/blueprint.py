"""Blueprints: the CloudFormation templates that workloads are made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_gitops.desired.stack import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """A template and what it says about itself.

    Attributes:
        name: its folder in `blueprints/`.
        version: `Metadata: mlops-gitops: version` of the template; an upgrade raises it.
        defaults: parameter -> default; None where a value must be given.
    """

    name: str
    version: int
    template: Template
    defaults: Mapping[str, str | None]

    def __hash__(self) -> int:
        """Let what is worked out of a blueprint once be found again."""
        return hash((self.name, self.version))


def blueprint_from_template(name: str, template: Template) -> Blueprint:
    """Read what a template says about itself.

    Raises:
        TypeError: the template carries no integer version.
    """
    version = template.get("Metadata", {}).get("mlops-gitops", {}).get("version")
    if not isinstance(version, int):
        raise TypeError(f"Blueprint {name!r} has no integer Metadata.mlops-gitops.version.")
    defaults = {
        parameter: str(declared["Default"]) if "Default" in declared else None
        for parameter, declared in template.get("Parameters", {}).items()
    }
    return Blueprint(name=name, version=version, template=template, defaults=defaults)


def capabilities_of(template: Template) -> tuple[str, ...]:
    """Name what CloudFormation must be allowed to do for a template, and no more.

    Source: "Acknowledging IAM resources in CloudFormation templates", CloudFormation user guide.
    """
    iam = [
        resource
        for resource in template.get("Resources", {}).values()
        if resource["Type"].startswith("AWS::IAM::")
    ]
    if not iam:
        return ()
    naming = {"RoleName", "PolicyName", "ManagedPolicyName", "UserName", "GroupName"}
    named = any(
        naming & resource.get("Properties", {}).keys()
        for resource in iam
        if resource["Type"] != "AWS::IAM::Policy"
    )
    return ("CAPABILITY_NAMED_IAM",) if named else ("CAPABILITY_IAM",)
