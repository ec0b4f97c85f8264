"""CI inside of AWS: a pipeline that applies the repository, for whom no other CI does."""

from collections.abc import Sequence
from typing import assert_never

from mlops_gitops.config.installation import ConnectedSource, ZippedSource
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap.part import Known, Part, Where

_EVERYTHING = "**"
_PATTERN_SIGNS = frozenset("*?[")
_MOST_PATTERNS = 8
"""Source: `GitFilePathFilterCriteria`, CodePipeline API reference."""


def _values(known: Known) -> dict[str, str]:
    settings = known.settings
    return {
        "AssetsBucket": settings.assets_bucket,
        "AssetsKmsKeyArn": known.outputs["AssetsKmsKeyArn"],
        "Revision": known.revision,
        "PermissionsBoundary": settings.permissions_boundary,
        **_source(settings),
    }


def _source(settings: Settings) -> dict[str, str]:
    source = settings.ci.pipeline
    match source:
        case ConnectedSource():
            return {
                "ConnectionArn": source.connection,
                "ConnectionService": source.connection.split(":")[2],
                "Repository": source.repository,
                "Branch": source.branch,
                "FilePaths": ",".join(file_paths(settings.path, settings.configs)),
            }
        case ZippedSource():
            return {"SourceObject": source.key}
        case None:
            return {}
        case _:
            assert_never(source)


def file_paths(settings: str, configs: Sequence[str]) -> tuple[str, ...]:
    """Say which files' change is worth a run: settings, blueprints, and whatever is beside configs.

    A config may name files below its folder, so the folder counts, not the config alone.

    Args:
        settings: path of the settings.
        configs: patterns of configs.
    """
    folders = tuple(sorted({_folder(each) for each in configs}))
    paths = (settings, "blueprints/**", *folders)
    return (_EVERYTHING,) if _EVERYTHING in paths or len(paths) > _MOST_PATTERNS else paths


def _folder(pattern: str) -> str:
    """Give the folder that a pattern cannot leave, and all that is in it."""
    fixed: list[str] = []
    for part in pattern.split("/")[:-1]:
        if _PATTERN_SIGNS & set(part):
            break
        fixed.append(part)
    return "/".join([*fixed, _EVERYTHING])


PART = Part(
    blueprint="bootstrap/ci_pipeline",
    stack="mlops-gitops-ci-pipeline",
    where=Where.ORCHESTRATOR,
    wanted=lambda settings: settings.ci.pipeline is not None,
    values=_values,
)
