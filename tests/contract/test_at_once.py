"""Calls that are made at once: each is one step, in memory as in AWS."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mlops_gitops.adapters.memory.assets import MemoryAssets
from mlops_gitops.errors import Blocked

pytestmark = pytest.mark.usefixtures("eager_threads")
AT_ONCE, KEY = 8, "mlops_gitops_watch/lease.json"


def test_every_write_is_a_version_of_its_own() -> None:
    """Nobody is told a version that holds what somebody else wrote."""
    assets = MemoryAssets()

    def write(number: int) -> tuple[bytes, bytes]:
        content = str(number).encode()
        made = assets.write(KEY, content, "digest")
        return content, assets.read(KEY, made.version_id)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        written = list(pool.map(write, range(50 * AT_ONCE)))

    assert all(content == found for content, found in written)
    assert len(assets.versions[KEY]) == 50 * AT_ONCE


def test_a_lease_has_one_taker() -> None:
    """Of all who write after the same version, one is let through."""
    assets = MemoryAssets()

    def take(_: int) -> bool:
        try:
            assets.write_after(seen, KEY, b"mine", "digest")
        except Blocked:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(50):
            seen = assets.latest(KEY)
            assert sum(pool.map(take, range(AT_ONCE))) == 1
