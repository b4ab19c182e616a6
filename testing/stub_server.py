"""An HTTP server that answers what a test tells it to, and keeps what it was asked.

It knows nothing of MediaWiki: a test writes the answers. An answer of None hangs up without one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request: its method, its parameters (from the address and the body), its headers."""

    method: str
    parameters: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Says:
    """One answer; a `body` that is no string is sent as JSON."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class StubServer:
    """As a context manager it listens on a free port of this machine; `answer` is called for each request."""

    def __init__(self, answer: Callable[[Asked], Says | None]) -> None:
        """Nothing listens yet."""
        self.asked: list[Asked] = []
        self._answer = answer
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def api(self) -> str:
        """The address of its api.php."""
        return f"http://127.0.0.1:{self._http.server_port}/w/api.php"

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

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                pairs = parse_qsl(urlsplit(self.path).query) + parse_qsl(body, keep_blank_values=True)
                stub.asked.append(Asked(self.command, dict(pairs), dict(self.headers)))
                said = stub._answer(stub.asked[-1])
                if said is None:
                    self.close_connection = True
                    return
                content = said.body if isinstance(said.body, str) else json.dumps(said.body)
                self.send_response(said.status)
                for name, value in {**said.headers, "Content-Length": str(len(content.encode()))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content.encode())

            do_POST = do_GET  # noqa: N815

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler
