"""Signatures: which functions a Python file has, and what they take; nothing is run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a function takes, by name.

    Attributes:
        required: arguments without a default.
        taken: all arguments that can be given by name.
        takes_all: whether it takes names that are not listed, too.
    """

    required: tuple[str, ...]
    taken: tuple[str, ...]
    takes_all: bool


ANYTHING = Signature(required=(), taken=(), takes_all=True)
"""What is known of a name that is bound to something else than a plain function."""


def functions_of(content: bytes) -> dict[str, Signature]:
    """Give the functions at the top level of a Python file, and what else may be one.

    Raises:
        SyntaxError: it is no Python that this interpreter reads; ValueError: it has null bytes.
    """
    return dict(_bound(ast.parse(content).body))


def _bound(body: list[ast.stmt]) -> Iterator[tuple[str, Signature]]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                # A decorator may change what is taken.
                yield node.name, ANYTHING if node.decorator_list else _signature(node)
            case ast.ClassDef():
                yield node.name, ANYTHING
            case ast.Assign():
                names = (each.id for each in node.targets if isinstance(each, ast.Name))
                yield from ((name, ANYTHING) for name in names)
            case ast.Import() | ast.ImportFrom():
                yield from ((each.asname or each.name, ANYTHING) for each in node.names)
            case ast.If() | ast.Try():
                yield from _bound([each for each in ast.walk(node) if isinstance(each, _Function)])
            case _:
                continue


def _signature(function: _Function) -> Signature:
    takes = function.args
    plain = [each.arg for each in takes.args]
    named = [each.arg for each in takes.kwonlyargs]
    without = plain[: len(plain) - len(takes.defaults)] if takes.defaults else plain
    lacking = [name for name, default in zip(named, takes.kw_defaults, strict=True) if not default]
    # What can be given by place alone cannot be given at all.
    positional = [each.arg for each in takes.posonlyargs]
    return Signature(
        required=(*positional, *without, *lacking),
        taken=(*plain, *named),
        takes_all=takes.kwarg is not None,
    )
