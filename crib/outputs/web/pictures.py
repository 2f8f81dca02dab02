"""Embedded pictures of the study page: inline SVG, or `data:` addresses."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING

from crib.render.drawings import drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

_DRAWN = re.compile(r'<img src="media/([^"]+\.svg)"([^>]*?)\s*/>')
_KEPT = re.compile(r'(<img [^<>]*?src=")media/([^"]+)')
_NAMES = re.compile(r'\b(?:alt|title|aria-details)="[^"]*"')
_MEDIA_TYPES = {"svg": "image/svg+xml", "jpg": "image/jpeg"}


def with_drawings(html: str, media: Mapping[str, bytes]) -> str:
    """Return *html* with inline drawings in place of suitable SVG pictures."""
    drawings = {name: drawing(data) for name, data in media.items() if name.endswith(".svg")}

    def drawn(image: re.Match[str]) -> str:
        attributes = " ".join(_NAMES.findall(image[2])).replace("alt=", "aria-label=", 1)
        svg = drawings[image[1]]
        return svg.replace("<svg", f'<svg role="img" {attributes}', 1) if svg else image[0]

    return _DRAWN.sub(drawn, html)


def with_bitmaps(html: str, media: Mapping[str, bytes]) -> str:
    """Return *html* with a `data:` address for each other picture."""
    return _KEPT.sub(lambda image: image[1] + data_address(media[image[2]], _media_type(image[2])), html)


def data_address(data: bytes, media_type: str) -> str:
    """Return *data* as a `data:` address."""
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def _media_type(name: str) -> str:
    suffix = name.rpartition(".")[2]
    return _MEDIA_TYPES.get(suffix, f"image/{suffix}")
