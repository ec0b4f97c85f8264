"""Amazon ECR: which image a tag names just now."""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError, NotAuthorized
from mlops_gitops.ports import NO_SUCH_IMAGE

_URI = re.compile(
    r"(?P<registry>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[^/]+/"
    r"(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?"
)
_LATEST = "latest"
"""What an image without a tag means to whoever pulls it."""
_MISSING = {"ImageNotFoundException", "RepositoryNotFoundException"}
_AT_ONCE = 8


class EcrImages:
    """Images of any registry that the caller's own credentials may ask."""

    def __init__(self, accounts: Accounts) -> None:
        self._client = accounts.own("ecr")
        self._region = accounts.region

    def digests(self, uris: Sequence[str]) -> Mapping[str, str]:
        """Give the digest of each image; see `Images.digests`."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = zip(uris, pool.map(self._digest, uris), strict=True)
        return {uri: digest for uri, digest in found if digest is not None}

    def _digest(self, uri: str) -> str | None:
        parts = _URI.fullmatch(uri)
        if parts is None or parts["region"] != self._region:
            return None
        try:
            answer = call(
                f"While looking for image {uri}",
                self._client.describe_images,
                registryId=parts["registry"],
                repositoryName=parts["repository"],
                imageIds=[{"imageTag": parts["tag"] or _LATEST}],
            )
        except NotAuthorized:
            return None
        except AwsError as error:
            if error.code in _MISSING:
                return NO_SUCH_IMAGE
            raise
        digest: str = answer["imageDetails"][0]["imageDigest"]
        return digest
