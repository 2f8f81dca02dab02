"""Minified SVG, for the e-book and inline on the study page.

An inline drawing of shapes and text uses the fonts of the page, and its words are searchable. Drawings with style
sheets or references of their own are not inlined: they would conflict with the page's.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import chain, groupby, pairwise
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring

from crib.markup.output_allowlist import DRAWING, SVG, names
from crib.render import gate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_INHERITED = names(
    "fill font-size font-style font-weight stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit "
    "stroke-width text-anchor"
)
"""Attributes inherited from the element around."""

_INITIAL = {"stroke": "none", "stroke-width": "1", "text-anchor": "start"}
"""Their initial values; the style sheet of the page sets no others."""

_TEXT = names("text tspan title")
"""Elements with significant whitespace."""

_CLOSED = {"polyline": "", "polygon": "z"}
"""The ends of equivalent paths."""

_POINTS = re.compile(r"\s*(?:-?\d{1,6}(?:\.\d{1,6})?(?:\s*,\s*|\s+|\s*$))+", re.ASCII)
_LONG_COLOR = re.compile(r"#([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3", re.IGNORECASE)


def drawing(svg: bytes) -> str:
    """Return *svg* minified, without its title, for a page with an alternative text.

    Empty if it has anything but shapes and text.
    """
    root = fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        element.attrib.pop("id", None)
    for title in root.findall("title"):
        root.remove(title)
    root.set("xmlns", SVG)
    if "viewBox" not in root.attrib or gate.refusals(tostring(root, encoding="unicode"), DRAWING):
        return ""
    _shorten(root, _INITIAL)
    return tostring(root, encoding="unicode").replace(" />", "/>")


def _shorten(element: Element, inherited: Mapping[str, str]) -> None:
    """Drop attributes of *element* equal to *inherited* ones, and whitespace between elements."""
    for name, value in list(element.items()):
        element.set(name, _LONG_COLOR.sub(r"#\1\2\3", value))
        if name in _INHERITED and inherited.get(name) == element.get(name):
            del element.attrib[name]
    _as_path(element)
    inherited = {**inherited, **_looks(element)}
    if element.tag not in _TEXT:
        element.text = None
        for child in element:
            child.tail = None
        _group(element)
    for child in element:
        _shorten(child, inherited)


def _as_path(element: Element) -> None:
    """Convert a line through many points to a path: relative coordinates are shorter than absolute ones."""
    points = element.get("points", "")
    if element.tag not in _CLOSED or not _POINTS.fullmatch(points):
        return
    numbers = [Decimal(number) for number in re.findall(r"[\d.-]+", points)]
    places = list(zip(numbers[::2], numbers[1::2], strict=False))  # an odd number at the end has no meaning
    steps = chain.from_iterable((x - x0, y - y0) for (x0, y0), (x, y) in pairwise(places))
    path = f"M{_joined(places[0])}l{_joined(steps)}{_CLOSED[element.tag]}" if places else ""
    if len(places) > 1 and len(path) < len(points):
        element.tag = "path"
        del element.attrib["points"]
        element.set("d", path)


def _joined(numbers: Iterable[Decimal]) -> str:
    """Return path data of *numbers*: without leading zeros, or spaces before minus signs."""
    return re.sub(r"(?<!\d)0(?=\.)", "", " ".join(f"{number.normalize():f}" for number in numbers)).replace(" -", "-")


def _group(element: Element) -> None:
    """Group neighbors with equal attributes, and move these to the group."""
    children: list[Element] = []
    for looks, run in groupby(element, _looks):
        alike = list(run)
        if looks and len(alike) > 1:
            for child in alike:
                child.attrib = {name: value for name, value in child.items() if name not in looks}
            group = Element("g", looks)
            group.extend(alike)
            alike = [group]
        children += alike
    element[:] = children


def _looks(element: Element) -> dict[str, str]:
    return {name: value for name, value in element.items() if name in _INHERITED}
