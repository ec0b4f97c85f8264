"""`watch` as a process: killed, told to end, woken, and run again, on the embedded AWS."""

import hmac
import http.client
import json
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from builders import ORCHESTRATOR
from e2e.conftest import Arrive
from e2e.user import User, full_name, model, single_account
from forked import Forked

SECRET = "a secret that is long enough"
SIZES = ("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge")


@pytest.fixture
def watching(arrive: Arrive, tmp_path: Path) -> Callable[..., Any]:
    """Start watchers of a user's repository, each until its test is over."""
    user = arrive(single_account(ORCHESTRATOR))
    # The lease is the branch's, and all tests of a process share the bucket.
    branch = f"watched-{tmp_path.name}"
    user.git("checkout", "-q", "-b", branch)

    @contextmanager
    def watching(*words: str) -> Iterator[tuple[Forked, str]]:
        process = user.spawn(
            *("watch", "--remote", user.folder.as_uri(), "--branch", branch, "--interval", "60"),
            *("--cache", str(tmp_path / "cache"), "--listen", "127.0.0.1:0", "--sweep", "0"),
            *words,
            MLOPS_GITOPS_WEBHOOK_SECRET=SECRET,
        )
        try:
            yield process, heard(process, "started")["listening"]
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.communicate(timeout=60)

    watching.user = user  # type: ignore[attr-defined]  # whose repository it is
    return watching


def heard(process: Forked, event: str, **about: str) -> dict[str, Any]:
    """Listen until something is told."""
    while line := process.stdout.readline():
        said: dict[str, Any] = json.loads(line)
        if said["event"] == event and about.items() <= said.items():
            return said
    raise AssertionError(process.stderr.read())


def get(address: str, path: str) -> tuple[int, str]:
    """Ask the watcher's server."""
    return call(address, "GET", path)


def call(address: str, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
    """Call the watcher's server."""
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def ring(address: str) -> int:
    """Tell the watcher of a push, as GitHub does."""
    digest = hmac.new(SECRET.encode(), b"{}", sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={digest}"}
    return call(address, "POST", "/webhook", "{}", **headers)[0]


def commits_of(user: User, name: str) -> list[tuple[str, str]]:
    """Say which commits were deployed, in order, and how each ended."""
    told = json.loads(user.did("history", name, "--output", "json"))["deployments"]
    return [(each["commit"], each["status"]) for each in reversed(told)]


def test_a_day_in_the_life_of_a_watcher(watching: Callable[..., Any], name: str) -> None:
    """A webhook, a bad commit, a good one, a rewritten branch, and a polite end."""
    user: User = watching.user  # type: ignore[attr-defined]  # see the fixture
    first = user.commit(model(name, endpoint_name=name))
    with watching() as (process, address):
        heard(process, "carried", commit=first)
        assert get(address, "/healthz")[0] == 200
        bad = user.commit(model(name, endpoint_name=name, typo=1))
        assert call(address, "POST", "/webhook", "{}")[0] == 401
        assert ring(address) == 202
        assert "MG020" in heard(process, "refused", commit=bad)["problems"][0]
        good = user.commit(model(name, endpoint_name=name, inference_instance=SIZES[1]))
        ring(address)
        heard(process, "carried", commit=good)
        assert get(address, "/readyz")[0] == 200
        user.git("commit", "-q", "--amend", "-m", "rewritten")
        ring(address)
        assert heard(process, "held")["why"] == "rewritten"
        assert get(address, "/readyz")[0] == 503
        text = get(address, "/metrics")[1]
        process.send_signal(signal.SIGTERM)
        heard(process, "stopped")
        process.communicate(timeout=60)
    user.settled(name)

    assert process.returncode == 143
    assert 'mlops_gitops_watch_commits_total{done="carried"} 2' in text
    assert "mlops_gitops_watch_held 1" in text
    assert commits_of(user, name) == [(first, "Succeeded"), (good, "Succeeded")]


@pytest.mark.slow
def test_killed_again_and_again_it_carries_every_commit_once(
    watching: Callable[..., Any], name: str
) -> None:
    """SIGKILL at any moment: the next one goes on at once, loses nothing and repeats nothing."""
    user: User = watching.user  # type: ignore[attr-defined]  # see the fixture
    chance = random.Random(1)  # noqa: S311 - moments, no secret
    pushed = [user.commit(model(name, endpoint_name=name))]
    for number in range(6):
        with watching() as (process, _):
            event = chance.choice(["leading", "fetched", "workload", "carried"])
            heard(process, event)
        size = SIZES[(number + 1) % len(SIZES)]
        pushed.append(user.commit(model(name, endpoint_name=name, inference_instance=size)))
    with watching() as (process, _):
        heard(process, "carried", commit=pushed[-1])
    user.settled(name)

    assert commits_of(user, name) == [(each, "Succeeded") for each in pushed]
    assert full_name(name)
