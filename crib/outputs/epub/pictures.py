"""Pictures of the e-book, converted for every reading system and any page color.

Old reading systems have neither WebP nor JPEG in CMYK, and a black figure for white paper is invisible on a black
page: so each picture gets a white background. Drawings are minified.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.parsers import expat

from crib.files import is_there
from crib.problems import NOTE, Problem
from crib.render.drawings import drawing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PIL.Image import Image

    from crib.model import Book

_START_TAG = re.compile(rb"""<(?:[\w.-]+:)?svg\b(?:[^"'>]|"[^"]*"|'[^']*')*(?<!/)>""")
_GROUND = '<{}rect x="{}" y="{}" width="{}" height="{}" style="fill: #fff; stroke: none"/>'
_JPEG_QUALITY = 90
_FORMATS = {".jpeg": "JPEG", ".jpg": "JPEG", ".png": "PNG"}


def for_any_page(picture: bytes, suffix: str) -> tuple[bytes, str]:
    """Convert *picture*, a file with *suffix*, for the e-book; return it with its new suffix."""
    return (with_ground(drawing(picture).encode() or picture), suffix) if suffix == ".svg" else _bitmap(picture, suffix)


def with_ground(svg: bytes) -> bytes:
    """Return *svg* with a white rectangle behind it; unchanged if it is empty or in UTF-16."""
    start, name, attributes = _root(svg)
    tag = _START_TAG.match(svg, start)
    if not tag:
        return svg
    box = attributes.get("viewBox", "").replace(",", " ").split()
    prefix = name[: name.index(":") + 1] if ":" in name else ""
    ground = _GROUND.format(prefix, *(box if len(box) == 4 else ("0", "0", "100%", "100%")))
    return svg[: tag.end()] + ground.encode() + svg[tag.end() :]


def _root(svg: bytes) -> tuple[int, str, Mapping[str, str]]:
    """Return the byte offset, the name and the attributes of the root element of *svg*."""
    roots: list[tuple[int, str, Mapping[str, str]]] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        roots.append((parser.CurrentByteIndex, name, attributes))
        parser.StartElementHandler = None

    parser.StartElementHandler = start
    parser.Parse(svg, True)
    return roots[0]


def conversions(book: Book) -> Iterator[Problem]:
    """Yield a note for each picture of *book* converted to another format or color space."""
    targets = {unquote(picture.target) for answer in book.answers for picture in answer.pictures}
    for path in (book.folder / target for target in sorted(targets)):
        suffix = path.suffix.lower()
        if suffix != ".svg" and is_there(path) and (new := _new_suffix(path.read_bytes(), suffix)):
            text = f"in the e-book this picture is converted to {_FORMATS[new]} in RGB, for old reading systems"
            yield Problem(str(path), 0, "picture", text, severity=NOTE)


def _bitmap(picture: bytes, suffix: str) -> tuple[bytes, str]:
    new = _new_suffix(picture, suffix)
    return (_saved(picture, new), new) if new else (picture, suffix)


def _new_suffix(picture: bytes, suffix: str) -> str:
    """Return the suffix of a bitmap after conversion, "" if it needs none."""
    from PIL import Image

    with Image.open(BytesIO(picture)) as image:
        if suffix == ".webp":
            is_lossy = picture[12:16] == b"VP8 "  # https://www.rfc-editor.org/rfc/rfc9649.html#section-2.5
            return ".jpg" if is_lossy and not image.has_transparency_data else ".png"
        if image.mode == "CMYK":
            return suffix
        is_still = not getattr(image, "is_animated", False)
        return ".png" if image.has_transparency_data and is_still else ""


def _saved(picture: bytes, suffix: str) -> bytes:
    """Return a bitmap upright, on white, in sRGB, in the file format of *suffix*."""
    from PIL import Image, ImageOps

    file = BytesIO()
    with Image.open(BytesIO(picture)) as image:
        upright = _on_white(_in_srgb(ImageOps.exif_transpose(image)))
    if suffix == ".png":
        upright.save(file, "PNG", optimize=True)
    else:
        upright.save(file, "JPEG", quality=_JPEG_QUALITY)
    return file.getvalue()


def _in_srgb(image: Image) -> Image:
    """Return *image* in RGB; CMYK is converted by its color profile, if it has a valid one."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if image.mode != "CMYK" or not profile:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    try:
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, BytesIO(profile), srgb, outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):
        converted = None
    return converted or image.convert("RGB")


def _on_white(image: Image) -> Image:
    from PIL import Image

    if image.mode != "RGBA":
        return image
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    return ground.convert("RGB")
