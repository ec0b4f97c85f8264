"""A bucket and a key that were there before: looked at, never changed, and what lacks is said."""

import json
from dataclasses import replace
from typing import Any

import pytest
from builders import BUCKET, ORCHESTRATOR, SETTINGS, Trial, preparation, repository, source

from mlops_gitops.config.installation import Bootstrap
from mlops_gitops.config.settings import Settings
from mlops_gitops.diff.bootstrap import BootstrapPlan
from mlops_gitops.diff.brought import BUCKET_POLICY, KEY_POLICY
from mlops_gitops.errors import Blocked
from mlops_gitops.use_cases.bootstrap import bootstrap
from mlops_gitops.use_cases.bootstrap_print import printed_policy
from mlops_gitops.views.bootstrap_text import bootstrap_text

KEY = f"arn:aws:kms:us-east-1:{ORCHESTRATOR}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LOGS = "acme-access-logs"


@pytest.fixture
def made() -> Trial:
    """An AWS with a bucket and a key whose policies are as they have to be."""
    trial = Trial(repository(settings=SETTINGS))
    trial.cloud.brought.buckets[BUCKET] = as_aws_shows(policy(trial, BUCKET_POLICY))
    trial.cloud.brought.default_keys[BUCKET] = KEY
    trial.cloud.brought.keys[KEY] = as_aws_shows(policy(trial, KEY_POLICY))
    return trial


def settings_of(made: Trial) -> Settings:
    """Settings that bring everything along."""
    brought = Bootstrap(existing_bucket=True, assets_key=KEY, access_logs_bucket=LOGS)
    return replace(made.world().settings, bootstrap=brought)


def policy(made: Trial, name: str) -> Any:
    """Give what `--print` says that a policy needs."""
    return printed_policy(source(settings_of(made)), name)


def as_aws_shows(value: Any, key: str = "") -> Any:
    """Write a policy as AWS gives it back: accounts as roots, one item without its list."""
    match value:
        case dict():
            return {name: as_aws_shows(each, name) for name, each in reversed(value.items())}
        case [only]:
            return as_aws_shows(only, key)
        case list():
            return [as_aws_shows(each, key) for each in reversed(value)]
        case str() if key == "AWS" and value.isdecimal():
            return f"arn:aws:iam::{value}:root"
        case _:
            return value


def run(made: Trial) -> BootstrapPlan:
    """Run it; give what was shown."""
    shown: list[BootstrapPlan] = []
    ready = preparation(made, settings_of(made), ORCHESTRATOR)
    bootstrap(ready, shown.append, lambda: None, lambda _: None)
    return shown[0]


def test_what_was_brought_along_is_used_and_not_made(made: Trial) -> None:
    """No bucket, no key, no bucket policy, and nothing to complain of."""
    planned = run(made)

    made_here = {each.resource_type for each in planned.parts[0].change.resources}
    assert not made_here & {"AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::KMS::Key"}
    assert "AWS::SNS::Topic" in made_here
    assert planned.lacking == ()
    there = made.cloud.stacks.find(planned.parts[0].change.id)
    assert there is not None
    assert (there.outputs["AssetsBucket"], there.outputs["AssetsKmsKeyArn"]) == (BUCKET, KEY)


def test_a_statement_that_lacks_is_named_and_none_is_written(made: Trial) -> None:
    """Which one, of which policy, and how to see it; the owner changes it."""
    bucket = made.cloud.brought.buckets
    kept = [each for each in bucket[BUCKET]["Statement"] if each["Sid"] != "StagesFindKey"]
    bucket[BUCKET] = {"Statement": kept}
    made.cloud.brought.keys[KEY] = {"Statement": []}
    made.cloud.brought.unversioned.add(BUCKET)
    made.cloud.brought.default_keys[BUCKET] = ""

    planned = run(made)

    of_bucket = [each for each in planned.lacking if each.startswith("The policy of bucket")]
    (line,) = of_bucket
    assert line.startswith(f"The policy of bucket {BUCKET} has no statement like StagesFindKey of")
    assert "`mlops-gitops bootstrap --print bucket-policy`" in line
    of_key = [each for each in planned.lacking if each.startswith("The policy of key")]
    assert len(of_key) == len(policy(made, KEY_POLICY)["Statement"])
    assert any("does not keep versions" in each for each in planned.lacking)
    assert any("does not encrypt with" in each for each in planned.lacking)
    assert line in bootstrap_text(planned)
    assert bucket[BUCKET] == {"Statement": kept}


def test_a_statement_that_allows_something_else_is_another_one(made: Trial) -> None:
    """The name of a statement says nothing; what it allows does."""
    statements = made.cloud.brought.buckets[BUCKET]["Statement"]
    renamed = [{**each, "Sid": f"Our{each['Sid']}"} for each in statements]
    made.cloud.brought.buckets[BUCKET] = {"Statement": renamed}
    assert run(made).lacking == ()

    wider = [{**each, "Resource": "arn:aws:s3:::other"} for each in statements]
    made.cloud.brought.buckets[BUCKET] = {"Statement": wider}
    assert len(run(made).lacking) == len(statements)


def test_a_bucket_that_is_not_there_is_said_before_anything_is_made(made: Trial) -> None:
    """The settings say that it is."""
    made.cloud.brought.buckets.clear()

    with pytest.raises(Blocked, match=f"There is no bucket {BUCKET}"):
        run(made)

    assert made.cloud.stacks.records(ORCHESTRATOR) == ()


@pytest.mark.parametrize("name", [BUCKET_POLICY, KEY_POLICY])
def test_a_printed_policy_is_whole(made: Trial, name: str) -> None:
    """Nothing of a template is left in it: it can be given to AWS as it is."""
    text = json.dumps(policy(made, name))

    assert '"Fn::' not in text
    assert '"Ref"' not in text
    assert "${" not in text
