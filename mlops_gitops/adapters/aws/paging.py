"""Pages: every listing is read to its end, one page at a time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import FAILURES, refused


def drain(where: str, pages: Iterable[Mapping[str, Any]], key: str) -> Iterator[dict[str, Any]]:
    """Give the items under a key of every page.

    Raises:
        AwsError: a page was refused; nothing may be concluded from those before it.
    """
    try:
        for page in pages:
            yield from page.get(key, [])
    except FAILURES as error:
        raise refused(where, error) from error
