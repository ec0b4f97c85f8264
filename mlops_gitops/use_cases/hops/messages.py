"""Hops over what tells people, and over what is set once for an account."""

from mlops_gitops.status.finding import Finding, failed, ok
from mlops_gitops.use_cases.hops.hop import Examined, Hop, accounts, once
from mlops_gitops.use_cases.hops.stacks import outputs_of


def _subscription(examined: Examined, _about: str) -> Finding:
    email = examined.settings.notification_email or ""
    topic = outputs_of(examined).get("NotificationTopicArn", "")
    found = [
        each
        for each in examined.services.topics.subscriptions(topic)
        if each.endpoint.lower() == email.lower()
    ]
    if not found:
        fix = "Run `mlops-gitops bootstrap` in the orchestrator account; AWS then sends a mail."
        return failed(f"{email} is not subscribed", fix)
    if not any(each.is_confirmed for each in found):
        fix = 'Follow the link in the mail "AWS Notification - Subscription Confirmation".'
        return failed(f"{email} has not confirmed it, so nobody is told", fix)
    return ok(f"{email} is told")


def _wants_mail(examined: Examined) -> tuple[str, ...]:
    return once(examined) if examined.settings.notification_email else ()


def _secret(examined: Examined, about: str) -> Finding:
    arn = _secrets(examined)[about]
    if examined.services.secrets.is_there(arn):
        return ok(f"{arn}; its value was not read")
    fix = "Make it with `aws secretsmanager create-secret`, and name its ARN in the settings."
    return failed(f"there is no secret {arn}", fix)


def _secrets(examined: Examined) -> dict[str, str]:
    settings = examined.settings
    named = {f"webhook {each.name}": each.secret for each in settings.webhooks}
    github = settings.ci.github
    return named | (
        {"token of GitHub": github.token_secret} if github and github.token_secret else {}
    )


def _log_role(examined: Examined, about: str) -> Finding:
    if examined.services.rest_apis.log_role(about):
        return ok("one is set")
    fix = f"Run `mlops-gitops bootstrap` for account {about}; realtime workloads need it."
    return failed("none is set for this account and region", fix)


HOPS = (
    Hop(
        name="subscription",
        what="Mails about approvals",
        look=_subscription,
        needs=("orchestrator-stack",),
        about=_wants_mail,
    ),
    Hop(
        name="secret",
        what="Secret",
        look=_secret,
        needs=("account",),
        about=lambda examined: tuple(_secrets(examined)),
    ),
    Hop(
        name="api-log-role",
        what="API Gateway's role for logs",
        look=_log_role,
        needs=("account-stack",),
        about=accounts,
    ),
)
