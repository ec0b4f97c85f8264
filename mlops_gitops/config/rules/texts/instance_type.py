"""MG067: An instance type is not offered.

SageMaker offers other instance types for hosting than for training or notebooks. The list is that
of the SageMaker API.

Wrong:
    {"inference_instance": "ml.t3.2xlarge"}

Right:
    {"inference_instance": "ml.t2.2xlarge"}
"""

from collections.abc import Sequence

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_COMMON = ("ml.t2", "ml.m5", "ml.c5", "ml.m6i", "ml.c6i", "ml.g4dn", "ml.g5")
_MANY = 6
_DOTS = 2


def why(text: str, schema: Schema) -> Said:
    """Say that it is not offered, and name near ones that are."""
    offered: Sequence[str] = schema["enum"]
    near = ", ".join(_near(text.strip().lower(), offered))
    hint = f"Near it: {near}." if near else "Use one such as ml.m5.large."
    purpose = schema.get("x-purpose", "this")
    return Said("MG067", f"Instance type {quoted(text)} is not offered for {purpose}.", hint)


def _near(text: str, offered: Sequence[str]) -> list[str]:
    """Name the same thing without its typo, else the same size in near and common families."""
    from difflib import get_close_matches

    text = text if text.startswith("ml.") else f"ml.{text}"
    if text in offered:
        return [text]
    known_family = [name for name in offered if _family(name) == _family(text)]
    if known_family:
        return get_close_matches(text, known_family, n=3, cutoff=0.5) or known_family[:_MANY]
    size = text.rpartition(".")[2]
    same_size = [name for name in offered if name.rpartition(".")[2] == size]
    letters = _family(text)[:4]
    common = [name for name in same_size if _family(name) in _COMMON]
    common.sort(key=lambda name: (_family(name)[:4] != letters, _COMMON.index(_family(name))))
    if text.count(".") == _DOTS and common:
        return common[:_MANY]
    return get_close_matches(text, offered, n=3)


def _family(name: str) -> str:
    return name.rpartition(".")[0]
