"""MG056: A framework or its version is not known.

Names and versions are those of SageMaker's own images, as the SageMaker SDK lists them.

Wrong:
    {"model_framework": "xgbost", "model_framework_version": "1.2"}

Right:
    {"model_framework": "xgboost", "model_framework_version": "1.2-1"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, nearest, quoted
from mlops_gitops.problems import Problem

_NAME, _VERSION = "model_framework", "model_framework_version"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse what no image is known for."""
    name, version = draft.fields.get(_NAME), draft.fields.get(_VERSION)
    known = draft.frameworks
    if not isinstance(name, str) or name in known.need_more:
        return
    if name not in known.versions:
        about = draft.type.schema["properties"][_NAME]
        fitting = known.trained if about.get("x-purpose") == "training" else known.versions.keys()
        offered = tuple(other for other in known.versions if other in fitting)
        yield draft.at(_unknown(name, offered), _NAME)
        return
    versions = known.versions[name]
    if isinstance(version, str) and versions and version not in versions:
        said = _unknown_version(f"{name} {quoted(version)}", version, versions)
        yield draft.at(said, _VERSION)


def _unknown(name: str, known: tuple[str, ...]) -> Said:
    close = nearest(name, known)
    suggestion = f"Did you mean {quoted(close)}? " if close else ""
    hint = f"{suggestion}Known: {', '.join(known)}."
    return Said(
        "MG056", f"SageMaker has no image of framework {quoted(name)} in this region.", hint
    )


def _unknown_version(image: str, version: str, versions: tuple[str, ...]) -> Said:
    longer = [known for known in versions if known.startswith(version)]
    close = longer[-1] if longer else nearest(version, versions)
    suggestion = f"Did you mean {quoted(close)}? " if close else ""
    message = f"SageMaker has no image of {image} in this region."
    return Said("MG056", message, f"{suggestion}Versions there: {', '.join(versions)}.")
