"""What was brought along: read, held against what bootstrap would have made, never changed."""

from collections.abc import Iterator

from mlops_gitops.desired.bootstrap.orchestrator import PART
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.diff.brought import (
    BUCKET_POLICY,
    KEY_POLICY,
    missing_statements,
    needed_policy,
)
from mlops_gitops.errors import Blocked
from mlops_gitops.use_cases.bootstrap_parts import OpenOutputs, Preparation, desired_part


def lacking(preparation: Preparation) -> tuple[str, ...]:
    """Say what a bucket and a key of somebody else's lack; nothing where bootstrap makes both.

    Raises:
        Blocked: there is no such bucket.
        AwsError: a policy could not be read.
    """
    if preparation.account != preparation.settings.orchestrator_account:
        return ()
    return (*_of_bucket(preparation), *_of_key(preparation))


def _of_bucket(preparation: Preparation) -> Iterator[str]:
    settings = preparation.settings
    if not settings.bootstrap.existing_bucket:
        return
    bucket = settings.assets_bucket
    policy = preparation.brought.bucket_policy(bucket)
    if policy is None:
        raise Blocked(
            f"There is no bucket {bucket}, and bootstrap.existing_bucket says that there is.",
            hint="Make it, or leave existing_bucket out: bootstrap makes one then.",
        )
    if not preparation.brought.is_versioned(bucket):
        yield f"Bucket {bucket} does not keep versions; switch versioning on."
    key = settings.bootstrap.assets_key
    # Somebody may have named it to S3 by its id alone.
    if key and key.rpartition("/")[2] not in preparation.brought.key_of(bucket):
        yield f"Bucket {bucket} does not encrypt with {key} by default."
    needed = needed_policy(BUCKET_POLICY, _orchestrator(preparation))
    for sid in missing_statements(needed, policy):
        yield f"The policy of bucket {bucket} has no statement like {sid}{_print(BUCKET_POLICY)}"


def _of_key(preparation: Preparation) -> Iterator[str]:
    arn = preparation.settings.bootstrap.assets_key
    if not arn:
        return
    policy = preparation.brought.key_policy(arn)
    needed = needed_policy(KEY_POLICY, _orchestrator(preparation))
    for sid in missing_statements(needed, policy):
        yield f"The policy of key {arn} has no statement like {sid}{_print(KEY_POLICY)}"


def _print(name: str) -> str:
    return f" of `mlops-gitops bootstrap --print {name}`."


def _orchestrator(preparation: Preparation) -> DesiredStack:
    outputs = OpenOutputs({})
    return desired_part(preparation.source, PART, preparation.account, outputs)
