"""Allowlist of the output: elements, attributes, address schemes and CSS, as data.

The gate (`crib.render.gate`) refuses everything else in pages, cards and the preview, from any source. Nothing
on the list runs code, loads remote files, covers other content, or sends anything.
An element or attribute with a namespace is named `NAMESPACE name`, as in expat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

XHTML = "http://www.w3.org/1999/xhtml"
MATHML = "http://www.w3.org/1998/Math/MathML"
SVG = "http://www.w3.org/2000/svg"
_XML = "http://www.w3.org/XML/1998/namespace"
_EPUB = "http://www.idpf.org/2007/ops"

_Names = frozenset[str]


def names(text: str) -> _Names:
    """Return the names in *text*."""
    return frozenset(text.split())


def _in(namespace: str, elements: Mapping[str, _Names]) -> dict[str, _Names]:
    return {f"{namespace} {name}": attributes for name, attributes in elements.items()}


def _both(elements: Mapping[str, _Names]) -> dict[str, _Names]:
    """Return *elements* under their names in HTML and in XHTML."""
    return {**elements, **_in(XHTML, elements)}


_TEXT = names(
    "abbr article aside b bdi bdo blockquote body br caption cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure footer h1 h2 h3 h4 h5 h6 head header hr html i ins kbd li main mark nav ol p pre q rp rt ruby "
    "s samp section small span strong sub summary sup table tbody td tfoot th thead time title tr u ul var wbr"
)
_HTML: dict[str, _Names] = {
    **dict.fromkeys(_TEXT, frozenset()),
    "a": names("href rel target"),
    "col": names("span"),
    "colgroup": names("span"),
    "del": names("datetime"),
    "details": names("open"),
    "img": names("src alt width height"),
    "ins": names("datetime"),
    "li": names("value"),
    "link": names("rel href type"),
    "meta": names("charset name content"),
    "ol": names("type start reversed"),
    "td": names("colspan rowspan headers"),
    "th": names("colspan rowspan headers scope abbr"),
    "time": names("datetime"),
}

MATHML_ELEMENTS = names(
    "math maligngroup malignmark menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow "
    "ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr mlabeledtr munder munderover none"
)
MATHML_ATTRIBUTES = names(
    "accent accentunder align alttext background bevelled color columnalign columnlines columnspacing columnspan "
    "columnwidth denomalign depth dir display displaystyle equalcolumns equalrows fence form frame framespacing "
    "height largeop linebreak linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize maxwidth "
    "minlabelspacing minsize movablelimits notation numalign rowalign rowlines rowspacing rowspan rspace scriptlevel "
    "scriptminsize scriptsizemultiplier separator side stretchy subscriptshift superscriptshift symmetric voffset "
    "width"
)

SVG_ELEMENTS = names("defs ellipse g line path polygon rect svg text title")
SVG_ATTRIBUTES = names(
    "cx cy d fill focusable font-family font-size font-style font-weight height points preserveAspectRatio rx ry "
    "stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit stroke-width text-anchor transform "
    "viewBox width x x1 x2 xmlns xmlns:xlink y y1 y2"
)

ELEMENTS: Mapping[str, _Names] = {
    **_both(_HTML),
    **_in(MATHML, dict.fromkeys(MATHML_ELEMENTS, MATHML_ATTRIBUTES)),
    **_in(SVG, dict.fromkeys(SVG_ELEMENTS, SVG_ATTRIBUTES)),
}
"""Elements with their attributes, besides the global ones."""

ATTRIBUTES = names("class dir hidden id lang role style tabindex title") | {f"{_XML} lang", f"{_EPUB} type"}
ATTRIBUTE_PREFIXES = ("aria-", "data-")
"""Global attributes, and prefixes of attributes without any effect."""

SOURCE_BUTTON: Mapping[str, _Names] = _both({"button": names("type")})
"""More elements of a chapter in the preview: buttons to open the source of an answer."""

FRAME: Mapping[str, _Names] = {
    **SOURCE_BUTTON,
    "iframe": names("name title"),
    "input": names("type autocomplete placeholder"),
    "label": names("for"),
    "script": names("src defer"),
    "search": frozenset(),
}
"""More elements of the frame of the preview: its own script, by file, a search, and the place of a chapter."""

DRAWING: Mapping[str, _Names] = _in(
    SVG,
    dict.fromkeys(
        SVG_ELEMENTS | names("circle polyline tspan"), SVG_ATTRIBUTES | names("dominant-baseline dx dy opacity r")
    ),
)
"""Elements of a figure inside a page: shapes and text, without targets of references."""

STUDY: Mapping[str, _Names] = {
    "button": names("type"),
    "dialog": frozenset(),
    "input": names("type accept autocomplete inputmode maxlength placeholder"),
    "label": names("for"),
    "meta": names("charset name content http-equiv"),
    "noscript": frozenset(),
    "option": names("value"),
    "script": names("type"),
    "select": frozenset(),
    "style": frozenset(),
    "template": frozenset(),
}
"""More elements of the frame of the study page: controls, its own script and style sheet, and their policy."""

ANSWER_PAGE: Mapping[str, _Names] = {"meta": STUDY["meta"], "script": STUDY["script"], **DRAWING}
"""More elements of a page of the website: its policy, and data for search engines."""

LINK_SCHEMES = names("http https mailto")
LINK_KINDS = names("stylesheet icon canonical")
NO_ICON = "data:,"
"""The address of an empty icon, so browsers request none."""

STYLES = names(
    "border border-bottom border-left border-right border-top font-size height list-style-type text-align "
    "vertical-align width"
)
"""Properties allowed in a `style` attribute."""

AT_RULES = names("charset container counter-style font-face layer media namespace page supports")
REFUSED_PROPERTIES = names("behavior -moz-binding -ms-behavior")
"""Properties refused in style sheets of templates: they run code."""

FUNCTIONS = names(
    "attr blur brightness calc circle clamp color color-mix conic-gradient contrast counter counters cubic-bezier "
    "drop-shadow ellipse env fit-content format grayscale hsl hsla hwb inset invert lab lch light-dark "
    "linear-gradient local matrix max min minmax oklab oklch opacity polygon radial-gradient repeat "
    "repeating-linear-gradient repeating-radial-gradient rgb rgba rotate saturate scale scalex scaley sepia skew "
    "steps symbols target-counter target-text translate translatex translatey url var"
)
