"""By settings: what passes a gate without a person, where the settings of its stage say so.

What is not known counts as what needs a person: settings rule out risks, and a risk that nobody
could look for is not ruled out.
"""

from dataclasses import dataclass

from mlops_gitops.config.settings import Stage
from mlops_gitops.diff.judged import Judged
from mlops_gitops.errors import MlopsError
from mlops_gitops.pipeline.brakes import in_full


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What became of an approval that waited.

    Attributes:
        called: what commands call the workload.
        stage: which one; empty where it could not even be told what waits.
        digest: what waits; empty likewise.
        token: of the approval; empty likewise.
        why: why it still waits; empty where it was let through.
        failure: what it was refused for; None where it was let through, or a person has to decide.
    """

    called: str
    stage: str = ""
    digest: str = ""
    token: str = ""
    why: str = ""
    failure: MlopsError | None = None

    @property
    def is_through(self) -> bool:
        """Whether the settings let it through."""
        return not self.why


def why_a_person(stage: Stage, judged: Judged) -> str:
    """Say why a person has to decide; empty where the settings let it through.

    A stack's first creation has nothing to be compared with, so it needs a person wherever any
    risk does.

    Args:
        stage: where it waits.
        judged: what is known of the very change set that waits there.
    """
    wanted = stage.require_approval_for
    if wanted is None:
        return "every change needs a person here"
    if judged.unknown:
        return "; ".join(judged.unknown)
    if judged.is_first and wanted:
        return "it is deployed here for the first time"
    listed = {*wanted, *stage.block}
    return in_full([risk for risk in judged.risks if risk.kind.value in listed])
