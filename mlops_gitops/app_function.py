"""Composition root of the function behind API and drop bucket: as `app` is the command line's.

It connects when it starts, so what is loaded here is loaded once in a function's life.
"""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from mlops_gitops import app
from mlops_gitops.adapters.aws.doors import (
    LambdaLater,
    S3Drops,
    SnsNotices,
    SqsLeftovers,
    secret,
)
from mlops_gitops.adapters.aws.pipelines import CodePipelines
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.adapters.clock import SystemClock
from mlops_gitops.adapters.submitted import SubmittedCommits
from mlops_gitops.app_world import aws_around
from mlops_gitops.config.installation import ApiMode
from mlops_gitops.config.settings import SETTINGS_PATH, Settings
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.ports import Files
from mlops_gitops.ports.doors import Proposals
from mlops_gitops.use_cases.doors import Doors
from mlops_gitops.use_cases.entrance import Entrance, OpenWorld, Submitter
from mlops_gitops.use_cases.validate import Repository, validate
from mlops_gitops.use_cases.world import World

_PROFILE = "apply"


def open_doors() -> Doors:
    """Open the doors of the function that this process is.

    Its settings lie in its package; what the installation made for it, its environment names.

    Raises:
        MlopsError: a secret cannot be read.
    """
    task = Path(os.environ.get("LAMBDA_TASK_ROOT") or Path(__file__).parents[1])
    inside = app.files_in_memory({SETTINGS_PATH: (task / SETTINGS_PATH).read_bytes()})
    settings = _sound_settings(inside)
    accounts, applying = Accounts(settings.region), _applying(settings)
    return Doors(
        entrance=Entrance(
            settings=settings,
            files=inside,
            data=app.package_data(),
            open=_for_submitters(applying),
            states=CodePipelines(applying),
            later=LambdaLater(accounts, os.environ["AWS_LAMBDA_FUNCTION_NAME"]),
            proposals=_proposals(settings, accounts),
        ),
        drops=S3Drops(accounts, settings.drop_bucket),
        notices=SnsNotices(accounts, os.environ["NOTIFICATION_TOPIC"]),
        leftovers=SqsLeftovers(accounts, os.environ["LEFTOVERS_QUEUE"]),
    )


def _sound_settings(files: Files) -> Settings:
    validated = validate(files, app.package_data())
    if validated.settings is None:
        raise InvalidRepository(validated.problems)
    return validated.settings


def _applying(settings: Settings) -> Accounts:
    """Act as the role that CI applies with.

    By a profile, whose credentials botocore renews: the function may live longer than they do.
    Source: "Sourcing credentials from an IAM role", AWS SDKs and tools reference guide.
    """
    file = Path(tempfile.mkdtemp(prefix="mlops-gitops-")) / "config"
    lines = (
        f"[profile {_PROFILE}]",
        f"role_arn = {os.environ['APPLY_ROLE']}",
        "credential_source = Environment",
        f"role_session_name = {os.environ['AWS_LAMBDA_FUNCTION_NAME']}",
    )
    file.write_text("\n".join(lines), encoding="utf-8")
    os.environ["AWS_CONFIG_FILE"] = str(file)
    return Accounts(settings.region, _PROFILE, settings.external_id)


def _for_submitters(accounts: Accounts) -> OpenWorld:
    """Give what opens a world for a config from outside of git, connected once."""
    opened: list[World] = []

    def open_world(repository: Repository, by: Submitter) -> World:
        commits = SubmittedCommits(door=by.door, name=by.name)
        if not opened:
            made = aws_around(
                repository,
                data=app.package_data(),
                blueprints=app.blueprints(),
                commits=commits,
                scripts=app.pipeline_scripts(Path(__file__).parent),
                accounts=accounts,
            )
            opened.append(made)
        return replace(opened[0], repository=repository, commits=commits)

    return open_world


def _proposals(settings: Settings, accounts: Accounts) -> Proposals | None:
    github = settings.ci.github
    if settings.api is not ApiMode.PULL_REQUEST or github is None:
        return None
    # It takes long to load, and only this mode needs it.
    from mlops_gitops.adapters.github_calls import GitHubCalls
    from mlops_gitops.adapters.github_proposals import GitHubProposals

    api = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    calls = GitHubCalls(api, secret(accounts, github.token_secret), SystemClock())
    return GitHubProposals(calls, github.repository, github.branch)
