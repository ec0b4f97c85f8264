"""Which pipeline type a config asks for, and what is said when there is none."""

from itertools import islice

from mlops_gitops.config.document import Document, kind_of
from mlops_gitops.config.said import Said, nearest, quoted
from mlops_gitops.config.schemas import PipelineType, Schemas
from mlops_gitops.config.shape_problems import wrong_type
from mlops_gitops.problems import Problem

_KEY = "pipeline_type"
_MOST_KEYS = 50
_CARDS = {
    "create_model_card": "It is called model_card today, and a card's first deployment makes it.",
    "update_model_card": "It is called model_card today, and each deployment updates the card.",
    "describe_model_card": "It is a command today: mlops-gitops model-card describe NAME.",
    "delete_model_card": "It is a command today: mlops-gitops model-card delete NAME.",
    "list_model_cards": "It is a command today: mlops-gitops model-card list.",
    "export_model_card": "It is a command today: mlops-gitops model-card export NAME.",
    "export_model_cards": "It is a command today: mlops-gitops model-card export NAME.",
}
"""What the predecessor took as pipeline types of its API, and its guide's spelling of the last."""


def find_type(document: Document, schemas: Schemas) -> PipelineType | Problem:
    """Find the pipeline type that a config asks for."""
    if _KEY not in document.value:
        return _no_type(document, schemas.pipeline_types())
    name = document.value[_KEY]
    if not isinstance(name, str):
        said = wrong_type(_KEY, {"type": "string"}, kind_of(name), name)
        return said.at(document.where(_KEY), document.pointer(_KEY))
    found = schemas.pipeline_type(name)
    if found is not None:
        return found
    said = unknown_type(name, schemas.pipeline_types())
    return said.at(document.where(_KEY), document.pointer(_KEY))


def _no_type(document: Document, known: tuple[str, ...]) -> Problem:
    looked_at = islice(document.value, _MOST_KEYS)
    wrong = next((key for key in looked_at if nearest(key, (_KEY,))), None)
    said = missing_type(wrong, known)
    if wrong is None:
        return said.at(document.where())
    return said.at(document.where_key(wrong), document.pointer(wrong))


def missing_type(misspelt: str | None, known: tuple[str, ...]) -> Said:
    """MG030: A config does not say its pipeline type.

    The pipeline type decides which other keys a config has.

    Wrong:
        {"model_name": "churn"}

    Right:
        {"pipeline_type": "byom_realtime_builtin", "model_name": "churn"}
    """
    if misspelt is not None:
        return Said("MG030", f"Unknown key {quoted(misspelt)}.", f"Did you mean {quoted(_KEY)}?")
    return Said("MG030", f"Key {quoted(_KEY)} is missing.", f"Add it: {', '.join(known)}.")


def unknown_type(name: str, known: tuple[str, ...]) -> Said:
    """MG031: The pipeline type is not known.

    Wrong:
        {"pipeline_type": "byom_realtime_build_in"}

    Right:
        {"pipeline_type": "byom_realtime_builtin"}
    """
    message = f"Pipeline type {quoted(name)} is not known."
    if name in _CARDS:
        return Said("MG031", message, _CARDS[name])
    close = nearest(name, known)
    hint = f"Did you mean {quoted(close)}?" if close else f"Known: {', '.join(known)}."
    return Said("MG031", message, hint)
