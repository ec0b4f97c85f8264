"""Images: the container images that SageMaker's built-in frameworks run in.

The table is generated from the SageMaker SDK (`scripts/generate_images.py`); what its fields
mean stands in the file itself.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ImageTable:
    """Image URIs by framework, version and region."""

    raw: Mapping[str, Any]

    def uri(self, framework: str, version: str, region: str) -> str:
        """Give the URI of a framework's image in a region.

        Raises:
            KeyError: there is none; `validate` has told the user before.
        """
        image = self._version(framework, version)
        account = self.raw["registries"][image["registry"]][region]
        suffix = self.raw["suffixes"][region]
        tag = f":{image['tag']}" if image["tag"] else ""
        return f"{account}.dkr.ecr.{region}.{suffix}/{image['repository']}{tag}"

    def versions(self, region: str) -> dict[str, tuple[str, ...]]:
        """List the versions of each framework that has an image in a region.

        None are listed where the version does not matter.
        """
        found = {name: self._versions(name, region) for name in self.raw["frameworks"]}
        return {
            name: () if "any_version" in self.raw["frameworks"][name] else versions
            for name, versions in found.items()
            if versions
        }

    def need_more(self) -> frozenset[str]:
        """Name the frameworks whose image depends on more than version and region."""
        frameworks = self.raw["frameworks"].items()
        return frozenset(
            name
            for name, framework in frameworks
            if all("missing" in version for version in framework["versions"].values())
        )

    def trained(self) -> frozenset[str]:
        """Name the frameworks that have images for training."""
        frameworks = self.raw["frameworks"].items()
        return frozenset(
            name for name, framework in frameworks if "training" in framework["scopes"]
        )

    def _versions(self, framework: str, region: str) -> tuple[str, ...]:
        versions = self.raw["frameworks"][framework]["versions"]
        return tuple(version for version in versions if self._has(framework, version, region))

    def _has(self, framework: str, version: str, region: str) -> bool:
        image = self._version(framework, version)
        return "missing" not in image and region in self.raw["registries"][image["registry"]]

    def _version(self, framework: str, version: str) -> Mapping[str, Any]:
        entry = self.raw["frameworks"][framework]
        versions = entry["versions"]
        listed = version in versions
        image: Mapping[str, Any] = versions[
            version if listed else entry.get("any_version", version)
        ]
        return image


@cache
def image_table() -> ImageTable:
    """Read the table that ships with the package."""
    file = Path(__file__).parent / "data" / "images.json"
    return ImageTable(json.loads(file.read_bytes()))


_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[^/]+/(?P<repository>[^:@]+)"
)


def repository_arn(uri: str, partition: str) -> str:
    """Give the ARN of an image's ECR repository; empty for an image that is not in ECR."""
    found = _ECR.match(uri)
    if found is None:
        return ""
    region, account, repository = found["region"], found["account"], found["repository"]
    return f"arn:{partition}:ecr:{region}:{account}:repository/{repository}"


def with_digest(uri: str, digest: str) -> str:
    """Name an image by its content instead of by a tag, which may be moved."""
    repository = uri.partition("@")[0]
    head, slash, last = repository.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}@{digest}"
