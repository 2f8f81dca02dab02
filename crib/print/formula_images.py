"""Formula images: MathJax's SVG as PDF operators, with a form XObject for each glyph.

WeasyPrint parses and draws an SVG again at every use, and only in black (WeasyPrint#1978). Here each
formula is translated once, and drawn in the color of the text around it. The XObjects are glyphs, not
formulas: most formulas occur once or twice, but share their letters. One XObject for each formula
made the sheets of the shipped book 18 % larger. Letters missing from MathJax's fonts (`<text>`) are
drawn with outlines of our fonts. Untranslatable formulas, such as those with letters missing from our
fonts, too, are left to WeasyPrint as SVG.

Depends on these parts of WeasyPrint 70.0:

- `render(cache={…})` maps URLs to images. It is documented as a cache only, but is the only way to
  add a custom image.
- The interface of an image: `get_intrinsic_size`, and `draw` with a `pdf.stream.Stream` and the
  style of a box; its `color` is the color of the text.
- The interface of the stream: `set_color`, `transform`, `draw_x_object`, pydyf's list `stream`, and
  `add_image`. It accepts any object with `id` and `get_x_object`, and adds an XObject to the PDF only
  once; `add_group` would add one at every call.
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
"""Inherited SVG attributes, and their initial values."""

_KNOWN = re.compile(
    rf"{'|'.join(_PAINT)}|transform|viewBox|x|y|width|height|[xy][12]|d|points|style|class|data-.*|braketbar"
)
_FONT = re.compile(r"font-(?:size|family|weight|style)")
_IGNORED_STYLE = re.compile(r"(?:\s*border-\w+:[^;]*;?)*\s*")
_CAPS = {"butt": 0, "round": 1, "square": 2}
_PAINTS = {(True, True): "B", (True, False): "f", (False, True): "S"}
_ASSUMED_WIDTH = 600
"""MathJax's width for letters missing from its fonts, in thousandths of an em."""
_BBOX_MARGIN = 50
"""Margin of a glyph's bounding box, to keep antialiased edges unclipped."""


class _UnsupportedError(Exception):
    """The SVG has an unsupported feature."""


@dataclass(frozen=True)
class GlyphForm:
    """A glyph outline as a form XObject, with the interface for `Stream.add_image`."""

    id: str
    box: tuple[float, ...]
    outline: str

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:  # noqa: FBT001 - WeasyPrint's interface
        """Return the XObject, without a color of its own."""
        del interpolate, dpi_ratio
        extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(self.box)}
        return pydyf.Stream([f"{self.outline} f"], extra, compress=True)


@dataclass(frozen=True)
class FormulaImage:
    """A formula as operators and glyphs, in thousandths of an em, with WeasyPrint's interface of images."""

    view: tuple[float, ...]
    parts: tuple[str | GlyphForm, ...]

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        """Return width, height and aspect ratio."""
        del resolution
        _, _, width, height = self.view
        return width * font_size / 1000, height * font_size / 1000, width / height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw the formula on a page, in the color of the text."""
        stream.set_color(style["color"])
        stream.set_color(style["color"], stroke=True)
        stream.transform(*_centered(self.view, width, height))
        for part in self.parts:
            if isinstance(part, GlyphForm):
                stream.draw_x_object(stream.add_image(part, interpolate=False, ratio=1))
            else:
                stream.stream.append(part)


def formula_images(drawings: Mapping[str, str]) -> dict[str, FormulaImage]:
    """Return images of *drawings* (SVG by name), except untranslatable ones."""
    translated = ((name, _formula(svg)) for name, svg in drawings.items())
    return {name: formula for name, formula in translated if formula}


@cache
def _formula(svg: str) -> FormulaImage | None:
    root = fromstring(svg)  # noqa: S314 - from MathJax
    try:
        return FormulaImage(_numbers(root.attrib["viewBox"]), tuple(_draw_all(root, Identity, _PAINT)))
    except (_UnsupportedError, KeyError, ValueError):
        return None


def _draw_all(parent: Element, matrix: Transform, paint: Mapping[str, str]) -> Iterator[str | GlyphForm]:
    for child in parent:
        yield from _draw(child, matrix, paint)


def _draw(element: Element, matrix: Transform, paint: Mapping[str, str]) -> Iterator[str | GlyphForm]:
    """Yield operators and glyphs of *element*, transformed by *matrix*."""
    tag = element.tag.removeprefix(_SVG)
    names = (name for name in element.attrib if not (tag == "text" and _FONT.fullmatch(name)))
    if not all(map(_KNOWN.fullmatch, names)) or not _IGNORED_STYLE.fullmatch(element.get("style", "")):
        raise _UnsupportedError
    matrix = _transformed(matrix, element.get("transform", ""))
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
    """Draw a nested `<svg>`, clipped at its edges: MathJax assembles stretched braces this way."""
    x, y = (float(svg.get(name, 0)) for name in ("x", "y"))
    width, height = (float(svg.attrib[name]) for name in ("width", "height"))
    yield f"q {_numerals(matrix.translate(x, y), 5)} cm 0 0 {_numerals((width, height))} re W n"
    yield from _draw_all(svg, _centered(_numbers(svg.attrib["viewBox"]), width, height), paint)
    yield "Q"


def _draw_letters(text: Element, matrix: Transform, paint: Mapping[str, str]) -> Iterator[str | GlyphForm]:
    """Draw letters missing from MathJax's fonts, each centered in MathJax's width for it."""
    font = _font(text.get("font-family", ""), text.get("font-weight", ""), text.get("font-style", ""))
    scale = float(text.attrib["font-size"].removesuffix("px")) / font["head"].unitsPerEm
    glyphs = font.getGlyphSet()
    for i, letter in enumerate(text.text or ""):
        glyph = glyphs[font.getBestCmap()[ord(letter)]]
        pen = SVGPathPen(glyphs)
        glyph.draw(pen)
        place = matrix.translate(_ASSUMED_WIDTH * (i + 0.5) - glyph.width * scale / 2, 0).scale(scale, -scale)
        yield from _draw_outline("path", pen.getCommands(), place, paint)


@cache
def _font(family: str, weight: str, style: str) -> TTFont:
    """Return the most similar of our fonts."""
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


def _centered(view: tuple[float, ...], width: float, height: float) -> Transform:
    """Return the transform from a viewBox to *width* by *height*, fitted and centered."""
    x, y, view_width, view_height = view
    scale = min(width / view_width, height / view_height)
    return Transform(
        scale, 0, 0, scale, (width - view_width * scale) / 2 - x * scale, (height - view_height * scale) / 2 - y * scale
    )


def _transformed(matrix: Transform, transform: str) -> Transform:
    """Return *matrix* combined with the value of an attribute `transform`."""
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
    """Yield the operator for a color, none for the text color, and for black, MathJax's color of `\\rule`."""
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
"""Path data of elements with an outline."""


@cache
def _glyph(data: str) -> GlyphForm:
    bounds = ControlBoundsPen(None)
    parse_path(data, bounds)
    left, bottom, right, top = bounds.bounds
    box = (left - _BBOX_MARGIN, bottom - _BBOX_MARGIN, right + _BBOX_MARGIN, top + _BBOX_MARGIN)
    return GlyphForm(sha256(data.encode()).hexdigest()[:12], box, _path(data))


def _path(data: str) -> str:
    """Return the PDF operators for path *data*."""
    pen = _Pen()
    parse_path(data, pen)
    return " ".join(pen.operators)


class _Pen(BasePen):  # type: ignore[misc]
    """A fontTools pen recording PDF operators."""

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
    """Return *values* in PDF syntax, rounded; a unit is a thousandth of an em."""
    return " ".join(f"{value:.{digits}f}".rstrip("0").rstrip(".") for value in values)
