"""Write PNG compressed by libdeflate: a tenth smaller than Pillow's."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING
from zlib import crc32

from deflate import zlib_compress

if TYPE_CHECKING:
    from PIL.Image import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED = (8, 3, 0, 0, 0)  # bits a pixel, color type, compression, filter and interlace method
_UNFILTERED = b"\0"
_SMALLEST = 12


def png(picture: Image) -> bytes:
    """Return *picture*, an image with a palette, as a file: https://www.w3.org/TR/png-3/#4Concepts.FormatChunks."""
    width, height = picture.size
    pixels = picture.tobytes()
    rows = b"".join(_UNFILTERED + pixels[start : start + width] for start in range(0, width * height, width))
    chunks = {
        b"IHDR": pack(">2L5B", width, height, *_INDEXED),
        b"PLTE": bytes(picture.getpalette() or ()),
        b"IDAT": bytes(zlib_compress(rows, _SMALLEST)),
        b"IEND": b"",
    }
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks.items())


def _chunk(name: bytes, data: bytes) -> bytes:
    return pack(">L", len(data)) + name + data + pack(">L", crc32(name + data))
