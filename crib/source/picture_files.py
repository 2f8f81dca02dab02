"""Check picture files: inside the book's folder, of a known format and size, and, if SVG, free of active content."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from warnings import catch_warnings, simplefilter

from crib import limits
from crib.engine import budget
from crib.engine.cache import digest
from crib.engine.cached import cached
from crib.files import open_inside, read_inside
from crib.problems import short
from crib.source import svg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.model import Answer, Picture
    from crib.problems import Report
    from crib.source.svg import Complaint

_IN_MEMORY = 500  # pictures: a slow one is drawn only once, even without a cache file

FORMATS = {".svg": "SVG", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".webp": "WEBP"}
"""Picture formats by file extension, in lower case."""


def check_pictures(answers: Iterable[Answer], folder: Path, report: Report) -> Iterator[Answer]:
    """Yield *answers* of the book in *folder* with digests of their pictures; report unusable pictures."""
    for answer in answers:
        yield replace(answer, pictures=tuple(_check_picture(picture, folder, report) for picture in answer.pictures))


def _check_picture(picture: Picture, folder: Path, report: Report) -> Picture:
    target = unquote(picture.target)
    if why := _complaint(target, folder):
        report.add(picture.line, "image", f"`{short(picture.target)}` {why[0]}", why[1])
        return picture
    path = folder / target
    try:
        file_digest = digest(read_inside(path, folder, limits.PICTURE_BYTES))
    except OSError as error:  # removed or replaced just now
        report.add(picture.line, "image", f"`{short(picture.target)}` cannot be read: {error.strerror}")
        return picture
    if why := _complaint_inside(path.suffix.lower(), str(path), budget.picture_seconds(), digest=file_digest):
        report.add(picture.line, "image", f"`{short(picture.target)}` {why[0]}", why[1])
    return replace(picture, digest=file_digest.hex())


def _complaint(target: str, folder: Path) -> Complaint | None:
    """Return a complaint about the file at *target*, relative to the book's *folder*; None if it may be a picture."""
    inside = "use a file inside the book's folder, such as figures/tree.svg"
    try:
        parts = urlsplit(target)
        path = (folder / target).resolve()
        if parts.scheme or parts.netloc:
            return "is not a file of this book", inside
        if target.startswith(("/", "\\")) or not path.is_relative_to(folder.resolve()):
            return "is outside the book's folder", inside
        if path.suffix.lower() not in FORMATS:
            return "has an unsupported format", f"use one of: {', '.join(FORMATS)}"
        if not path.exists():
            return "does not exist", inside
        if path.stat().st_size > limits.PICTURE_BYTES:
            return "is too large", f"at most {limits.PICTURE_BYTES // 1_000_000} MB"
        with open_inside(path, folder):
            return None
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        return f"cannot be read: {getattr(error, 'strerror', None) or 'its name is not valid'}", inside


@lru_cache(_IN_MEMORY)
@cached(key_only=("digest",))
def _complaint_inside(suffix: str, path: str, seconds: float) -> Complaint | None:
    """Return a complaint about the contents of the picture *path*; None if it is usable."""
    return svg.svg_complaint(Path(path), seconds) if suffix == ".svg" else bitmap_complaint(Path(path))


def bitmap_complaint(path: Path) -> Complaint | None:
    """Return a complaint about the bitmap at *path*, whose suffix names its format; None if it is usable."""
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint allows truncated pictures once it is imported
    too_large = f"has more than {limits.PICTURE_PIXELS:,} pixels", "save it smaller"
    try:
        with catch_warnings():
            simplefilter("ignore")  # of large pictures: we have a limit of our own
            with Image.open(path, formats=[FORMATS[path.suffix.lower()]]) as image:
                if image.width * image.height > limits.PICTURE_PIXELS:
                    return too_large
                image.load()
    except Image.DecompressionBombError:
        return too_large
    except (OSError, SyntaxError, ValueError):
        return (
            f"is not a {FORMATS[path.suffix.lower()]} picture",
            "open it in an image editor and save it again in that format",
        )
    return None
