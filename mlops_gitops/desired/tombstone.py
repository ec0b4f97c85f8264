"""Tombstones: what is left of a retired workload in each stage, until `gc` takes it away.

CloudFormation knows no stack without resources, so one stays that costs nothing, serves nothing
and needs no permission: everything else of the stack is deleted by an ordinary update, which has
a change set that can be shown and approved.

Source: "Template anatomy" (`Resources` is required) and `AWS::CloudFormation::WaitConditionHandle`
in the CloudFormation user guide.
"""

from mlops_gitops.config.declared import Workload
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.desired.digest import stage_digest
from mlops_gitops.desired.names import stage_stack, tags_of
from mlops_gitops.desired.stack import DIGEST, DesiredStack, Resolved, Template

_HANDLE = "AWS::CloudFormation::WaitConditionHandle"
_TEMPLATE: Template = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Description": "A retired workload, of which nothing is left (mlops-gitops)",
    "Parameters": {DIGEST: {"Type": "String", "Description": "Digest of this stack."}},
    "Resources": {"Retired": {"Type": _HANDLE}},
    "Outputs": {DIGEST: {"Value": {"Ref": DIGEST}}},
}


def tombstone(settings: Settings, workload: Workload, name: str, stage: Stage) -> DesiredStack:
    """Make the stack of a retired workload in one stage; nothing is run there.

    Args:
        settings: region and tags.
        workload: its identity.
        name: its full name.
        stage: where.
    """
    tags = tags_of(settings, workload, stage.name)
    digest = stage_digest(_TEMPLATE, {}, tags)
    return DesiredStack(
        id=stage_stack(settings, name, stage),
        workload=workload,
        stage=stage.name,
        template=_TEMPLATE,
        parameters={DIGEST: Resolved(digest, "derived: of all the others")},
        tags=tags,
        capabilities=(),
        digest=digest,
        blueprint_version=0,
        is_tombstone=True,
    )


def is_tombstone(template: Template) -> bool:
    """Whether a deployed stack holds nothing but what a tombstone leaves."""
    types = [resource.get("Type") for resource in template.get("Resources", {}).values()]
    return types == [_HANDLE]
