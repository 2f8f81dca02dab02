"""Pictures that are copied into an output, such as an EPUB or a deck: unique file names in one folder."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def add_picture(picture: Path, media: dict[str, bytes]) -> str:
    """Add the file *picture* to *media*, contents by name, and return its name there.

    The name combines the words of the file's name and a digest of its contents, in characters of
    `[a-z0-9.-]`. Line ends of SVG are normalized to LF, since git may check them out as CRLF.
    """
    data = picture.read_bytes()
    if picture.suffix.lower() == ".svg":
        data = data.replace(b"\r\n", b"\n")
    words = re.findall("[a-z0-9]+", picture.stem.lower())
    name = "-".join([*words, sha256(data).hexdigest()[:8]]) + picture.suffix.lower()
    media[name] = data
    return name
