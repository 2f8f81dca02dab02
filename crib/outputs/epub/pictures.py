"""Pictures of the e-book, as every reading system shows them on a page of any color.

Old reading systems have neither WebP nor JPEG in CMYK, and a figure drawn in black for white paper cannot be
seen on a black page: so each picture has a ground of its own.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image

_START_TAG = re.compile(rb"""<(?:[\w.-]+:)?svg\b(?:[^"'>]|"[^"]*"|'[^']*')*(?<!/)>""")
_GROUND = '<{}rect x="{}" y="{}" width="{}" height="{}" style="fill: #fff; stroke: none"/>'
_JPEG_QUALITY = 90


def for_any_page(picture: bytes, suffix: str) -> tuple[bytes, str]:
    """Return *picture*, a file whose name ends with *suffix*, as the e-book has it, and the suffix it has there."""
    return (with_ground(picture), suffix) if suffix == ".svg" else _bitmap(picture, suffix)


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
    """Return where the outermost element of *svg* begins, its name, and its attributes."""
    roots: list[tuple[int, str, Mapping[str, str]]] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        roots.append((parser.CurrentByteIndex, name, attributes))
        parser.StartElementHandler = None

    parser.StartElementHandler = start
    parser.Parse(svg, True)
    return roots[0]


def _bitmap(data: bytes, suffix: str) -> tuple[bytes, str]:
    from PIL import Image

    with Image.open(BytesIO(data)) as image:
        if suffix == ".webp":
            lossless = image.has_transparency_data or data[12:16] != b"VP8 "
            return _saved(image, ".png" if lossless else ".jpg")
        if image.mode == "CMYK":
            return _saved(image, suffix)
        if image.has_transparency_data and not getattr(image, "is_animated", False):
            return _saved(image, ".png")
    return data, suffix


def _saved(image: Image, suffix: str) -> tuple[bytes, str]:
    """Return *image* upright on white in sRGB, as a file whose name ends with *suffix*."""
    from PIL import ImageOps

    upright = _on_white(_in_srgb(ImageOps.exif_transpose(image)))
    file = BytesIO()
    if suffix == ".png":
        upright.save(file, "PNG", optimize=True)
    else:
        upright.save(file, "JPEG", quality=_JPEG_QUALITY)
    return file.getvalue(), suffix


def _in_srgb(image: Image) -> Image:
    """Return *image* in RGB; the inks of CMYK are converted by its color profile, if it has a good one."""
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
