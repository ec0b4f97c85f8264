"""Markdown in which nobody's text does anything.

Text that is not ours stands in code, and nowhere else. There GitHub reads neither Markdown nor
HTML, links no address, shows no image, and calls nobody by an @: the syntax is GitHub Flavored
Markdown's (code spans, fenced code blocks, the pipe in a table's cell), and GitHub's own filters
pass over `code` and `pre`.
"""

import re
from collections.abc import Iterable, Sequence

from mlops_gitops.config.said import printable

_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&*+,;=%-]+")


def code(text: str) -> str:
    """Put a text on one line into a code span."""
    shown = printable(text)
    fence = "`" * (1 + _longest_run(shown))
    space = " " if not shown or shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{space}{shown}{space}{fence}"


def block(lines: Iterable[str], language: str = "diff") -> str:
    """Put lines into a fenced block; in a diff a `+`, `-` or `!` first gives a line its colour."""
    text = "\n".join(map(printable, lines))
    # A fence must be longer than any run of backticks inside it, or the text would break out.
    fence = "`" * max(3, 1 + _longest_run(text))
    return f"{fence}{language}\n{text}\n{fence}"


def fold(title: str, body: str) -> str:
    """Hide Markdown behind a title, which is ours: it is HTML."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Draw a table of Markdown; a pipe in a cell is no border."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(one.replace('|', chr(92) + '|') for one in line)} |" for line in lines
    )


def link(words: str, address: str) -> str:
    """Make words, which are ours, a link; where the address is surely none, they stay words."""
    return f"[{words}](<{address}>)" if _ADDRESS.fullmatch(address) else words


def _longest_run(text: str) -> int:
    return max(map(len, re.findall(r"`+", text)), default=0)
