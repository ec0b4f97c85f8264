"""CodePipeline: how many pipelines there are, and may be."""

import re

from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.errors import AwsError

_QUOTA = re.compile(r"(?i).*(total|number of) pipelines.*")


class CodePipelineLimits:
    """The orchestrator account, with the caller's own credentials."""

    def __init__(self, accounts: Accounts) -> None:
        self._pipelines = accounts.own("codepipeline")
        self._quotas = accounts.own("service-quotas")

    def names(self) -> tuple[str, ...]:
        """List all pipelines, page by page."""
        pages = self._pipelines.get_paginator("list_pipelines").paginate()
        found = drain("While listing the delivery pipelines", pages, "pipelines")
        return tuple(each["name"] for each in found)

    def most(self) -> int | None:
        """Give the quota; None where Service Quotas does not tell."""
        pages = self._quotas.get_paginator("list_service_quotas").paginate(
            ServiceCode="codepipeline"
        )
        try:
            found = list(drain("While reading the quotas of CodePipeline", pages, "Quotas"))
        except AwsError:
            return None
        values = [each["Value"] for each in found if _QUOTA.fullmatch(each["QuotaName"])]
        return int(max(values)) if values else None
