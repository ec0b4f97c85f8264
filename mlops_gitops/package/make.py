"""Make a bundle of desired stacks, and read one back."""

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from mlops_gitops.definitions.archive import zipped
from mlops_gitops.desired.canonical import canonical
from mlops_gitops.desired.digest import bundle_digest, stage_digest
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.package.bundle import Bundle, BundledStage, configuration_path, template_path

_UNREADABLE = (zipfile.BadZipFile, EOFError, KeyError, RuntimeError, ValueError, zlib.error)
"""What reading a damaged zip, or something else in its place, raises; RuntimeError if encrypted."""


def make_bundle(workload_stack: str, stacks: Sequence[DesiredStack]) -> Bundle:
    """Pack the stacks of one workload, one for each stage."""
    digests = {stack.stage: stack.digest for stack in stacks}
    return Bundle(
        workload_stack=workload_stack,
        packed=cache(lambda: _packed(stacks)),
        digest=bundle_digest(digests),
        stage_digests=digests,
    )


def read_bundle(content: bytes) -> dict[str, BundledStage]:
    """Read the stages of a bundle; digests are computed anew from what is in it.

    Raises:
        ValueError: the bytes are no bundle.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            stages = sorted({name.split("/", 1)[0] for name in archive.namelist()})
            return {stage: _read_stage(archive, stage) for stage in stages}
    except _UNREADABLE as error:
        raise ValueError(f"This is no bundle: {error}") from error


def _packed(stacks: Sequence[DesiredStack]) -> bytes:
    return zipped({name: data for stack in stacks for name, data in _files_of(stack).items()})


def _files_of(stack: DesiredStack) -> dict[str, bytes]:
    configuration = {"Parameters": stack.parameter_values(), "Tags": dict(stack.tags)}
    return {
        template_path(stack.stage): canonical(dict(stack.template)),
        configuration_path(stack.stage): canonical(configuration),
    }


def _read_stage(archive: zipfile.ZipFile, stage: str) -> BundledStage:
    template = _object(json.loads(archive.read(template_path(stage))))
    configuration = _object(json.loads(archive.read(configuration_path(stage))))
    parameters, tags = _texts(configuration["Parameters"]), _texts(configuration["Tags"])
    return BundledStage(
        template=template,
        parameters=parameters,
        tags=tags,
        digest=stage_digest(template, parameters, tags),
    )


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no object.")  # noqa: TRY004 - what was read, not what was passed
    return value


def _texts(value: Any) -> dict[str, str]:
    values = _object(value)
    if not all(isinstance(each, str) for each in values.values()):
        raise ValueError(f"{values!r} does not hold texts alone.")
    return values
