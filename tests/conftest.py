"""What holds for every test: no network, no real account, the same examples on every machine.

The settings are made when this file is imported, before any test module is: a library that reads
the environment while it loads finds them in place.
"""

import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ENVIRONMENT = {
    # An account that does not exist, so that a client which escapes the embedded AWS gets nowhere.
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    # Child processes have no audit hook: what they send out ends at a port nobody listens on.
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost,::1",
    # git commits as nobody in particular, whatever the developer's own configuration says.
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    # No samples of hooks in each of a thousand repositories.
    "GIT_TEMPLATE_DIR": "",
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
    # Text is as wide as in a pipe.
    "COLUMNS": "80",
}
STRANGERS = ("AWS_", "CI_", "GIT_", "GITHUB_", "GITLAB_", "MLOPS_GITOPS_")
STRANGERS += ("FORCE_COLOR", "NO_COLOR", "PYTHONDONTWRITEBYTECODE")
STRANGERS += ("ALL_PROXY", "all_proxy", "http_proxy", "https_proxy", "no_proxy")
"""What a developer's shell or a CI service may have set, and no test may depend on."""

OUTGOING = {"socket.connect": 1, "socket.bind": 1, "socket.sendto": 1, "socket.sendmsg": 1}
"""Audit events that carry a socket and, at this place, an address."""
LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


class NetworkBlockedError(RuntimeError):
    """A test tried to leave this machine.

    No `OSError`: those are what the code under test rightly takes for a bad connection.
    """


def is_local(host: object) -> bool:
    """Tell whether a host is this machine, as a name or as an address."""
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if host is None or host in {"localhost", socket.gethostname()}:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_the_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise when an Internet socket speaks to, or listens for, anything but loopback."""
    if event in LOOKUPS and not is_local(arguments[0]):
        message = f"A test looked up {arguments[0]!r}."
        raise NetworkBlockedError(message)
    if event in OUTGOING and arguments[0].family in {socket.AF_INET, socket.AF_INET6}:
        address = arguments[OUTGOING[event]]
        if address is not None and not is_local(address[0]):
            message = f"A test used {address[0]}:{address[1]} ({event}); only 127.0.0.1 is allowed."
            raise NetworkBlockedError(message)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Run one more test than there are cores: at most moments, one waits for the embedded AWS."""
    return (yield) + 1


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Let threads take turns as often as Python can: what may come between does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


for name in [name for name in os.environ if name.startswith(STRANGERS)]:
    del os.environ[name]
for name, value in ENVIRONMENT.items():
    os.environ[name] = value
sys.addaudithook(refuse_the_network)
# A shell that runs us in the background has Ctrl-C ignored, for every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Each worker, and each start of the program, would compile anew what was compiled before.
sys.dont_write_bytecode = False

# A deadline measures the machine, not the code.
settings.register_profile(
    "dev",
    max_examples=50,
    deadline=None,
    derandomize=True,  # a red run is the change's doing, not chance's
    suppress_health_check=[HealthCheck.too_slow],
)
# The hunt, once a week: pytest --hypothesis-profile=ci
settings.register_profile("ci", settings.get_profile("dev"), max_examples=1_000, derandomize=False)
settings.load_profile("dev")
