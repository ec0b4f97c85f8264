"""What a plan tells of permissions, of what has no effect, and of who said it."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from strategies import as_deployed, desired_stack, plans, with_parameters

from mlops_gitops.diff.compare import compare
from mlops_gitops.diff.plan import AccessChange, Action, Method, Plan, StackChange, ValueChange
from mlops_gitops.views.comment import comment_text
from mlops_gitops.views.plan_json import plan_json
from mlops_gitops.views.plan_lines import Detail
from mlops_gitops.views.plan_rows import sections
from mlops_gitops.views.plan_text import plan_text

DIGESTS = (f"mg1-{'a' * 64}", f"mg1-{'b' * 64}")
OLD = desired_stack(
    {
        "Parameters": {"Topic": {"Type": "String"}},
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Topic"}}}
        },
    },
    {"Topic": "one"},
    workload="churn",
    stage="dev",
)
CHANGE = compare(with_parameters(OLD, Topic="two"), as_deployed(OLD), OLD.template)


def permission(**fields: object) -> AccessChange:
    """A permission of a role that comes."""
    row = AccessChange(
        where="Role",
        effect="Allow",
        principal="Role",
        action="s3:GetObject",
        resource="arn:aws:s3:::b/*",
        condition="",
        is_new=True,
        widens=True,
    )
    return replace(row, **fields)  # type: ignore[arg-type]  # fields of several types


def plan_of(change: StackChange) -> Plan:
    """A plan of one change."""
    return Plan(commit="", stages=("dev",), changes=(change,), digests={})


def shown(change: StackChange, detail: Detail = Detail.TELLING) -> list[str]:
    """The lines of a plan of one change."""
    return [text.strip() for text in plan_text(plan_of(change), detail=detail).splitlines()]


def test_permissions_are_a_table_that_marks_what_widens() -> None:
    """Sign, who, action, resource, condition, in columns."""
    gone = permission(is_new=False, widens=False, action="s3:PutObject", condition='{"a": 1}')

    lines = shown(replace(CHANGE, access=(gone, permission())))

    start = lines.index("permissions: 2 changed, 1 widened")
    assert lines[start + 1 : start + 4] == [
        "who   action        resource          condition",
        '-  Role  s3:PutObject  arn:aws:s3:::b/*  {"a": 1}',
        "+  Role  s3:GetObject  arn:aws:s3:::b/*  -  ! widened",
    ]


def test_permissions_of_a_new_stack_are_no_table() -> None:
    """All of it is new, and JSON has every row."""
    new = replace(CHANGE, action=Action.CREATE, access=(permission(),))

    assert not [line for line in shown(new) if line.startswith("permissions")]
    assert json.loads(plan_json(plan_of(new)))["changes"][0]["access"][0]["widens"] is True


@pytest.mark.parametrize("everything", [False, True])
def test_what_has_no_effect_is_counted_or_told(*, everything: bool) -> None:
    """Never both, and never neither."""
    (resource,) = CHANGE.resources
    noise = ValueChange("Metadata.by", "x", "y")
    noisy = replace(
        CHANGE,
        resources=(replace(resource, properties=(*resource.properties, noise)),),
        elsewhere=(ValueChange("Metadata.version", *DIGESTS),),
    )

    lines = shown(noisy, Detail.ALL if everything else Detail.TELLING)

    told = "Metadata.by: x -> y" in lines
    counted = "hidden: 2 differences without effect (plan --all shows them)" in lines
    assert (told, counted) == (everything, not everything)
    assert json.loads(plan_json(plan_of(noisy)))["changes"][0]["hidden"] == 2


def test_the_method_is_told_for_each_stack_once_cloudformation_was_asked() -> None:
    """And a plan of our own comparison tells it once, in its head."""
    by_change_set = replace(CHANGE, method=Method.CHANGE_SET)

    assert any("method change-set)" in line for line in shown(by_change_set)[1:])
    assert not any("method" in line for line in shown(CHANGE)[1:])


def test_every_action_has_its_sign_in_text_and_markdown() -> None:
    """Import, Dynamic and SyncWithActual included."""
    (resource,) = CHANGE.resources
    for action in set(Action) - {Action.KEEP}:
        plan = plan_of(replace(CHANGE, resources=(replace(resource, action=action),)))
        sign = f"{action.value} Topic  AWS::SNS::Topic"
        assert sign in plan_text(plan)
        assert sign in comment_text(plan)


@given(plans)
def test_a_stack_that_changes_is_never_without_a_line(plan: Plan) -> None:
    """Whatever is hidden: it is in the matrix, and its section says something or is counted."""
    for change in changing(plan):
        one = replace(plan, changes=(change,))
        (section,) = sections(one)
        empty = not (change.resources or change.elsewhere or change.summary or change.risks)
        assert section.places
        assert section.lines or empty


def changing(plan: Plan) -> Iterator[StackChange]:
    """The changes of a plan that change something."""
    return (change for change in plan.changes if change.action is not Action.KEEP)
