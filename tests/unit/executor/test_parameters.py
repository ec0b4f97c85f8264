"""Parameters get values of their types, or the run does not start."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.language import Json
from mlops_gitops.executor.parameters import parameter_values


def parameter(kind: str, **more: Json) -> list[Json]:
    """Declare one."""
    return [{"Name": "P", "Type": kind, **more}]


@given(
    st.one_of(
        st.text(), st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
    )
)
def test_a_value_written_as_text_is_the_value(value: Json) -> None:
    """An override is a text, and gets the parameter's type; so `True` is read as it is written."""
    kind = {str: "String", int: "Integer", bool: "Boolean", float: "Float"}[type(value)]

    assert parameter_values(parameter(kind), {"P": str(value)}) == {"P": value}
    assert parameter_values(parameter(kind, DefaultValue=value), {}) == {"P": value}


@pytest.mark.parametrize(
    ("declared", "overrides", "said"),
    [
        (parameter("String"), {}, "has no default"),
        (parameter("Integer", DefaultValue="x"), {}, "is of type Integer"),
        (parameter("Integer"), {"P": "1.5"}, "is of type Integer"),
        (parameter("Integer", DefaultValue=True), {}, "is of type Integer"),
        (parameter("Float"), {"P": "nan"}, "is of type Float"),
        (parameter("Boolean"), {"P": "yes"}, "is of type Boolean"),
        (parameter("String", DefaultValue=1), {}, "is of type String"),
        (parameter("Text", DefaultValue="a"), {}, "is of type Text"),
        (parameter("String", EnumValues=["a", "b"]), {"P": "c"}, "cannot be 'c'"),
        (parameter("Integer", EnumValues=["1", "2"], DefaultValue=3), {}, "cannot be 3"),
        (parameter("String", DefaultValue="a"), {"Q": "c"}, "has no parameter Q"),
    ],
)
def test_what_does_not_fit_is_refused(declared: Json, overrides: dict[str, str], said: str) -> None:
    """With the parameter's name."""
    with pytest.raises(UsageError) as refused:
        parameter_values(declared, overrides)

    assert said in str(refused.value)


def test_listed_values_are_compared_as_texts() -> None:
    """EnumValues are texts for every type."""
    declared = parameter("Integer", EnumValues=["1", "2"])

    assert parameter_values(declared, {"P": "2"}) == {"P": 2}


def test_no_parameters_are_no_parameters() -> None:
    """A definition needs none."""
    assert parameter_values(None, {}) == {}
