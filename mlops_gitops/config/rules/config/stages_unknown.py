"""MG054: A config names a stage that the settings do not have, or one twice.

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
    names = named if isinstance(named, list) else []
    for index, name in enumerate(names):
        where, pointer = draft.document.where(STAGES, index), draft.document.pointer(STAGES, index)
        if name not in known:
            yield _unknown(str(name), known).at(where, pointer)
        elif name in names[:index]:
            said = Said("MG054", f"Stage {quoted(str(name))} stands twice.", "Delete one of them.")
            yield said.at(where, pointer)


def _unknown(name: str, known: list[str]) -> Said:
    close = nearest(name, known)
    suggestion = f"Did you mean {quoted(close)}? " if close else ""
    message = f"{quoted(name)} is no stage of the settings."
    return Said("MG054", message, f"{suggestion}The stages are {listed(known)}.")
