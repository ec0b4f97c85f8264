"""MG168: An image is named without a version (warning).

An image without a tag, or with `latest`, is whichever was pushed last: the same config can deploy
another container tomorrow, and a rollback brings back nothing. SageMaker takes such images, so this
is said and no more. Source: "Preventing image tags from being overwritten" in the Amazon ECR user
guide: a tag can be moved to another image unless its repository forbids that.

Wrong:
    {"custom_image_uri": "111111111111.dkr.ecr.us-east-1.amazonaws.com/churn"}

Right:
    {"custom_image_uri": "111111111111.dkr.ecr.us-east-1.amazonaws.com/churn:1.4.0"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem, Severity

_FIELD = "custom_image_uri"


def check(draft: Draft) -> Iterator[Problem]:
    """Warn of images whose name says nothing about their content."""
    for path, uri in draft.texts(_FIELD):
        tag = uri.rpartition("/")[2].partition(":")[2]
        if "@" in uri or tag not in {"", "latest"}:
            continue
        what = "has the tag latest" if tag else "has no tag"
        message = f"The image {quoted(uri)} {what}: which container that is can change any time."
        hint = "Name a tag that never moves or, better, a digest: <repository>@sha256:<digest>."
        yield draft.at(Said("MG168", message, hint, Severity.WARNING), *path)
