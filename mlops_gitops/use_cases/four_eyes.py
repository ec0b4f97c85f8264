"""Four eyes: where the settings say so, nobody lets in a commit of their own."""

from mlops_gitops.config.settings import Stage
from mlops_gitops.errors import Blocked
from mlops_gitops.pipeline.approval import PendingApproval
from mlops_gitops.pipeline.authorship import is_author, is_committed, is_told, person_of
from mlops_gitops.pipeline.delivery import UNSET
from mlops_gitops.use_cases.world import World


def refuse_author(world: World, stage: Stage, approval: PendingApproval) -> None:
    """Refuse whoever wrote the commit, where the stage wants somebody else.

    Where either of the two is not known, nobody can be told apart from them, so that is refused
    as well.

    Raises:
        Blocked: with who that is.
    """
    if stage.author_may_approve:
        return
    author, commit = (approval.variables.get(name, UNSET) for name in ("author", "commit"))
    actor = world.identity.arn()
    if not is_committed(commit):
        raise Blocked(
            f"{stage.name} wants somebody else than the author, and what waits is of no commit.",
            hint="Reject it, commit the change, and run `mlops-gitops apply`.",
        )
    if not is_told(author):
        raise Blocked(
            f"{stage.name} wants somebody else than the author, and who that is cannot be told: "
            f"{author!r} is all that is known.",
            hint="Reject it. Commit again under a name and an address that are ASCII and look like "
            "no secret (git config user.name, user.email), and run `mlops-gitops apply`.",
        )
    if not person_of(actor):
        raise Blocked(
            f"{stage.name} wants somebody else than the author, and {actor} may be anybody.",
            hint="Sign in as yourself: an IAM user, or a role with a session in your name.",
        )
    if is_author(author, actor):
        raise Blocked(
            f"{author} wrote this commit, and {stage.name} wants somebody else to approve it.",
            hint="Ask another approver; you may still reject it.",
        )
