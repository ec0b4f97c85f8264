"""Model cards as SageMaker has them, whoever made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSummary:
    """A model card as a listing tells it."""

    name: str
    status: str
    modified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One version of a model card.

    Attributes:
        status: Draft, PendingReview, Approved or Archived.
        content: model card JSON, parsed.
    """

    name: str
    arn: str
    version: int
    status: str
    created_at: datetime
    modified_at: datetime
    kms_key: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardExport:
    """How far the export of a model card is.

    Attributes:
        status: InProgress, Completed or Failed.
        location: S3 URI of the document; empty until it is there.
        reason: of a failure.
    """

    status: str
    location: str
    reason: str
