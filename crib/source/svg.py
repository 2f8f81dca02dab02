"""SVG pictures: shapes and text, nothing that runs, fetches, or never ends."""

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
"""What is wrong with a picture, and how to mend it."""

_SVG = "{http://www.w3.org/2000/svg}"
# What drawing programs note down for themselves
_NOTED = (
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


def why_unsafe(path: Path, seconds: float) -> Complaint | None:
    """Return why the SVG at *path* cannot be used, or drawn in *seconds* if these are not 0. Raises OSError."""
    if path.stat().st_size > limits.SVG_BYTES:
        return "is too large", f"at most {limits.SVG_BYTES // 1_000_000} MB of SVG"
    try:
        root: Any = parse(path, DefusedXMLParser(target=_Builder(), forbid_dtd=True)).getroot()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        return "is not an SVG we can read", f"plain SVG in UTF-8 without a DOCTYPE: {error}"
    if root.tag != f"{_SVG}svg":
        return "is not an SVG we can read", 'its outermost element is <svg xmlns="http://www.w3.org/2000/svg">'
    for element in root.iter():
        for what in _dangers(element):
            return f"holds {what}", "a picture may hold shapes and text, nothing that runs or fetches"
    if found := _repetition(root) or svg_cost.complaint(root):
        return found
    return svg_cost.trial_complaint(path, seconds) if seconds and svg_cost.needs_trial(root) else None


class _Builder(TreeBuilder):
    def pi(self, target: str, text: str | None = None) -> NoReturn:
        """Refuse an instruction to whoever shows the picture, such as a style sheet to fetch."""
        raise ValueError(f"no <?{target} {text or ''}?>")


def _dangers(element: Element) -> Iterator[str]:
    name = _name(element.tag)
    if name in _RUNS or not element.tag.startswith((_SVG, *_NOTED)):
        yield f"<{name}>"
    if name == "style" and _FETCHES.search("".join(element.itertext())):
        yield "a style that fetches a file"
    for attribute, value in element.attrib.items():
        name = _name(attribute)
        if name.lower().startswith("on"):
            yield f"the event handler `{name}`"
        if name == "base" or (name == "href" and not value.startswith(("#", "data:image/png;", "data:image/jpeg;"))):
            yield "a link or a file from elsewhere"
        if name == attribute != "href" and _FETCHES.search(value):
            yield "a style that fetches a file"


def _repetition(root: Element) -> Complaint | None:
    """Return what is wrong with elements that *root* draws by referring to them."""
    named: dict[str, list[Element]] = defaultdict(list)
    for element in root.iter():
        named[element.get("id", "")].append(element)
    for style in root.iter(f"{_SVG}style"):
        for name in _REFERENCE.findall("".join(style.itertext())):
            if any(element.tag not in _GRADIENTS for element in named.get(name, ())):
                return (
                    f"holds a style that refers to `#{name}`",
                    "a style may refer to gradients; write it as an attribute",
                )
    try:
        count, _ = _drawn(root, named, {}, 0)
    except RecursionError:
        return (
            "holds an element within itself, or too deep",
            f"at most {limits.SVG_NESTING} levels, with those of <use>",
        )
    if count - sum(1 for _ in root.iter()) > limits.SVG_REPEATED:
        return "draws too much", f"at most {limits.SVG_REPEATED:,} elements by <use>, patterns and markers"
    return None


def _drawn(
    element: Element, named: Mapping[str, list[Element]], known: dict[Element, tuple[int, int]], depth: int
) -> tuple[int, int]:
    """Return how many elements are drawn for *element*, and how many levels deep. Raises RecursionError.

    *known* keeps what has been counted: elements that refer to others grow without bounds.
    """
    if element not in known and depth < limits.SVG_NESTING:
        inner = [*element, *(each for name in _references(element) for each in named.get(name, ()))]
        drawn = [_drawn(each, named, known, depth + 1) for each in inner]
        known[element] = 1 + sum(count for count, _ in drawn), 1 + max((levels for _, levels in drawn), default=0)
    if element not in known or depth + known[element][1] > limits.SVG_NESTING:
        raise RecursionError
    return known[element]


def _references(element: Element) -> set[str]:
    """Return the names, as written and decoded, that the attributes of *element* refer to."""
    found = {name for value in element.attrib.values() for name in _REFERENCE.findall(value)}
    found |= {value[1:] for attribute, value in element.attrib.items() if _name(attribute) == "href"}
    return found | set(map(unquote, found))


def _name(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]
