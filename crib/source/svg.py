"""Check the safety of SVG pictures: no scripts, no external resources, no unbounded repetition."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, parse

from crib import limits
from crib.source import svg_cost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from xml.etree.ElementTree import Element

Complaint = tuple[str, str]
"""The text of a problem with a picture, and a hint."""

_SVG = "{http://www.w3.org/2000/svg}"
# Metadata of drawing programs
_METADATA = (
    "{http://www.inkscape.org/namespaces/",
    "{http://sodipodi.sourceforge.net/",
    "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}",
    "{http://creativecommons.org/ns#}",
    "{http://purl.org/dc/",
)
_RUNS = {"script", "foreignObject", "iframe", "handler", "set", "animate", "animateTransform", "animateMotion"}
_GRADIENTS = {f"{_SVG}linearGradient", f"{_SVG}radialGradient"}
# An escape may spell any of these in another way.
_FETCHES = re.compile(
    r"@import|image(?:-set)?\(|src\(|\\|url\(\s*['\"]?(?!#|data:image/(?:png|jpeg)[;,])", re.IGNORECASE
)
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")]*)", re.IGNORECASE)


def svg_complaint(path: Path, seconds: float) -> Complaint | None:
    """Return a complaint about the SVG at *path*; None if it is safe, and drawn within *seconds* (unless 0).

    Raises OSError.
    """
    if path.stat().st_size > limits.SVG_BYTES:
        return "is too large", f"at most {limits.SVG_BYTES // 1_000_000} MB of SVG"
    try:
        root: Any = parse(path, DefusedXMLParser(target=_Builder(), forbid_dtd=True)).getroot()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        return "cannot be read as SVG", f"save it as plain SVG in UTF-8, without a DOCTYPE ({error})"
    if root.tag != f"{_SVG}svg":
        return "cannot be read as SVG", 'its outermost element must be <svg xmlns="http://www.w3.org/2000/svg">'
    for element in root.iter():
        for what in _dangers(element):
            return f"contains {what}", "remove it: a picture may contain only shapes and text"
    if complaint := _repetition(root) or svg_cost.complaint(root):
        return complaint
    return svg_cost.trial_complaint(path, seconds) if seconds and svg_cost.needs_trial(root) else None


class _Builder(TreeBuilder):
    def pi(self, target: str, text: str | None = None) -> NoReturn:
        """Refuse processing instructions: they may fetch a style sheet."""
        raise ValueError(f"no <?{target} {text or ''}?>")


def _dangers(element: Element) -> Iterator[str]:
    name = _name(element.tag)
    if name in _RUNS or not element.tag.startswith((_SVG, *_METADATA)):
        yield f"<{name}>"
    if name == "style" and _FETCHES.search("".join(element.itertext())):
        yield "a style that fetches a file"
    for attribute, value in element.attrib.items():
        name = _name(attribute)
        if name.lower().startswith("on"):
            yield f"the event handler `{name}`"
        if name == "base" or (name == "href" and not value.startswith(("#", "data:image/png;", "data:image/jpeg;"))):
            yield "a link or an external file"
        if name == attribute != "href" and _FETCHES.search(value):
            yield "a style that fetches a file"


def _repetition(root: Element) -> Complaint | None:
    """Return a complaint about elements drawn by reference in *root*; None if there is none."""
    by_id: dict[str, list[Element]] = defaultdict(list)
    for element in root.iter():
        by_id[element.get("id", "")].append(element)
    for style in root.iter(f"{_SVG}style"):
        for name in _REFERENCE.findall("".join(style.itertext())):
            if any(element.tag not in _GRADIENTS for element in by_id.get(name, ())):
                return (
                    f"contains a style sheet that refers to `#{name}`",
                    "in a style sheet refer only to gradients; set others as attributes of the element",
                )
    try:
        count, _ = _drawn(root, by_id, {}, 0)
    except RecursionError:
        return (
            "contains an element that refers to itself, or is nested too deep",
            f"nest at most {limits.SVG_NESTING} levels, <use> included",
        )
    if count - sum(1 for _ in root.iter()) > limits.SVG_REPEATED:
        return "draws too many elements", f"draw at most {limits.SVG_REPEATED:,} with <use>, patterns and markers"
    return None


def _drawn(
    element: Element, by_id: Mapping[str, list[Element]], counts: dict[Element, tuple[int, int]], depth: int
) -> tuple[int, int]:
    """Return the number of elements drawn for *element*, and their depth in levels. Raises RecursionError.

    *counts* is a cache: without it the time would be exponential in the depth.
    """
    if element not in counts and depth < limits.SVG_NESTING:
        inner = [*element, *(other for name in _references(element) for other in by_id.get(name, ()))]
        inner_counts = [_drawn(child, by_id, counts, depth + 1) for child in inner]
        counts[element] = (
            1 + sum(count for count, _ in inner_counts),
            1 + max((levels for _, levels in inner_counts), default=0),
        )
    if element not in counts or depth + counts[element][1] > limits.SVG_NESTING:
        raise RecursionError
    return counts[element]


def _references(element: Element) -> set[str]:
    """Return the names referred to by the attributes of *element*, as written and decoded."""
    names = {name for value in element.attrib.values() for name in _REFERENCE.findall(value)}
    names |= {value[1:] for attribute, value in element.attrib.items() if _name(attribute) == "href"}
    return names | set(map(unquote, names))


def _name(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]
