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

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_FORM = "<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>"
_HOST = re.compile(r"(\w+)\.dkr[.-]ecr(-fips)?\.([\w-]+)\.(.+)")
_DIGITS = re.compile(r"[0-9]{12}")


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being the URI of an image."""
    message = f"{quoted(text)} is no image in Amazon ECR"
    return Said("MG066", f"{message}: {_reason(text, schema['maxLength'])}.", f"Write {_FORM}.")


def _reason(text: str, longest: int) -> str:
    host, _, repository = text.partition("/")
    match = _HOST.fullmatch(host)
    if len(text) > longest:
        return f"it has {len(text)} characters, SageMaker takes {longest}"
    if "://" in text:
        return "it is written with its scheme"
    if any(mark.isspace() for mark in text):
        return "there are blanks in it"
    if match is None:
        return f"{quoted(host)} is no registry of Amazon ECR"
    if not _DIGITS.fullmatch(match.group(1)):
        return f"account {quoted(match.group(1))} does not have 12 digits"
    if not repository:
        return "it names no repository"
    if repository.lower() != repository and ":" not in repository:
        return "repositories are written in lower case"
    return "registry, repository or tag is not written as ECR does"
