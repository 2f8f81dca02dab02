"""HTTP server of the preview, for browsers on this machine only.

Any page in a browser can send requests to 127.0.0.1, even under a host name of its own (DNS rebinding). So a
request must name this server as its host, and come from its own pages
(https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site). No address is looked up on disk: the session
serves only addresses it made itself. A single request has an effect: it opens a file of the book in an editor. It
needs a token, too, contained only in the page that frames the others.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import asdict
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from crib.preview.listener import Listener

if TYPE_CHECKING:
    from pathlib import Path

    from crib.preview.editors import Editor
    from crib.preview.session import Session

HOST = "127.0.0.1"

_LINE_END = re.compile("\r\n|\r|\n")
_STILL_HERE = 10
"""Seconds between two comments in a stream of events, to detect closed browsers."""

_POLICY = "default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'"
_FRONT_POLICY = f"{_POLICY}; script-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'"
_FRAMED_POLICY = f"{_POLICY}; form-action 'none'; frame-ancestors 'self'"
_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_LONGEST_PLACE = 8192
"""Maximum size of a path and line, in bytes."""

_FOR_EVER = "private, max-age=31536000, immutable"
_NAMED_BY_CONTENT = ("/math/", "/pictures/", "/pages/", "/ebook/media/", "/anki/files/")


class Server(ThreadingHTTPServer):
    """Listens on *port* of 127.0.0.1; 0 means any free port. Raises OSError."""

    daemon_threads = True

    def __init__(self, port: int, session: Session, editor: Editor) -> None:
        """Listen; `serve_forever` answers requests. Sources are opened in *editor*."""
        super().__init__((HOST, port), _Request)
        self.session, self.editor = session, editor
        self.hosts = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    @property
    def url(self) -> str:
        """The address of the preview."""
        return f"http://{HOST}:{self.server_port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors of browsers closed during a response."""


class _Request(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "Crib"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        """Answer a request from a page of the preview."""
        address = unquote(urlsplit(self.path).path)
        if not self._is_ours():
            self._send(HTTPStatus.FORBIDDEN, b"", "text/plain")
        elif address == "/":
            html = self.server.session.ask(self.server.session.front)
            self._send(HTTPStatus.OK, html.encode(), "text/html; charset=utf-8", policy=_FRONT_POLICY)
        elif address == "/search":
            html = self.server.session.ask(self.server.session.search, self._value("q"))
            self._send(HTTPStatus.OK, (html or "").encode(), "text/html; charset=utf-8")
        elif address == "/events":
            self._send_events()
        else:
            self._send_file_or_document(address)

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def do_POST(self) -> None:
        """Open the source of an answer or a problem in the editor."""
        self.close_connection = True  # the body may remain unread
        length = self.headers.get("Content-Length", "")
        if not self._is_ours() or not self._has_token():
            self._send(HTTPStatus.FORBIDDEN, b"", "text/plain")
        elif not length.isdecimal() or int(length) > _LONGEST_PLACE:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"", "text/plain")
        elif urlsplit(self.path).path == "/source" and (source := self._source(int(length))):
            opening = self.server.editor.open(*source)
            self._send(HTTPStatus.OK, json.dumps(asdict(opening)).encode(), "application/json")
        else:
            self._send(HTTPStatus.NOT_FOUND, b"", "text/plain")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's name
        """Log nothing: the terminal is for problems."""

    def _is_ours(self) -> bool:
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        return (
            host in self.server.hosts
            and origin in (None, f"http://{host}")
            and self.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        )

    def _has_token(self) -> bool:
        token = self.headers.get("X-Crib-Token", "")
        return bool(self.headers.get("Origin")) and compare_digest(token.encode(), self.server.session.token.encode())

    def _source(self, length: int) -> tuple[Path, int] | None:
        """Return the file and line in the body of the request, None unless the preview shows the file."""
        place = self.rfile.read(length).decode("utf-8", "replace")
        source: tuple[Path, int] | None = self.server.session.ask(self.server.session.source, place)
        return source

    def _value(self, name: str) -> str:
        """Return the value of *name* in the query of the address, "" if it is missing."""
        return parse_qs(urlsplit(self.path).query).get(name, [""])[0]

    def _send_file_or_document(self, address: str) -> None:
        session = self.server.session
        if (data := session.file(address)) is not None:
            caching = _FOR_EVER if address.startswith(_NAMED_BY_CONTENT) else "no-store"
            self._send(HTTPStatus.OK, data, guess_type(address)[0] or "application/octet-stream", caching=caching)
        elif (html := session.ask(session.document, address)) is not None:
            kind = "application/xhtml+xml" if address.endswith(".xhtml") else "text/html; charset=utf-8"
            self._send(HTTPStatus.OK, html.encode(), kind)
        else:
            self._send(HTTPStatus.NOT_FOUND, b"", "text/plain")

    def _send(
        self, status: HTTPStatus, data: bytes, kind: str, *, policy: str = _FRAMED_POLICY, caching: str = "no-store"
    ) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Security-Policy": policy, "Cache-Control": caching, **_HEADERS}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _send_events(self) -> None:
        """Stream updates until the browser closes (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
        self.send_response(HTTPStatus.OK)
        for name, value in {"Content-Type": "text/event-stream", "Cache-Control": "no-store", **_HEADERS}.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "GET":
            return
        session = self.server.session
        listener = Listener(self._value("shown"))
        session.ask(session.listen, listener)
        with suppress(OSError):
            while True:
                updates = listener.updates(_STILL_HERE)
                self.wfile.write("".join(map(_event, updates, updates.values())).encode() or b":\n\n")
        session.ask(session.leave, listener)


def _event(kind: str, text: str) -> str:
    return f"event: {kind}\n" + "".join(f"data: {line}\n" for line in _LINE_END.split(text)) + "\n"
