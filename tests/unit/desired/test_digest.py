"""Digests: the same for what means the same, another for anything else."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from strategies import parameters, templates

from mlops_gitops.desired.digest import bundle_digest, digest_of, stage_digest
from mlops_gitops.desired.stack import DIGEST

tags = st.dictionaries(st.sampled_from(("team", "stage", "x")), st.text(max_size=3), max_size=3)


def reordered(value: Any) -> Any:
    """The same JSON with every object's keys the other way round."""
    match value:
        case dict():
            return {key: reordered(value[key]) for key in reversed(value)}
        case list():
            return [reordered(each) for each in value]
        case _:
            return value


@given(templates(), parameters, tags)
def test_order_and_white_space_change_nothing(
    template: dict[str, Any], parameters: dict[str, str], tags: dict[str, str]
) -> None:
    """However a file is written, its meaning gives the digest."""
    written = json.loads(json.dumps(reordered(template), indent=7))

    assert stage_digest(template, parameters, tags) == stage_digest(
        written, reordered(parameters), reordered(tags)
    )


@given(templates(), parameters, tags, st.text())
def test_the_digest_is_not_in_itself(
    template: dict[str, Any], parameters: dict[str, str], tags: dict[str, str], carried: str
) -> None:
    """The parameter that carries it may say anything."""
    assert stage_digest(template, parameters, tags) == stage_digest(
        template, {**parameters, DIGEST: carried}, tags
    )


@given(
    st.tuples(templates(), parameters, tags),
    st.tuples(templates(), parameters, tags),
)
def test_another_meaning_has_another_digest(one: Any, other: Any) -> None:
    """Digests are equal exactly where template, parameters and tags are."""
    assert (stage_digest(*one) == stage_digest(*other)) == (canonical(one) == canonical(other))


def canonical(value: Any) -> str:
    """JSON in one spelling; `1` and `True` are different there, and not for Python."""
    return json.dumps(value, sort_keys=True)


def test_a_value_cannot_move_between_parameters_and_tags() -> None:
    """The three parts are told apart."""
    assert stage_digest({}, {"a": "b"}, {}) != stage_digest({}, {}, {"a": "b"})


@given(st.dictionaries(st.sampled_from(("dev", "staging", "prod")), st.text(max_size=3)))
def test_a_bundle_is_its_stages(stages: dict[str, str]) -> None:
    """Their order does not count, their names do."""
    assert bundle_digest(stages) == bundle_digest(dict(reversed(stages.items())))
    assert bundle_digest(stages) != bundle_digest({**stages, "another": ""})
    assert re.fullmatch("mg1-[0-9a-f]{64}", bundle_digest(stages))


def test_the_way_a_digest_is_made_is_fixed() -> None:
    """Deployed stacks carry digests of older versions; another way needs another scheme."""
    known = "mg1-ab5067a0bfeda91bdba376a70b3a38b1b7d271f51365ae5f2b1b229cf856270e"

    assert digest_of({"b": [1, "ä", True, None], "a": {"z": 1.5, "y": ""}}) == known
