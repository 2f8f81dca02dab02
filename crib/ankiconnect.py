"""A deck into a running Anki, through its add-on AnkiConnect.

The importer of Anki moves no card and removes none. What it leaves undone is asked for here:
cards go to the subdeck where their answer is now, and what has retired is tagged.
"""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VERSION = 6
_SECONDS = 600


def push(package: Path, homes: Mapping[str, str], retired: Iterable[str], tag: str, url: str) -> tuple[int, int]:
    """Import *package* into the Anki at *url*; return how many cards moved and how many notes were tagged.

    homes    for each search of cards that are not in their subdeck, that subdeck
    retired  searches of notes that get *tag*

    Raises BuildError where Anki does not answer, or refuses.
    """
    if not _ask(url, "importPackage", path=str(package.resolve())):
        raise BuildError(f"Anki did not import {package}")
    moved = tagged = 0
    for search, deck in homes.items():
        if cards := _ask(url, "findCards", query=search):
            _ask(url, "changeDeck", cards=cards, deck=deck)
            moved += len(cards)
    for search in retired:
        if notes := _ask(url, "findNotes", query=f"{search} -tag:{tag}"):
            _ask(url, "addTags", notes=notes, tags=tag)
            tagged += len(notes)
    return moved, tagged


def _ask(url: str, action: str, **params: Any) -> Any:
    """Return what Anki answers (https://git.foosoft.net/alex/anki-connect). Raises BuildError."""
    body = json.dumps({"action": action, "version": VERSION, "params": params}).encode()
    direct = build_opener(ProxyHandler({}))  # what is on this machine is behind no proxy
    try:
        with direct.open(Request(url, body, {"Content-Type": "application/json"}), timeout=_SECONDS) as reply:  # noqa: S310
            answer = json.load(reply)
    except (OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, URLError) else error
        told = f"Anki does not answer at {url} ({reason})"
        raise BuildError(f"{told}: start Anki, with the add-on AnkiConnect (2055492159)") from None
    except ValueError:
        raise BuildError(f"what answers at {url} is not AnkiConnect") from None
    if not isinstance(answer, dict) or not {"result", "error"} <= answer.keys():
        raise BuildError(f"what answers at {url} is not AnkiConnect")
    if answer["error"]:
        raise BuildError(f"Anki refused {action}: {answer['error']}")
    return answer["result"]
