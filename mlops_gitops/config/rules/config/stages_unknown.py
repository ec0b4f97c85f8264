"""MG056: A config names a stage that the settings do not have, or one twice.

`stages` narrows a workload to some stages of `mlops-gitops.yaml`. Without it a workload runs in all
of them; what is made once for all, such as training, runs in the orchestrator account.

Wrong:
    "stages": ["dev", "production"]

Right:
    "stages": ["dev", "prod"]
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, listed, nearest, quoted
from mlops_gitops.config.schemas import STAGES
from mlops_gitops.problems import Problem


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse each name that is no stage."""
    named = draft.fields.get(STAGES)
    known = [stage.name for stage in draft.settings.stages]
    for index, name in enumerate(named if isinstance(named, list) else ()):
        if name not in known:
            where = draft.document.where(STAGES, index)
            yield _unknown(str(name), known).at(where, draft.document.pointer(STAGES, index))


def _unknown(name: str, known: list[str]) -> Said:
    close = nearest(name, known)
    suggestion = f"Did you mean {quoted(close)}? " if close else ""
    message = f"{quoted(name)} is no stage of the settings."
    return Said("MG056", message, f"{suggestion}The stages are {listed(known)}.")
