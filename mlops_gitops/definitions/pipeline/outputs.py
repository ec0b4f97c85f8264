"""Outputs: what callbacks and Lambda functions give back, by name."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.shorthand import Shorthand

_TEXT = "String"


def output_parameters(step: Shorthand) -> list[Json]:
    """Give the outputs in the definition's spelling; a list of names is one of texts."""
    written = step.value.get("outputs")
    named = written if isinstance(written, dict) else dict.fromkeys(_names(written), _TEXT)
    return [{"OutputName": name, "OutputType": kind} for name, kind in named.items()]


def _names(written: Json) -> list[str]:
    return [str(each) for each in written] if isinstance(written, list) else []
