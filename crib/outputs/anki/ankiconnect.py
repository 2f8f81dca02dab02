"""Client of AnkiConnect, an add-on of a running Anki: push a deck, and find the folder of a profile.

Anki's importer moves no card and deletes no note. So after the import, cards are moved to the subdeck
of their answer's current chapter, and notes of retired answers are tagged.
"""

from __future__ import annotations

import json
import re
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR
from threading import Event, Timer
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from crib.problems import BuildError, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from socket import socket

VERSION = 6
MAX_BYTES = 100_000_000
_CONNECT_SECONDS, _ANSWER_SECONDS = 10, 600  # an import takes its time
_SECONDS = {"getMediaDirPath": 30}
_MAX_PATH = 10_000  # characters
_CONNECTIONS: dict[str, type[HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}


def check_address(url: str) -> str:
    """Return *url* if it can be the address of AnkiConnect. Raises ValueError otherwise."""
    address = urlsplit(url)
    if address.scheme not in _CONNECTIONS or not address.hostname or address.port == 0:
        raise ValueError(url)
    if not re.fullmatch("[!-~]+", url) or re.search("[@?#]", url):
        raise ValueError(url)
    return url


def push(
    package: Path, decks_by_search: Mapping[str, str], retired: Iterable[str], tag: str, url: str
) -> tuple[int, int]:
    """Import *package* into the Anki at *url*; return the number of moved cards and of tagged notes.

    decks_by_search  maps each search for misplaced cards to the right subdeck
    retired          searches for notes to be tagged with *tag*

    Raises BuildError if Anki does not respond, or refuses.
    """
    if _ask(url, "importPackage", path=str(package.resolve())) is not True:
        raise BuildError("Anki did not import the deck")
    moved = tagged = 0
    for search, deck in decks_by_search.items():
        if cards := _find(url, "findCards", search):
            _ask(url, "changeDeck", cards=cards, deck=deck)
            moved += len(cards)
    for search in retired:
        if notes := _find(url, "findNotes", f"{search} -tag:{tag}"):
            _ask(url, "addTags", notes=notes, tags=tag)
            tagged += len(notes)
    return moved, tagged


def media_folder(url: str) -> str:
    """Return the path of the media folder of the open profile in the Anki at *url*. Raises BuildError."""
    path = _ask(url, "getMediaDirPath")
    if not isinstance(path, str) or not 0 < len(path) <= _MAX_PATH or "\0" in path:
        raise _not_ankiconnect(url)
    return path


def _find(url: str, action: str, search: str) -> list[int]:
    """Return the ids that match *search*. Raises BuildError."""
    ids = _ask(url, action, query=search)
    if not isinstance(ids, list) or any(type(number) is not int for number in ids):
        raise _not_ankiconnect(url)
    return ids


def _ask(url: str, action: str, **params: Any) -> Any:
    """Return the result of *action* (https://git.foosoft.net/alex/anki-connect). Raises BuildError."""
    status, reply = _post(url, action, json.dumps({"action": action, "version": VERSION, "params": params}).encode())
    try:
        response = json.loads(reply)
    except (ValueError, RecursionError):
        raise _not_ankiconnect(url) from None
    if status != 200 or not isinstance(response, dict) or not {"result", "error"} <= response.keys():
        raise _not_ankiconnect(url)
    if response["error"] is not None:
        raise BuildError(f"Anki refused {action}: {short(str(response['error']), 300) or 'no reason given'}")
    return response["result"]


def _post(url: str, action: str, body: bytes) -> tuple[int, bytes]:
    """Return the status and the body of the reply, without a proxy and without following redirects."""
    address = urlsplit(url)
    kind, host = _CONNECTIONS[address.scheme], cast("str", address.hostname)
    with closing(kind(host, address.port or kind.default_port, timeout=_CONNECT_SECONDS)) as connection:
        try:
            connection.connect()
        except (OSError, UnicodeError) as error:
            hint = "start Anki, with the add-on AnkiConnect (2055492159)"
            raise BuildError(f"Anki does not answer at {url} ({error}): {hint}") from None
        seconds = _SECONDS.get(action, _ANSWER_SECONDS)
        try:
            with _time_limit(connection.sock, seconds):
                connection.request("POST", address.path or "/", body, {"Content-Type": "application/json"})
                with connection.getresponse() as reply:
                    data = reply.read(MAX_BYTES + 1)
        except TimeoutError:
            raise BuildError(f"Anki at {url} took more than {seconds} seconds for {action}") from None
        except (OSError, HTTPException) as error:
            text = f"the server at {url} closed the connection during {action} ({short(repr(error))})"
            raise BuildError(text) from None
    if len(data) > MAX_BYTES:
        raise _not_ankiconnect(url)
    return reply.status, data


@contextmanager
def _time_limit(connection: socket, seconds: float) -> Iterator[None]:
    """Close *connection* after *seconds*, even if data still trickles in, and raise TimeoutError."""
    late = Event()

    def end() -> None:
        late.set()
        with suppress(OSError):
            connection.shutdown(SHUT_RDWR)

    connection.settimeout(None)
    timer = Timer(seconds, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if late.is_set():
            raise TimeoutError


def _not_ankiconnect(url: str) -> BuildError:
    return BuildError(f"the server at {url} is not AnkiConnect")
