"""Suspicions: placeholders, secrets, and characters that are not what they seem."""

import json
import re
from collections.abc import Sequence
from typing import Any

import jsonschema_rs
import pytest
from hurried import in_time
from hypothesis import example, given
from hypothesis import strategies as st

from mlops_gitops import app
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.config.limit import MOST_PROBLEMS
from mlops_gitops.config.settings import SETTINGS_PATH
from mlops_gitops.problems import Problem
from mlops_gitops.use_cases.validate import validate
from mlops_gitops.views.problems_json import problems_json
from mlops_gitops.views.problems_text import problems_text

PATH = "churn/mlops-config.json"
SECONDS = 2.0
SETTINGS = b"""\
version: 1
region: us-east-1
assets_bucket: acme-mlops-assets
orchestrator: {account: "111111111111"}
stages:
  - {name: dev, account: "222222222222"}
  - {name: prod, account: "444444444444", approval: manual}
"""
TRAINING: dict[str, Any] = {
    "pipeline_type": "model_training_builtin",
    "model_name": "churn",
    "model_framework": "xgboost",
    "model_framework_version": "1.7-1",
    "training_data": "churn/train.csv",
    "job_output_location": "churn/output",
    "algo_hyperparamaters": {"num_round": "10"},
}
REALTIME: dict[str, Any] = {
    "pipeline_type": "byom_realtime_custom",
    "model_name": "churn",
    "model_artifact_location": "churn/model.tar.gz",
    "custom_image_uri": "111111111111.dkr.ecr.us-east-1.amazonaws.com/churn:1",
    "inference_instance": "ml.m5.large",
    "data_capture_location": "acme-captured/churn",
}
SECRETS = {
    "AWS access key id": "AKIA" + "ABCDEFGHIJKLMNOP",
    "AWS temporary key id": "ASIA" + "ABCDEFGHIJKLMNOP",
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow",
    "GitHub token": "ghp_" + "a1B2" * 9,
    "GitHub fine-grained token": "github_pat_" + "a1B2" * 9,
    "GitLab token": "glpat-" + "a1B2" * 5,
    "Slack token": "xoxb-" + "123456789012-abcdef",
    "Google API key": "AIza" + "a1B2c" * 7,
    "Stripe key": "sk_live_" + "a1B2" * 6,
    "Hugging Face token": "hf_" + "aB" * 17,
    "JSON web token": ".".join(["eyJhbGciOiJIUzI1NiJ9"] * 2) + "." + "a1B2" * 5,
    "AWS secret access key": "q3Vt9K/aB7xZ1mPw8Rc" + "+2LdYh5NsGf0Ju6TeQoI4",
    "AWS session token": "IQoJb3JpZ2lu" + "X2VjEJr" + "a1B2" * 20,
    "signed URL": "X-Amz-Signature=" + "0a1b" * 16,
    "Discord webhook": "discord.com/api/webhooks/1234567890/" + "a1B2-" * 8,
    "password among settings": "password=" + "correct-horse-battery",
    "password in a URL": "postgres://user:" + "hunter2hunter2@db.example.com/x",
}


def problems_of(config: dict[str, Any] | bytes) -> tuple[Problem, ...]:
    """Validate one config beside good settings."""
    data = config if isinstance(config, bytes) else json.dumps(config).encode()
    files = MemoryFiles({SETTINGS_PATH: SETTINGS, PATH: data})
    return validate(files, app.package_data()).problems


def hyperparameters(**values: str) -> dict[str, Any]:
    """Make a training config with more hyperparameters."""
    return {**TRAINING, "algo_hyperparamaters": {"num_round": "10", **values}}


@pytest.mark.parametrize("what", SECRETS)
@pytest.mark.parametrize("place", ["value", "key", "name", "unquoted", "half"])
def test_a_secret_is_told_and_never_shown(what: str, place: str) -> None:
    """Wherever a secret stands, no more than four of its characters are ever printed."""
    secret = SECRETS[what]
    configs: dict[str, dict[str, Any] | bytes] = {
        "value": hyperparameters(note=f"use {secret} here"),
        "key": hyperparameters(**{secret: "1"}),
        "name": {**REALTIME, "endpoint_name": secret},
        "unquoted": b'{"model_name": ' + secret.encode() + b"}",
        "half": json.dumps({secret: 1}).encode()[:-1] + b', "model_name": "x"',
    }
    problems = problems_of(configs[place])

    assert problems
    if place in {"value", "key", "name"}:
        assert [problem.code for problem in problems] == ["MG165"]
    for shown in (problems_text(problems), problems_json(problems)):
        assert secret[:20] not in shown
        assert secret.split()[-1][4:16] not in shown or what == "private key"


@pytest.mark.parametrize(
    "name",
    ["password", "db_password", "awsSecretAccessKey", "API_KEY", "hf_token", "clientSecret"],
)
def test_what_is_called_a_secret_is_one(name: str) -> None:
    """A value is known for a secret by its key, and only its beginning is shown."""
    (problem,) = problems_of(hyperparameters(**{name: "correct-horse-battery"}))

    assert (problem.code, problem.pointer) == ("MG165", f"/algo_hyperparamaters/{name}")
    assert "corr..." in problem.message
    assert "horse" not in problem.message + problem.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("num_tokens", "128000"),
        ("tokenizer", "bert-base-uncased"),
        ("pad_token", "<pad>"),
        ("eos_token", "<eos>"),
        ("max_token", "4096000"),
        ("password_column", "has_password"),
        ("secret_arn", "arn:aws:secretsmanager:us-east-1:111111111111:secret:wandb-AbCdEf"),
        ("wandb_api_key", "{{resolve:secretsmanager:wandb}}"),
        ("path", "${data.root}/train"),
        ("template", "{{ user }}: {{ text }}"),
        ("module", "sk-learn-container-for-churn-prediction-and-more"),
        ("label", "\u0446\u0435\u043d\u0430 \u0434\u043e\u043c\u0430"),
        ("column", "caf\u00e9 \u4fa1\u683c \U0001f600"),
        ("choice", "gini|entropy"),
        ("note", "todo-list classifier: TODO items per day"),
    ],
)
def test_texts_of_the_users_own_may_say_what_they_like(name: str, value: str) -> None:
    """What only looks like a placeholder or a secret is let alone where anything may stand."""
    assert problems_of(hyperparameters(**{name: value})) == ()


@pytest.mark.parametrize(
    "value", ["TODO", "REPLACE_ME", "change-me", "<your value>", "YOUR_VALUE", "xxx", "your-value"]
)
def test_some_words_are_placeholders_anywhere(value: str) -> None:
    """A hyperparameter that says nothing but TODO is refused too."""
    (problem,) = problems_of(hyperparameters(eta=value))

    assert (problem.code, problem.pointer) == ("MG166", "/algo_hyperparamaters/eta")


@pytest.mark.parametrize(
    "value",
    [
        "acme-captured/TODO",
        "<bucket>/churn",
        "s3://<bucket>/churn",
        "${BUCKET}/churn",
        "{{bucket}}/churn",
        "your-bucket-name/churn",
        "xxx/churn",
        "acme-dev | acme-prod",
    ],
)
def test_a_placeholder_in_a_location_is_one_problem(value: str) -> None:
    """The placeholder is told, and not the characters that no bucket's name has."""
    (problem,) = problems_of({**REALTIME, "data_capture_location": value})

    assert (problem.code, problem.pointer) == ("MG166", "/data_capture_location")


@pytest.mark.parametrize("mark", "\u200b\u200d\u202e\u2066\ufeff\u00ad\x00\x1b\x7f\u3164\U000e0041")
def test_invisible_characters_are_refused_everywhere(mark: str) -> None:
    """In a key, in a name and in a text of the user's own; the output shows what is there."""
    for config in (
        {**REALTIME, f"endpoint{mark}_name": "churn"},
        {**REALTIME, "endpoint_name": f"churn{mark}"},
        hyperparameters(note=f"a{mark}b"),
        hyperparameters(**{f"a{mark}b": "1"}),
    ):
        (problem,) = problems_of(config)
        assert problem.code == "MG163"
        assert problem.message.isprintable()


def test_words_of_two_scripts_are_refused_even_in_ones_own_texts() -> None:
    """A Latin word with one Cyrillic letter is a trap wherever it stands."""
    (problem,) = problems_of(hyperparameters(label="p\u0430ssenger"))

    assert (problem.code, problem.hint) == ("MG164", "Write 'passenger'.")


def test_a_key_that_is_no_plain_word_does_not_upset_the_rules() -> None:
    """Slashes, tildes and blanks in an unknown key are one unknown key."""
    for key in ("a/b", "~", "a b", "", "/", "endpoint_name/x"):
        (problem,) = problems_of({**REALTIME, key: "x"})
        assert problem.code == "MG020"


def test_a_file_of_mistakes_is_told_in_part_and_in_time() -> None:
    """After a hundred problems one more says that there are others."""
    unknown = {f"key {number}": number for number in range(45_000)}
    wrong = {f"{number}": "TODO" for number in range(45_000)}
    for config in ({**REALTIME, **unknown}, hyperparameters(**wrong)):

        def tell(config: Any = config) -> Sequence[Problem]:
            problems = problems_of(config)
            problems_text(problems)
            return problems

        problems = in_time(SECONDS, tell)

        assert MOST_PROBLEMS <= len(problems) <= MOST_PROBLEMS + 1
    assert "MG160" in {problem.code for problem in problems_of({**REALTIME, **unknown})}


def patterns() -> set[str]:
    """Collect the patterns of all schemas."""
    data = app.package_data()
    files = [json.loads(data.schema(name)) for name in data.schema_names()]
    nodes: list[Any] = [*files]
    found = set()
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            nodes += node.values()
            found |= {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
        elif isinstance(node, list):
            nodes += node
    return found


@pytest.mark.parametrize("pattern", sorted(patterns()))
def test_no_pattern_of_a_schema_takes_long(pattern: str) -> None:
    """Neither of the two validators goes back and forth in a long text that nearly fits."""
    validator = jsonschema_rs.Draft202012Validator({"pattern": pattern})
    python = re.compile(pattern)
    heads = ("", "a", "arn:aws:kms:us-east-1:111111111111:key/", "cron(", "[", "ml.m5.large")
    parts = ("a", "-", "a-", "/", "a/", "/.", "0", ".", "a.", " ", "0 ", "*", ",", '"a",')
    texts = [head + part * (100_000 // len(part)) + "!" for head in heads for part in parts]

    def look() -> None:
        for text in texts:
            validator.is_valid(text)
            python.search(text)

    in_time(len(heads) * SECONDS, look)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
fields = st.sampled_from([*TRAINING, *REALTIME, "bias_config", "tuner_configs", "schedule", "x"])
types = st.sampled_from(app.package_data().schema_names())


@given(types, st.dictionaries(fields, json_values, max_size=8), st.sampled_from([TRAINING, {}]))
@example("model_training_builtin", {"algo_hyperparamaters": {"a": [1, {"b": None}]}}, TRAINING)
def test_any_structure_gives_an_answer(
    name: str, values: dict[str, Any], around: dict[str, Any]
) -> None:
    """Whatever stands under the names of fields, there is an answer and no traceback."""
    text = json.dumps({**around, "pipeline_type": name, **values})
    problems = problems_of(text.encode("utf-8", "surrogatepass"))

    assert problems_text(problems).replace("\n", "").isprintable()


@given(st.binary(max_size=120), st.binary(max_size=120))
def test_any_bytes_give_an_answer(settings: bytes, config: bytes) -> None:
    """Whatever the bytes of both files, there is an answer and no traceback."""
    for files in (
        MemoryFiles({SETTINGS_PATH: settings, PATH: config}),
        MemoryFiles({SETTINGS_PATH: SETTINGS, PATH: config}),
    ):
        assert validate(files, app.package_data()).problems
