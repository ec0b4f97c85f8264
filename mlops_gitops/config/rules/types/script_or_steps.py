"""Whether a pipeline has steps or a script; what is said is in `pipeline_script_problems`."""

from collections.abc import Iterator

from mlops_gitops.config import pipeline_script_problems as say
from mlops_gitops.config.draft import Draft
from mlops_gitops.problems import Problem

_SCRIPT = "script"
_STEPS = "steps"
_INSTEAD = (_STEPS, "parameters", "experiment")
_OF_SCRIPTS = ("script_arguments", "python")


def check(draft: Draft) -> Iterator[Problem]:
    """Ask for one of the two, and for nothing that belongs to the other."""
    if _SCRIPT in draft.mentioned:
        for other in draft.written(_INSTEAD):
            yield draft.at_key(say.both(other), other)
        return
    if _STEPS not in draft.mentioned:
        yield draft.at(say.neither())
    for key in draft.written(_OF_SCRIPTS):
        yield draft.at_key(say.without_script(key), key)
