"""MG141: Something needs input mode `Pipe`.

SageMaker unzips data, wraps records and reads augmented manifest files only while it streams the
data to the algorithm. Source: `Channel` and `S3DataSource` in the SageMaker API reference; in other
modes CreateTrainingJob answers "File mode only supports NONE, got Gzip instead".

Wrong:
    {"compression_type": "Gzip", "data_input_mode": "File"}

Right:
    {"compression_type": "Gzip", "data_input_mode": "Pipe"}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, listed, quoted
from mlops_gitops.problems import Problem

_MODE = "data_input_mode"
_NEEDS_PIPE = (
    ("compression_type", "Gzip"),
    ("data_record_wrapping", "RecordIO"),
    ("s3_data_type", "AugmentedManifestFile"),
)


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse what needs streaming where nothing is streamed."""
    mode = draft.value(_MODE)
    needing = [field for field, value in _NEEDS_PIPE if draft.fields.get(field) == value]
    if mode is None or mode == "Pipe" or not needing:
        return
    values = listed([quoted(str(draft.fields[field])) for field in needing])
    verb = "needs" if len(needing) == 1 else "need"
    message = f"{values} {verb} {_MODE} 'Pipe'; it is {quoted(str(mode))}."
    hint = f"Write {_MODE}: Pipe if the algorithm can stream, or leave out {listed(needing)}."
    # Several that need it make the mode the odd one out.
    field = _MODE if len(needing) > 1 and _MODE in draft.fields else needing[0]
    yield draft.at(Said("MG141", message, hint), field)
