"""Who may pull the images that the image builder makes: the accounts of all stages."""

from collections.abc import Callable, Mapping

from mlops_gitops.desired.context import Context
from mlops_gitops.desired.stack import Resolved


def _stage_accounts(context: Context) -> Resolved:
    accounts = sorted({stage.account for stage in context.settings.stages})
    return Resolved(",".join(accounts), f"settings: {context.settings.path}")


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {"StageAccounts": _stage_accounts}
