"""Pictures for media that carry them along: files with names of their own in one folder."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def add_picture(picture: Path, media: dict[str, bytes]) -> str:
    """Add *picture* to *media*; return its name there, made of what it is called and holds.

    It has only characters of `[a-z0-9.-]`, and another picture has another name. An SVG has plain
    line ends, as git may give it others on another machine.
    """
    data = picture.read_bytes()
    if picture.suffix.lower() == ".svg":
        data = data.replace(b"\r\n", b"\n")
    words = re.findall("[a-z0-9]+", picture.stem.lower())
    name = "-".join([*words, sha256(data).hexdigest()[:8]]) + picture.suffix.lower()
    media[name] = data
    return name
