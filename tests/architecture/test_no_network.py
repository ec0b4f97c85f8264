"""No test leaves this machine."""

import socket

import pytest


def test_a_connection_to_another_machine_is_refused() -> None:
    """Connecting to an address that is not loopback fails, and not as a connection error."""
    with socket.socket() as probe, pytest.raises(RuntimeError, match=r"192\.0\.2\.1:80"):
        probe.connect(("192.0.2.1", 80))


def test_a_name_of_another_machine_is_not_looked_up() -> None:
    """Asking a name server fails before the question is sent."""
    with pytest.raises(RuntimeError, match="example"):
        socket.getaddrinfo("sts.amazonaws.example", 443)


def test_nothing_listens_for_other_machines() -> None:
    """Binding to all interfaces fails: the embedded AWS is for this machine only."""
    with socket.socket() as probe, pytest.raises(RuntimeError, match=r"0\.0\.0\.0:0"):
        probe.bind(("0.0.0.0", 0))  # noqa: S104 - that this is refused is the point


def test_loopback_works() -> None:
    """A server and a client on 127.0.0.1 reach each other."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
        server.accept()[0] as peer,
    ):
        client.sendall(b"hello")

        assert peer.recv(5) == b"hello"
