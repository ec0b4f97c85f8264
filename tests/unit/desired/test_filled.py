"""What templates share is neither copied nor written down again, and nobody sees a difference."""

from copy import deepcopy
from typing import Any

import pytest
from builders import BLUEPRINTS, DATA, trial
from e2e.every_type import batch, monitors, training, tuning

from mlops_gitops.definitions.inserts import INSERT, expand, expand_at, places_of
from mlops_gitops.desired.blueprint import blueprint_from_template
from mlops_gitops.desired.canonical import canonical
from mlops_gitops.desired.digest import stage_digest
from mlops_gitops.desired.filled import written
from mlops_gitops.use_cases.desire import desire

NAMES = [name for name in DATA.blueprint_names() if name != "bootstrap"]


def test_a_composed_template_has_the_digest_that_it_has_alone() -> None:
    """Whatever was left out while it was worked out."""
    made = trial(batch("a"), training("b"), tuning("c"), *monitors("d"))

    stacks = [stack for each in desire(made.world()).workloads for stack in each.stacks]

    assert len(stacks) >= 8
    for stack in stacks:
        alone = stage_digest(deepcopy(dict(stack.template)), stack.parameter_values(), stack.tags)
        assert stack.digest == alone


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_canonical(name: str) -> None:
    """As shipped, with a resource of its own, with one less, and with keys that sort otherwise."""
    blueprint = BLUEPRINTS.blueprint(name)
    shipped = dict(blueprint.template)
    resources = shipped["Resources"]
    first = next(iter(resources))
    templates: list[dict[str, Any]] = [
        shipped,
        {**shipped, "Resources": {**resources, first: {"Type": "T", "Metadata": [1.5, "é"]}}},
        {**shipped, "Resources": {k: v for k, v in resources.items() if k != first}},
        {**shipped, "Resources": {**resources, "\ue000": {}, "\U00010000": {}}},
        {**shipped, "Description": "another", "Mappings": {"A": {}}},
    ]

    for template in templates:
        assert written(blueprint, template) == canonical(template)


def test_what_is_not_on_the_way_to_an_insert_is_not_copied() -> None:
    """And the template it was taken from stays as it is."""
    insert = {INSERT: "config.model_name", "Beside": {INSERT: "config.model_name"}}
    template = {"A": {"x": [1, insert]}, "B": {"y": [2]}}
    before = deepcopy(template)

    places = list(places_of(template))

    assert places == [("A", "x", 1)]
    assert template == before
    assert expand_at(template, ("B",), None)["A"] is template["A"]  # type: ignore[arg-type]  # no insert asks for the scope
    assert expand({"B": template["B"]}, None) == {"B": template["B"]}  # type: ignore[arg-type]  # as above


def test_blueprints_of_one_name_are_not_taken_for_each_other() -> None:
    """A repository's own may have the name and the version of a shipped one."""
    template = {
        "Metadata": {"mlops-gitops": {"version": 1}},
        "Resources": {"A": {"Type": "AWS::SNS::Topic"}},
    }
    other = deepcopy(template)
    other["Resources"]["A"]["Type"] = "AWS::SQS::Queue"

    texts = [written(blueprint_from_template("mine", each), each) for each in (template, other)]

    assert texts == [canonical(template), canonical(other)]
