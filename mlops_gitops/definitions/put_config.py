"""Analysis configurations in S3: where the jobs of a monitor find them."""

from mlops_gitops.config.document import Json

_ENCRYPTION: dict[str, Json] = {
    "ServerSideEncryption": "aws:kms",
    "SsekmsKeyId": {"Ref": "KmsKeyArn"},
}


def put_config(name: str, document: Json) -> Json:
    """Give the PutObject request that writes a document into the baseline's folder.

    Args:
        name: key below the folder.
        document: its content; an object as `Body` is written as JSON.
    """
    folder = "${BaselineOutputPrefix}${BaselineName}"
    return {
        "Bucket": {"Ref": "BaselineOutputBucket"},
        "Key": {"Fn::Sub": f"{folder}/{name}"},
        "ContentType": "application/json",
        "Body": document,
        **{member: _with_key(value) for member, value in _ENCRYPTION.items()},
    }


def _with_key(value: Json) -> Json:
    return {"Fn::If": ["HasKmsKey", value, {"Ref": "AWS::NoValue"}]}
