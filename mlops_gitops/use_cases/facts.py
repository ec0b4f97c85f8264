"""Facts that ship with the package, read for composing."""

import json

from mlops_gitops.desired.images import image_table
from mlops_gitops.desired.parameters import Inputs
from mlops_gitops.ports import PackageData


def read_inputs(data: PackageData, assets_kms_key_arn: str) -> Inputs:
    """Put what was looked up and what ships with the package together."""
    types = json.loads(data.schema("instance-types"))["$defs"]
    return Inputs(
        assets_kms_key_arn=assets_kms_key_arn,
        images=image_table(),
        local_storage=frozenset(types["local_storage"]["enum"]),
    )
