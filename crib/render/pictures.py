"""Media files: pictures copied into an output, such as an EPUB or a deck, under unique names."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def as_it_is(picture: bytes, suffix: str) -> tuple[bytes, str]:
    """Return *picture* and *suffix* unchanged."""
    return picture, suffix


def add_picture(
    picture: Path, media: dict[str, bytes], prepare: Callable[[bytes, str], tuple[bytes, str]] = as_it_is
) -> str:
    """Add the file *picture*, after *prepare*, to *media* (contents by name), and return its new name.

    The name combines the words of the file's name with a digest of its contents, in characters of
    `[a-z0-9.-]`. Line ends of SVG are normalized to LF, since git may check them out as CRLF.
    """
    data, suffix = picture.read_bytes(), picture.suffix.lower()
    if suffix == ".svg":
        data = data.replace(b"\r\n", b"\n")
    data, suffix = prepare(data, suffix)
    words = re.findall("[a-z0-9]+", picture.stem.lower())
    name = "-".join([*words, sha256(data).hexdigest()[:8]]) + suffix
    media[name] = data
    return name
