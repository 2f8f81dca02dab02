"""A deck into a running Anki, through its add-on AnkiConnect.

The importer of Anki moves no card and removes none. What it leaves undone is asked for here:
cards go to the subdeck where their answer is now, and what has retired is tagged.
"""

from __future__ import annotations

import json
import re
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from crib.problems import BuildError, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VERSION = 6
MAX_BYTES = 100_000_000
_CONNECT_SECONDS, _ANSWER_SECONDS = 10, 600  # an import takes its time
_CONNECTIONS: dict[str, type[HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}


def check_address(url: str) -> str:
    """Return *url* if AnkiConnect can be at it. Raises ValueError."""
    address = urlsplit(url)
    if address.scheme not in _CONNECTIONS or not address.hostname or address.port == 0:
        raise ValueError(url)
    if not re.fullmatch("[!-~]+", url) or re.search("[@?#]", url):
        raise ValueError(url)
    return url


def push(package: Path, homes: Mapping[str, str], retired: Iterable[str], tag: str, url: str) -> tuple[int, int]:
    """Import *package* into the Anki at *url*; return how many cards moved and how many notes were tagged.

    homes    for each search of cards that are not in their subdeck, that subdeck
    retired  searches of notes that get *tag*

    Raises BuildError where Anki does not answer, or refuses.
    """
    if _ask(url, "importPackage", path=str(package.resolve())) is not True:
        raise BuildError("Anki did not import the deck")
    moved = tagged = 0
    for search, deck in homes.items():
        if cards := _find(url, "findCards", search):
            _ask(url, "changeDeck", cards=cards, deck=deck)
            moved += len(cards)
    for search in retired:
        if notes := _find(url, "findNotes", f"{search} -tag:{tag}"):
            _ask(url, "addTags", notes=notes, tags=tag)
            tagged += len(notes)
    return moved, tagged


def _find(url: str, action: str, search: str) -> list[int]:
    """Return the numbers of what *search* finds. Raises BuildError."""
    found = _ask(url, action, query=search)
    if not isinstance(found, list) or any(type(number) is not int for number in found):
        raise _stranger(url)
    return found


def _ask(url: str, action: str, **params: Any) -> Any:
    """Return what Anki answers (https://git.foosoft.net/alex/anki-connect). Raises BuildError."""
    status, reply = _post(url, action, json.dumps({"action": action, "version": VERSION, "params": params}).encode())
    try:
        answer = json.loads(reply)
    except (ValueError, RecursionError):
        raise _stranger(url) from None
    if status != 200 or not isinstance(answer, dict) or not {"result", "error"} <= answer.keys():
        raise _stranger(url)
    if answer["error"] is not None:
        raise BuildError(f"Anki refused {action}: {short(str(answer['error']), 300) or 'it does not say why'}")
    return answer["result"]


def _post(url: str, action: str, body: bytes) -> tuple[int, bytes]:
    """Return the status and the body of the reply: directly, by no proxy and to no other address."""
    address = urlsplit(url)
    kind, host = _CONNECTIONS[address.scheme], cast("str", address.hostname)
    with closing(kind(host, address.port or kind.default_port, timeout=_CONNECT_SECONDS)) as connection:
        try:
            connection.connect()
        except (OSError, UnicodeError) as error:
            hint = "start Anki, with the add-on AnkiConnect (2055492159)"
            raise BuildError(f"Anki does not answer at {url} ({error}): {hint}") from None
        connection.sock.settimeout(_ANSWER_SECONDS)
        try:
            connection.request("POST", address.path or "/", body, {"Content-Type": "application/json"})
            with connection.getresponse() as reply:
                data = reply.read(MAX_BYTES + 1)
        except TimeoutError:
            raise BuildError(f"Anki at {url} took more than {_ANSWER_SECONDS} seconds for {action}") from None
        except (OSError, HTTPException) as error:
            raise BuildError(f"what answers at {url} broke off at {action} ({short(repr(error))})") from None
    if len(data) > MAX_BYTES:
        raise _stranger(url)
    return reply.status, data


def _stranger(url: str) -> BuildError:
    return BuildError(f"what answers at {url} is not AnkiConnect")
