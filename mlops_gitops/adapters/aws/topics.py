"""SNS: who is told."""

from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.ports.doctor import Subscription

_PENDING = "PendingConfirmation"
"""Stands in place of an ARN; source: "Confirm your Amazon SNS subscription", SNS guide."""


class SnsTopics:
    """Topics, read with the caller's own credentials."""

    def __init__(self, accounts: Accounts) -> None:
        self._client = accounts.own("sns")

    def subscriptions(self, arn: str) -> tuple[Subscription, ...]:
        """List who subscribed, page by page."""
        pages = self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
        found = drain(f"While reading who is told by {arn}", pages, "Subscriptions")
        return tuple(
            Subscription(
                endpoint=each["Endpoint"], is_confirmed=each["SubscriptionArn"] != _PENDING
            )
            for each in found
        )
