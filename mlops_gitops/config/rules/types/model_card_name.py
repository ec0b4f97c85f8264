"""A card without a name of its own is called like the model, whose name may be too long for it."""

from collections.abc import Iterator

from mlops_gitops.config.card import CARD_NAME, LONGEST_CARD_NAME
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import LIVE_STATUS
from mlops_gitops.problems import Problem

_MODEL = "model_name"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse a model's name that would have to be a card's and is too long for one."""
    if LIVE_STATUS not in draft.type.annotated or CARD_NAME in draft.mentioned:
        return
    for path, name in draft.texts(_MODEL):
        if len(name) > LONGEST_CARD_NAME:
            message = (
                f"The card is called like the model, and {quoted(name)} has {len(name)} characters."
            )
            hint = f'Add a "{CARD_NAME}" with up to {LONGEST_CARD_NAME} characters for the card.'
            yield draft.at(Said("MG211", message, hint), *path)
