"""Convert a PDF to grayscale: text, drawings, gradients and pictures.

Shades follow ISO 32000-1, 10.3.2, like those of printers: linear in each color, so gradients stay even.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pikepdf import (
    Array,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Operator,
    PdfImage,
    Stream,
    parse_content_stream,
    unparse_content_stream,
)

from crib.print.pdf.tagged_pdf import items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pikepdf import Pdf

_PAINT = {"rg": "g", "RG": "G", "k": "g", "K": "G", "sc": "g", "scn": "g", "SC": "G", "SCN": "G"}
"""Color operators, mapped to their grayscale counterparts."""

_SPACES = {"cs": ("sc", "scn"), "CS": ("SC", "SCN")}
"""Operators for a color space, mapped to those for a color in it."""

_COLORED = re.compile(rb"\b(?:rg|RG|k|K|cs|CS)\b")
_JPEG_QUALITY = 90


def to_grayscale(pdf: Pdf) -> None:
    """Convert all colors of *pdf* to shades of gray."""
    contents = {stream.objgen for page in pdf.pages for stream in items(page.obj.get("/Contents"))}
    for thing in pdf.objects:
        if isinstance(thing, Stream):
            if thing.get("/Subtype") == Name.Image:
                _gray_picture(thing)
            elif thing.objgen in contents or thing.get("/Subtype") == Name.Form or "/PatternType" in thing:
                _gray_drawing(thing)
        for part in _dictionaries(thing):
            if "/ShadingType" in part:
                _gray_gradient(part)
            elif part.get("/S") == Name.Transparency and "/CS" in part:
                part.CS = Name.DeviceGray


def _dictionaries(thing: Any) -> Iterator[Any]:
    """Yield the direct dictionaries within an object of a PDF, without following references."""
    if isinstance(thing, (Dictionary, Stream)):
        yield thing
        kids = [value for _, value in thing.items()]
    else:
        kids = list(thing) if isinstance(thing, Array) else []
    for kid in kids:
        if isinstance(kid, (Dictionary, Array)) and not kid.is_indirect:
            yield from _dictionaries(kid)


def _gray_drawing(stream: Stream) -> None:
    if _COLORED.search(stream.read_bytes()):
        stream.write(unparse_content_stream(list(_gray_commands(parse_content_stream(stream)))))


def _gray_commands(commands: Iterable[Any]) -> Iterator[Any]:
    spaces: dict[str, str] = {}
    for command in commands:
        operator, operands = str(command.operator), list(command.operands)
        if operator in _SPACES and operands[0] != Name.Pattern:
            spaces |= dict.fromkeys(_SPACES[operator], str(operands[0]))
            yield ContentStreamInstruction([Name.DeviceGray], command.operator)
        elif operator in _PAINT and not isinstance(operands[-1], Name):
            shade = _shade(list(map(float, operands)), spaces.get(operator, ""))
            yield ContentStreamInstruction([shade], Operator(_PAINT[operator]))
        else:
            yield command


def _shade(color: Sequence[float], space: str = "") -> float:
    """Return the shade of *color*, from 0 for black to 1; a color has one, three or four components."""
    if "lab" in space:
        return round(_shade_of_lightness(color[0]), 4)
    if len(color) == 1:
        return color[0]
    if len(color) == 4:
        return round(1 - min(1, 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2] + color[3]), 4)
    return round(0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2], 4)


def _shade_of_lightness(lightness: float) -> float:
    """Return the shade in sRGB of a CIE *lightness*, from 0 to 100."""
    linear = ((lightness + 16) / 116) ** 3 if lightness > 8 else lightness / 903.3
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _gray_gradient(shading: Any) -> None:
    space = str(shading.ColorSpace)
    for function in (shading.Function, *shading.Function.get("/Functions", ())):
        for end in ("/C0", "/C1"):
            if end in function:
                function[end] = Array([_shade(list(map(float, function[end])), space)])
    if "/Background" in shading:
        shading.Background = Array([_shade(list(map(float, shading.Background)), space)])
    shading.ColorSpace = Name.DeviceGray


def _gray_picture(stream: Stream) -> None:
    if stream.get("/ImageMask") or stream.get("/ColorSpace") == Name.DeviceGray:
        return
    gray = PdfImage(stream).as_pil_image().convert("L")
    stream.ColorSpace, stream.BitsPerComponent = Name.DeviceGray, 8
    if "/Decode" in stream:
        del stream.Decode
    if stream.get("/Filter") == Name.DCTDecode:
        file = BytesIO()
        gray.save(file, "JPEG", quality=_JPEG_QUALITY)
        stream.write(file.getvalue(), filter=Name.DCTDecode)
    else:
        stream.write(gray.tobytes())
