"""What `init` pins is what is installed, wherever that came from."""

from pathlib import Path

import pytest
from git import Repo

from mlops_gitops import __version__
from mlops_gitops.adapters.revision import revision_of

COMMIT = "1f" * 20


def test_from_git_it_is_the_commit_that_pip_wrote_down() -> None:
    """`pip install git+https://...` keeps it."""
    url = "https://github.com/mlops-gitops/mlops-gitops"

    assert revision_of({"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT}}) == COMMIT


def test_from_a_checkout_it_is_what_is_checked_out(tmp_path: Path) -> None:
    """Also if there is a blank in its path."""
    checkout = tmp_path / "my checkout"
    with Repo.init(checkout) as repository:
        commit = repository.index.commit("Begin")

        assert revision_of({"url": checkout.as_uri(), "dir_info": {}}) == commit.hexsha


@pytest.mark.parametrize("origin", [{}, {"url": "file:///not-there", "dir_info": {}}], ids=str)
def test_without_a_commit_it_is_the_release(origin: dict[str, object]) -> None:
    """What came from an index has a tag; so has, for want of better, what has no history."""
    assert revision_of(origin) == f"v{__version__}"
