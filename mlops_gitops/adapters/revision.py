"""Which revision of this program is installed."""

import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any
from urllib.parse import unquote, urlsplit

from mlops_gitops import __version__
from mlops_gitops.adapters.git import GitCommits


def installed_revision() -> str:
    """Give a commit, or the tag of the release if the program came from an index."""
    try:
        origin = distribution("mlops-gitops").read_text("direct_url.json")
    except PackageNotFoundError:
        origin = None
    return revision_of(json.loads(origin or "{}"))


def revision_of(origin: Mapping[str, Any]) -> str:
    """Give the revision that somebody else has to install to get the same.

    Args:
        origin: `direct_url.json`, in which pip writes down what did not come from an index; empty
            otherwise. Source: the packaging specification "Recording the Direct URL Origin of
            installed distributions".
    """
    commit: str | None = origin.get("vcs_info", {}).get("commit_id")
    if commit is None and "dir_info" in origin:
        head = GitCommits(unquote(urlsplit(origin["url"]).path)).head(())
        commit = head.id if head else None
    return commit or f"v{__version__}"
