"""Model cards: which one a config of one keeps."""

from mlops_gitops.config.document import Json

CARD_NAME, CARD_STATUS = "name", "status"
SECTIONS = (
    "model_overview",
    "business_details",
    "intended_uses",
    "training_details",
    "evaluation_details",
    "additional_information",
)
"""Parts of a card, as SageMaker's schema of its content names them."""
LONGEST_CARD_NAME = 63


def card_name(name: Json, model_name: Json) -> str:
    """Give the name of a config's card: its own, else the model's."""
    return str(name or model_name)
