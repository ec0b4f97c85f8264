"""Parameters that are the two parts of a location, bucket and prefix.

A template cannot take a location apart itself: it can cut at slashes, but not put all but the
first part together again. The prefix of a folder ends with a slash, or is empty.
"""

from collections.abc import Callable, Mapping
from functools import partial

from mlops_gitops.desired.context import Context
from mlops_gitops.desired.stack import Resolved

_FOLDERS = {
    "BaselineOutput": "baseline_job_output_location",
    "BatchOutput": "batch_job_output_location",
    "DataCapture": "data_capture_location",
    "GroundTruth": "monitor_ground_truth_input",
    "MonitoringOutput": "monitoring_output_location",
}
# What a transform job reads may be a whole key, or the beginning of several.
_PREFIXES = {"BatchInput": "batch_inference_data"}


def _bucket(field: str, context: Context) -> Resolved:
    bucket = context.text(field).partition("/")[0]
    return Resolved(bucket, f"derived: bucket in {context.place(field)}")


def _prefix(field: str, context: Context) -> Resolved:
    prefix = context.text(field).partition("/")[2]
    return Resolved(prefix, f"derived: prefix in {context.place(field)}")


def _folder(field: str, context: Context) -> Resolved:
    bare = _prefix(field, context)
    folder = bare.value.removesuffix("/")
    return Resolved(f"{folder}/" if folder else "", bare.came_from)


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    **{f"{name}Bucket": partial(_bucket, field) for name, field in (_FOLDERS | _PREFIXES).items()},
    **{f"{name}Prefix": partial(_folder, field) for name, field in _FOLDERS.items()},
    **{f"{name}Prefix": partial(_prefix, field) for name, field in _PREFIXES.items()},
}
