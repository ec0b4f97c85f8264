"""Secrets that somebody put into a deployed stack by hand, and that are in no commit."""

import json
from typing import Any

import pytest
from builders import ACCOUNTS
from e2e.user import User, eventually, full_name, model
from embedded_stacks import listed

SECRETS = {
    "environment": "quartz-lantern-rivers",
    "text": "ghp_" + "c2Fn" * 9,
    "default": "velvet-harbour-pepper",
    "parameter": "glpat-" + "d3Go" * 5,
    "output": "hf_" + "eF" * 17,
    "description": "AKIA" + "CANARYCANARYCANA",
    "tag": "xoxb-" + "123456789012-canary",
    "subject": "npm_" + "g4Hq" * 9,
}


def leaks(text: str) -> set[str]:
    """Name the canaries whose middle shows up in a text."""
    return {what for what, secret in SECRETS.items() if secret[5:17] in text}


def spoil(user: User, name: str) -> None:
    """Put secrets into dev's stack, as somebody with the console would."""
    cloudformation = user.aws("cloudformation", ACCOUNTS["dev"])
    stack = f"{full_name(name)}-dev"
    answer = cloudformation.get_template(StackName=stack, TemplateStage="Original")
    body = answer["TemplateBody"]
    template: dict[str, Any] = json.loads(body) if isinstance(body, str) else dict(body)
    template["Description"] = f"key {SECRETS['description']}"
    template["Resources"]["Model"]["Properties"]["PrimaryContainer"]["Environment"] = {
        "DB_PASSWORD": SECRETS["environment"],
        "NOTE": f"use {SECRETS['text']} here",
    }
    template["Parameters"] |= {
        "Word": {"Type": "String", "NoEcho": True, "Default": SECRETS["default"]},
        "Their": {"Type": "String"},
    }
    template["Outputs"]["Leak"] = {"Value": SECRETS["output"]}
    cloudformation.update_stack(
        StackName=stack,
        TemplateBody=json.dumps(template),
        Parameters=listed({**user.parameters(name, "dev"), "Their": SECRETS["parameter"]}),
        Tags=[*user.stack(name, "dev")["Tags"], {"Key": "note", "Value": SECRETS["tag"]}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    eventually(lambda: user.stack(name, "dev")["StackStatus"] == "UPDATE_COMPLETE")


@pytest.mark.slow
def test_no_canary_of_a_stack_changed_by_hand_is_shown(user: User, name: str) -> None:
    """Neither by a plan of any method and format, nor by what follows from it."""
    user.commit(model(name))
    user.did("apply")
    user.settled(name)
    spoil(user, name)
    user.git("commit", "-q", "--allow-empty", "-m", SECRETS["subject"])
    template = user.aws("cloudformation", ACCOUNTS["dev"]).get_template(
        StackName=f"{full_name(name)}-dev", TemplateStage="Original"
    )
    held = repr((user.stack(name, "dev"), template, user.git("log", "-1", "--format=%s")))
    assert leaks(held) == set(SECRETS)

    heard = []
    for method in ("template", "change-set"):
        for output in ("text", "json", "markdown"):
            answer = user.run("plan", "--method", method, "--output", output, "--all")
            assert answer.code in {0, 5}, answer
            heard.append(answer)
    for words in (("status",), ("history", name), ("apply",), ("status", name)):
        for output in ("text", "json"):
            answer = user.run(*words, "--output", output)
            assert answer.code in {0, 4}, answer
            heard.append(answer)
    user.run("plan", "--out", str(user.folder / "plan.json"))
    told = repr(heard) + (user.folder / "plan.json").read_text("utf-8")

    assert "DB_PASSWORD" in told  # what changes is told all the same
    assert leaks(told) == set()
