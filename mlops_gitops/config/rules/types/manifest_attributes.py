"""MG142: Attribute names and augmented manifest files go together.

An augmented manifest file has several attributes for each object; `attribute_names` says which ones
the algorithm reads. Other data has none. Source: `S3DataSource`, `AttributeNames`, in the SageMaker
API reference.

Wrong:
    {"s3_data_type": "AugmentedManifestFile", "data_input_mode": "Pipe"}

Right:
    {"s3_data_type": "AugmentedManifestFile", "data_input_mode": "Pipe",
     "attribute_names": ["source-ref", "label"]}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_KIND, _NAMES, _AUGMENTED = "s3_data_type", "attribute_names", "AugmentedManifestFile"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse either without the other."""
    kind = draft.value(_KIND)
    if kind is None:
        return
    if kind == _AUGMENTED and _NAMES not in draft.mentioned:
        message = f"{quoted(_AUGMENTED)} needs {quoted(_NAMES)}."
        hint = f'Add {_NAMES}, such as ["source-ref", "label"].'
        yield draft.at(Said("MG142", message, hint), _KIND)
    if kind != _AUGMENTED and _NAMES in draft.fields:
        message = f"{quoted(_NAMES)} is of no use with {_KIND} {quoted(str(kind))}."
        hint = f"Delete it, or write {_KIND}: {_AUGMENTED}."
        yield draft.at_key(Said("MG142", message, hint), _NAMES)
