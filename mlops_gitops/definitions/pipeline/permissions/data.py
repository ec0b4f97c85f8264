"""What jobs read and write: objects, images, logs, metrics, keys, networks."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.definition import Definition
from mlops_gitops.definitions.pipeline.permissions import network
from mlops_gitops.definitions.pipeline.permissions.statement import (
    Statement,
    allow,
    arn,
    object_arn,
)
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.definitions.state_machine.permissions import repositories_in

Step = Mapping[str, Json]

_KEYS = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")
_JUMPSTART = re.compile(r'"(s3://jumpstart-[a-z0-9.-]+/[^"]+)"')
"""Artifacts, scripts and data of foundation models, which AWS keeps for everybody."""
_FILES = 20
"""So many files of code are named one by one, or else so many folders of them; IAM takes 10,240
characters of inline policies."""
_EVERYTHING = "mlops_gitops_assets/*"
_USE_KEY = "kms:Decrypt DescribeKey Encrypt GenerateDataKey"
_WRITE = "s3:AbortMultipartUpload DeleteObject GetObject PutObject"


def data(
    definition: Definition, steps: Iterable[Step], around: Surroundings
) -> Iterator[Statement]:
    """Give the statements about data.

    Args:
        definition: for the code that it rests on.
        steps: all of them, nested ones too.
        around: whose role it is; its config names what is read and written besides.
    """
    text = json.dumps(list(steps))
    yield from _objects(definition, text, around)
    yield from _images(text, around)
    logs = arn("logs", "log-group:/aws/sagemaker/*")
    yield allow(
        "WriteJobLogs", "logs:CreateLogGroup CreateLogStream DescribeLogStreams PutLogEvents", logs
    )
    namespaces: Json = ["AWS/SageMaker", "/aws/sagemaker/*"]
    spaces: Json = {"StringLike": {"cloudwatch:namespace": namespaces}}
    yield allow("WriteJobMetrics", "cloudwatch:PutMetricData", "*", condition=spaces)
    yield replace(allow("UseAssetsKey", _USE_KEY, "Ref:AssetsKmsKeyArn"), only_if="HasAssetsKmsKey")
    yield from _keys(text)
    yield from network.of_jobs([*map(dict, steps)], around.scope.network)


def _objects(definition: Definition, text: str, around: Surroundings) -> Iterator[Statement]:
    own = around.folder.removeprefix("s3://")
    models = sorted(set(_JUMPSTART.findall(text)))
    reads = [_prefix(each) for each in (*around.scope.texts("reads"), *models)]
    writes = [_prefix(each) for each in around.scope.texts("writes")]
    code = [f"{around.scope.assets_bucket}/{key}" for key in _code(definition)]
    yield allow("WriteObjects", _WRITE, *map(object_arn, [f"{own}/*", *writes]))
    if code or reads:
        yield allow("ReadObjects", "s3:GetObject", *map(object_arn, [*code, *reads]))
    prefixes = defaultdict[str, set[str]](set)
    # Whose content is looked for changes with each commit; that is no news to anybody.
    listed = [f"{around.scope.assets_bucket}/{_EVERYTHING}"] if code else []
    for place in (f"{own}/*", *listed, *reads, *writes):
        bucket, _, key = place.partition("/")
        # Jobs look for a folder with and without a slash at its end.
        prefixes[bucket].add(f"{key.removesuffix('*').removesuffix('/')}*")
    for number, bucket in enumerate(sorted(prefixes)):
        keys: Json = [*sorted(prefixes[bucket])]
        condition: Json = {"StringLike": {"s3:prefix": keys}}
        yield allow(
            f"FindObjects{number}", "s3:ListBucket", object_arn(bucket), condition=condition
        )


def _code(definition: Definition) -> list[str]:
    """Name what code may be read, as narrowly as there is room."""
    keys = sorted({asset.key for asset in definition.assets})
    if len(keys) <= _FILES:
        return keys
    folders = sorted({"/".join([*key.split("/")[:2], "*"]) for key in keys})
    return folders if len(folders) <= _FILES else [_EVERYTHING]


def _prefix(uri: str) -> str:
    """Give what begins as `s3://bucket/prefix` does, as an ARN says it: `bucket/prefix*`."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return f"{bucket}/{key}*"


def _images(text: str, around: Surroundings) -> Iterator[Statement]:
    found = repositories_in(text, partition_of(around.scope.region))
    if found:
        yield allow(
            "PullImages",
            "ecr:BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer",
            *found,
        )
        yield allow("LogInToRegistry", "ecr:GetAuthorizationToken", "*")


def _keys(text: str) -> Iterator[Statement]:
    found = set(_KEYS.findall(text))
    if found:
        yield allow("UseNamedKeys", _USE_KEY, *found)
        grants: Json = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
        yield allow("EncryptVolumes", "kms:CreateGrant", *found, condition=grants)
