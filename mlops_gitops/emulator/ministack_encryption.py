# ruff: noqa: SLF001 -- private hooks are what this file is for
"""Keys of buckets and topics, which ministack's CloudFormation drops.

Import it only after `prepare_environment`.

Private hooks in use, held by `tests/emulator/test_ministack_hooks.py`:
`cloudformation.provisioners._RESOURCE_HANDLERS`, `s3._put_bucket_encryption`, `sns._topics`.
"""

from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import s3, sns
from ministack.services.cloudformation import provisioners

_DEFAULT = "ServerSideEncryptionByDefault"


def keep_encryption() -> None:
    """Let a stack's buckets and topics have the key that its template gives them."""
    _then("AWS::S3::Bucket", _encrypt_bucket)
    _then("AWS::SNS::Topic", _encrypt_topic)


def _then(kind: str, encrypt: Callable[[str, Mapping[str, Any]], None]) -> None:
    found = provisioners._RESOURCE_HANDLERS[kind]
    create, update = found["create"], found["update"]

    def created(logical_id: str, props: Mapping[str, Any], stack: str) -> Any:
        made = create(logical_id, props, stack)
        encrypt(made[0], props)
        return made

    def updated(physical: str, old: Any, new: Mapping[str, Any], *more: Any) -> Any:
        made = update(physical, old, new, *more)
        encrypt(made[0], new)
        return made

    found["create"], found["update"] = created, updated


def _encrypt_bucket(bucket: str, props: Mapping[str, Any]) -> None:
    rules = (props.get("BucketEncryption") or {}).get("ServerSideEncryptionConfiguration") or ()
    given = [rule for rule in rules if rule.get(_DEFAULT)]
    if given:
        text = "".join(map(_rule, given))
        name = "ServerSideEncryptionConfiguration"
        body = f'<{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{text}</{name}>'
        s3._put_bucket_encryption(bucket, body.encode())


def _rule(rule: Mapping[str, Any]) -> str:
    default = rule[_DEFAULT]
    key = default.get("KMSMasterKeyID")
    named = f"<KMSMasterKeyID>{escape(key)}</KMSMasterKeyID>" if key else ""
    with_key = str(rule.get("BucketKeyEnabled", False)).lower()
    return (
        "<Rule><ApplyServerSideEncryptionByDefault>"
        f"<SSEAlgorithm>{escape(default['SSEAlgorithm'])}</SSEAlgorithm>{named}"
        "</ApplyServerSideEncryptionByDefault>"
        f"<BucketKeyEnabled>{with_key}</BucketKeyEnabled></Rule>"
    )


def _encrypt_topic(arn: str, props: Mapping[str, Any]) -> None:
    topic = sns._topics.get(arn)
    if topic is not None and props.get("KmsMasterKeyId"):
        topic["attributes"]["KmsMasterKeyId"] = props["KmsMasterKeyId"]
