"""MG214: A model card is too large.

The content of a card has up to 100,000 characters as JSON. Source: CreateModelCard, `Content`, in
the SageMaker API reference.

Wrong:
    evaluation_details with 3,000 metrics

Right:
    evaluation_details with the metrics that somebody reads, and where the others are
"""

import json
from collections.abc import Iterator

from mlops_gitops.config.card import SECTIONS
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said
from mlops_gitops.config.schemas import LIVE_STATUS
from mlops_gitops.problems import Problem

_LONGEST = 100_000


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse content that SageMaker would refuse, at its longest section."""
    if LIVE_STATUS not in draft.type.annotated:
        return
    sizes = {name: len(json.dumps(draft.fields[name])) for name in SECTIONS if name in draft.fields}
    if sum(sizes.values()) > _LONGEST:
        largest = max(sizes, key=lambda name: sizes[name])
        message = (
            f"The card has {sum(sizes.values()):,} characters, {sizes[largest]:,} of them here;"
            f" SageMaker takes {_LONGEST:,}."
        )
        hint = "Keep what people read, and say where the rest is."
        yield draft.at(Said("MG214", message, hint), largest)
