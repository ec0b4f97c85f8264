"""MG066: A container image is not given by its URI in Amazon ECR.

SageMaker pulls images from Amazon ECR; the URI has account, region, repository, and a tag or a
digest, 255 characters at most. Source: CreateModel, `ContainerDefinition.Image`, in the SageMaker
API reference.

Wrong:
    {"custom_image_uri": "docker.io/acme/churn:1.4.0"}

Right:
    {"custom_image_uri": "111111111111.dkr.ecr.us-east-1.amazonaws.com/churn:1.4.0"}
"""

import re
from collections.abc import Iterator

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_FORM = "<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>"
_HOST = re.compile(r"(\w+)\.dkr[.-]ecr(-fips)?\.([\w-]+)\.(.+)")
_DIGITS = re.compile(r"[0-9]{12}")


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being the URI of an image."""
    reason = next(_reasons(text, schema["maxLength"]))
    message = f"{quoted(text)} is no image in Amazon ECR: {reason}."
    return Said("MG066", message, f"Write {_FORM}.")


def _reasons(text: str, longest: int) -> Iterator[str]:
    """Give every reason, the first one being the one to say."""
    host, _, repository = text.partition("/")
    match = _HOST.fullmatch(host)
    if len(text) > longest:
        yield f"it has {len(text)} characters, SageMaker takes {longest}"
    if "://" in text:
        yield "it is written with its scheme"
    if any(mark.isspace() for mark in text):
        yield "there are blanks in it"
    if match is None:
        yield f"{quoted(host)} is no registry of Amazon ECR"
    elif not _DIGITS.fullmatch(match.group(1)):
        yield f"account {quoted(match.group(1))} does not have 12 digits"
    if not repository:
        yield "it names no repository"
    if repository.partition(":")[0] != repository.partition(":")[0].lower():
        yield "repositories are written in lower case"
    yield "registry, repository or tag is not written as ECR does"
