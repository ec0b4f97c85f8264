"""Parameters of a model card: its name, and the status that people may change in SageMaker.

CloudFormation asks for a status with every change. Where the config says none, it gets the one that
the card has, so that no deployment takes an approval back.
"""

from collections.abc import Callable, Mapping

from mlops_gitops.config.card import CARD_NAME, CARD_STATUS
from mlops_gitops.desired.card import (
    FIRST_STATUS,
    NAME_PARAMETER,
    NO_CARD,
    STATUS_PARAMETER,
    name_in,
    status_fact,
)
from mlops_gitops.desired.context import Context
from mlops_gitops.desired.stack import Resolved


def _name(context: Context) -> Resolved:
    name = name_in(context.config, context.stage)
    return Resolved(name, context.place(CARD_NAME if context.text(CARD_NAME) else "model_name"))


def _status(context: Context) -> Resolved:
    if written := context.text(CARD_STATUS):
        return Resolved(written, context.place(CARD_STATUS))
    found = context.inputs.facts.get(status_fact(context.config, context.stage))
    if found is None:
        return Resolved(FIRST_STATUS, "of a new card; plan looks up what a card has already")
    if found == NO_CARD:
        return Resolved(FIRST_STATUS, "looked up: there is no such card yet")
    return Resolved(found, "looked up: the status that the card has")


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    NAME_PARAMETER: _name,
    STATUS_PARAMETER: _status,
}
