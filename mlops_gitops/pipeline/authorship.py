"""Authorship: whether the one who decides is the one whose commit it is.

Git knows people by name and e-mail address, AWS by the end of an ARN: the name of an IAM user, or
the name of a role's session, which IAM Identity Center makes of the user's name. Where both say
the same in one of these spellings, it is taken for one person: a namesake has to ask somebody
else, and nobody gets round the rule by a dot or a capital.
"""

import re

# Git strips angle brackets from names; a commit that was made without git may have them.
_AUTHOR = re.compile(r"(?P<name>.*?)\s*<(?P<address>[^<>]*)>", re.DOTALL)
_SEPARATORS = re.compile(r"[\s._-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_ROOT = "root"
_SHORTENED = ("...", "***")
_LOST = "?"


def is_author(author: str, actor: str) -> bool:
    """Whether an actor wrote a commit.

    Args:
        author: `Name <address>`, as git has it.
        actor: ARN of whoever decides.
    """
    return _plain(person_of(actor)) in _spellings(author)


def is_told(author: str) -> bool:
    """Whether enough of an author is known that somebody else can be told from them.

    What was taken for a secret is shortened to `...`, and what is no ASCII to `?`, before the
    name comes here: of such a name, nobody knows whose it is.
    """
    if any(mark in author for mark in _SHORTENED):
        return False
    whole = (each for each in _spellings(author) if _LOST not in each)
    return any(map(str.isalnum, "".join(whole)))


def is_committed(commit: str) -> bool:
    """Whether what is deployed is a commit and nothing more, so that it has an author."""
    return _COMMIT.fullmatch(commit) is not None


def person_of(actor: str) -> str:
    """Give the part of an ARN that tells a person; empty for an account's root, who is anybody."""
    resource = actor.rsplit(":", 1)[-1]
    return "" if resource == _ROOT else resource.rsplit("/", 1)[-1]


def _spellings(author: str) -> set[str]:
    found = _AUTHOR.fullmatch(author)
    name, address = (found["name"], found["address"]) if found else (author, "")
    local = address.partition("@")[0]
    # jane+git@example.com, and 123+jane@users.noreply.github.com
    parts = (name, address, local, *local.split("+"))
    return {_plain(part) for part in parts} - {""}


def _plain(text: str) -> str:
    return _SEPARATORS.sub("", text.casefold())
