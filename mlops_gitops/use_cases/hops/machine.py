"""Hops on this machine, and the way to AWS."""

import re
from datetime import timedelta

from mlops_gitops.config.settings import SETTINGS_PATH
from mlops_gitops.errors import AwsError
from mlops_gitops.problems import Problem, errors_among
from mlops_gitops.status.finding import Finding, failed, ok, warning
from mlops_gitops.use_cases.hops.hop import Examined, Hop

_SKEW = timedelta(minutes=5)
"""Requests of an older or newer time are refused; source: "Elements of an AWS API request
signature", IAM user guide."""
_NOTICEABLE = timedelta(minutes=1)
_ACCOUNT = 4


def _program(examined: Examined, _about: str) -> Finding:
    versions = examined.instruments.machine.versions()
    seen = ", ".join(f"{each.name} {each.found}" for each in versions)
    old = [each for each in versions if _number(each.found) < _number(each.needed)]
    if not old:
        return ok(seen)
    wanted = ", ".join(f"{each.name} {each.needed} or newer" for each in old)
    return failed(seen, f"Install {wanted}: pip install --upgrade mlops-gitops")


def _number(version: str) -> tuple[int, ...]:
    """Read the numbers of a version: `3.11.2` -> (3, 11, 2)."""
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:3])


def _repository(examined: Examined, _about: str) -> Finding:
    head = examined.instruments.commits.head((SETTINGS_PATH,))
    if head is None:
        seen = "this is no git repository, or it has no commit"
        return warning(seen, "Commit it: plans, deliveries and history name the commit.")
    return ok(f"commit {head.id[:12]}")


def _settings(examined: Examined, _about: str) -> Finding:
    settings, found = examined.validated.settings, examined.validated.problems
    if settings is None:
        return _invalid(found)
    stages = ", ".join(f"{stage.name} in {stage.account}" for stage in settings.stages)
    return ok(f"{settings.prefix}, {settings.region}, {stages}")


def _configs(examined: Examined, _about: str) -> Finding:
    count = len(examined.validated.checked)
    errors = errors_among(examined.validated.problems)
    if errors:
        return _invalid(errors)
    if not count:
        return warning("there is none", "Begin with one: mlops-gitops init")
    return ok(f"{count} checked")


def _invalid(problems: tuple[Problem, ...]) -> Finding:
    errors = errors_among(problems)
    first = errors[0]
    more = f", and {len(errors) - 1} more" if errors[1:] else ""
    seen = f"{first.where}: {first.code} {first.message}{more}"
    return failed(seen, f"{first.hint} All of them: mlops-gitops validate")


def _credentials(examined: Examined, _about: str) -> Finding:
    try:
        source = examined.instruments.credentials.source()
    except AwsError as error:
        fix = "Name a profile that `aws configure list-profiles` shows, or unset AWS_PROFILE."
        return failed(error.message, fix)
    if source:
        return ok(f"from {source}")
    fix = "Sign in, for example with `aws sso login`, or name a profile with AWS_PROFILE."
    return failed("there are none", fix)


def _reach(examined: Examined, _about: str) -> Finding:
    region = examined.settings.region
    try:
        examined.instruments.reach.date(region)
    except AwsError as error:
        fix = "Check network, proxy (HTTPS_PROXY) and AWS_ENDPOINT_URL."
        return failed(error.message, fix)
    return ok(f"it answers in {region}")


def _clock(examined: Examined, _about: str) -> Finding:
    theirs = examined.instruments.reach.date(examined.settings.region)
    if theirs is None:
        return warning("the answer names no time", "Compare this machine's clock yourself.")
    skew = abs(theirs - examined.instruments.clock.now())
    seen = f"{round(skew.total_seconds())} s from the time of AWS"
    fix = "Set this machine's clock, for example by NTP; AWS refuses what is 5 minutes off."
    if skew > _SKEW:
        return failed(seen, fix)
    return warning(seen, fix) if skew > _NOTICEABLE else ok(seen)


def _caller(examined: Examined, _about: str) -> Finding:
    return ok(examined.services.identity.arn())


def _account(examined: Examined, _about: str) -> Finding:
    found = examined.services.identity.arn().split(":")[_ACCOUNT]
    wanted = examined.settings.orchestrator_account
    if found == wanted:
        return ok(found)
    fix = f"Use credentials of account {wanted}, or correct `orchestrator` in {SETTINGS_PATH}."
    return failed(f"they are of account {found}, and the orchestrator is {wanted}", fix)


HOPS = (
    Hop(name="program", what="Versions of the program", look=_program),
    Hop(name="repository", what="Git repository", look=_repository),
    Hop(name="settings", what="Settings", look=_settings),
    Hop(name="configs", what="Configs", look=_configs, needs=("settings",)),
    Hop(name="credentials", what="Credentials", look=_credentials),
    Hop(name="reach", what="AWS is reached", look=_reach, needs=("settings",)),
    Hop(name="clock", what="Clock", look=_clock, needs=("reach",)),
    Hop(
        name="caller",
        what="Credentials are good",
        look=_caller,
        needs=("credentials", "reach", "clock"),
    ),
    Hop(name="account", what="Orchestrator account", look=_account, needs=("caller",)),
)
