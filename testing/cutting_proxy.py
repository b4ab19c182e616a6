"""An HTTP proxy before one server that, at one request, kills who asks, hangs up, or lets the request come late.

It knows nothing of MediaWiki or wikigit: requests are counted, and a test says which of them count.
"""

from __future__ import annotations

import http.client
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

_OF_ONE_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


class Cut(StrEnum):
    """What happens at the request."""

    BEFORE = "before"  # the client is killed, the server never hears of it
    AFTER = "after"  # the server has answered, the client is killed before it hears
    DROPPED = "dropped"  # the server has answered, the client lives and never hears
    DELAYED = "delayed"  # the client is killed, the server hears of it while somebody else asks


@dataclass(frozen=True, slots=True)
class Heard:
    """One request, as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """The server's answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class CuttingProxy:
    """As a context manager it listens on a free port of this machine and hands everything to `server` (host:port)."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._counts: Callable[[Heard], bool] = lambda heard: True
        self._at, self._cut, self._patience = -1, Cut.BEFORE, 0
        self._held: Heard | None = None
        self.victim: subprocess.Popen[bytes] | None = None
        self.happened = False

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._http.shutdown()
        self._http.server_close()

    def cut(self, at: int, cut: Cut, counts: Callable[[Heard], bool] = lambda heard: True, patience: int = 0) -> None:
        """At the request `at` of those that count, from 0, cut the line to the process `victim`.

        A delayed request comes to the server before the one that comes after `patience` others.
        """
        self._at, self._cut, self._counts, self._patience = at, cut, counts, patience
        self.happened = False

    def mend(self) -> bool:
        """Cut nothing any more; returns whether the line was cut. What is held still waits for its time."""
        with self._lock:
            self._at = -1
            return self.happened

    def release(self) -> None:
        """Let what is still held come to the server now."""
        with self._lock:
            self._release()

    def _release(self) -> None:
        held, self._held = self._held, None
        if held:
            self._forward(held)

    def _answer(self, heard: Heard) -> Said | None:
        with self._lock:
            if self._held:
                self._patience -= 1
                if self._patience < 0:
                    self._release()
            if self._at < 0 or not self._counts(heard):
                cut = None
            else:
                cut, self._at = (self._cut if self._at == 0 else None), self._at - 1
        if cut is None:
            return self._forward(heard)
        self.happened = True
        if cut in (Cut.AFTER, Cut.DROPPED):
            self._forward(heard)
        if cut is Cut.DELAYED:
            self._held = heard
        if cut is not Cut.DROPPED:
            assert self.victim, "nobody is there to be killed"
            self.victim.kill()
        return None

    def _forward(self, heard: Heard) -> Said:
        connection = http.client.HTTPConnection(self._server, timeout=60)
        try:
            connection.request(heard.method, heard.path, heard.body, heard.headers)
            answer = connection.getresponse()
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OF_ONE_HOP]
            return Said(answer.status, kept, answer.read())
        finally:
            connection.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_ONE_HOP}
                said = proxy._answer(Heard(self.command, self.path, headers, body))
                if said is None:
                    self.close_connection = True
                    return
                self.send_response_only(said.status)
                for name, value in [*said.headers, ("Content-Length", str(len(said.body)))]:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler
