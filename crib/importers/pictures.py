"""Import pictures: copy each into `figures/` once, and keep pictures on the web as links."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from pathlib import Path
from posixpath import basename, splitext
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from crib import limits
from crib.importers.addresses import encoded
from crib.importers.drafts import line_of
from crib.importers.inlines import words
from crib.model.elements import alt, link_to, target, title, with_alt, with_attributes, with_target
from crib.model.keys import slug
from crib.model.tree import plain
from crib.problems import short
from crib.source import svg
from crib.source.allowlist import is_address
from crib.source.picture_files import bitmap_complaint

if TYPE_CHECKING:
    from collections.abc import Callable

    from crib.importers.log import ImportLog
    from crib.importers.questions import Media
    from crib.model.elements import Element, Elements

FOLDER = "figures"
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
)


class PictureStore:
    """The pictures of an import, by their new names.

    download  returns the file at an address, or raises OSError or ValueError; None to keep pictures as links
    """

    def __init__(self, download: Callable[[str], bytes] | None = None) -> None:
        """Start without pictures."""
        self.files: dict[str, bytes] = {}
        self._names: dict[bytes, str] = {}
        self._refused: dict[bytes, str] = {}
        self._download = download

    def replace(self, image: Element, media: Media, log: ImportLog) -> Elements:
        """Return the replacement of *image*: the picture under its new name, a link, or nothing."""
        remote = encoded(target(image))
        address = remote if is_address(remote) else target(image)
        line = line_of(image)
        described = words(plain(alt(image))) or words(_title_from(address))
        data = self._data(address, media, log, line)
        if data is None:
            if is_address(address):
                return [{**link_to(address, described), "line": line}]
            return []
        name, complaint = self._add(data, address)
        if complaint:
            log.leave_out(line, address, f"left out: a picture that {complaint}")
            return []
        return [with_alt(with_attributes(with_target(image, name, title(image))), described)]

    def _data(self, address: str, media: Media, log: ImportLog, line: int) -> bytes | None:
        """Return the file at *address*; if there is none to copy, log that, and return None."""
        if address.startswith("data:"):
            data = _embedded(address)
            if data is None:
                log.leave_out(line, address, "left out: a `data:` picture that cannot be read")
            return data
        if not is_address(address):
            data = media(address)
            if data is None:
                log.leave_out(line, address, "left out: a missing picture")
            return data
        if self._download is None:
            log.leave_out(line, address, "kept as a link: a picture elsewhere; --download copies it")
            return None
        try:
            return self._download(address)
        except (OSError, ValueError) as error:
            log.leave_out(
                line, address, f"kept as a link: a picture elsewhere, which cannot be downloaded: {short(str(error))}"
            )
            return None

    def _add(self, data: bytes, address: str) -> tuple[str, str]:
        """Add a copy of *data* once; return its name, or an empty name and a complaint."""
        digest = sha256(data).digest()
        if digest in self._names or digest in self._refused:
            return self._names.get(digest, ""), self._refused.get(digest, "")
        suffix = _suffix(data)
        complaint = _complaint(data, suffix)
        if complaint:
            self._refused[digest] = complaint
            return "", complaint
        stem = slug(_title_from(address)) if not address.startswith("data:") else "picture"
        name = f"{FOLDER}/{stem}{suffix}"
        count = 1
        while name in self.files:
            count += 1
            name = f"{FOLDER}/{stem}-{count}{suffix}"
        self.files[name] = data
        self._names[digest] = name
        return name, ""


def _title_from(address: str) -> str:
    """Return the file name in *address*, without its suffix, as words."""
    stem = splitext(basename(unquote(urlsplit(address).path if "://" in address else address)))[0]
    return " ".join(stem.replace("_", " ").replace("-", " ").split()) or "picture"


def _embedded(address: str) -> bytes | None:
    """Return the bytes in a `data:` address; None if it is malformed."""
    header, comma, data = address.partition(",")
    if not comma:
        return None
    try:
        return base64.b64decode(unquote(data), validate=False) if header.endswith("base64") else unquote_to_bytes(data)
    except (binascii.Error, ValueError):
        return None


def _suffix(data: bytes) -> str:
    """Return the suffix for the format of *data*; empty for an unsupported one."""
    for signature, suffix in _SIGNATURES:
        if data.startswith(signature):
            return suffix
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    return ".svg" if b"<svg" in data[:4096] or b":svg" in data[:4096] else ""


def _complaint(data: bytes, suffix: str) -> str:
    """Return a complaint about the picture *data*; empty if it is usable."""
    if len(data) > limits.PICTURE_BYTES:
        return f"is larger than {limits.PICTURE_BYTES // 1_000_000} MB"
    if not suffix:
        return "has a format that no book can show"
    with TemporaryDirectory(prefix="crib-") as folder:
        path = Path(folder) / f"picture{suffix}"
        path.write_bytes(data)
        complaint = svg.svg_complaint(path, limits.PICTURE_SECONDS) if suffix == ".svg" else bitmap_complaint(path)
    return complaint[0] if complaint else ""
