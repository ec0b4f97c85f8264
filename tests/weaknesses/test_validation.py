"""Section 4.2: whatever the predecessor took wrongly is refused, in every type."""

import json

import pytest
from builders import ACCOUNTS, SETTINGS, SINGLE_ACCOUNT, realtime
from e2e import every_type
from weaknesses.declared import SCHEMAS, TYPES, Good, having, problems

PER_STAGE = [name for name in TYPES if "x-per-stage" in json.dumps(SCHEMAS[name])]
INSTANCES = {"inference_instance", "instance_type"}
TRAINING = (every_type.training, every_type.tuning)
KINDS = {type(None): "null", list: "array", dict: "object"}
MONITORS = ("data_quality", "model_quality", "model_bias", "model_explainability")


def is_per_stage(good: Good) -> bool:
    """Whether the key may have a value for each stage."""
    return "x-per-stage" in SCHEMAS[good.config["pipeline_type"]]["properties"][good.key]


def kinds(good: Good) -> list[str]:
    """Give the kinds of a key that may be of several, such as a mapping or a list."""
    several = SCHEMAS[good.config["pipeline_type"]]["properties"][good.key].get("type")
    return several if isinstance(several, list) else []


def told(good: Good, value: object) -> tuple[str, list[str]]:
    """Give the key, and the codes of what is said of it once it has another value."""
    found = good.problems(value)
    mine = [one.code for one in found if one.pointer.startswith(f"/{good.key}")]
    return good.key, mine if len(mine) == len(found) else [str(one) for one in found]


@pytest.mark.parametrize("type_", TYPES)
def test_no_value_of_another_kind_is_taken(type_: str) -> None:
    """null, an empty list and an object are one problem each, at their key, whatever the key."""
    for good in having(type_, multi_account=True):
        for value in (None, [], {}):
            if isinstance(good.value, type(value)) or KINDS[type(value)] in kinds(good):
                continue  # empty, but of the right kind
            (code,) = told(good, value)[1]
            assert code in {"MG022", "MG025", "MG027"}, (good.key, value)


@pytest.mark.parametrize("type_", TYPES)
def test_what_must_be_given_is_not_given_by_an_empty_text(type_: str) -> None:
    """Every key that the schema requires says so."""
    for good in having(type_, multi_account=True):
        if good.key in SCHEMAS[type_]["required"]:
            assert len(told(good, "")[1]) == 1, good.key


@pytest.mark.parametrize("type_", TYPES)
def test_a_misspelt_key_is_told_with_the_right_one(type_: str) -> None:
    """No key is ignored, optional ones least of all: without it something else would run."""
    for good in having(type_, multi_account=True):
        misspelt = f"{good.key[:-1]}_{good.key[-1]}"
        config = {key: value for key, value in good.config.items() if key != good.key}

        (*others, problem) = sorted(
            problems({**config, misspelt: good.value}, settings=good.settings),
            key=lambda one: one.code in {"MG020", "MG021"},
        )

        assert problem.pointer == f"/{misspelt}"
        assert problem.hint == f"Did you mean '{good.key}'?"
        # A rule may ask for the key that is written wrongly; nothing else is said.
        assert all(good.key in one.message + one.hint for one in others), good.key


@pytest.mark.parametrize("type_", TYPES)
def test_every_missing_key_is_told_at_once(type_: str) -> None:
    """A config that says nothing but its type is told all keys that this type needs."""
    said = [one for one in problems({"pipeline_type": type_}) if one.code == "MG021"]

    needed = set(SCHEMAS[type_]["required"]) - {"pipeline_type"}
    assert {one.message for one in said} == {
        f"Key '{key}' is missing: {type_} needs it." for key in needed
    }


@pytest.mark.parametrize("type_", PER_STAGE)
def test_an_object_without_a_stage_is_refused_whatever_the_key(type_: str) -> None:
    """One problem at the object, in every field that may have a value for each stage."""
    tried = [good for good in having(type_, multi_account=True) if is_per_stage(good)]

    assert tried
    for good in tried:
        lacking = dict.fromkeys(good.stages[:-1], good.value)
        misspelt = {**lacking, good.stages[-1] + "x": good.value}
        assert told(good, lacking) == (good.key, ["MG025"])
        assert told(good, misspelt) == (good.key, ["MG025"])


@pytest.mark.parametrize("type_", TYPES)
def test_a_plain_key_takes_no_value_for_each_stage(type_: str) -> None:
    """One problem that says so, instead of an object that is written as a parameter."""
    plain = [good for good in having(type_, multi_account=True) if not is_per_stage(good)]

    assert plain
    for good in plain:
        if not isinstance(good.value, dict):
            assert told(good, dict.fromkeys(good.stages, good.value)) == (good.key, ["MG027"])


@pytest.mark.parametrize("type_", PER_STAGE)
def test_a_single_account_takes_no_value_for_each_stage(type_: str) -> None:
    """With one stage an object names nothing, so it is refused in every field."""
    tried = [good for good in having(type_, multi_account=True) if is_per_stage(good)]

    assert tried
    for good in tried:
        per_stage = {**good.config, good.key: dict.fromkeys(ACCOUNTS, good.value)}
        found = problems(per_stage, settings=SINGLE_ACCOUNT)
        (mine,) = [one for one in found if one.pointer == f"/{good.key}"]
        assert mine.code == "MG026"


@pytest.mark.parametrize("kind", MONITORS)
@pytest.mark.parametrize(
    ("schedule", "is_taken"),
    [
        ("cron(0 * ? * * *)", True),
        ("cron(0 7 ? * * *)", True),
        ("cron(0 0/6 ? * * *)", True),
        ("NOW", True),
        ("cron(0 ? * * * *)", False),
        ("cron(0 * * * ? *)", False),
        ("cron(0 24 ? * * *)", False),
        ("cron(30 * ? * * *)", False),
        ("cron(0 0/25 ? * * *)", False),
        ("rate(1 hour)", False),
    ],
)
def test_schedules_are_those_of_sagemaker(kind: str, schedule: str, *, is_taken: bool) -> None:
    """NOW is one; a ? elsewhere, an hour that no day has and minutes other than 0 are none."""
    times = {"data_analysis_start_time": "-PT2H", "data_analysis_end_time": "-PT1H"}
    now = times if schedule == "NOW" else {}
    config = every_type.monitor("m", kind, "e", schedule_expression=schedule, **now)

    assert [one.code for one in problems(config)] == ([] if is_taken else ["MG100"])


@pytest.mark.parametrize("value", [0, -1, "0", "-1", 16_385])
def test_every_volume_is_between_1_and_16384(value: object) -> None:
    """Of monitors and of training alike, whether it is a number or a text."""
    jobs = [every_type.monitor("m", kind, "e", instance_volume_size=value) for kind in MONITORS]
    jobs += [make("m", instance_volume_size=value) for make in TRAINING]

    for config in jobs:
        (problem,) = problems(config)
        assert problem.pointer == "/instance_volume_size"


@pytest.mark.parametrize("value", [0, -1, "0", "-1"])
def test_no_job_has_no_instance(value: object) -> None:
    """A number of instances is 1 at least."""
    for make in TRAINING:
        (problem,) = problems(make("m", instance_count=value))
        assert problem.pointer == "/instance_count"


@pytest.mark.parametrize("type_", TYPES)
def test_only_instances_that_exist_are_taken(type_: str) -> None:
    """Of every type; and AWS's own guide named one that hosts no endpoint and no batch job."""
    tried = [good for good in having(type_, multi_account=True) if good.key in INSTANCES]

    for good in tried:
        assert told(good, "ml.m5.huge") == (good.key, ["MG067"])
        if good.key == "inference_instance":
            assert told(good, "ml.t3.2xlarge") == (good.key, ["MG067"])
    has_instance = INSTANCES & SCHEMAS[type_]["properties"].keys()
    assert bool(tried) is bool(has_instance)


@pytest.mark.parametrize("type_", TYPES)
def test_a_location_is_a_bucket_and_a_prefix(type_: str) -> None:
    """No scheme, no slash in front, no name that no bucket has; so none is rendered twice."""
    for good in having(type_, multi_account=True):
        if good.key.endswith(("_location", "_input", "_inference_data")):
            wrong = [f"s3://{good.value}", f"/{good.value}"]
            if is_per_stage(good):
                wrong += ["B_x/data", "a/data", "192.168.0.1/data"]
            for value in wrong:
                assert len(told(good, value)[1]) == 1, (good.key, value)


@pytest.mark.parametrize(
    "region", ["me-central-1", "af-south-1", "il-central-1", "mx-central-1", "ap-southeast-7"]
)
def test_keys_and_images_of_newer_regions_are_taken(region: str) -> None:
    """The predecessor's patterns knew only regions of its time."""
    key = f"arn:aws:kms:{region}:222222222222:key/12345678-1234-1234-1234-123456789012"
    image = f"111111111111.dkr.ecr.{region}.amazonaws.com/ranker:1.0.0"
    config = {**every_type.realtime_custom("m"), "kms_key_arn": key, "custom_image_uri": image}

    assert problems(config, settings=SETTINGS.replace("us-east-1", region)) == []


def test_a_package_where_the_registry_is_off_is_refused_with_what_to_do() -> None:
    """The predecessor deployed the package, and gave its role leave to read nothing."""
    package = "arn:aws:sagemaker:us-east-1:111111111111:model-package/churn/7"
    settings = SETTINGS.replace("model_registry: any", 'model_registry: "no"')
    config = realtime("churn", model_package_name=package)
    for key in ("model_framework", "model_framework_version", "model_artifact_location"):
        del config[key]

    (problem,) = problems(config, settings=settings)

    assert problem.pointer == "/model_package_name"
    assert "model_registry" in problem.hint


HOSTILE: dict[str, bytes] = {
    "duplicate": b'{"model_name": "a", "model_name": "b"}',
    "nan": b'{"model_scores": NaN}',
    "infinity": b'{"model_scores": -Infinity}',
    "too large": b'{"model_scores": 1e400}',
    "5,000 digits": b'{"model_scores": ' + b"9" * 5_000 + b"}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "latin-1": '{"model_name": "mod\u00e8le"}'.encode("latin-1"),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_files_that_readers_disagree_on_are_one_problem(kind: str) -> None:
    """Nothing is read in one of two ways, and nothing ends as a failure of ours."""
    (problem,) = problems(HOSTILE[kind])

    assert problem.where.path == "config-0/mlops-config.json"
    assert problem.hint
