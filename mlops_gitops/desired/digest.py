"""Digests: one short word for exactly what would be deployed.

A digest is taken over canonical JSON (RFC 8785), so white space, key order and the folder a
config lies in change nothing, and any change of meaning changes it.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from mlops_gitops.desired.canonical import canonical
from mlops_gitops.desired.stack import DIGEST, Template

SCHEME = "mg1-"
"""Names the way the digest is made; another way gets another scheme."""


def digest_of(value: Mapping[str, Any]) -> str:
    """Give the digest of a JSON value: the scheme and 64 hexadecimal digits."""
    return SCHEME + sha256(canonical(value)).hexdigest()


def stage_digest(template: Template, parameters: Mapping[str, str], tags: Mapping[str, str]) -> str:
    """Give the digest of one stage's stack, without the parameter that will carry it."""
    return written_digest(canonical(dict(template)), parameters, tags)


def written_digest(template: bytes, parameters: Mapping[str, str], tags: Mapping[str, str]) -> str:
    """Give the same digest, of a template that has been written canonically."""
    others = {name: value for name, value in parameters.items() if name != DIGEST}
    rest = canonical({"parameters": others, "tags": dict(tags)})
    # Keys are sorted, so that the template comes last.
    return SCHEME + sha256(rest[:-1] + b',"template":' + template + b"}").hexdigest()


def bundle_digest(stages: Mapping[str, str]) -> str:
    """Give the digest of a workload: over the digests of all its stages, by name."""
    return digest_of(dict(stages))
