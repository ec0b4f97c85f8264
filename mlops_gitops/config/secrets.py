"""Secrets: what they look like, what they are called, and how texts are shown without them.

Forms are those that the services publish for secret scanners: GitHub's documentation on supported
secret scanning patterns, and the services' own references. An AWS secret access key has no form of
its own; 40 characters that change between small and capital letters, digits and signs as often as
chance makes them do are taken for one. Whatever else looks random stays: digests, ETags, UUIDs and
version ids do, too.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

_SHOWN = 4
_LONG_ENOUGH_TO_SHOW = 12
_LONG_ENOUGH = 6

_PEM = r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
_PEM_END = r"-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
_ESCAPED = r"\\(?:[nrt]|u000[9ad])"
_URL = "://"
_FORMS = {
    "an AWS access key id": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "an AWS session token": r"\b(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=]{20,}",
    "an Amazon Bedrock key": r"\bABSK[A-Za-z0-9+/=]{60,}",
    "a signed URL": r"\bX-Amz-(?:Signature|Security-Token)=[A-Za-z0-9%+/=]{20,}",
    # To its end; where that was cut off, as far as its lines go.
    "a private key": rf"{_PEM}(?:(?:[\w+/=\s:,.-]|{_ESCAPED})*?{_PEM_END}"
    rf"|(?:[A-Za-z0-9+/=\s]|{_ESCAPED})*)",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}",
    "a GitLab token": r"\bgl(?:pat|dt|rt|ptt)-[\w-]{20,}",
    "a Slack token": r"\bxox[abeoprs]-[\w-]{10,}|\bxapp-[\w-]{20,}",
    "a Slack webhook": r"\bhooks\.slack\.com/(?:services|workflows)/[\w/+-]{20,}",
    "a Discord webhook": r"\bdiscord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}",
    "a Google API key": r"\bAIza[\w-]{35}",
    "a Google OAuth secret": r"\bGOCSPX-[\w-]{20,}|\bya29\.[\w-]{20,}",
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "an OpenAI key": r"\bsk-(?:[A-Za-z0-9]{48}|(?:proj|svcacct|admin)-[\w-]{40,})",
    "an Anthropic key": r"\bsk-ant-[\w-]{40,}",
    "an NVIDIA key": r"\bnvapi-[\w-]{40,}",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}",
    "a package index token": r"\bpypi-AgE[\w-]{50,}",
    "a Docker token": r"\bdckr_pat_[\w-]{20,}",
    "a SendGrid key": r"\bSG\.[\w-]{22}\.[\w-]{43}",
    "a Databricks token": r"\bdapi[0-9a-f]{32}",
    "a Vault token": r"\bhvs\.[\w-]{24,}",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "an Azure storage key": r"\bAccountKey=[A-Za-z0-9+/=]{40,}",
    "a password in a URL": r"://[^/\s:@]{1,80}:[^/\s:@]{3,200}@",
    "a bearer token": r"\b[Bb]earer [A-Za-z0-9._~+/=-]{20,}",
}
_MARKS = {
    "an AWS access key id": (
        "akia",
        "asia",
    ),
    "an AWS session token": (
        "fwogzxiv",
        "iqojb3jp",
    ),
    "an Amazon Bedrock key": ("absk",),
    "a signed URL": ("x-amz-s",),
    "a private key": ("private key",),
    "a GitHub token": (
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
    ),
    "a GitLab token": (
        "glpat-",
        "gldt-",
        "glrt-",
        "glptt-",
    ),
    "a Slack token": (
        "xox",
        "xapp-",
    ),
    "a Slack webhook": ("hooks.slack",),
    "a Discord webhook": ("/webhooks/",),
    "a Google API key": ("aiza",),
    "a Google OAuth secret": (
        "gocspx-",
        "ya29.",
    ),
    "a Stripe key": ("k_live_",),
    "a Hugging Face token": ("hf_",),
    "an OpenAI key": ("sk-",),
    "an Anthropic key": ("sk-",),
    "an NVIDIA key": ("nvapi-",),
    "an npm token": ("npm_",),
    "a package index token": ("pypi-",),
    "a Docker token": ("dckr_pat_",),
    "a SendGrid key": ("sg.",),
    "a Databricks token": ("dapi",),
    "a Vault token": ("hvs.",),
    "a JSON web token": ("eyj",),
    "an Azure storage key": ("accountkey=",),
    "a password in a URL": ("://",),
    "a bearer token": ("bearer ",),
}
"""Each form holds one of its marks, whatever the case; most texts hold none, which is soon seen."""
FORM_MARKS = tuple(dict.fromkeys(mark for marks in _MARKS.values() for mark in marks))
NAME_MARKS = (
    *("secret", "pass", "pwd", "credential", "token", "apikey", "api_key", "api-key", "accesskey"),
    *("access_key", "access-key", "privatekey", "private_key", "private-key"),
)
"""Each name of a secret holds one of these, whatever the case."""

_TOKENS = (
    "access|api|auth|bearer|bot|comet|github|gitlab|hf|hub|huggingface|id|neptune|npm|pypi|refresh"
    "|sas|security|session|slack|wandb"
)
_WORDS = (
    r"secret|password|passwd|passphrase|pwd|credentials?|api[_-]?key|secret[_-]?access[_-]?key"
    r"|secret[_-]?key|private[_-]?key|client[_-]?secret|account[_-]?key"
    rf"|(?:{_TOKENS})[_-]?token"
)
_NAME = (
    rf"(?:^|[_.-])(?:{_WORDS})(?:[_.-]?(?:value|string|text|default|prod|staging|dev|test|\d+))?$"
)
_CAMEL = r"(?<=[a-z0-9])(?=[A-Z])"
_NOT_A_VALUE = ("arn:", "{{", "${", "<", "s3://", "http://", "https://", "SecretString", "/aws/")
_QUOTE = r"""\\?["']"""
_NAMED = (
    rf"(?i)(?<![:a-z])((?:[a-z0-9]+[_-])*(?:{_WORDS})(?:{_QUOTE})?[ ]?([=:])[ ]?)"
    rf"""(?:({_QUOTE})([^"'\\]{{6,}})|([^\s"'&;,<>{{}}()\[\]$*\\|`]{{6,}}))"""
)
_GIVEN = rf"(?:{_WORDS})(?:{_QUOTE})?[ ]?[=:]"
_KEY_LENGTH = 40
_RANDOM = rf"(?<![A-Za-z0-9/+=_-])[A-Za-z0-9/+]{{{_KEY_LENGTH}}}(?![A-Za-z0-9/+=_-])"
_FEWEST_TURNS = 17
"""Of 39; chance makes 25 with a deviation of 3, and paths and joined words make a few."""
_MOST_SLASHES = 4
"""One key in 2,500 has more by chance; a path to a place in a file has one before each step."""


def find_secret(text: str) -> tuple[str, str] | None:
    """Give what the first secret in a text is, and the secret; None if there is none."""
    return next(_found(text), None)


def may_be_random(text: str) -> bool:
    """Tell whether a text is worth a look for secrets that hold none of the marks."""
    return _compiled(_RANDOM).search(text) is not None


def names_a_secret(name: str) -> bool:
    """Tell whether what is called so is a secret: `wandb_api_key` is, `max_tokens` is not."""
    lower = name.lower()
    if not any(mark in lower for mark in NAME_MARKS):
        return False
    return bool(_compiled(_NAME).search(_compiled(_CAMEL).sub("_", name).lower()))


def is_value(text: str) -> bool:
    """Tell whether a text can be a secret itself, rather than the name of one."""
    return len(text) >= _LONG_ENOUGH and not text.startswith(_NOT_A_VALUE)


def shortened(secret: str) -> str:
    """Give as much of a secret as may be shown."""
    return f"{secret[:_SHOWN]}..." if len(secret) >= _LONG_ENOUGH_TO_SHOW else "..."


def masked(text: str) -> str:
    """Shorten every secret in a text, and every value that stands behind the name of one."""
    lower = text.lower()
    if _may_have_name(lower):
        text = _compiled(_NAMED).sub(_without_value, text)
    if kinds := _kinds(lower):
        text = _any_of(kinds).sub(lambda match: shortened(match.group()), text)
    return _compiled(_RANDOM).sub(_without_key, text)


def masked_value(name: str, value: str) -> str:
    """Give a value as it may be shown: the whole of a secret's, or of a text what holds none."""
    return shortened(value) if names_a_secret(name) and is_value(value) else masked(value)


def masked_tree(value: Any, name: str = "") -> Any:
    """Give a JSON value as it may be shown: texts by `masked_value` with the nearest key."""
    match value:
        case str():
            return masked_value(name, value)
        case dict():
            return {masked(key): masked_tree(each, key) for key, each in value.items()}
        case list():
            return [masked_tree(each, name) for each in value]
        case _:
            return value


def _found(text: str) -> Iterator[tuple[str, str]]:
    lower = text.lower()
    if kinds := _kinds(lower):
        for match in _any_of(kinds).finditer(text):
            secret = match.group()
            yield next(kind for kind, form in _FORMS.items() if re.match(form, secret)), secret
    for match in _compiled(_RANDOM).finditer(text):
        if _is_random(match.group()):
            yield "an AWS secret access key", match.group()
    if _may_have_name(lower):
        for match in _compiled(_NAMED).finditer(text):
            if (match[2] == "=" or match[4]) and _is_named_value(match):
                yield "a value that is called a secret", match[4] or match[5]


def _without_value(match: re.Match[str]) -> str:
    if not _is_named_value(match):
        return match.group()
    return f"{match[1]}{match[3] or ''}{shortened(match[4] or match[5])}"


def _is_named_value(match: re.Match[str]) -> bool:
    """Tell a value from a word of a sentence, such as `password: rotated`."""
    value = match[4] or match[5]
    is_word = match[2] == ":" and match[4] is None and value.rstrip(".!?").isalpha()
    return is_value(value) and not (is_word and value[1:].islower())


def _without_key(match: re.Match[str]) -> str:
    text = match.group()
    return shortened(text) if _is_random(text) else text


def _is_random(text: str) -> bool:
    kinds = [_kind(mark) for mark in text]
    turns = sum(one != other for one, other in pairwise(kinds))
    is_path = text.count("/") > _MOST_SLASHES
    return turns >= _FEWEST_TURNS and not is_path and {"a", "A", "0"} <= set(kinds)


def _kind(mark: str) -> str:
    if mark.isdigit():
        return "0"
    return ("a" if mark.islower() else "A") if mark.isalpha() else "/"


def _kinds(lower: str) -> tuple[str, ...]:
    """Give the forms whose marks a text in small letters holds: to look for all takes long.

    Addresses are in most texts that are long; one with a password in it has an `@`.
    """
    found = [mark for mark in FORM_MARKS if mark in lower]
    if _URL in found and "@" not in lower:
        found.remove(_URL)
    if not found:
        return ()
    return tuple(kind for kind, marks in _MARKS.items() if any(mark in found for mark in marks))


def _may_have_name(lower: str) -> bool:
    """Tell whether a text in small letters gives a value to something that is called a secret."""
    if not any(mark in lower for mark in NAME_MARKS):
        return False
    return _compiled(_GIVEN).search(lower) is not None


def _any_of(kinds: tuple[str, ...]) -> re.Pattern[str]:
    return _compiled("|".join(_FORMS[kind] for kind in kinds))


@lru_cache(maxsize=64)
def _compiled(form: str) -> re.Pattern[str]:
    """Compile a form when it is first needed: most runs need none."""
    return re.compile(form)
