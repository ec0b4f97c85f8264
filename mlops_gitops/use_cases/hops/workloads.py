"""Hops over what configs name: artifacts, images, model packages, and room for pipelines."""

import re

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.declared import Config
from mlops_gitops.config.inputs import IMAGE, PACKAGE
from mlops_gitops.config.said import listed
from mlops_gitops.config.schemas import CONTENT
from mlops_gitops.config.settings import Stage
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.ports import NO_SUCH_IMAGE
from mlops_gitops.status.finding import Finding, failed, ok, warning
from mlops_gitops.status.policies import allows
from mlops_gitops.use_cases.hops.hop import Examined, Hop, accounts, once

_REGION = re.compile(r"\.ecr(?:-fips)?\.([a-z0-9-]+)\.")
_DEFAULT, _NEARLY = 1_000, 0.9
"""Pipelines in a region; source: "Quotas in AWS CodePipeline", CodePipeline user guide."""
_APPROVED = "Approved"
_OWN_IMAGE = re.compile(r"(?P<registry>\d{12})\.dkr\.[^/]+/(?P<repository>[^:@]+)")
_PULLING = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""Source: "Private repository policy examples", Amazon ECR user guide."""
_SHOWN = 3


def _artifacts(examined: Examined, _about: str) -> Finding:
    keys = _keys(examined)
    found = examined.services.assets.contents(keys)
    missing = [key for key in keys if key not in found]
    if not missing:
        return ok(f"{len(keys)} are in the bucket")
    bucket = examined.settings.assets_bucket
    fix = f"Upload it: aws s3 cp {missing[0].rsplit('/', 1)[-1]} s3://{bucket}/{missing[0]}"
    return failed(f"not in the bucket: {_few(missing)}", fix)


def _keys(examined: Examined) -> list[str]:
    return sorted({key for config, _ in examined.configs for key in config.texts(CONTENT).values()})


def _images(examined: Examined, _about: str) -> Finding:
    uris, region = _uris(examined), examined.settings.region
    elsewhere = [
        uri for uri in uris if (found := _REGION.search(uri)) is not None and found[1] != region
    ]
    if elsewhere:
        fix = f"Copy it to a repository in {region}, or let ECR replicate it there."
        return failed(f"not in {region}: {_few(elsewhere)}", fix)
    tagged = [uri for uri in uris if "@" not in uri]
    digests = examined.services.images.digests(tagged)
    missing = [uri for uri in tagged if digests.get(uri) == NO_SUCH_IMAGE]
    if missing:
        return failed(f"not there: {_few(missing)}", "Push it, or correct its tag in the config.")
    unasked = len(uris) - len(digests)
    note = f", {unasked} could not be asked for" if unasked else ""
    return ok(f"{len(uris)} in {region}{note}")


def _uris(examined: Examined) -> list[str]:
    found = {config.fields.get(IMAGE) for config, _ in examined.configs}
    return sorted(uri.strip() for uri in found if isinstance(uri, str))


def _pulls(examined: Examined, about: str) -> Finding:
    """An account's workloads pull as the repository's policy lets them."""
    settings = examined.settings
    roles = f"arn:{partition_of(settings.region)}:iam::{about}:role/mlops-gitops"
    closed = []
    for repository in sorted(_repositories(examined)[about]):
        policy = examined.services.repositories.policy(repository)
        role = f"{roles}/{settings.prefix}-x"
        if not all(allows(policy, action, "", role) for action in _PULLING):
            closed.append(repository)
    if not closed:
        return ok("workloads may pull, by the repositories' policies")
    fix = "Name it under `registry.ecr_repositories` and run bootstrap, or add the account to it."
    return failed(f"workloads may not pull from {_few(closed)}", fix)


def _repositories(examined: Examined) -> dict[str, set[str]]:
    """Give the repositories of the orchestrator's registry, by the other accounts that pull."""
    own = examined.settings.orchestrator_account
    found: dict[str, set[str]] = {}
    for config, stage in examined.configs:
        parts = _OWN_IMAGE.match(str(config.fields.get(IMAGE, "")).strip())
        if parts and parts["registry"] == own != stage.account:
            found.setdefault(stage.account, set()).add(parts["repository"])
    return {account: found[account] for account in accounts(examined) if account in found}


def _packages(examined: Examined, about: str) -> Finding:
    arns = sorted(_arns(examined)[about])
    statuses = {arn: examined.services.packages.status(about, arn) for arn in arns}
    hidden = [arn for arn, status in statuses.items() if not status]
    if hidden:
        fix = "Share its group with this account: name it under `registry` and run bootstrap."
        return failed(f"not there, or not to be seen from here: {_few(hidden)}", fix)
    waiting = [arn for arn, status in statuses.items() if status != _APPROVED]
    if waiting:
        return failed(f"not approved: {_few(waiting)}", "Approve the version in the registry.")
    return ok(f"{len(arns)} can be read")


def _arns(examined: Examined) -> dict[str, set[str]]:
    """Give the model packages that configs name, by account; in the stages' order."""
    found: dict[str, set[str]] = {}
    for stage in examined.stages:
        for config, runs in examined.configs:
            if runs == stage and (arn := _package(config, stage)):
                found.setdefault(stage.account, set()).add(arn)
    return found


def _package(config: Config, stage: Stage) -> str:
    value = config.value(PACKAGE, stage.name) if PACKAGE in config.fields else None
    return value if isinstance(value, str) and value.startswith("arn:") else ""


def _pipelines(examined: Examined, _about: str) -> Finding:
    there = set(examined.services.limits.names())
    configs = examined.validated.configs
    wanted = {pipeline_name(workload_stack(examined.settings, each)) for each in configs}
    told = examined.services.limits.most()
    most, count = told or _DEFAULT, len(there | wanted)
    by = "" if told else ", AWS's default"
    seen = f"{len(there)} there, {len(wanted - there)} to come, at most {most:,}{by}"
    fix = "Ask for more: Service Quotas, AWS CodePipeline; it can take two weeks."
    if count > most:
        return failed(seen, fix)
    return warning(seen, fix) if count > most * _NEARLY else ok(seen)


def _few(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if names[_SHOWN:] else ""
    return listed(names[:_SHOWN]) + more


HOPS = (
    Hop(
        name="artifacts",
        what="Artifacts that configs name",
        look=_artifacts,
        needs=("configs", "assets-bucket"),
        about=lambda examined: once(examined) if _keys(examined) else (),
    ),
    Hop(
        name="images",
        what="Images that configs name",
        look=_images,
        needs=("configs", "account"),
        about=lambda examined: once(examined) if _uris(examined) else (),
    ),
    Hop(
        name="image-use",
        what="Images are pulled from",
        look=_pulls,
        needs=("images",),
        about=lambda examined: tuple(_repositories(examined)),
    ),
    Hop(
        name="model-packages",
        what="Model packages that configs name",
        look=_packages,
        needs=("configs", "plan-role"),
        about=lambda examined: tuple(_arns(examined)),
    ),
    Hop(
        name="pipelines",
        what="Delivery pipelines",
        look=_pipelines,
        needs=("configs", "account"),
    ),
)
