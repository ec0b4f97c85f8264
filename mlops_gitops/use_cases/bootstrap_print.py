"""Print: what bootstrap would deploy, for those who deploy it by other means. AWS is not asked."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.desired.bootstrap.orchestrator import PART as ORCHESTRATOR
from mlops_gitops.desired.bootstrap.part import Part
from mlops_gitops.desired.bootstrap.parts import PARTS
from mlops_gitops.desired.bootstrap.printed import Printed
from mlops_gitops.diff.brought import BUCKET_POLICY, KEY_POLICY, needed_policy
from mlops_gitops.use_cases.bootstrap_parts import (
    KEY,
    OpenOutputs,
    Source,
    desired_part,
    part_named,
)

POLICIES = (BUCKET_POLICY, KEY_POLICY)


def printed_parts(source: Source, name: str, assets_kms_key_arn: str) -> tuple[Printed, ...]:
    """Give a part, or with an empty name every part that the settings want.

    Raises:
        UsageError: there is no part by that name.
    """
    wanted = [part for part in PARTS if part.wanted(source.settings)]
    parts = [part_named(name)] if name else wanted
    key = assets_kms_key_arn or source.settings.bootstrap.assets_key
    outputs = OpenOutputs({KEY: key} if key else {})
    return tuple(_printed(source, part, outputs) for part in parts)


def printed_policy(source: Source, name: str) -> Mapping[str, Any]:
    """Give the policy that a bucket or a key needs which bootstrap does not make."""
    account = source.settings.orchestrator_account
    return needed_policy(name, desired_part(source, ORCHESTRATOR, account, OpenOutputs({})))


def _printed(source: Source, part: Part, outputs: OpenOutputs) -> Printed:
    settings = source.settings
    accounts = tuple(each for each in settings.accounts if part.belongs_to(each, settings))
    desired = desired_part(source, part, accounts[0], outputs)
    return Printed(
        part=part.name,
        stack=part.stack,
        accounts=accounts,
        region=settings.region,
        parameters=desired.parameter_values(),
        tags=desired.tags,
        capabilities=desired.capabilities,
        template=desired.template,
    )
