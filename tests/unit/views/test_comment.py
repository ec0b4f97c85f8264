"""The comment of a pull request: it fits, keeps its matrix, says what it left out, and is inert."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_markdown import assert_folds_are_whole, assert_inert, paragraphs, rows, spans, tokens
from strategies import STAGES, orphans, plans, stack_changes
from unit.views.test_plan_views import one_change, refused

from mlops_gitops.config.declared import Workload
from mlops_gitops.diff.plan import Action, Plan, ResourceChange, ValueChange, Verdict
from mlops_gitops.views.comment import LIMIT, MARKER, comment_text
from mlops_gitops.views.markdown import block, code, table
from mlops_gitops.views.plan_rows import cell, matrix

GOLDEN = Path(__file__).parent / "golden" / "plan_one_change.md"
RUN = "https://github.com/acme/models/actions/runs/1"
ENOUGH = 1_000
TITLES = (
    "Details",
    "Digests, which an approval is for",
    "Orphans, which no config declares any more; nothing deletes them",
)
HTML = {MARKER, "</details>"} | {f"<details><summary>{title}</summary>" for title in TITLES}

ATTACKS = (
    "@acme/owners",
    "somebody@example.com",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    MARKER,
    "-->",
    "</details>",
    "</summary>",
    "```",
    "\n```\n",
    "``````````",
    "~~~",
    "`",
    "[a](https://evil.example)",
    "![a](https://evil.example/a.png)",
    "https://evil.example",
    "www.evil.example",
    "#1",
    "acme/models#1",
    "|",
    "\\|",
    "\\",
    "a`|`b",
    "\n\n# Plan\n\n",
    "\r\n",
    "\u2028",
    "\u202e",
    "**bold**",
    "~~gone~~",
    "&#64;acme",
    "\x1b[31m",
    "\0",
    "\ud800",
    " ",
)


def spoiled(value: Any, attack: str) -> Any:
    """Put an attack into every text of a value; what was equal stays equal."""
    match value:
        case str():
            return f"{attack}{value}{attack}"
        case tuple():
            return tuple(spoiled(one, attack) for one in value)
        case Mapping():
            return {spoiled(key, attack): spoiled(one, attack) for key, one in value.items()}
        case Enum():
            return value
        case _ if is_dataclass(value) and not isinstance(value, type):
            inner = {one.name: spoiled(getattr(value, one.name), attack) for one in fields(value)}
            return replace(value, **inner)
        case _:
            return value


@st.composite
def long_plans(draw: st.DrawFn) -> Plan:
    """Draw a plan of many workloads, in which most are like one of a few."""
    some = draw(st.lists(stack_changes, min_size=1, max_size=3))
    count = draw(st.integers(0, 150))
    changes = tuple(
        replace(one, workload=Workload(f"{one.workload.model_name}{index}", "type"))
        for index in range(count)
        for one in some[: 1 + index % 3]
    )
    digests = {change.id.name: change.desired_digest for change in changes}
    left = tuple(draw(st.lists(orphans, max_size=30)))
    return Plan(commit="c0ffee", stages=STAGES, changes=changes, digests=digests, orphans=left)


any_plans = st.one_of(
    plans,
    long_plans(),
    st.tuples(st.one_of(plans, long_plans()), st.sampled_from(ATTACKS)).map(
        lambda pair: spoiled(*pair)
    ),
)
budgets = st.one_of(st.integers(ENOUGH, 20_000), st.just(LIMIT))


def test_a_comment_tells_matrix_words_and_details() -> None:
    """The whole comment of a plan with one change, as GitHub is given it."""
    assert comment_text(one_change()) == GOLDEN.read_text(encoding="utf-8")


@given(any_plans, budgets)
def test_a_comment_fits_and_is_found_again(plan: Plan, budget: int) -> None:
    """Whatever the plan, it is not longer than asked, and its marker stands first, once."""
    text = comment_text(plan, budget, RUN)

    assert len(text) <= budget
    assert text.startswith(f"{MARKER}\n")
    assert [one.content for one in tokens(text)].count(f"{MARKER}\n") == 1


@given(any_plans, budgets)
def test_nothing_in_a_comment_acts(plan: Plan, budget: int) -> None:
    """Text from elsewhere mentions nobody, links nowhere, is no HTML and ends no fence or fold."""
    text = comment_text(plan, budget, RUN)

    assert_inert(text, HTML, RUN)
    assert_folds_are_whole(text)


@given(any_plans, budgets)
def test_the_matrix_is_the_last_to_go(plan: Plan, budget: int) -> None:
    """Its rows are whole, and all there as long as anything else is; what lacks is counted."""
    text = comment_text(plan, budget)
    expected = [
        [row.label, *(cell(row.changes.get(stage)).text for stage in plan.stages)]
        for row in matrix(plan)
    ]
    shown = [[one.strip() for one in row] for row in rows(text)]
    expected = [[one.strip() for one in row] for row in expected]
    lacking = len(expected) - len(shown)

    assert sorted(shown) == sorted(expected) or all(row in expected for row in shown)
    if lacking:
        assert f"{lacking:,} workload" in text
        assert not [one for one in tokens(text) if one.type == "fence"]


@given(any_plans, budgets)
def test_an_empty_plan_is_never_a_change_nor_a_change_empty(plan: Plan, budget: int) -> None:
    """The last sentence says which it is, however little of the plan fits."""
    text = comment_text(plan, budget)
    said = paragraphs(text)
    totals, last = said[-2:]
    cells = [one for row in rows(text) for one in row[1:]]

    assert last.startswith(("No change", "No config", "Nothing")) == plan.is_empty
    if plan.is_empty:
        assert all(one[:1] in {"", "=", "!"} for one in cells)
        assert not any(f"to {what}" in totals for what in ("create", "change", "delete"))
    else:
        assert any(change.action is not Action.KEEP for change in plan.changes)
        assert totals != "Stacks: none."


@given(any_plans, budgets)
def test_what_is_left_out_is_said_and_where_it_is(plan: Plan, budget: int) -> None:
    """A comment says that it is short exactly when a longer one would say more."""
    text, whole = comment_text(plan, budget, RUN), comment_text(plan, 10**9, RUN)

    assert ("Too long to show here" in text) == (text != whole)
    assert "Too long to show here" not in whole
    assert text == whole or f"this run](<{RUN}>)" in text


def test_details_go_first_then_words_then_rows() -> None:
    """Each step shorter loses the least of what is there."""
    plan = one_change()
    whole = comment_text(plan)
    steps = [comment_text(plan, budget) for budget in range(len(whole), 0, -1)]
    kept = [
        ("<summary>Details" in one, "ml.m5.xlarge" in one, "`churn`" in one, "3 to change" in one)
        for one in dict.fromkeys(steps)
    ]

    assert kept == [
        (True, True, True, True),
        (False, True, True, True),
        (False, True, True, True),  # without the digests
        (False, False, True, True),
        (False, False, True, True),
        (False, False, False, True),
    ]


def test_rows_with_something_to_see_stay_longest() -> None:
    """Where not all rows fit, those without changes go first, wherever they stood."""
    plan = one_change()
    turned = replace(plan, changes=(*plan.changes[3:], *plan.changes[:3]))

    shortest = [comment_text(turned, budget) for budget in range(300, 1_000)]
    with_a_row = next(one for one in shortest if rows(one))

    assert [row[0] for row in rows(with_a_row)] == ["churn"]


def test_many_digests_are_folded() -> None:
    """Few commands are there to be copied; many are behind a fold, each with its digest."""
    few = one_change()
    names = [f"w{index}" for index in range(5)]
    template = few.changes[0]
    many = replace(
        few,
        changes=tuple(
            replace(template, workload=Workload(name, "t"), id=replace(template.id, name=name))
            for name in names
        ),
        digests={name: f"mg1-{name}" for name in names},
    )

    assert "approval is for:\n" in comment_text(few)
    assert "approval is for</summary>" in comment_text(many)
    for name in names:
        assert f"mlops-gitops approve {name} --digest mg1-{name}\n" in comment_text(many)


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "https://a b", "https://a>b", "https://a)\n@team"]
)
def test_only_an_address_becomes_a_link(address: str) -> None:
    """What is none stays words; the comment says all the same where the rest is."""
    text = comment_text(one_change(), ENOUGH, address)

    assert "in this run: its step summary" in text
    assert_inert(text, HTML)


def test_a_change_without_words_points_to_its_details() -> None:
    """Where only resources differ, the words say so, and no empty block is drawn."""
    plan = one_change()
    bare = ResourceChange(
        logical_id="One",
        resource_type="Custom::X",
        action=Action.UPDATE,
        properties=(ValueChange("A", "1", "2"),),
    )
    changes = (replace(plan.changes[0], summary=(), risks=(), resources=(bare,)),)

    text = comment_text(replace(plan, changes=changes))

    assert "See the details." in text
    assert "~ One" in text


def test_a_blocked_plan_does_not_ask_for_a_merge() -> None:
    """Where nothing can be deployed, the next step is what stands in the way."""
    plan = one_change()
    stuck = tuple(
        replace(change, verdict=Verdict.BLOCKED, next_step="Look at the stack.")
        for change in plan.changes[:3]
    )

    text = comment_text(replace(plan, changes=stuck))

    assert "Look at the stack." in text
    assert "merge" not in text


@pytest.mark.parametrize("line", ["```", "`````", "</details>", "a`|`b", "|", "", "`", " x ", "\\"])
def test_code_gives_back_what_was_put_in(line: str) -> None:
    """Spans, blocks and cells show a text as it is, whatever it would be elsewhere."""
    fenced = [one.content for one in tokens(block([line])) if one.type == "fence"]
    spanned = [one.content for one in spans(code(line))]

    assert fenced == [f"{line}\n"]
    assert [one.strip() for one in spanned] == [line.strip()]
    assert rows(table(["a", "b"], [[code(line), "c"]]))[0][0].strip() == line.strip()


def test_what_is_refused_stands_before_the_words_and_is_not_to_be_merged() -> None:
    """Below the matrix, and again in the last sentence, which stays however short it gets."""
    told = comment_text(refused())
    short = comment_text(refused(), ENOUGH)

    assert told.index("! acme-churn / prod: prod blocks this") < told.index("instance  ml.m5.large")
    for text in (told, short):
        assert text.splitlines()[-1].startswith("Next: do not merge this")
        assert "Next: merge" not in text
