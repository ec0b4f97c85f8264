"""The drop bucket: what is put there is deployed once, in order, or told to people."""

import json
import traceback
from dataclasses import dataclass, replace
from urllib.parse import quote_plus

import pytest
from builders import realtime
from functional.doors.house import BIGGER, BUCKET, CONFIG, STACK, House, record

from mlops_gitops.adapters.memory.doors import MemoryProposals
from mlops_gitops.api.asynchronous import TryAgainError
from mlops_gitops.api.handler import DefectError, take
from mlops_gitops.use_cases.doors import Doors

KEY = "churn/mlops-config.json"


def test_an_object_is_deployed() -> None:
    """Whoever put it there is the author of what is started."""
    house = House()

    house.send({"Records": [house.put(KEY, CONFIG)]})
    house.settle()

    pipeline = STACK.removesuffix("-codepipeline")
    newest = house.trial.cloud.pipelines.executions(pipeline)[0]
    variables = house.trial.cloud.pipelines.details(pipeline, newest.id).variables
    assert (variables["commit"], variables["author"]) == ("drop", "AWS:AROAEXAMPLE:jane")
    assert house.notices.told == []
    assert house.leftovers.kept == []


def test_an_event_that_comes_twice_starts_once() -> None:
    """S3 tells of an object at least once."""
    house = House()
    event = {"Records": [house.put(KEY, CONFIG)]}

    house.send(event)
    house.send(event)
    house.settle()
    house.send(event)

    assert house.executions() == 1


def test_an_older_version_does_not_come_after_a_newer() -> None:
    """S3's events are not ordered: the older one finds that there is a newer, and leaves it."""
    house = House()
    old, new = house.put(KEY, CONFIG), house.put(KEY, BIGGER)

    house.send({"Records": [new]})
    house.send({"Records": [old]})
    house.settle()

    assert house.executions() == 1
    assert "ml.m5.xlarge" in str(parameters(house))


def test_what_is_put_there_meanwhile_is_deployed_at_once() -> None:
    """Whoever has deployed a version looks once more, so the newest is what stays."""
    house = House()
    first = house.put(KEY, CONFIG)
    house.doors = replace(house.doors, drops=Meanwhile(house))
    house.send({"Records": [first]})
    house.settle()

    assert "ml.m5.xlarge" in str(parameters(house))


def test_every_record_counts_and_keys_are_decoded() -> None:
    """A broken object keeps no other one from being deployed."""
    house = House()
    key = "a b/ü+/mlops-config.json"
    house.put(key, CONFIG)
    broken = house.put("broken/mlops-config.json", b"{")

    house.send({"Records": [broken, record(quote_plus(key), "1")]})
    house.settle()

    assert house.executions() == 1
    assert len(house.leftovers.kept) == 1


def test_a_broken_object_is_told_and_kept_and_not_tried_again() -> None:
    """Trying again changes nothing about it; people get the problems and the object's name."""
    house = House()
    body = realtime("churn", inference_instance="ml.t3.2xlarge")

    house.send({"Records": [house.put(KEY, body)]})

    ((subject, text),) = house.notices.told
    assert subject == f"Not deployed: {KEY}"
    assert "MG067" in text
    assert f"bucket: {BUCKET}\nkey: {KEY}\nversion: 1" in text
    (kept,) = house.leftovers.kept
    assert (kept["key"], kept["version"]) == (KEY, "1")
    assert kept["problems"][0]["code"] == "MG067"
    json.dumps(kept)


def test_what_may_be_better_later_is_told_and_tried_again() -> None:
    """Lambda repeats what is raised, and keeps it in the queue in the end."""
    unprepared = House(settings=House().settings.replace("us-east-1", "eu-west-1"))

    with pytest.raises(TryAgainError, match="churn"):
        unprepared.send({"Records": [unprepared.put(KEY, CONFIG)]})

    ((_, text),) = unprepared.notices.told
    assert "tried again" in text
    assert unprepared.leftovers.kept == []


@pytest.mark.parametrize(
    "key", ["notes.txt", "mlops-config.json.bak", "my-mlops-config.json", "mlops-config.json/"]
)
def test_other_names_are_ignored_with_a_line(key: str, caplog: pytest.LogCaptureFixture) -> None:
    """They are nobody's mistake to be told of; the log says why nothing happened."""
    caplog.set_level("INFO")
    house = House()

    house.send({"Records": [house.put(key, b"{")]})

    assert "is ignored" in caplog.text
    assert (house.notices.told, house.leftovers.kept) == ([], [])


@pytest.mark.parametrize("key", ["mlops-config.json", "deep/down/mlops-config.json"])
def test_a_config_may_lie_anywhere(key: str) -> None:
    """At the top of the bucket, as the predecessor wanted it, and in any folder."""
    house = House()

    house.send({"Records": [house.put(key, CONFIG)]})
    house.settle()

    assert house.executions() == 1


def test_what_was_deleted_since_is_left_alone() -> None:
    """Nothing is deployed, and nobody is alarmed."""
    house = House()
    event = {"Records": [house.put(KEY, CONFIG)]}
    house.drops.put(KEY, None)

    house.send(event)
    house.send({"Records": [record(KEY, "2", "ObjectRemoved:DeleteMarkerCreated")]})

    assert house.trial.cloud.pipelines.executions(STACK.removesuffix("-codepipeline")) == ()
    assert (house.notices.told, house.leftovers.kept) == ([], [])


def test_what_was_handed_over_is_never_lost_in_silence() -> None:
    """Nobody waits for it any more, so people are told."""
    house = House()
    house.provision(CONFIG)
    event = dict(house.later.events[0])
    event["body"] = json.dumps(realtime("churn", model_artifact_location="gone.tar.gz"))

    house.send(event)

    ((subject, _),) = house.notices.told
    assert subject == "Not deployed: a config from the API"
    assert house.leftovers.kept[0]["config"] == event["body"]


def test_an_object_becomes_a_pull_request_where_the_settings_want_one() -> None:
    """The drop bucket does as the API does; nothing is deployed."""
    proposals = MemoryProposals()
    house = House(proposals=proposals)

    house.send({"Records": [house.put(KEY, CONFIG)]})

    (proposed,) = proposals.opened.values()
    assert proposed.path == KEY
    assert house.executions() == 0


def test_a_defect_is_raised_without_its_words() -> None:
    """Lambda logs what is raised, and what was raised may hold a secret."""
    house = House()

    def broken() -> Doors:
        raise RuntimeError("AKIAIOSFODNN7EXAMPLE")

    with pytest.raises(DefectError) as raised:
        take(broken, {"Records": [house.put(KEY, CONFIG)]})

    assert "AKIAIOSFODNN7EXAMPLE" not in "".join(traceback.format_exception(raised.value))


def test_an_event_that_nobody_sends_is_a_defect_and_no_silence() -> None:
    """It is raised, so that Lambda tries it again and keeps it; its log has no secrets."""
    with pytest.raises(DefectError):
        House().send({"Records": [{"eventName": "ObjectCreated:Put", "s3": {}}]})


def parameters(house: House) -> object:
    """Give the parameters of what dev runs."""
    found = house.trial.cloud.stacks.overview("222222222222")
    return next(each for each in found if each.id.name.endswith("-dev")).parameters


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A bucket into which somebody puts a newer version while the first is read."""

    house: House

    def read(self, key: str, version: str) -> bytes | None:
        """Read one version of an object; see `Drops.read`."""
        if version == "1":
            self.house.put(key, BIGGER)
        return self.house.drops.read(key, version)

    def newest(self, key: str) -> str | None:
        """Give the newest version of an object; see `Drops.newest`."""
        return self.house.drops.newest(key)
