"""What the bucket, the registry, endpoints, the clock and the caller's identity promise us."""

import re
from hashlib import sha256

import pytest
from contract.conftest import Side
from embedded_stacks import realtime

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.status.endpoint import EndpointHealth
from mlops_gitops.use_cases.settle import settle


def test_an_object_that_nobody_wrote_is_none(side: Side, name: str) -> None:
    """Looking for it is no error, reading it is."""
    assert side.assets.latest(f"{name}/nothing.zip") is None
    with pytest.raises(AwsError) as refused:
        side.assets.read(f"{name}/nothing.zip", "null")
    assert refused.value.code
    assert f"{name}/nothing.zip" in refused.value.message


def test_every_version_of_an_object_can_be_read(side: Side, name: str) -> None:
    """The newest is described; older ones keep their bytes."""
    key, contents = f"{name}/bundle.zip", (b"first", b"second", b"first")

    made = [side.assets.write(key, each, sha256(each).hexdigest()) for each in contents]

    assert len({version.version_id for version in made}) == len(contents)
    assert side.assets.latest(key) == made[-1]
    assert made[-1].sha256 == sha256(b"first").hexdigest()
    assert made[-1].size == len(b"first")
    assert tuple(side.assets.read(key, each.version_id) for each in made) == contents


def test_only_one_of_two_writers_follows_a_version(side: Side, name: str) -> None:
    """Whoever looked before the other wrote is told so, and nothing of theirs is stored."""
    key = f"{name}/bundle.zip"

    first = side.assets.write_after(None, key, b"first", "1")
    with pytest.raises(Blocked, match="Somebody else"):
        side.assets.write_after(None, key, b"late", "2")
    second = side.assets.write_after(first, key, b"second", "3")
    with pytest.raises(Blocked, match="Somebody else"):
        side.assets.write_after(first, key, b"late", "4")

    assert side.assets.latest(key) == second


def test_a_version_that_never_was_is_refused(side: Side, name: str) -> None:
    """An object that exists does not make up for the version."""
    side.assets.write(f"{name}/bundle.zip", b"bytes", "")

    with pytest.raises(AwsError):
        side.assets.read(f"{name}/bundle.zip", "00000000-0000-0000-0000-000000000000")


def test_a_model_package_tells_its_approval(side: Side, name: str) -> None:
    """A registered version has a status; one that is not there is None."""
    arn = side.register(name)

    assert side.models.package_status(arn) == "Approved"
    assert side.models.package_status(f"{arn.rsplit('/', 1)[0]}/99") is None
    assert side.models.package_status(arn.replace(name, "nobody-registered-this")) is None


def test_an_endpoint_tells_its_health(side: Side, name: str) -> None:
    """InService once its stack is complete; an endpoint that is not there is None."""
    account = side.settings.stages[0].account
    id_ = StackId(account, side.settings.region, name)
    side.stacks.create(
        DeployableStack(id=id_, template=realtime(name), parameters={}, tags={}, capabilities=())
    )
    settle(side.stacks, side.clock, id_)

    assert side.endpoints.health(account, name) == EndpointHealth(status="InService", reason="")
    assert side.endpoints.health(account, "nobody-made-this") is None
    assert side.endpoints.health(side.settings.stages[1].account, name) is None


def test_the_caller_is_an_arn_of_the_orchestrator(side: Side) -> None:
    """Approvals are signed with it."""
    account = side.settings.orchestrator_account

    assert re.fullmatch(rf"arn:aws:(iam|sts)::{account}:\S+", side.identity.arn())


def test_sleeping_moves_the_clock(side: Side) -> None:
    """Time has a zone, and has passed after a sleep."""
    before = side.clock.now()

    side.clock.sleep(0.01)

    assert before.tzinfo is not None
    assert (side.clock.now() - before).total_seconds() >= 0.01


def test_only_one_of_two_writes_after_the_same_version(side: Side, name: str) -> None:
    """Whoever comes second is Blocked, and nothing of theirs is kept."""
    key = f"{name}/bundle.zip"
    first = side.assets.write_after(None, key, b"first", "1")
    with pytest.raises(Blocked):
        side.assets.write_after(None, key, b"late", "2")

    second = side.assets.write_after(first, key, b"second", "2")

    with pytest.raises(Blocked) as late:
        side.assets.write_after(first, key, b"late", "3")
    assert late.value.hint
    assert side.assets.latest(key) == second
    assert side.assets.read(key, second.version_id) == b"second"


def test_keys_are_listed_until_they_are_removed(side: Side, name: str) -> None:
    """Only what begins alike, sorted; what is removed is gone, can be read, and can come back."""
    keys = [f"{name}/holds/b.json", f"{name}/holds/a/1.json", f"{name}/held.json"]
    written = {key: side.assets.write(key, key.encode(), "") for key in keys}

    assert side.assets.listed(f"{name}/holds/") == (keys[1], keys[0])
    assert side.assets.listed(f"{name}/nothing") == ()

    for _ in range(2):
        side.assets.remove(keys[0])
    side.assets.remove(f"{name}/holds/never")

    assert side.assets.listed(f"{name}/holds/") == (keys[1],)
    assert side.assets.latest(keys[0]) is None
    assert keys[0] not in side.assets.contents(keys)
    assert side.assets.read(keys[0], written[keys[0]].version_id) == keys[0].encode()
    back = side.assets.write_after(None, keys[0], b"again", "")
    assert side.assets.latest(keys[0]) == back
    assert side.assets.listed(f"{name}/holds/") == (keys[1], keys[0])
