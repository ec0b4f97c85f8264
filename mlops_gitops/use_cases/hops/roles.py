"""Hops over roles: there, and assumable from where they must be.

The plan role is assumed. The others are not ours to assume, so the document that says who may is
read instead.
"""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.settings import Settings
from mlops_gitops.status.finding import Finding, failed, ok
from mlops_gitops.status.policies import admitted, allows, mentions, trusts
from mlops_gitops.use_cases.hops.hop import Examined, Hop, accounts

_ASSUME, _BY_TOKEN = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"
_PIPELINE = "mlops-gitops-pipeline"
_CI = ("mlops-gitops-ci-plan", "mlops-gitops-apply", "mlops-gitops-release")
Trust = Mapping[str, Any]


def _plan(examined: Examined, about: str) -> Finding:
    examined.services.roles.enter(about)
    return ok("mlops-gitops-plan, tried")


def _deploy(examined: Examined, about: str) -> Finding:
    pipelines = role_arn(examined.settings, _PIPELINE)

    def judge(trust: Trust) -> str:
        return "" if allows(trust, _ASSUME, "", pipelines) else f"does not trust {pipelines}"

    return _read(examined, about, "mlops-gitops-deploy", judge)


def _cfn(examined: Examined, about: str) -> Finding:
    service = "cloudformation.amazonaws.com"
    return _read(examined, about, "mlops-gitops-cfn", _trusting(service))


def _repair(examined: Examined, about: str) -> Finding:
    root = f":iam::{examined.settings.orchestrator_account}:"

    def judge(trust: Trust) -> str:
        operators = admitted(trust)
        inside = [each for each in operators if root in each or fnmatchcase(root, f"*{each}*")]
        told = f"trusts nobody of account {examined.settings.orchestrator_account}"
        return "" if inside else told

    return _read(examined, about, "mlops-gitops-repair", judge)


def _pipeline(examined: Examined, _about: str) -> Finding:
    trust = examined.services.roles.own_trust(_PIPELINE)
    return _judged(examined, _PIPELINE, trust, _trusting("codepipeline.amazonaws.com"))


def _ci(examined: Examined, about: str) -> Finding:
    ci = examined.settings.ci
    sources = [each.subject or each.repository for each in (ci.github,) if each]
    sources += [each.project for each in (ci.gitlab,) if each]

    def judge(trust: Trust) -> str:
        if not trusts(trust, "Federated", "arn:*:oidc-provider/*", _BY_TOKEN):
            return "trusts no OIDC provider"
        strangers = [each for each in sources if not mentions(trust, each)]
        return f"does not trust {', '.join(strangers)}" if strangers else ""

    return _judged(examined, about, examined.services.roles.own_trust(about), judge)


def _ci_roles(examined: Examined) -> tuple[str, ...]:
    ci = examined.settings.ci
    return _CI if ci.github or ci.gitlab else ()


def role_arn(settings: Settings, name: str) -> str:
    """Give the ARN of a role of the orchestrator account."""
    partition = partition_of(settings.region)
    return f"arn:{partition}:iam::{settings.orchestrator_account}:role/{name}"


def _trusting(service: str) -> Callable[[Trust], str]:
    return lambda trust: (
        "" if trusts(trust, "Service", service, _ASSUME) else f"does not trust {service}"
    )


def _read(examined: Examined, account: str, role: str, judge: Callable[[Trust], str]) -> Finding:
    return _judged(examined, role, examined.services.roles.trust(account, role), judge, account)


def _judged(
    examined: Examined,
    role: str,
    trust: Trust | None,
    judge: Callable[[Trust], str],
    account: str = "",
) -> Finding:
    """Say what is wrong with a role; `judge` gives nothing where it is in order."""
    wrong = "is not there" if trust is None else judge(trust)
    if not wrong:
        return ok(f"{role}, by the document that says who may assume it")
    where = account or examined.settings.orchestrator_account
    fix = f"Run `mlops-gitops bootstrap` for account {where}; it makes the role anew."
    return failed(f"{role} {wrong}", fix)


HOPS = (
    Hop(
        name="plan-role",
        what="Plan role is assumed from here",
        look=_plan,
        needs=("account",),
        about=accounts,
    ),
    Hop(
        name="pipeline-role",
        what="Delivery pipelines' role",
        look=_pipeline,
        needs=("orchestrator-stack",),
    ),
    Hop(
        name="deploy-role",
        what="Deploy role trusts the pipelines",
        look=_deploy,
        needs=("account-stack",),
        about=accounts,
    ),
    Hop(
        name="cfn-role",
        what="CloudFormation's role",
        look=_cfn,
        needs=("account-stack",),
        about=accounts,
    ),
    Hop(
        name="repair-role",
        what="Repair role",
        look=_repair,
        needs=("account-stack",),
        about=accounts,
    ),
    Hop(
        name="ci-role",
        what="Role of CI",
        look=_ci,
        needs=("part-stack",),
        about=_ci_roles,
    ),
)
