"""Who is told what: one message for each thing that happened, and the webhooks it goes to."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from mlops_gitops.config.installation import Webhook
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap.part import Known, Part, Where
from mlops_gitops.desired.console import console_domain
from mlops_gitops.desired.stack import Template

_SHARED = "WebhookConnection"
_EACH = ("WebhookDestination", "WebhookRule", "WebhookRole")
"""What the blueprint has for one webhook."""
_NAME, _SECRET = "name-of-the-settings", "secret-of-the-settings"


def _compose(settings: Settings, template: Template) -> Template:
    """Give each webhook resources like the blueprint's; without one there are none."""
    blueprint = template["Resources"]
    resources = {name: one for name, one in blueprint.items() if name not in (_SHARED, *_EACH)}
    if settings.webhooks:
        resources[_SHARED] = blueprint[_SHARED]
    for webhook in settings.webhooks:
        instead = _instead(webhook)
        resources |= {instead[name]: _replaced(blueprint[name], instead) for name in _EACH}
    return {**template, "Resources": resources}


def _instead(webhook: Webhook) -> Mapping[str, str]:
    """Say what stands for what: logical ids are the same wherever in the settings it stands."""
    own = sha256(webhook.name.encode()).hexdigest()[:8]
    ids = {name: f"{name}{own}" for name in _EACH}
    return {_NAME: webhook.name, _SECRET: webhook.secret, **ids}


def _replaced(value: Any, instead: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {key: _replaced(each, instead) for key, each in value.items()}
        case list():
            return [_replaced(each, instead) for each in value]
        case str():
            for old, new in instead.items():
                value = value.replace(old, new)
            return value
        case _:
            return value


def _values(known: Known) -> dict[str, str]:
    settings = known.settings
    return {
        "Prefix": settings.prefix,
        "NotificationTopicArn": known.outputs["NotificationTopicArn"],
        "AssetsKmsKeyArn": known.outputs["AssetsKmsKeyArn"],
        "ConsoleDomain": console_domain(settings.region),
        "PermissionsBoundary": settings.permissions_boundary,
    }


PART = Part(
    blueprint="bootstrap/notifications",
    stack="mlops-gitops-notifications",
    where=Where.ORCHESTRATOR,
    # Always: whoever subscribes to the topic is told, and gates ask through it.
    wanted=lambda _: True,
    values=_values,
    compose=_compose,
)
