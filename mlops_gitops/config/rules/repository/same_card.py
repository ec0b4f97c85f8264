"""MG212: Two configs keep one model card.

Names of model cards are unique in an account and region. The second deployment would fail, because
the card is the first one's.

Wrong:
    "name": "churn" in two configs of model cards

Right:
    "name": "churn" in one and "name": "churn-eu" in the other
"""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.card import CARD_NAME, card_name
from mlops_gitops.config.declared import Config
from mlops_gitops.config.said import Said, printable, quoted
from mlops_gitops.config.schemas import LIVE_STATUS
from mlops_gitops.config.settings import Settings
from mlops_gitops.problems import Problem

_MODEL = "model_name"


def check(configs: Sequence[Config], settings: Settings) -> Iterator[Problem]:  # noqa: ARG001 - every rule is asked alike
    """Refuse the second config of a card, naming the first."""
    first: dict[tuple[str, str], Config] = {}
    for config in configs:
        if config.is_retired or LIVE_STATUS not in config.type.annotated:
            continue
        name = card_name(config.fields.get(CARD_NAME), config.fields.get(_MODEL))
        for stage in config.stages:
            known = first.setdefault((stage.account, name.lower()), config)
            if known is config or known.workload == config.workload:
                continue
            yield _taken(name, stage.account, known, config)
            break


def _taken(name: str, account: str, known: Config, config: Config) -> Problem:
    field = CARD_NAME if CARD_NAME in config.fields else _MODEL
    document = config.document
    message = (
        f"Model card {quoted(name)} of account {account} is kept by"
        f" {printable(known.document.path)} already."
    )
    hint = f'Give one of the two another "{CARD_NAME}".'
    return Said("MG212", message, hint).at(document.where(field), document.pointer(field))
