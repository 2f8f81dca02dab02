"""Formulas as images of our own, whose glyphs are PDF form objects: each is in a PDF once.

WeasyPrint reads and draws an SVG anew at every use, and in black (WeasyPrint#1978). Here a formula
is translated once, and takes the color of the text around it. Objects are its glyphs and not the
formula, since most formulas come once or twice but share their letters: a formula an object made
the sheets of the shipped book 18 % larger than these. A letter that MathJax's fonts lack, `<text>`,
is drawn with the outline it has in ours. What is left, such as a letter that ours lack too, is not
translated: WeasyPrint draws that SVG as ever.

Of WeasyPrint 70.0 this leans on

- `render(cache={…})` being a mapping of images by address: documented as a cache only, but the one
  way to an image of our own;
- what it asks of an image: `get_intrinsic_size`, and `draw` with a `pdf.stream.Stream` and the
  style of a box, whose `color` it is;
- that stream: `set_color`, `transform`, `draw_x_object`, pydyf's list `stream`, and `add_image`,
  which takes whatever has an `id` and `get_x_object`. It is what makes an object once a PDF;
  `add_group` makes one at every call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import radians
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, fromstring

import pydyf  # type: ignore[import-untyped]
from fontTools.misc.transform import Identity, Transform
from fontTools.pens.basePen import BasePen
from fontTools.pens.boundsPen import ControlBoundsPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont
from PIL import ImageColor

from crib.home import own_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_SVG = "{http://www.w3.org/2000/svg}"

_PAINT = {"fill": "black", "stroke": "none", "stroke-width": "1", "stroke-linecap": "butt", "stroke-dasharray": ""}
"""The attributes that children inherit, as they are where nobody sets them."""

_KNOWN = re.compile(
    rf"{'|'.join(_PAINT)}|transform|viewBox|x|y|width|height|[xy][12]|d|points|style|class|data-.*|braketbar"
)
_FONT = re.compile(r"font-(?:size|family|weight|style)")
_IDLE_STYLE = re.compile(r"(?:\s*border-\w+:[^;]*;?)*\s*")
_CAPS = {"butt": 0, "round": 1, "square": 2}
_PAINTS = {(True, True): "B", (True, False): "f", (False, True): "S"}
_GUESS = 600
"""How wide MathJax takes a letter to be that its fonts lack, in thousandths of an em."""
_AROUND = 50
"""How far beyond an outline its object ends, so that no edge is cut that a pixel straddles."""


class _UnsupportedError(Exception):
    """An SVG has something that only WeasyPrint can draw."""


@dataclass(frozen=True)
class GlyphForm:
    """An outline to fill, as `Stream.add_image` takes images."""

    id: str
    box: tuple[float, ...]
    outline: str

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:  # noqa: FBT001 - as WeasyPrint has it
        """Return the object that all uses in a PDF share; it has no color."""
        del interpolate, dpi_ratio
        extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(self.box)}
        return pydyf.Stream([f"{self.outline} f"], extra, compress=True)


@dataclass(frozen=True)
class FormulaImage:
    """A formula as WeasyPrint takes images: operators and glyphs, in thousandths of an em."""

    view: tuple[float, ...]
    parts: tuple[str | GlyphForm, ...]

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        """Return width, height and their ratio."""
        del resolution
        _, _, width, height = self.view
        return width * font_size / 1000, height * font_size / 1000, width / height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw it on a page in the color of the text."""
        stream.set_color(style["color"])
        stream.set_color(style["color"], stroke=True)
        stream.transform(*_fit(self.view, width, height))
        for part in self.parts:
            if isinstance(part, GlyphForm):
                stream.draw_x_object(stream.add_image(part, interpolate=False, ratio=1))
            else:
                stream.stream.append(part)


def formula_images(drawings: Mapping[str, str]) -> dict[str, FormulaImage]:
    """Return those of *drawings*, SVG by name, that need no WeasyPrint to draw them."""
    translated = ((name, _formula(svg)) for name, svg in drawings.items())
    return {name: formula for name, formula in translated if formula}


@cache
def _formula(svg: str) -> FormulaImage | None:
    root = fromstring(svg)  # noqa: S314 - MathJax made it
    try:
        return FormulaImage(_numbers(root.attrib["viewBox"]), tuple(_draw_all(root, Identity, _PAINT)))
    except (_UnsupportedError, KeyError, ValueError):
        return None


def _draw_all(parent: Element, matrix: Transform, paint: Mapping[str, str]) -> Iterator[str | GlyphForm]:
    for child in parent:
        yield from _draw(child, matrix, paint)


def _draw(element: Element, matrix: Transform, paint: Mapping[str, str]) -> Iterator[str | GlyphForm]:
    """Yield what draws *element* where *matrix* has it."""
    tag = element.tag.removeprefix(_SVG)
    known = (name for name in element.attrib if not (tag == "text" and _FONT.fullmatch(name)))
    if not all(map(_KNOWN.fullmatch, known)) or not _IDLE_STYLE.fullmatch(element.get("style", "")):
        raise _UnsupportedError
    matrix = _moved(matrix, element.get("transform", ""))
    paint = {name: element.get(name, value) for name, value in paint.items()}
    if tag == "g":
        yield from _draw_all(element, matrix, paint)
    elif tag == "svg":
        yield from _draw_window(element, matrix, paint)
    elif tag == "text":
        yield from _draw_letters(element, matrix, paint)
    elif tag in _OUTLINES:
        yield from _draw_outline(tag, _OUTLINES[tag](element), matrix, paint)
    else:
        raise _UnsupportedError


def _draw_window(svg: Element, matrix: Transform, paint: Mapping[str, str]) -> Iterator[str | GlyphForm]:
    """Yield an `<svg>` inside another: MathJax cuts stretched braces with its edges."""
    x, y = (float(svg.get(name, 0)) for name in ("x", "y"))
    width, height = (float(svg.attrib[name]) for name in ("width", "height"))
    yield f"q {_numerals(matrix.translate(x, y), 5)} cm 0 0 {_numerals((width, height))} re W n"
    yield from _draw_all(svg, _fit(_numbers(svg.attrib["viewBox"]), width, height), paint)
    yield "Q"


def _draw_letters(text: Element, matrix: Transform, paint: Mapping[str, str]) -> Iterator[str | GlyphForm]:
    """Yield letters that MathJax's fonts lack, each in the middle of the width it is taken to have."""
    font = _font(text.get("font-family", ""), text.get("font-weight", ""), text.get("font-style", ""))
    scale = float(text.attrib["font-size"].removesuffix("px")) / font["head"].unitsPerEm
    glyphs = font.getGlyphSet()
    for i, letter in enumerate(text.text or ""):
        glyph = glyphs[font.getBestCmap()[ord(letter)]]
        pen = SVGPathPen(glyphs)
        glyph.draw(pen)
        place = matrix.translate(_GUESS * (i + 0.5) - glyph.width * scale / 2, 0).scale(scale, -scale)
        yield from _draw_outline("path", pen.getCommands(), place, paint)


@cache
def _font(family: str, weight: str, style: str) -> TTFont:
    """Return the one of our fonts that is nearest."""
    if family == "monospace":
        name = "SourceCodePro-Regular"
    elif family == "serif" and not weight and not style:
        name = "STIXTwoMath-Regular"
    else:
        name = f"SourceSans3-{'Bold' * (weight == 'bold')}{'It' * (style == 'italic')}"
        name += "Regular" * name.endswith("-")
    return TTFont(own_folder() / "fonts" / f"{name}.ttf")


def _draw_outline(tag: str, data: str, matrix: Transform, paint: Mapping[str, str]) -> Iterator[str | GlyphForm]:
    fill = paint["fill"] != "none" and tag != "line"
    stroke = paint["stroke"] != "none" and float(paint["stroke-width"]) > 0
    if not data or not (fill or stroke):
        return
    yield f"q {_numerals(matrix, 5)} cm"
    if fill:
        yield from _color(paint["fill"], "rg")
    if stroke:
        yield from _color(paint["stroke"], "RG")
        yield f"{paint['stroke-width']} w {_CAPS[paint['stroke-linecap']]} J"
        yield f"[{_numerals(_numbers(paint['stroke-dasharray']))}] 0 d"
    yield _glyph(data) if tag == "path" and not stroke else f"{_path(data)} {_PAINTS[fill, stroke]}"
    yield "Q"


def _fit(view: tuple[float, ...], width: float, height: float) -> Transform:
    """Return what puts a viewBox into the middle of *width* by *height*, as large as it can be."""
    x, y, view_width, view_height = view
    scale = min(width / view_width, height / view_height)
    return Transform(
        scale, 0, 0, scale, (width - view_width * scale) / 2 - x * scale, (height - view_height * scale) / 2 - y * scale
    )


def _moved(matrix: Transform, transform: str) -> Transform:
    """Return *matrix* after an attribute `transform`."""
    for function, arguments in re.findall(r"(\w+)\s*\(([^)]*)\)", transform):
        values = _numbers(arguments)
        if function == "rotate":
            angle, *center = values
            x, y = center or (0, 0)
            matrix = matrix.translate(x, y).rotate(radians(angle)).translate(-x, -y)
        elif function in ("translate", "scale"):
            matrix = getattr(matrix, function)(*values)
        else:
            raise _UnsupportedError
    return matrix


def _color(value: str, operator: str) -> Iterator[str]:
    """Yield what sets a color, unless it is that of the text: so is MathJax's black, of `\\rule`."""
    if value in ("currentColor", "black"):
        return
    channels = ImageColor.getrgb(value)
    if len(channels) != 3:
        raise _UnsupportedError
    yield f"{_numerals((channel / 255 for channel in channels), 3)} {operator}"


def _line(line: Element) -> str:
    return "M{} {}L{} {}".format(*(line.get(name, 0) for name in ("x1", "y1", "x2", "y2")))


def _rectangle(rect: Element) -> str:
    x, y, width, height = (float(rect.get(name, 0)) for name in ("x", "y", "width", "height"))
    return f"M{x} {y}h{width}v{height}h{-width}z" if width > 0 and height > 0 else ""


_OUTLINES: dict[str, Callable[[Element], str]] = {
    "path": lambda path: path.get("d", ""),
    "polygon": lambda polygon: f"M{polygon.attrib['points']}z",
    "line": _line,
    "rect": _rectangle,
}
"""What has an outline, as data for a path."""


@cache
def _glyph(data: str) -> GlyphForm:
    bounds = ControlBoundsPen(None)
    parse_path(data, bounds)
    left, bottom, right, top = bounds.bounds
    box = (left - _AROUND, bottom - _AROUND, right + _AROUND, top + _AROUND)
    return GlyphForm(sha256(data.encode()).hexdigest()[:12], box, _path(data))


def _path(data: str) -> str:
    """Return the operators for a path."""
    pen = _Pen()
    parse_path(data, pen)
    return " ".join(pen.operators)


class _Pen(BasePen):  # type: ignore[misc]
    """Writes what it draws as PDF operators."""

    def __init__(self) -> None:
        super().__init__()
        self.operators: list[str] = []

    def _moveTo(self, pt: Iterable[float]) -> None:  # noqa: N802 - fontTools names them
        self.operators.append(f"{_numerals(pt)} m")

    def _lineTo(self, pt: Iterable[float]) -> None:  # noqa: N802
        self.operators.append(f"{_numerals(pt)} l")

    def _curveToOne(self, *points: Iterable[float]) -> None:  # noqa: N802
        self.operators.append(f"{' '.join(map(_numerals, points))} c")

    def _closePath(self) -> None:  # noqa: N802
        self.operators.append("h")


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(number) for number in re.split(r"[\s,]+", text.strip()) if number)


def _numerals(values: Iterable[float], digits: int = 1) -> str:
    """Return *values* as a PDF writes them; a tenth of a unit is a ten-thousandth of an em."""
    return " ".join(f"{value:.{digits}f}".rstrip("0").rstrip(".") for value in values)
