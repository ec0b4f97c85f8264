r"""MG164: A character looks like another one.

Letters of other scripts and typographical signs can look exactly like those of ASCII, of which
keys, names, ARNs and locations are made: a Cyrillic letter in a bucket's name is another bucket.
Texts of your own, such as names of columns, may be of any script, but one word may not mix Latin
letters with their doubles. Source: Unicode Technical Standard 39, mixed-script confusables.

Wrong:
    {"data_capture_location": "acme-c\u0430ptured/churn"}

Right:
    {"data_capture_location": "acme-captured/churn"}
"""

import re
from unicodedata import name, normalize

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.written import Written

_DOUBLES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u051b\u051d"
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423"
    "\u03bf\u03c1\u03bd\u03b9\u03ba\u03b1\u03c5\u03c7\u0391\u0392\u0395\u0396\u0397\u0399\u039a"
    "\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0131\u0261\u0251\u0585\u057d\u0578\u04cf"
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u02d7\u2018\u2019\u201c\u201d\u2044\u2215"
    "\ua789\u2236\u02d0\u0589\u00a0\u2000\u2001\u2002\u2003\u2009\u202f\u3000",
    "aeopcyxijsdhqwABESIJKMHOPCTXYopvikauxABEZHIKMNOPTYXigaounl--------''\"\"//::::        ",
)
_LATIN = re.compile("[A-Za-z]")
_WORDS = re.compile(r"[^\W\d_]+")


def check(written: Written) -> Said | None:
    """Refuse a double of an ASCII character where ASCII has to be, or within a Latin word."""
    if written.text.isascii():
        return None
    found = _double(written.text) if _is_ascii_place(written) else _mixed(written.text)
    if found is None:
        return None
    meant = plain(written.text)
    called = name(found, "unnamed").lower()
    message = f"U+{ord(found):04X} ({called}) looks like {quoted(plain(found))}."
    hint = f"Write {quoted(meant)}." if meant.isascii() else "Write it in one script."
    return Said("MG164", f"{quoted(written.text)} is not what it looks like: {message}", hint)


def plain(text: str) -> str:
    """Replace doubles by what they look like."""
    return normalize("NFKC", text.translate(_DOUBLES)).translate(_DOUBLES)


def _is_ascii_place(written: Written) -> bool:
    return plain(written.text) in written.known if written.is_key else written.is_strict


def _double(text: str) -> str | None:
    return next((mark for mark in text if not mark.isascii() and plain(mark).isascii()), None)


def _mixed(text: str) -> str | None:
    words = (word for word in _WORDS.findall(text) if _LATIN.search(word))
    return next((mark for word in words if (mark := _double(word))), None)
