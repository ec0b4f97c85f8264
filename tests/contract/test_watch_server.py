"""The watcher's server: it says what it is asked for, reads little and waits for nobody."""

import http.client
import socket
from collections.abc import Iterator, Mapping

import pytest

from mlops_gitops.adapters.watch_server import LARGEST_BODY, Page, WatchServer, json_page
from mlops_gitops.errors import UsageError

HEARD: list[tuple[Mapping[str, str], bytes]] = []


@pytest.fixture
def server() -> Iterator[WatchServer]:
    """Give a server at any free port."""
    HEARD.clear()

    def hook(headers: Mapping[str, str], body: bytes) -> Page:
        HEARD.append((headers, body))
        return json_page(202, accepted=True)

    made = WatchServer("127.0.0.1", 0, {"/healthz": lambda: Page(200, "fine\n")}, hook)
    yield made
    made.close()


def asked(
    server: WatchServer, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, str]:
    """Ask, and give code and text."""
    host, port = server.address.split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=5)
    connection.request(
        method, path, body or None, {k.replace("_", "-"): v for k, v in headers.items()}
    )
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.getheader("Server", "").strip() == "mlops-gitops"
    connection.close()
    return answer.status, text


def raw(server: WatchServer, text: bytes) -> bytes:
    """Send bytes, and give all that comes back."""
    host, port = server.address.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(text)
        found = b""
        while part := connection.recv(4096):
            found += part
    return found


def test_it_answers_what_it_is_asked(server: WatchServer) -> None:
    """Pages by their paths, whatever is asked besides; nothing else is there."""
    assert asked(server, "GET", "/healthz?x=1") == (200, "fine\n")
    assert asked(server, "HEAD", "/healthz") == (200, "")
    assert asked(server, "GET", "/nothing")[0] == 404
    assert asked(server, "POST", "/healthz", b"x")[0] == 404
    assert asked(server, "PUT", "/webhook", b"x")[0] == 501


def test_a_webhook_is_handed_on_as_it_was_sent(server: WatchServer) -> None:
    """Its body to the byte, its headers in small letters."""
    assert asked(server, "POST", "/webhook", b"\x00body", X_Some_Header="One")[0] == 202
    ((headers, body),) = HEARD
    assert (headers["x-some-header"], body) == ("One", b"\x00body")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (b"Content-Length: %d" % (LARGEST_BODY + 1), b"413"),
        (b"Content-Length: 99999999999999999999", b"413"),
        (b"Content-Length: -1", b"411"),
        (b"Content-Length: many", b"411"),
        (b"X: y", b"411"),
        (b"Content-Length: 1\r\nTransfer-Encoding: chunked", b"411"),
    ],
)
def test_what_is_too_large_or_has_no_size_is_not_read(
    server: WatchServer, header: bytes, code: bytes
) -> None:
    """It is refused before its body is looked at."""
    answer = raw(server, b"POST /webhook HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n")
    assert answer.split(b" ")[1] == code
    assert not HEARD


def test_nonsense_gets_a_short_answer(server: WatchServer) -> None:
    """No traceback, no page of HTML."""
    answer = raw(server, b"\x16\x03\x01 hello\r\n\r\n")
    assert b"Traceback" not in answer
    assert b"<" not in answer


def test_who_is_slow_is_cut_off() -> None:
    """A body that does not come is not waited for, and others are answered meanwhile."""
    pages = {"/healthz": lambda: Page(200, "fine\n")}
    server = WatchServer("127.0.0.1", 0, pages, lambda *_: Page(202, ""), patience=0.2)
    host, port = server.address.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as slow:
        slow.sendall(b"POST /webhook HTTP/1.1\r\nContent-Length: 10\r\n\r\n12345")
        assert asked(server, "GET", "/healthz")[0] == 200
        assert slow.recv(100) == b""
    server.close()


def test_an_address_that_is_taken_is_told(server: WatchServer) -> None:
    """As a mistake that a person can mend."""
    host, port = server.address.split(":")
    with pytest.raises(UsageError) as refused:
        WatchServer(host, int(port), {}, lambda _headers, _body: Page(200, ""))
    assert "--listen" in refused.value.hint
