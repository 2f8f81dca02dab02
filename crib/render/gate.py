"""Allowlist check of pages and card fields before they are written (`crib.markup.output_allowlist`).

It covers the output of pandoc, MathJax, Pygments and templates alike. Content was checked when it was read, so a
refusal here is a mistake in Crib or in a user's template.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from crib.markup.css import is_local, refused_in_sheet, refused_in_style
from crib.markup.output_allowlist import (
    ATTRIBUTE_PREFIXES,
    ATTRIBUTES,
    ELEMENTS,
    LINK_KINDS,
    LINK_SCHEMES,
    NO_ICON,
)
from crib.problems import ContentError, Problem, short

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Final
    from xml.etree.ElementTree import Element

    from crib.render.templates import Templates

MALFORMED: Final = "not-well-formed"
REFUSED: Final = "refused-markup"

_ADDRESS = re.compile(rf"(?:{'|'.join(LINK_SCHEMES)}):[^\x00-\x20\x7f\\]+", re.IGNORECASE)
_CDATA = "<!["
_HINT = "only markup that shows text is allowed: no scripts, nothing from other sites, nothing outside its place"
_MOST = 10  # refusals reported for one page


@dataclass(frozen=True)
class Refusal:
    """Refused markup: its error code, a description, and the identifiers of the elements around it."""

    code: str
    what: str
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """The origin of markup, looked up only after a refusal.

    templates  the folders of templates
    names      the names of its templates, outermost first; empty for content alone
    place      returns file and line of the answer with an identifier, None for other identifiers
    answer     file and line of its answer, if all of it comes from a single one
    """

    templates: Templates
    names: tuple[str, ...] = ()
    place: Callable[[str], tuple[str, int] | None] = lambda _: None
    answer: tuple[str, int] | None = None

    @property
    def template(self) -> Path | None:
        """The template to name in a problem."""
        return self.templates.blamed(*self.names) if self.names else None


def check(markup: str, origin: Origin, more: Mapping[str, frozenset[str]] = {}) -> None:
    """Raise ContentError if *markup*, a page or part of one, is malformed or not on the allowlist.

    *more* maps additional allowed elements to their attributes.
    """
    if refused := refusals(markup, more):
        raise ContentError(_problem(refusal, origin) for refusal in refused[:_MOST])


def check_sheet(css: str, path: Path) -> None:
    """Raise ContentError if the style sheet *css*, in the file *path*, contains anything not on the allowlist."""
    if refused := refused_in_sheet(css):
        raise ContentError(Problem(str(path), line, REFUSED, f"{what} is not allowed", _HINT) for line, what in refused)


def check_xml(xml: str, origin: Origin) -> None:
    """Raise ContentError if *xml*, a file for machines, is not well-formed."""
    if malformed := [refusal for refusal in refusals(xml) if refusal.code == MALFORMED]:
        raise ContentError(_problem(refusal, origin) for refusal in malformed)


def check_tree(root: Element, origin: Origin) -> None:
    """Raise ContentError if a parsed HTML tree contains anything not on the allowlist."""
    walk = _Walk({})
    for element in root.iter():
        if isinstance(element.tag, str):  # else a comment
            walk.start(_expat_name(element.tag), {_expat_name(name): value for name, value in element.attrib.items()})
    if walk.refusals:
        raise ContentError(_problem(refusal, origin) for refusal in walk.refusals[:_MOST])


def refusals(markup: str, more: Mapping[str, frozenset[str]] = {}) -> list[Refusal]:
    """Return the refusals in *markup*, a whole page or sibling elements."""
    walk = _Walk(more)
    is_page = markup.lstrip()[:2] in ("<?", "<!") or markup.lstrip()[:5] == "<html"
    try:
        walk.read(markup.strip() if is_page else f"<div>{markup}</div>")
    except expat.ExpatError as error:
        line = markup.splitlines()[error.lineno - 1 : error.lineno]
        return [
            Refusal(MALFORMED, f"not well-formed XML: {expat.ErrorString(error.code)}, near {short(' '.join(line))}")
        ]
    if _CDATA in markup:
        walk.refuse("a CDATA section")
    return walk.refusals


class _Walk:
    """Checks the start tags of one document, and collects refusals."""

    def __init__(self, more: Mapping[str, frozenset[str]]) -> None:
        self.refusals: list[Refusal] = []
        self._elements = {**ELEMENTS, **more} if more else ELEMENTS
        self._identifiers: list[str] = []

    def read(self, xml: str) -> None:
        """Check all of *xml*. Raises ExpatError."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self.start
        parser.EndElementHandler = lambda _: self._identifiers.pop()
        parser.CommentHandler = lambda text: self.refuse(f"the comment {short(text)}")
        parser.ProcessingInstructionHandler = lambda target, _: self.refuse(f"the instruction <?{target}?>")
        parser.EntityDeclHandler = lambda name, *_: self.refuse(f"the entity &{name};")
        parser.Parse(xml.encode("utf-8", "replace"), True)

    def refuse(self, what: str) -> None:
        self.refusals.append(Refusal(REFUSED, what, tuple(filter(None, self._identifiers))))

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Check the start tag of one element."""
        self._identifiers.append(attributes.get("id", ""))
        own = self._elements.get(name)
        local = name.rpartition(" ")[2]
        if own is None:
            self.refuse(f"<{short(local)}>")
            return
        for attribute, value in attributes.items():
            if attribute not in ATTRIBUTES and attribute not in own and not attribute.startswith(ATTRIBUTE_PREFIXES):
                self.refuse(f"the attribute `{short(attribute.rpartition(' ')[2])}` of <{local}>")
            elif attribute in _CHECKS and (what := _CHECKS[attribute](local, value)):
                self.refuse(what)


def _expat_name(name: str) -> str:
    """Return `{NAMESPACE}name` in expat's notation, `NAMESPACE name`."""
    return name.removeprefix("{").replace("}", " ", 1)


def _refused_link(element: str, address: str) -> str:
    is_allowed = is_local(address) or (
        address == NO_ICON if element == "link" else element == "a" and _ADDRESS.fullmatch(address)
    )
    return "" if is_allowed else f"the address `{short(address)}` of <{element}>"


def _refused_kind(element: str, kind: str) -> str:
    return f"a <link> of the kind `{short(kind)}`" if element == "link" and kind not in LINK_KINDS else ""


def _refused_style(element: str, style: str) -> str:
    what = refused_in_style(style)
    return f"{what} of <{element}>" if what else ""


_CHECKS: Mapping[str, Callable[[str, str], str]] = {
    "href": _refused_link,
    "rel": _refused_kind,
    "src": _refused_link,
    "style": _refused_style,
}
"""Checks of attribute values: each returns the problem or ""."""


def answers_in(files: Mapping[str, str]) -> Callable[[str], tuple[str, int] | None]:
    """Return the `place` of an Origin. *files* maps keys of answers to chapter files.

    An identifier is the key of an answer, or begins with it and a dot. Lines are looked up only after a refusal,
    so that rendered answers do not depend on them.
    """

    def place(identifier: str) -> tuple[str, int] | None:
        key = identifier.partition(".")[0]
        return (files[key], _line_of(files[key], key)) if key in files else None

    return place


def _line_of(file: str, key: str) -> int:
    """Return the line of the question *key* in *file*, 1 if it is unknown."""
    try:
        with open(file, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123 - a file as the user typed it
            heading = re.compile(rf"##.*\{{[^{{}}]*#{re.escape(key)}[\s}}]")
            return next((number for number, line in enumerate(lines, 1) if heading.match(line)), 1)
    except OSError:
        return 1


def _problem(refusal: Refusal, origin: Origin) -> Problem:
    """Return *refusal* as a problem, located in the innermost answer around it, or else in its template."""
    places = (origin.place(identifier) for identifier in reversed(refusal.identifiers))
    place, template = next(filter(None, places), origin.answer), origin.template
    if refusal.code == MALFORMED:
        file, line = (str(template), 0) if template else place or ("", 0)
        return Problem(file, line, MALFORMED, refusal.what, "close all elements, innermost first")
    what = f"{refusal.what} is not allowed"
    if place:
        return Problem(*place, REFUSED, what, f"look for it in the template {template}" if template else _HINT)
    file, line = (str(template), _line_with(template, refusal.what)) if template else ("", 0)
    return Problem(file, line, REFUSED, what, _HINT)


def _line_with(template: Path, what: str) -> int:
    """Return the first line of *template* with an element or attribute named in *what*, else 1."""
    names = re.findall(r"<([\w-]+)>|`([\w:-]+)`", what)
    patterns = [f"<{element}" if element else f"{attribute}=" for element, attribute in reversed(names)]
    lines = template.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((number for pattern in patterns for number, line in enumerate(lines, 1) if pattern in line), 1)
