"""MathJax in V8: convert TeX to SVG for print and to MathML for EPUB, and validate it for Anki.

Anki bundles MathJax 3, too. It runs in V8 inside this process; both are wheels. V8 starts threads: never fork a
process after a call of one of these functions.
"""

from __future__ import annotations

import atexit
import re
import subprocess
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, fromstring, tostring

from crib import limits
from crib.engine.cached import cached
from crib.engine.memory_limit import has_memory_limit, memory_size
from crib.home import command
from crib.markup.css import refused_in_style
from crib.markup.mathml_core import to_core
from crib.markup.output_allowlist import MATHML, MATHML_ATTRIBUTES, MATHML_ELEMENTS, SVG, SVG_ATTRIBUTES, SVG_ELEMENTS
from crib.problems import BuildError, short

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_PARTS = (
    "loader.js",
    "core.js",
    "adaptors/liteDOM.js",
    "input/tex-full.js",
    "output/svg.js",
    "output/svg/fonts/tex.js",
)
# The packages in Anki, except those with links, styles or state.
_SETUP = """
const {liteAdaptor} = MathJax._.adaptors.liteAdaptor;
const dom = liteAdaptor();
MathJax._.handlers.html_ts.RegisterHTMLHandler(dom);
const tex = new MathJax._.input.tex_ts.TeX({
  packages: ['base', 'ams', 'boldsymbol', 'braket', 'cancel', 'cases', 'centernot', 'gensymb',
             'mathtools', 'mhchem', 'upgreek'],
  formatError: (jax, error) => { throw new Error('TeX: ' + error.message) }});
const svg = new MathJax._.output.svg_ts.SVG({
  fontCache: 'none', font: new MathJax._.output.svg.fonts.tex_ts.TeXFont(),
  unknownFamily: 'Source Sans 3'});
const page = MathJax._.mathjax.mathjax.document('', {InputJax: tex, OutputJax: svg});
const visitor = new MathJax._.core.MmlTree.SerializedMmlVisitor.SerializedMmlVisitor();
const end = MathJax._.core.MathItem.STATE.CONVERT;
function toSVG(source, display) {
  const drawn = dom.innerHTML(page.convert(source, {display, em: 16, ex: 8}));
  return [drawn, visitor.visitTree(svg.math.root)];
}
// A reading system would space operators by a dictionary: `= -x` like a difference, and `a log b` not at all.
const widths = {thinmathspace: '.167em', mediummathspace: '.222em', thickmathspace: '.278em'};
function space(node, side, width) {
  const {attributes} = node.coreMO();
  if (!attributes.isSet(side)) attributes.set(side, width);
}
function setSpaces(root) {
  const spaced = [], operators = [];
  root.setTeXclass(null);
  root.walkTree(node => {
    if (node.isKind('mo')) operators.push(node);
    const width = node.texSpacing && widths[node.texSpacing()];
    if (width) spaced.push([node, width]);
  });
  for (const [node, width] of spaced) {
    const siblings = node.parent.childNodes;
    const before = siblings[siblings.indexOf(node) - 1];
    if (node.isEmbellished) space(node, 'lspace', width);
    else if (before?.isEmbellished) space(before, 'rspace', width);
    else if (before) {
      const gap = node.factory.create('mspace', {width});
      gap.parent = node.parent;
      siblings.splice(siblings.indexOf(node), 0, gap);
    }
  }
  for (const operator of operators)
    for (const side of ['lspace', 'rspace']) space(operator, side, '0');
}
function toMathML(source, display) {
  const root = page.convert(source, {display, end});
  setSpaces(root);
  return visitor.visitTree(root);
}
"""
_IN_MEMORY = 500  # formulas: a chapter repeats its own; the cache has the others
# Definitions would outlive their formula and change those after it.
_DEFINES = re.compile(r"\\(?:Declare[A-Z]|(?:re)?new(?:cases|gathered|tagform)|mathtoolsset)\w*")
_NUMBER = re.compile(r"\\(?:tag|label|ref|eqref|refeq)(?![a-zA-Z])")
_REFUSED = re.compile(
    r"\\(mmlToken|href|url|style|class|cssId|data|html[A-Z]\w*|require|unicode|bbox|toggle|mathtip|texttip"
    r"|includegraphics|definecolor|let|e?def|[gx]def|(?:re|provide)?new(?:command|environment))(?![a-zA-Z])"
)
"""Macros to set attributes, link, load or define: `mmlToken` is in our packages, others may be in a learner's Anki."""
_VALUE = re.compile(r"[-+\w .,#%*]*")
_SVG_VALUE = re.compile(r"[-+\w .,#%()]*")
_OF_MATHJAX = {("role", "img"), *(("class", f"mjx-{line}") for line in ("solid", "dashed", "dotted"))}
_OF_MATHJAX |= {("class", "MathML-Unit"), ("braketbar", "true")}
_ERROR = re.compile(r"Error: TeX: (.+)")


@dataclass(frozen=True)
class Drawing:
    """A formula as SVG; sizes are in ex of the surrounding text, depth is below the baseline."""

    svg: str
    width: float
    height: float
    depth: float


class MathError(Exception):
    """TeX refused by MathJax, with its message."""


def refused_macro(tex: str) -> str:
    """Return the name of a forbidden macro in *tex*; empty without one."""
    refused = _REFUSED.search(tex)
    return refused[1] if refused else ""


def complaint(tex: str) -> str:
    """Return the error of *tex* in Anki's MathJax; empty if it is accepted."""
    try:
        to_svg(tex, display=True)
    except MathError as error:
        return str(error)
    return ""


@lru_cache(_IN_MEMORY)
@cached
def to_svg(tex: str, *, display: bool) -> Drawing:
    """Draw *tex* as SVG. Raises MathError."""
    svg, mathml = _call("toSVG", tex, display)
    root = fromstring(svg)  # noqa: S314 - MathJax made it
    if "%" in root.get("width", ""):
        raise MathError("it is laid out as a line with a number")
    _check(root, SVG, SVG_ELEMENTS, SVG_ATTRIBUTES, _SVG_VALUE)
    _check(fromstring(mathml), MATHML, MATHML_ELEMENTS, MATHML_ATTRIBUTES, _VALUE)  # noqa: S314
    depth = re.search(r"vertical-align: (-?[\d.]+)ex", root.get("style", ""))
    drawing = Drawing(svg, _ex(root, "width"), _ex(root, "height"), -float(depth[1]) if depth else 0.0)
    if max(map(abs, (drawing.width, drawing.height, drawing.depth))) > limits.FORMULA_SIZE:
        raise MathError(f"larger than {limits.FORMULA_SIZE:,} ex, the height of an x")
    return drawing


@lru_cache(_IN_MEMORY)
@cached
def to_mathml(tex: str, *, display: bool) -> str:
    """Return *tex* as MathML Core, with the TeX as `alttext`, and TeX's spacing. Raises MathError."""
    root = fromstring(_call("toMathML", tex, display))  # noqa: S314 - as above
    _check(root, MATHML, MATHML_ELEMENTS, MATHML_ATTRIBUTES, _VALUE)
    to_core(root)
    root.set("xmlns", MATHML)
    root.set("alttext", " ".join(tex.split()))
    return tostring(root, encoding="unicode")


def _check(
    root: Element, namespace: str, elements: AbstractSet[str], attributes: AbstractSet[str], value: re.Pattern[str]
) -> None:
    """Raise MathError if a formula has anything but *elements* and *attributes* with such a *value*."""
    for element in root.iter():
        if (name := element.tag.removeprefix(f"{{{namespace}}}")) not in elements:
            raise MathError(f"it produces <{name}>, which is not allowed in a formula")
        for attribute, text in element.attrib.items():
            is_allowed = value.fullmatch(text) if attribute in attributes else _is_of_mathjax(attribute, text)
            if not is_allowed:
                raise MathError(f"it sets `{attribute}` to `{short(text)}`, which is not allowed in a formula")


def _is_of_mathjax(attribute: str, value: str) -> bool:
    """Return True if MathJax itself sets an attribute to this *value*, for the page around a formula."""
    if attribute == "style":
        return not refused_in_style(value)
    return attribute.startswith("data-") or (attribute, value.strip()) in _OF_MATHJAX


def _ex(root: Element, name: str) -> float:
    return float(root.get(name, "0ex").removesuffix("ex"))


def _call(function: str, tex: str, display: bool) -> Any:  # noqa: FBT001 - as JavaScript has it
    if len(tex) > limits.FORMULA_LENGTH:
        raise MathError(f"the formula has more than {limits.FORMULA_LENGTH:,} characters")
    if defines := _DEFINES.search(tex):
        raise MathError(f"{defines[0]}: a formula cannot define commands")
    if number := _NUMBER.search(tex):
        raise MathError(f"{number[0]}: formulas are not numbered, so they cannot be referred to")
    from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException

    try:
        result = _engine().call(function, tex, display, timeout_sec=limits.FORMULA_SECONDS)
    except JSTimeoutException:
        raise MathError("MathJax takes too long to draw this formula") from None
    except JSOOMException:
        raise MathError("MathJax needs too much memory for this formula") from None
    except JSEvalException as error:
        message = _ERROR.search(str(error).splitlines()[0])
        raise MathError(message[1] if message else "MathJax cannot read this formula") from None
    if len(result if isinstance(result, str) else result[0]) > limits.FORMULA_BYTES:
        raise MathError("the formula is too large when drawn")
    if refused := refused_macro(tex):
        raise MathError(f"\\{refused} is not allowed: a formula may only draw")
    return result


@cache
def _engine() -> Any:
    """Return the engine of this process. Raises BuildError if the memory limit is too low."""
    if has_memory_limit() and not _starts():
        raise BuildError(
            "V8, which draws formulas, does not start with the memory that this process may use",
            code="memory",
            hint="allow more: `ulimit -v unlimited; ulimit -d unlimited`",
        )
    return new_engine()


def _starts() -> bool:
    """Return True if V8 starts in another process as large as this one; otherwise it would abort this one."""
    process = subprocess.run(command("crib.markup.start_mathjax", memory_size()), capture_output=True, check=False)  # noqa: S603
    return process.returncode == 0


def new_engine() -> Any:
    """Start V8 and load MathJax."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    engine.set_hard_memory_limit(limits.FORMULA_MEMORY)
    # Its destructor would join its thread after Python has frozen it, and hang.
    atexit.register(engine.close)
    engine.eval("var MathJax = {loader: {load: []}, startup: {typeset: false, ready() {}}};")
    for part in _PARTS:
        engine.eval((files("mathjax") / "static/mathjax/es5" / part).read_text(encoding="utf-8"))
    engine.eval(_SETUP)
    return engine
