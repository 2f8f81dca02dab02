"""Pictures: only files of the book, and only such as run and fetch nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

MAX_BYTES = 10_000_000

_FORMATS = {".svg": "SVG", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".webp": "WEBP"}
_RUNS = {"script", "foreignObject", "iframe", "handler", "set", "animate", "animateTransform", "animateMotion"}
_REMOTE_STYLE = re.compile(r"@import|url\(\s*['\"]?(?!#|data:image/)", re.IGNORECASE)

Complaint = tuple[str, str]
"""What is wrong with a picture, and how to mend it."""


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
        if path.suffix.lower() not in _FORMATS:
            return "is of a kind we do not print", f"known: {', '.join(_FORMATS)}"
        if not path.is_file():
            return "does not exist", inside
        if path.stat().st_size > MAX_BYTES:
            return "is too large", f"at most {MAX_BYTES // 1_000_000} MB"
        return _svg_complaint(path) if path.suffix.lower() == ".svg" else _bitmap_complaint(path)
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or 'its name is not one of a file'}", inside


def _bitmap_complaint(path: Path) -> Complaint | None:
    from PIL import Image

    try:
        with Image.open(path, formats=[_FORMATS[path.suffix.lower()]]) as image:
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return f"is not a {_FORMATS[path.suffix.lower()]} picture", "save it again from a drawing program"
    return None


def _svg_complaint(path: Path) -> Complaint | None:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import parse

    try:
        root: Any = parse(path, forbid_dtd=True).getroot()
    except (ParseError, DefusedXmlException, UnicodeDecodeError, LookupError, RecursionError) as error:
        return "is not an SVG we can read", f"plain SVG without a DOCTYPE: {error}"
    if _name(root.tag) != "svg":
        return "is not an SVG we can read", "its outermost element is <svg>"
    for element in root.iter():
        for what in _dangers(element):
            return f"holds {what}", "a picture may hold shapes and text, nothing that runs or fetches"
    return None


def _dangers(element: Element) -> Iterator[str]:
    if _name(element.tag) in _RUNS:
        yield f"<{_name(element.tag)}>"
    if _name(element.tag) == "style" and _REMOTE_STYLE.search("".join(element.itertext())):
        yield "a style that fetches a file"
    for attribute, value in element.attrib.items():
        name = _name(attribute)
        if name.lower().startswith("on"):
            yield f"the event handler `{name}`"
        if name == "href" and not value.strip().startswith(("#", "data:image/png;", "data:image/jpeg;")):
            yield "a link or a file from elsewhere"
        if _REMOTE_STYLE.search(value) and name != "href":
            yield "a style that fetches a file"


def _name(tag: object) -> str:
    """Return the name of an element or attribute without its namespace; none for a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
