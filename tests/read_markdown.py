"""Markdown as GitHub reads it: CommonMark with tables, strikethrough and HTML."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_ACTIVE = re.compile(r"[@<\[\]`#&|\\]|https?:|www\.|\w/\w")
"""What GitHub acts on where it stands in text: mentions, HTML, links, references."""

BLOCKS = {"fence", "heading", "html_block", "inline", "paragraph", "table"}
BLOCKS |= {"thead", "tbody", "tr", "th", "td"}
SPANS = {"code_inline", "em", "link", "softbreak", "strong", "text"}


def tokens(text: str) -> Sequence[Token]:
    """Read a text."""
    return _READER.parse(text)


def spans(text: str) -> Iterator[Token]:
    """List what stands inside its paragraphs, headings and cells."""
    for token in tokens(text):
        yield from token.children or ()


def rows(text: str) -> list[list[str]]:
    """Give the cells of the tables' bodies, row by row, as a reader sees them."""
    found: list[list[str]] = []
    body = False
    for token in tokens(text):
        body = (body or token.type == "tbody_open") and token.type != "tbody_close"
        if body and token.type == "tr_open":
            found.append([])
        elif body and token.type == "inline":
            found[-1].append("".join(child.content for child in token.children or ()))
    return found


def paragraphs(text: str) -> list[str]:
    """Give the paragraphs outside of tables, without their marks."""
    found = []
    for before, token in pairwise(tokens(text)):
        if before.type == "paragraph_open":
            found.append("".join(child.content for child in token.children or ()))
    return found


def assert_inert(text: str, html: set[str], link: str = "") -> None:
    """Hold a text to the HTML and the link that are ours, and to nothing else that acts."""
    lines = text.split("\n")
    for token in tokens(text):
        assert re.sub("_(open|close)$", "", token.type) in BLOCKS, token
        if token.type == "html_block":
            assert token.content.rstrip("\n") in html, token
        if token.type == "fence" and token.map:
            assert lines[token.map[1] - 1] == token.markup, "a fence that nothing closes"
    for span in spans(text):
        assert re.sub("_(open|close)$", "", span.type) in SPANS, span
        assert span.type != "text" or not _ACTIVE.search(span.content), span
        assert span.type != "link_open" or span.attrGet("href") == link, span


def assert_folds_are_whole(text: str) -> None:
    """Hold what opens to what closes, one after the other."""
    marks = [token.content for token in tokens(text) if token.type == "html_block"]
    folds = [mark.startswith("</") for mark in marks if "details>" in mark]
    assert folds == [False, True] * (len(folds) // 2)
