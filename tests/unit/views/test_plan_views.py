"""Views of a plan: text, markdown and JSON tell the same, and nothing in them can do harm."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import (
    INSTALLATION,
    STAGES,
    as_deployed,
    desired_stack,
    plans,
    with_parameters,
    worlds,
)

from mlops_gitops.config.declared import Workload
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.diff.compare import Pair, make_plan
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.noise import count_noise
from mlops_gitops.diff.plan import Action, Method, Plan, Refusal, ValueChange, Verdict
from mlops_gitops.errors import UsageError
from mlops_gitops.views.comment import comment_text
from mlops_gitops.views.plan_json import plan_from_json, plan_json
from mlops_gitops.views.plan_lines import Detail, Tone, body
from mlops_gitops.views.plan_rows import sections
from mlops_gitops.views.plan_text import plan_text

GOLDEN = Path(__file__).parent / "golden"
TEMPLATE = {
    "Parameters": {"InferenceInstance": {"Type": "String"}},
    "Resources": {
        "Config": {
            "Type": "AWS::SageMaker::EndpointConfig",
            "Properties": {
                "ProductionVariants": [
                    {"VariantName": "All", "InstanceType": {"Ref": "InferenceInstance"}}
                ]
            },
        },
        "Endpoint": {
            "Type": "AWS::SageMaker::Endpoint",
            "Properties": {"EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}},
        },
    },
}
LARGE, XLARGE = {"InferenceInstance": "ml.m5.large"}, {"InferenceInstance": "ml.m5.xlarge"}


def stacks(workload: str, given: dict[str, str]) -> list[DesiredStack]:
    """Make the desired stacks of one workload in all stages."""
    return [desired_stack(TEMPLATE, given, workload=workload, stage=stage) for stage in STAGES]


def plan_of(pairs: list[Pair], deployed: tuple[DeployedStack, ...] = ()) -> Plan:
    """Make a plan of pairs, with a digest for the workload churn."""
    return make_plan(
        "4c1d9e2f00aa11",
        STAGES,
        pairs,
        installation=INSTALLATION,
        deployed=deployed,
        digests={f"{INSTALLATION}-churn-realtime": "mg1-c0ffee"},
    )


def one_change() -> Plan:
    """Plan a change of one of two workloads."""
    changed = zip(stacks("churn", XLARGE), stacks("churn", LARGE), strict=True)
    pairs: list[Pair] = [(new, as_deployed(old), TEMPLATE) for new, old in changed]
    pairs += [(one, as_deployed(one), None) for one in stacks("fraud", LARGE)]
    return plan_of(pairs)


ONE_CHANGE = (GOLDEN / "plan_one_change.txt").read_text(encoding="utf-8")


def test_text_tells_the_matrix_first_then_what_changes() -> None:
    """The whole text of a plan with one change, as a user reads it."""
    assert plan_text(one_change()) + "\n" == ONE_CHANGE


def test_text_of_nothing_to_do() -> None:
    """An empty plan says so and tells no details; a plan of nothing says that."""
    same: list[Pair] = [(one, as_deployed(one), None) for one in stacks("churn", LARGE)]

    assert plan_text(plan_of(same)).splitlines() == [
        "Plan of commit 4c1d9e2f00aa  (method: template)",
        "",
        "       dev          staging      prod",
        "churn  = no change  = no change  = no change",
        "",
        "Stacks: 3 unchanged.",
        "No changes: every stack is as it is committed.",
    ]
    assert "nothing to deploy" in plan_text(plan_of([]))


def test_text_tells_why_a_stack_cannot_be_deployed_to() -> None:
    """Busy, blocked and rolled-back stacks stand in the matrix, with the next step below it."""
    statuses = (
        StackStatus.ROLLBACK_COMPLETE,
        StackStatus.UPDATE_ROLLBACK_FAILED,
        StackStatus.UPDATE_IN_PROGRESS,
    )
    pairs: list[Pair] = [
        (new, as_deployed(old, status), TEMPLATE)
        for new, old, status in zip(
            stacks("churn", XLARGE), stacks("churn", LARGE), statuses, strict=True
        )
    ]

    text = plan_text(plan_of(pairs))

    assert "churn  + create again  ! BLOCKED  ! busy" in text
    assert "! recreate: The first creation failed" in text
    assert "aws cloudformation continue-update-rollback" in text
    assert "Stacks: 1 to create, 1 busy, 1 blocked." in text


def test_text_of_what_only_waits_names_no_apply() -> None:
    """Where every change is blocked, `apply` is not the next command."""
    (dev, *_) = stacks("churn", LARGE)
    pairs: list[Pair] = [(dev, as_deployed(dev, StackStatus.UPDATE_ROLLBACK_FAILED), TEMPLATE)]

    assert plan_text(plan_of(pairs)).endswith("next: what is said above, then mlops-gitops plan")


def test_text_tells_orphans() -> None:
    """A stack without a config is named, and that nothing deletes it."""
    (dev, *_) = stacks("old", LARGE)

    text = plan_text(plan_of([], (as_deployed(dev),)))

    assert "nothing deletes them" in text
    assert "- old/byom_realtime_builtin / dev: stack mlops-pipeline-old-realtime-dev" in text


def test_a_long_plan_shows_only_what_there_is_to_see() -> None:
    """Of a thousand workloads those without changes are counted, not listed."""
    same: list[Pair] = [
        (one, as_deployed(one), None) for index in range(40) for one in stacks(f"m{index}", LARGE)
    ]
    new: list[Pair] = [(one, None, None) for one in stacks("churn", LARGE)]

    for view in (plan_text(plan_of(same + new)), comment_text(plan_of(same + new))):
        assert "and 40 workloads without changes" in view
        assert "m39" not in view
        assert "churn" in view


def test_workloads_of_one_model_are_told_apart() -> None:
    """Where two workloads share a model name, the rows name their types."""
    (dev, *_) = stacks("churn", LARGE)
    other = replace(
        dev,
        workload=Workload("churn", "byom_batch_builtin"),
        id=replace(dev.id, name="mlops-pipeline-churn-batch-dev"),
    )

    text = plan_text(plan_of([(dev, None, None), (other, None, None)]))

    assert "churn (byom_realtime_builtin)" in text
    assert "churn (byom_batch_builtin)" in text


@given(worlds)
def test_text_names_every_changed_workload(desired: list[DesiredStack]) -> None:
    """Whatever would change is in the text and in the markdown, by workload and stage."""
    plan = plan_of([(one, None, None) for one in desired])
    views = plan_text(plan), comment_text(plan)

    for one in desired:
        heads = [line for line in views[0].splitlines() if line.startswith(f"{one.workload} / ")]
        assert any(one.stage in head for head in heads)
        assert all(one.id.name in view for view in views)


@given(plans)
@example(replace(one_change(), changes=(replace(one_change().changes[0], action=Action.IMPORT),)))
def test_an_empty_plan_is_never_a_change_nor_a_change_empty(plan: Plan) -> None:
    """In the text and in the JSON, whatever the action of a stack."""
    is_empty = all(change.action is Action.KEEP for change in plan.changes)
    *_, totals, last = plan_text(plan).splitlines()
    ready = [one for one in plan.changes if one.verdict in (Verdict.READY, Verdict.RECREATE)]
    counted = sum(int(each) for each in re.findall(r"(\d+) (?:to|unch|not)", totals))

    assert json.loads(plan_json(plan))["is_empty"] == is_empty
    assert last.startswith(("No change", "No config", "Nothing")) == is_empty
    assert counted == len(ready)
    assert ("unchanged" in totals) == any(one.action is Action.KEEP for one in ready)


@given(plans, st.sampled_from(Detail))
def test_what_is_not_told_is_counted(plan: Plan, detail: Detail) -> None:
    """Differences without effect are told or counted, and with all details none is hidden."""
    for section in sections(plan, detail):
        hidden = [one.text for one in section.lines if one.text.startswith("hidden: ")]
        change = next(c for c in plan.changes if body(c, detail) == section.body)
        noise = count_noise(change) if detail is Detail.TELLING else 0

        assert [int(one.split()[1]) for one in hidden] == ([noise] if noise else [])


@given(plans)
def test_nothing_in_a_plan_drives_a_terminal(plan: Plan) -> None:
    """Text from elsewhere comes out escaped, line by line."""
    assert all(line.isprintable() for line in plan_text(plan).split("\n"))


def test_a_style_colours_and_nothing_else_does() -> None:
    """Colours come from the style alone, and do not move the columns."""

    def shout(tone: Tone, text: str) -> str:
        return f"<{tone.value}>{text}</>"

    styled = plan_text(one_change(), shout)

    assert "<update>~ 2 (cost, rollover)</>" in styled
    assert re.sub(r"<[a-z]+>|</>", "", styled).split() == ONE_CHANGE.split()


@given(plans)
def test_json_gives_back_the_plan(plan: Plan) -> None:
    """A saved plan is the plan that was shown."""
    assert plan_from_json(plan_json(plan)) == plan


def test_json_speaks_in_words() -> None:
    """Programs read actions as words and find the version of the schema."""
    saved = json.loads(plan_json(one_change()))

    assert saved["schema_version"] == 1
    assert saved["is_empty"] is False
    assert [one["action"] for one in saved["changes"]] == ["update"] * 3 + ["keep"] * 3
    assert saved["changes"][0]["resources"][0]["action"] == "replace"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"schema_version": 1}', '{"schema_version": 99}', "\udc80", "[" * 100_000],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    """A file that is no plan, or another version's, is a plain error with a way out."""
    with pytest.raises(UsageError) as refused:
        plan_from_json(text)

    assert "plan --out" in refused.value.hint


@given(plans, st.data())
def test_a_damaged_plan_is_refused_or_another_plan(plan: Plan, data: st.DataObject) -> None:
    """A value of the wrong kind anywhere is refused; never a traceback of another kind."""
    saved = json.loads(plan_json(plan))
    holder: Any = saved
    while True:
        key = data.draw(
            st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder)))
        )
        if not isinstance(holder[key], dict | list) or not holder[key]:
            break
        holder = holder[key]
    holder[key] = data.draw(st.sampled_from((None, 7, [], {}, "?")))

    try:
        damaged = plan_from_json(json.dumps(saved))
    except UsageError:
        return
    plan_text(damaged)


def test_creation_tells_values_and_not_their_coming() -> None:
    """A new stack is described by what it will be; nothing was there before."""
    (dev, *_) = stacks("churn", LARGE)
    text = plan_text(plan_of([(dev, None, None)]))

    assert "  instance  ml.m5.large\n" in text
    assert "+ 2 resources: Config, Endpoint" in text


def test_an_unprovable_plan_is_no_tick() -> None:
    """Where "no change" cannot be promised there is a question mark, and why."""
    plan = one_change()
    doubtful = replace(
        plan,
        changes=tuple(
            replace(one, unprovable="something is looked up")
            for one in plan.changes
            if one.action is Action.KEEP
        ),
    )

    text = plan_text(doubtful)

    assert "= no change ?" in text
    assert "? not provable: something is looked up" in text
    assert text.endswith("where a ? stands, that cannot be proved.")


def test_a_long_value_is_cut_for_people_only() -> None:
    """A value of a thousand characters takes one line in the text and is whole in the JSON."""
    before = desired_stack(TEMPLATE, LARGE)
    after = with_parameters(before, InferenceInstance="x" * 1000)
    plan = plan_of([(after, as_deployed(before), TEMPLATE)])

    assert "x" * 101 not in plan_text(plan)
    assert ValueChange("instance", "ml.m5.large", "x" * 1000) in plan.changes[0].summary
    assert "x" * 1000 in plan_json(plan)


def refused() -> Plan:
    """A plan of which the settings do not allow one stage."""
    hint = "Change the config, or `block` of prod in mlops-gitops.yaml."
    message = "prod blocks this: cost, Config: bigger."
    told = Refusal(workload="acme-churn", stage="prod", message=message, hint=hint)
    return replace(one_change(), refused=(told, replace(told, workload="acme-fraud")))


def test_what_is_refused_is_told_at_the_end() -> None:
    """Each with its place and reason, the hint once, and no word of going on."""
    *_, blank, title, first, second, hint, nothing, _totals, last = plan_text(refused()).split("\n")

    assert (blank, nothing) == ("", "")
    assert title == "mlops-gitops apply refuses this:"
    assert first == "  ! acme-churn / prod: prod blocks this: cost, Config: bigger."
    assert second.startswith("  ! acme-fraud / prod: ")
    assert hint == "    Change the config, or `block` of prod in mlops-gitops.yaml."
    assert last.startswith("next: mend what is said above")


@pytest.mark.parametrize(
    ("method", "resources", "step"),
    [
        (Method.TEMPLATE, True, "mlops-gitops plan --method change-set"),
        (Method.CHANGE_SET, True, "known only when it is deployed"),
        (Method.CHANGE_SET, False, "mend what kept a stack from being compared"),
    ],
)
def test_what_could_not_be_compared_comes_next(method: Method, resources: bool, step: str) -> None:  # noqa: FBT001 - pytest passes it
    """As long as something is open, nobody is told to apply it, nor to merge it."""
    plan = one_change()
    doubtful = replace(
        plan,
        changes=tuple(
            replace(
                one,
                method=method,
                unprovable="who knows",
                resources=one.resources if resources else (),
            )
            for one in plan.changes
        ),
    )

    assert step in plan_text(doubtful).splitlines()[-1]
    assert "mlops-gitops apply" not in plan_text(doubtful)
    last = comment_text(doubtful).splitlines()[-1]
    assert last.startswith("Next: do not merge yet")
    assert step in last
