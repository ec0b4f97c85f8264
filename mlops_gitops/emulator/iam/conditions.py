"""Conditions of policy statements.

Source: "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys
or values" of the IAM user guide. Dates are compared as ISO 8601, addresses and binary values are
not: a statement with an operator that is not here is refused aloud.
"""

from collections.abc import Callable, Mapping

from mlops_gitops.emulator.iam.policy import Context, like, literal, resource_like, with_variables

_Test = Callable[[str, str], bool]


class UnknownOperatorError(Exception):
    """A condition operator that is not evaluated here."""


def hold(conditions: Mapping[str, Mapping[str, tuple[str, ...]]], context: Context) -> bool:
    """Whether all conditions of a statement hold.

    Raises:
        UnknownOperatorError: one is not known here.
    """
    return all(
        _holds(operator, wanted, key, context)
        for operator, tests in conditions.items()
        for key, wanted in tests.items()
    )


def _holds(operator: str, wanted: tuple[str, ...], key: str, context: Context) -> bool:
    values = context.get(key, ())
    if operator == "Null":
        return (not values) == (wanted[0].lower() == "true")
    quantifier, _, name = operator.rpartition(":")
    if name.endswith("IfExists"):
        name = name.removesuffix("IfExists")
        if not values:
            return True
    wanted = tuple(with_variables(each, context) for each in wanted)
    positive = name.replace("Not", "", 1) if name in _NEGATED else name
    if positive not in _TESTS:
        raise UnknownOperatorError(operator)
    return _compared(quantifier, _TESTS[positive], name in _NEGATED, values, wanted)


def _compared(
    quantifier: str,
    test: _Test,
    negated: bool,  # noqa: FBT001 -- a fact of the operator
    values: tuple[str, ...],
    wanted: tuple[str, ...],
) -> bool:
    """Hold the request's values to the policy's.

    A negated operator holds for a key that is not there, and against all of its values.
    """

    def fits(value: str) -> bool:
        return any(test(value, each) for each in wanted) != negated

    if quantifier == "ForAllValues":
        return all(map(fits, values))
    if quantifier == "ForAnyValue":
        return any(map(fits, values))
    return any(map(fits, values)) if values else negated


def _number(compare: Callable[[float, float], bool]) -> _Test:
    def test(value: str, wanted: str) -> bool:
        try:
            return compare(float(value), float(wanted))
        except ValueError:
            return False

    return test


_TESTS: Mapping[str, _Test] = {
    "StringEquals": lambda value, wanted: value == literal(wanted),
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == literal(wanted).lower(),
    "StringLike": like,
    # "ArnEquals and ArnLike behave identically."
    "ArnEquals": resource_like,
    "ArnLike": resource_like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "NumericEquals": _number(lambda value, wanted: value == wanted),
    "NumericLessThan": _number(lambda value, wanted: value < wanted),
    "NumericLessThanEquals": _number(lambda value, wanted: value <= wanted),
    "NumericGreaterThan": _number(lambda value, wanted: value > wanted),
    "NumericGreaterThanEquals": _number(lambda value, wanted: value >= wanted),
    "DateEquals": lambda value, wanted: value == wanted,
    "DateLessThan": lambda value, wanted: value < wanted,
    "DateLessThanEquals": lambda value, wanted: value <= wanted,
    "DateGreaterThan": lambda value, wanted: value > wanted,
    "DateGreaterThanEquals": lambda value, wanted: value >= wanted,
}
_NEGATED = frozenset(
    {
        "StringNotEquals",
        "StringNotEqualsIgnoreCase",
        "StringNotLike",
        "ArnNotEquals",
        "ArnNotLike",
        "NumericNotEquals",
        "DateNotEquals",
    }
)
