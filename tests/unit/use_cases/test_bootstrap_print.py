"""Printed parts: what bootstrap would deploy, as CloudFormation takes it, without asking AWS."""

import json
from dataclasses import replace

import pytest
from builders import BLUEPRINTS, SETTINGS, Trial, repository, source

from mlops_gitops.adapters.cloudformation_yaml import template_value
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap.part import Part
from mlops_gitops.desired.bootstrap.parts import PARTS
from mlops_gitops.desired.bootstrap.printed import Printed
from mlops_gitops.desired.template_text import LONGEST_SENT, template_text
from mlops_gitops.errors import UsageError
from mlops_gitops.use_cases.bootstrap_print import printed_parts
from mlops_gitops.views.bootstrap_print import printed_json, printed_text

KEY = "arn:aws:kms:us-east-1:111111111111:key/1234"


@pytest.fixture
def settings() -> Settings:
    """Settings of four accounts, with approvers."""
    before = Trial(repository(settings=SETTINGS)).world().settings
    approvers = ("arn:aws:iam::111111111111:role/managers",)
    stages = tuple(replace(each, approvers=approvers) for each in before.stages)
    return replace(before, stages=stages)


def printed(settings: Settings, name: str, key: str = "") -> Printed:
    """Print one part."""
    (found,) = printed_parts(source(settings), name, key)
    return found


def test_a_part_is_a_template_with_its_parameters_above(settings: Settings) -> None:
    """The file is what CloudFormation takes; who gets it and with what stands in comments."""
    text = printed_text([printed(settings, "account")])

    template = BLUEPRINTS.blueprint("bootstrap/account").template
    assert template_value(text) == json.loads(template_text(template))
    accounts = ", ".join(settings.accounts)
    assert text.startswith(f"# Stack mlops-gitops-account in us-east-1, accounts {accounts}\n")
    assert "# Capabilities: CAPABILITY_NAMED_IAM\n" in text
    assert "# Parameter AssetsKmsKeyArn: <AssetsKmsKeyArn>\n" in text
    assert "# Parameter OrchestratorAccount: 111111111111\n" in text


def test_a_key_that_is_named_takes_its_place(settings: Settings) -> None:
    """Nothing is left open that somebody said."""
    assert printed(settings, "account", KEY).parameters["AssetsKmsKeyArn"] == KEY


def test_what_the_settings_add_is_in_the_template(settings: Settings) -> None:
    """The roles of approvers are there as they would be deployed."""
    assert "ApproveRoleProd" in printed(settings, "orchestrator").template["Resources"]


def test_without_a_name_all_parts_that_are_wanted_are_printed(settings: Settings) -> None:
    """In the order in which they would be deployed."""
    parts = printed_parts(source(settings), "", "")

    wanted = [part.name for part in PARTS if part.wanted(settings)]
    assert [each.part for each in parts] == wanted
    assert [each["part"] for each in json.loads(printed_json(parts))["printed"]] == wanted
    assert printed_text(parts).count("\n---\n") == len(wanted) - 1


def test_a_part_that_does_not_exist_is_a_mistake(settings: Settings) -> None:
    """The parts there are, are named."""
    with pytest.raises(UsageError) as told:
        printed_parts(source(settings), "acount", "")

    assert "account" in told.value.hint


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_template_fits_into_one_request(settings: Settings, part: Part) -> None:
    """Where nothing is prepared there is no bucket from which CloudFormation could read it."""
    template = printed(settings, part.name).template

    assert len(template_text(template).encode()) <= LONGEST_SENT
