"""A small HTTP server on loopback that answers as it was told and writes down what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


Answer = Callable[[Asked], tuple[int, Any]]
"""The status and the content as JSON; bytes are the whole answer as they go out, after which the connection ends."""


@dataclass
class RecordingServer:
    """Its address, what it was asked, and what it answers to `METHOD /path`; 404 to anything else."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)

    def on(self, name: str, content: Any, status: int = 200) -> None:
        """Answer `METHOD /path` with this content, or with what it makes of the request."""
        self.answers[name] = content if callable(content) else lambda _: (status, content)

    def sent(self, name: str) -> list[Asked]:
        """The requests for `METHOD /path`."""
        return [one for one in self.asked if f"{one.method} {one.path}" == name]


def _read(text: str) -> Any:
    """JSON, or a form."""
    if not text:
        return None
    return json.loads(text) if text[0] in "[{" else dict(parse_qsl(text))


@contextmanager
def recording_server() -> Iterator[RecordingServer]:
    """Serve for the length of the block."""
    served = RecordingServer()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            body = _read(text)
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), body, dict(self.headers))
            served.asked.append(asked)
            told = served.answers.get(f"{asked.method} {asked.path}")
            status, content = told(asked) if told else (404, {"code": 40410000, "message": "endpoint not found"})
            if isinstance(content, bytes):
                self.wfile.write(content)
                self.close_connection = True
                return
            data = json.dumps(content).encode() if content is not None else b""
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
