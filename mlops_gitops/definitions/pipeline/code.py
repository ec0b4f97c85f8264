"""Code: scripts of a config as assets, and where a job finds them.

A script and its folder are addressed by their content, so the same code is the same address from
every checkout, and changed code is a changed definition, which the plan shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_gitops.definitions.asset import Asset, folder_of
from mlops_gitops.definitions.pipeline.surroundings import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Files that lie together in S3.

    Attributes:
        uri: S3 URI of their folder, without a slash at its end.
    """

    uri: str
    assets: tuple[Asset, ...]


def code_of(files: Mapping[str, bytes], around: Surroundings) -> Code:
    """Address files by their content.

    Args:
        files: names relative to their folder -> content; at least one.
        around: whose assets bucket.
    """
    assets = folder_of(files)
    first = assets[0]
    folder = first.key.removesuffix(f"/{first.name}")
    return Code(uri=f"s3://{around.scope.assets_bucket}/{folder}", assets=assets)
