"""Load on a loopback server: prepared requests over a few kept connections, counted."""

import socket
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from time import perf_counter
from urllib.parse import urlsplit

CONNECTIONS = 4
TOGETHER = 8  # requests on one connection before its answers are read
CHUNK = 1 << 18
TIMEOUT_SECONDS = 30


class UnexpectedAnswer(Exception):
    """The server under load answered something else than the load is about."""


def post(base_url: str, path: str, body: bytes, api_key: str = "") -> bytes:
    """The bytes of one request."""
    host = urlsplit(base_url).netloc
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {api_key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def requests_per_second(base_url: str, requests: Sequence[bytes], seconds: float) -> float:
    """Send `requests` round and round for a while; answers with 200 or 201 a second.

    Raises:
        UnexpectedAnswer: one that was neither, with its beginning.
    """
    batches = cycle(_batches(requests))
    with _Connections(base_url) as connections:
        connections.exchange(list(islice(batches, CONNECTIONS)))  # warm
        started, answered = perf_counter(), 0
        while (elapsed := perf_counter() - started) < seconds:
            answered += connections.exchange(list(islice(batches, CONNECTIONS)))
    return answered / elapsed


def send_all(base_url: str, requests: Sequence[bytes]) -> None:
    """Send each request once.

    Raises:
        UnexpectedAnswer: see above.
    """
    batches = iter(_batches(requests))
    with _Connections(base_url) as connections:
        while turn := list(islice(batches, CONNECTIONS)):
            connections.exchange(turn)


def _batches(requests: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
    for start in range(0, len(requests), TOGETHER):
        batch = requests[start : start + TOGETHER]
        yield b"".join(batch), len(batch)


class _Connections:
    def __init__(self, base_url: str) -> None:
        url = urlsplit(base_url)
        address = (url.hostname or "127.0.0.1", url.port or 80)
        self._sockets = [
            socket.create_connection(address, timeout=TIMEOUT_SECONDS) for _ in range(CONNECTIONS)
        ]
        for each in self._sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "_Connections":
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._sockets:
            each.close()

    def exchange(self, batches: Sequence[tuple[bytes, int]]) -> int:
        """One batch on each connection; how many answers came."""
        busy = list(zip(self._sockets, batches, strict=False))
        for connection, (sent, _) in busy:
            connection.sendall(sent)
        for connection, (_, expected) in busy:
            _read_answers(connection, expected)
        return sum(expected for _, (_, expected) in busy)


def _read_answers(connection: socket.socket, expected: int) -> None:
    """Read so many answers off a connection, each with a Content-Length."""
    received, position = b"", 0
    while expected:
        end = received.find(b"\r\n\r\n", position)
        head = received[position:end].lower() if end >= 0 else b""
        length = head.find(b"content-length:")
        if length >= 0:
            stop = head.find(b"\r\n", length)
            size = int(head[length + 15 : stop if stop >= 0 else len(head)])
            if len(received) >= end + 4 + size:
                if not head.startswith((b"http/1.1 200", b"http/1.1 201")):
                    raise UnexpectedAnswer(received[position : position + 500].decode("latin-1"))
                position, expected = end + 4 + size, expected - 1
                continue
        chunk = connection.recv(CHUNK)
        if not chunk:
            raise UnexpectedAnswer("the server closed the connection")
        received += chunk
