"""Pictures of the study page, which are in the page itself.

A drawing of shapes and text becomes part of the page: it takes its fonts, and its words are found. A drawing with
styles or references of its own would mix them with those of the page, so it stays a document of its own, as
bitmaps do.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING
from xml.etree.ElementTree import tostring

from defusedxml.ElementTree import fromstring

from crib.markup.output_allowlist import DRAWING, SVG
from crib.render import gate

if TYPE_CHECKING:
    from collections.abc import Mapping

_DRAWN = re.compile(r'<img src="media/([^"]+\.svg)"([^>]*?)\s*/>')
_KEPT = re.compile(r'(<img [^<>]*?src=")media/([^"]+)')
_NAMES = re.compile(r'\b(?:alt|title|aria-details)="[^"]*"')
_MEDIA_TYPES = {"svg": "image/svg+xml", "jpg": "image/jpeg"}


def with_drawings(html: str, media: Mapping[str, bytes]) -> str:
    """Return *html* with drawings in place of the pictures that can be part of a page."""
    drawings = {name: _drawing(data) for name, data in media.items() if name.endswith(".svg")}

    def drawn(image: re.Match[str]) -> str:
        attributes = " ".join(_NAMES.findall(image[2])).replace("alt=", "aria-label=", 1)
        svg = drawings[image[1]]
        return svg.replace("<svg", f'<svg role="img" {attributes}', 1) if svg else image[0]

    return _DRAWN.sub(drawn, html)


def with_bitmaps(html: str, media: Mapping[str, bytes]) -> str:
    """Return *html* with the data of each other picture in place of its address."""
    return _KEPT.sub(lambda image: image[1] + data_address(media[image[2]], _media_type(image[2])), html)


def data_address(data: bytes, media_type: str) -> str:
    """Return the address that is *data* itself."""
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def _media_type(name: str) -> str:
    suffix = name.rpartition(".")[2]
    return _MEDIA_TYPES.get(suffix, f"image/{suffix}")


def _drawing(svg: bytes) -> str:
    """Return *svg* as part of a page; empty if it has anything but shapes and text."""
    root = fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        element.attrib.pop("id", None)
    for title in root.findall("title"):
        root.remove(title)  # the alternative text says more
    root.set("xmlns", SVG)
    drawing: str = tostring(root, encoding="unicode", short_empty_elements=True)
    return "" if "viewBox" not in root.attrib or gate.refusals(drawing, DRAWING) else drawing
