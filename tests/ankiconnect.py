"""AnkiConnect with a real Anki, for the tests, and fake servers."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.decks import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from anki.collection import Collection

    Answers = Callable[[str, dict[str, Any]], bytes]


class AnkiConnect:
    """The actions of AnkiConnect, protocol version 6, as its `plugin/__init__.py` does them for *collection*."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection

    def __call__(self, action: str, params: dict[str, Any]) -> bytes:
        """Do one action and return the reply."""
        try:
            answer = {"result": getattr(self, action)(**params), "error": None}
        except Exception as error:  # noqa: BLE001 - as AnkiConnect does
            answer = {"result": None, "error": str(error)}
        return json.dumps(answer).encode()

    def importPackage(self, path: str) -> bool:  # noqa: N802 - the protocol's name
        """Import with the interface of `anki.importing.AnkiPackageImporter`."""
        assert Path(path).is_absolute()
        load(self.collection, Path(path), merge_notetypes=True, with_scheduling=True, with_deck_configs=True)
        return True

    def getMediaDirPath(self) -> str:  # noqa: N802
        return str(Path(self.collection.media.dir()).absolute())

    def findCards(self, query: str) -> list[int]:  # noqa: N802
        return list(self.collection.find_cards(query))

    def findNotes(self, query: str) -> list[int]:  # noqa: N802
        return list(self.collection.find_notes(query))

    def changeDeck(self, cards: list[int], deck: str) -> None:  # noqa: N802
        self.collection.set_deck(cards, self.collection.decks.id(deck))

    def addTags(self, notes: list[int], tags: str) -> None:  # noqa: N802
        self.collection.tags.bulk_add(notes, tags)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert request["version"] == 6
        body = self.server.answers(request["action"], request["params"])
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Type", "text/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


class _Server(HTTPServer):
    def __init__(self, answers: Answers, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.status = answers, status

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors of closed connections."""


@contextmanager
def serving(answers: Answers, status: int = 200) -> Iterator[str]:
    """Answer every action with *answers*; return the address."""
    with _Server(answers, status) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
