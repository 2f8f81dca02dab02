"""Inline SVG: drawings of the study page, minified.

An inline drawing of shapes and text uses the fonts of the page, and its words are searchable. Drawings with style
sheets or references of their own are not inlined: they would conflict with the page's.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring

from crib.markup.output_allowlist import DRAWING, SVG, names
from crib.render import gate

if TYPE_CHECKING:
    from collections.abc import Mapping

_INHERITED = names(
    "fill font-size font-style font-weight stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit "
    "stroke-width text-anchor"
)
"""Attributes inherited from the element around."""

_INITIAL = {"stroke": "none", "stroke-width": "1", "text-anchor": "start"}
"""Their initial values; the style sheet of the page sets no others."""

_TEXT = names("text tspan title")
"""Elements with significant whitespace."""

_LONG_COLOR = re.compile(r"#([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3", re.IGNORECASE)


def drawing(svg: bytes) -> str:
    """Return *svg* as part of a page, "" if it has anything but shapes and text."""
    root = fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        element.attrib.pop("id", None)
    for title in root.findall("title"):
        root.remove(title)  # the alternative text says more
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
    inherited = {**inherited, **_looks(element)}
    if element.tag not in _TEXT:
        element.text = None
        for child in element:
            child.tail = None
        _group(element)
    for child in element:
        _shorten(child, inherited)


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
