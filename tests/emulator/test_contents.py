"""Objects and images whose content counts: what S3 and ECR of the embedded AWS say of them."""

import hashlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, ORCHESTRATOR, STAGING, client

from mlops_gitops.emulator.lifecycle import Running


@pytest.fixture
def s3(aws: Running) -> Any:
    """S3 of dev, with a versioned bucket `contents`."""
    api = client(aws, "s3", DEV)
    api.create_bucket(Bucket="contents")  # in us-east-1, again is no error
    versions = {"Status": "Enabled"}
    api.put_bucket_versioning(Bucket="contents", VersioningConfiguration=versions)
    return api


def put(s3: Any, key: str, body: bytes, **condition: str) -> dict[str, str]:
    """Write an object; its version and its ETag."""
    made: dict[str, str] = s3.put_object(Bucket="contents", Key=key, Body=body, **condition)
    return made


def test_an_etag_is_the_contents(s3: Any) -> None:
    """Head, list and the answer to writing tell one ETag, and the same again for the same bytes."""
    wanted = f'"{hashlib.md5(b"one", usedforsecurity=False).hexdigest()}"'

    written = put(s3, "etags/a", b"one")["ETag"]
    put(s3, "etags/b", b"two")
    put(s3, "etags/b", b"one")

    assert written == wanted
    assert s3.head_object(Bucket="contents", Key="etags/b")["ETag"] == wanted
    listed = s3.list_objects_v2(Bucket="contents", Prefix="etags/")["Contents"]
    assert [(entry["Key"], entry["ETag"]) for entry in listed] == [
        ("etags/a", wanted),
        ("etags/b", wanted),
    ]
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket="contents", Key="etags/none")


def test_a_version_is_copied_not_what_came_after(s3: Any) -> None:
    """CopyObject and the managed copy take the version that is named, and its ETag with it."""
    first = put(s3, "copies/source", b"first")
    put(s3, "copies/source", b"second")
    source = {"Bucket": "contents", "Key": "copies/source", "VersionId": first["VersionId"]}

    copied = s3.copy_object(Bucket="contents", Key="copies/one", CopySource=source)
    s3.copy(CopySource=source, Bucket="contents", Key="copies/managed")

    assert copied["CopySourceVersionId"] == first["VersionId"]
    assert copied["CopyObjectResult"]["ETag"] == first["ETag"]
    for key in ("copies/one", "copies/managed"):
        assert s3.get_object(Bucket="contents", Key=key)["Body"].read() == b"first"
    with pytest.raises(ClientError, match="NoSuchVersion"):
        s3.copy_object(
            Bucket="contents", Key="copies/none", CopySource={**source, "VersionId": "none"}
        )


def test_a_key_is_written_once_on_condition(s3: Any) -> None:
    """If-None-Match writes only what is not there, If-Match only over what was looked at."""
    first = put(s3, "once", b"first", IfNoneMatch="*")

    with pytest.raises(ClientError, match="PreconditionFailed"):
        put(s3, "once", b"second", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        put(s3, "once", b"second", IfMatch='"0"')
    put(s3, "once", b"second", IfMatch=first["ETag"])
    s3.delete_object(Bucket="contents", Key="once")
    put(s3, "once", b"third", IfNoneMatch="*")

    assert s3.get_object(Bucket="contents", Key="once")["Body"].read() == b"third"


def manifest(digit: str) -> str:
    """An image manifest that differs by a digit."""
    config = {
        "mediaType": "application/vnd.docker.container.image.v1+json",
        "size": 1,
        "digest": f"sha256:{digit * 64}",
    }
    media = "application/vnd.docker.distribution.manifest.v2+json"
    return json.dumps({"schemaVersion": 2, "mediaType": media, "config": config, "layers": []})


def digest(ecr: Any, repository: str, **registry: str) -> str:
    """What the tag `latest` names."""
    found = ecr.describe_images(
        repositoryName=repository, imageIds=[{"imageTag": "latest"}], **registry
    )
    return str(found["imageDetails"][0]["imageDigest"])


def push(ecr: Any, repository: str, digit: str) -> str:
    """Push an image as `latest`; its digest."""
    made = ecr.put_image(
        repositoryName=repository, imageManifest=manifest(digit), imageTag="latest"
    )
    return str(made["image"]["imageId"]["imageDigest"])


def test_a_tag_names_what_was_pushed_last(aws: Running) -> None:
    """The digest is that of the manifest; a tag that is pushed again names another one."""
    ecr = client(aws, "ecr", DEV)
    ecr.create_repository(repositoryName="pushed")

    first = push(ecr, "pushed", "a")
    before = digest(ecr, "pushed")
    second = push(ecr, "pushed", "b")

    assert first == before == f"sha256:{hashlib.sha256(manifest('a').encode()).hexdigest()}"
    assert digest(ecr, "pushed") == second != first
    asked = [{"imageTag": "latest"}, {"imageTag": "none"}]
    found = ecr.batch_get_image(repositoryName="pushed", imageIds=asked)
    assert [image["imageId"]["imageDigest"] for image in found["images"]] == [second]
    assert [failure["failureCode"] for failure in found["failures"]] == ["ImageNotFound"]
    both = ecr.describe_images(repositoryName="pushed")["imageDetails"]
    assert {image["imageDigest"] for image in both} == {first, second}


def test_an_image_that_is_not_there_is_an_error(aws: Running) -> None:
    """A tag, a digest and a repository that nobody pushed are refused in ECR's words."""
    ecr = client(aws, "ecr", DEV)
    ecr.create_repository(repositoryName="empty")
    wanted = {"imageTag": "latest"}, {"imageDigest": "sha256:" + "0" * 64}

    for image in wanted:
        with pytest.raises(ecr.exceptions.ImageNotFoundException, match="in the registry with id"):
            ecr.describe_images(repositoryName="empty", imageIds=[image])
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
        ecr.describe_images(repositoryName="nobody", imageIds=[{"imageTag": "latest"}])


def test_another_registry_answers_for_itself(aws: Running) -> None:
    """`registryId` names whose image is meant; without that repository's policy it is refused."""
    own, other = client(aws, "ecr", ORCHESTRATOR), client(aws, "ecr", STAGING)
    for ecr, digit in ((own, "c"), (other, "d")):
        ecr.create_repository(repositoryName="shared")
        push(ecr, "shared", digit)

    with pytest.raises(ClientError, match="no resource-based policy allows") as caught:
        digest(own, "shared", registryId=STAGING)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ORCHESTRATOR}:root"},
        "Action": "ecr:DescribeImages",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    other.set_repository_policy(repositoryName="shared", policyText=policy)

    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert digest(own, "shared", registryId=STAGING) == digest(other, "shared")
    assert digest(own, "shared", registryId=ORCHESTRATOR) == digest(own, "shared")
    assert digest(own, "shared") != digest(other, "shared")
