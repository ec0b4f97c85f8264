"""The status of a model card, which a config may leave to SageMaker."""

from mlops_gitops.config.card import CARD_NAME, card_name
from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Stage

FIRST_STATUS = "Draft"
NO_CARD = ""
"""Stands for the status of a card that is not there yet."""
STATUS_PARAMETER = "ModelCardStatus"
NAME_PARAMETER = "ModelCardName"


def name_in(config: Config, stage: Stage) -> str:
    """Give the name of the card that a config keeps in a stage."""
    return card_name(config.value(CARD_NAME, stage.name), config.value("model_name", stage.name))


def status_fact(config: Config, stage: Stage) -> str:
    """Say what was asked: the word that the status of a config's card has among the facts."""
    return f"model card {name_in(config, stage)} in {stage.account}"
