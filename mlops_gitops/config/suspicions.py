"""Suspicions: what is wrong with keys and texts as they are written, whatever they mean.

A text that holds none of the marks below is done with after a glance, so good files cost nothing;
the rules in `rules/document/` are imported only on suspicion.
"""

from itertools import islice

from mlops_gitops.config.document import Document
from mlops_gitops.config.limit import MOST_PROBLEMS
from mlops_gitops.config.schemas import Schema
from mlops_gitops.config.secrets import FORM_MARKS, NAME_MARKS, may_be_random
from mlops_gitops.problems import Problem

_PLACEHOLDERS = ("${", "{{", "<", "|", "todo", "fixme", "tbd", "xxx", "replace", "change", "fill")
_MORE_PLACEHOLDERS = ("insert", "your")
MARKS = (*_PLACEHOLDERS, *_MORE_PLACEHOLDERS, *FORM_MARKS, *NAME_MARKS)


def suspicions(document: Document, schema: Schema) -> tuple[Problem, ...]:
    """Say what is wrong with a file's keys and texts; the schema says what they are."""
    if _is_plain(document.text):
        return ()
    from mlops_gitops.config.suspects import suspects

    return tuple(islice(suspects(document, schema), MOST_PROBLEMS))


def without(problems: tuple[Problem, ...], suspicions: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Leave out what is wrong with places that are under suspicion: one mistake, one problem."""
    told = {problem.pointer for problem in suspicions}
    return tuple(problem for problem in problems if problem.pointer not in told)


def _is_plain(text: str) -> bool:
    r"""Tell whether a text holds no mark; `\u`, `\b` and `\f` may hide one."""
    if not text.isascii() or "\\u" in text or "\\b" in text or "\\f" in text or "\x7f" in text:
        return False
    lower = text.lower()
    return not any(mark in lower for mark in MARKS) and not may_be_random(text)
