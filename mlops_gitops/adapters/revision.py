"""Which revision of this program is installed."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import unquote, urlsplit

from mlops_gitops import __version__
from mlops_gitops.adapters.git import GitCommits


def installed_revision() -> str:
    """Give a commit, or the tag of the release if the program came from an index.

    pip writes down what did not come from an index: `direct_url.json`, of the packaging
    specification "Recording the Direct URL Origin of installed distributions".
    """
    try:
        origin = json.loads(distribution("mlops-gitops").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        origin = {}
    commit = origin.get("vcs_info", {}).get("commit_id")
    if not commit and "dir_info" in origin:
        head = GitCommits(unquote(urlsplit(origin["url"]).path)).head(())
        commit = head.id if head else None
    return commit or f"v{__version__}"
