"""Pictures: only files of the book, and only such as run and fetch nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from warnings import catch_warnings, simplefilter

from crib.source import svg

if TYPE_CHECKING:
    from pathlib import Path

    from crib.source.svg import Complaint

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
"""More than fit on a page of A4 at 600 dots an inch."""

FORMATS = {".svg": "SVG", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".webp": "WEBP"}
"""What a picture may be, by the end of its file's name in lower case."""


def complaint(target: str, folder: Path) -> Complaint | None:
    """Return why the picture at *target*, relative to the book's *folder*, cannot be used."""
    inside = "use a file below the book's folder, such as figures/tree.svg"
    try:
        parts = urlsplit(target)
        path = (folder / target).resolve()
        if parts.scheme or parts.netloc:
            return "is not a file of this book", inside
        if target.startswith(("/", "\\")) or not path.is_relative_to(folder.resolve()):
            return "lies outside the book", inside
        if path.suffix.lower() not in FORMATS:
            return "is of a kind we do not print", f"known: {', '.join(FORMATS)}"
        if not path.is_file():
            return "does not exist", inside
        if path.stat().st_size > MAX_BYTES:
            return "is too large", f"at most {MAX_BYTES // 1_000_000} MB"
        return svg.complaint(path) if path.suffix.lower() == ".svg" else _bitmap_complaint(path)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        return f"cannot be read: {getattr(error, 'strerror', None) or 'its name is not one of a file'}", inside


def _bitmap_complaint(path: Path) -> Complaint | None:
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once it is imported, lets half pictures pass
    too_large = f"has more than {MAX_PIXELS:,} pixels", "save it smaller"
    try:
        with catch_warnings():
            simplefilter("ignore")  # of large pictures: we have a limit of our own
            with Image.open(path, formats=[FORMATS[path.suffix.lower()]]) as image:
                if image.width * image.height > MAX_PIXELS:
                    return too_large
                image.load()
    except Image.DecompressionBombError:
        return too_large
    except (OSError, SyntaxError, ValueError):
        return f"is not a {FORMATS[path.suffix.lower()]} picture", "save it again from a drawing program"
    return None
