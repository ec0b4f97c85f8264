# ruff: noqa: SLF001 -- private hooks are what this file is for
"""Buckets of stacks: what holds data is not deleted, as in Amazon S3.

ministack's CloudFormation lets a bucket go with all that is in it; S3 says BucketNotEmpty to
CloudFormation as to anybody, and the stack is DELETE_FAILED.

Import it only after `prepare_environment`.

Private hooks in use, held by `tests/emulator/test_ministack_hooks.py`:
`cloudformation.provisioners._RESOURCE_HANDLERS`, `s3._delete_bucket`.
"""

import re
from collections.abc import Mapping
from typing import Any

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from mlops_gitops.emulator.providers import ProvisioningError

_FULL = 409
_CODE = re.compile(r"<Code>(\w+)</Code>.*?<Message>(.*?)</Message>", re.DOTALL)


def keep_data() -> None:
    """Let S3 itself decide whether a stack's bucket may go."""
    found = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    delete = found["delete"]

    def deleted(physical_id: str, props: Mapping[str, Any]) -> Any:
        status, _headers, body = s3._delete_bucket(physical_id)
        if status == _FULL:
            told = _CODE.search(body.decode())
            code, message = told.groups() if told else ("BucketNotEmpty", "It is not empty.")
            raise ProvisioningError(f"{message} (Service: S3, Status Code: {_FULL}, Code: {code})")
        return delete(physical_id, props)

    found["delete"] = deleted
