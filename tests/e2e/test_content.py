"""What was approved is what serves, whatever is uploaded under the same key later."""

from e2e import every_type
from e2e.user import User, eventually, model

from mlops_gitops.definitions.content import Content

KEY = "overwritten/model.tar.gz"


def upload(user: User, body: bytes) -> str:
    """Put a model under the one key; give its ETag."""
    bucket = user.world().settings.assets_bucket
    answer = user.aws("s3").put_object(Bucket=bucket, Key=KEY, Body=body)
    return str(answer["ETag"]).strip('"')


def served(user: User, name: str, stage: str) -> str:
    """Give the key of the artifact behind an endpoint."""
    return user.parameters(name, stage).get("ModelArtifactLocationObject", "")


def copy(etag: str) -> str:
    """Give the key that content is kept under."""
    return Content(key=KEY, etag=etag, size=0).copy


def test_overwriting_an_artifact_is_planned_shipped_and_frozen(user: User) -> None:
    """A plan shows new content, apply ships it, and an overwrite after approval changes nothing."""
    first = upload(user, b"the first model")
    user.commit(model("overwritten", model_artifact_location=KEY))
    user.did("apply")
    user.lead("overwritten", "staging", "prod")
    assert served(user, "overwritten", "prod") == copy(first)

    second = upload(user, b"the second model")
    shown = user.did("plan")
    assert f"model content  {first[:8]} -> {second[:8]}" in shown
    user.did("apply")
    user.settled("overwritten")
    upload(user, b"a third model, after the second was applied")
    user.lead("overwritten", "staging", "prod")

    for stage in ("dev", "staging", "prod"):
        assert eventually(lambda at=stage: served(user, "overwritten", at)) == copy(second)
    bucket = user.world().settings.assets_bucket
    kept = user.aws("s3").get_object(Bucket=bucket, Key=copy(second))["Body"].read()
    assert kept == b"the second model"


def test_an_artifact_that_was_overwritten_in_between_is_not_taken(user: User) -> None:
    """What was looked at is what is copied, or nothing."""
    etag = upload(user, b"looked at")
    upload(user, b"somebody else's")
    world = user.world()

    failed = False
    try:
        world.assets.keep(KEY, etag, copy(etag))
    except Exception as error:  # noqa: BLE001 -- the adapter's own error is what is looked at
        failed = "was overwritten" in str(error)
    assert failed
    assert world.assets.latest(copy(etag)) is None


def test_a_tag_that_was_moved_is_planned_and_deployed_by_digest(user: User, name: str) -> None:
    """What serves is the image that the tag named when it was planned."""
    every_type.prepare(user)
    config = {**every_type.realtime_custom(name), "stages": ["dev"]}
    user.commit(config)
    every_type.push_image(user, "1.0.0", b"as planned")
    planned = user.did("plan")
    assert "image" in planned
    assert "ranker@sha256:" in planned

    every_type.push_image(user, "1.0.0", b"moved since")
    again = user.did("plan")

    digests = [text.partition("ranker@sha256:")[2][:64] for text in (planned, again)]
    assert digests[0] != digests[1]
    missing = {**config, "custom_image_uri": config["custom_image_uri"].replace("1.0.0", "1.0.1")}
    user.commit(missing)
    answer = user.run("plan")
    assert answer.code == 3
    assert "MG082" in answer.out + answer.err
