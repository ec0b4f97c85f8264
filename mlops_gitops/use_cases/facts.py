"""Facts that ship with the package, read for composing."""

import json

from mlops_gitops.definitions.images import image_table
from mlops_gitops.desired.context import Inputs
from mlops_gitops.pipeline.installation import Installation
from mlops_gitops.ports import PackageData


def read_inputs(data: PackageData, installation: Installation) -> Inputs:
    """Put what bootstrap made and what ships with the package together; nothing is looked up."""
    types = json.loads(data.schema("instance-types"))["$defs"]
    return Inputs(
        assets_kms_key_arn=installation.assets_kms_key_arn,
        notification_topic_arn=installation.notification_topic_arn,
        images=image_table(),
        local_storage=frozenset(types["local_storage"]["enum"]),
        contents={},
        image_digests={},
        facts={},
    )
