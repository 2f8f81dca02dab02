"""Formulas in PDFs, compared with WeasyPrint's drawing of the same SVG, and opened with pdfium and pikepdf."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import ImageChops

from crib.print.flavor import PrintFlavor
from crib.print.formula_images import FormulaImage, GlyphForm, _centered, formula_images
from crib.print.pdf.printer import Printer
from crib.problems import BuildError
from crib.render.array_rules import with_rule_styles
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import ROOT, MakeBook

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.usefixtures("uncached")

TRANSLATED = r"""
\mathbf{H} = \begin{pmatrix}\mathbf{H}' & 0 & \cdots \\ 0 & 0 & \\ \vdots & & \ddots\end{pmatrix}
\hat{p}_k = \dfrac{\exp s_k(\mathbf{x})}{\sum_{j=1}^{K}\exp s_j(\mathbf{x})}
\begin{cases} 0 & \text{if } z < 0 \\ z & \text{otherwise} \end{cases}
\begin{bmatrix}a\\b\\c\\d\end{bmatrix}\begin{vmatrix}a&b\\c&d\end{vmatrix}\begin{smallmatrix}a&b\\c&d\end{smallmatrix}
\begin{pmatrix*}[r] -1 & 2\\ 3 & 4\end{pmatrix*}\left(\begin{matrix}a\\b\\c\\d\\e\\f\\g\end{matrix}\right)
\begin{array}{c|c:c} a & b & c\\ \hline c & d & e \\ \hdashline f & g & h\end{array}
\begin{array}{|c||c|} \hline a & b \\ \hline \hline c & d \\ \hline \end{array}
x_{\begin{array}{c:c} a & b\\ \hline c & d\end{array}}^{\boxed{y}}
\begin{array}{c}\begin{array}{|c|}\hline a\\ \hline\end{array}\end{array}
\begin{aligned}a&=b\\c&=d\end{aligned}\begin{gathered}x\\y\end{gathered}\begin{multlined}x\\y\end{multlined}
\begin{multline}a+b\\+c\end{multline}
\boxed{a+b}\fbox{abc $x$}\rule{2em}{1em}
\cancel{x}+\bcancel{y}+\xcancel{z}+\cancelto{0}{w}+\cancel[color=red]{v}
\overbrace{abc+def+ghi+jkl+mno+pqr+stu+vwx}^{n}\underbrace{a+b+c+d+e+f+g}_{n}
\overbracket{abc}\underbracket{abc}\overparen{abcdef}\underparen{abcdefgh}
\widehat{abcdefg}\widetilde{abcdefgh}\overrightarrow{ABCDE}\overleftrightarrow{AB}\underleftrightarrow{abc}
\vec{v}\dot{x}\ddot{x}\bar{x}\tilde{x}\acute{a}\check{b}\mathring{A}\overline{abc}\underline{def}
\sqrt{x}\sqrt[3]{\frac{a}{b}}\sqrt{\begin{pmatrix}a\\b\\c\\d\\e\\f\end{pmatrix}}
\xrightarrow[abc]{\text{long text}}\xleftrightharpoons{abc}
\genfrac{[}{]}{0pt}{}{a}{b}\binom{n}{k}\cfrac{1}{1+\cfrac{1}{2}}\tfrac{1}{2}
\Biggl(\biggl[\Bigl\{\bigl\langle x\bigr|\Bigr\Vert\biggr\rfloor\Biggr)
\left\langle x\right\rangle\left\{ \frac{\frac{x}{y}}{\frac{x}{y}}\right.
\int_0^\infty\oint\sum_{i=1}^n\prod\bigcup\lim_{x\to 0}\operatorname*{argmax}_k\adjustlimits\lim_a\sup_b
\mathsf{x}\mathtt{y}\mathfrak{z}\mathcal{A}\mathbb{R}\boldsymbol\theta^\top\ell_2\textbf{bold}\textit{it}\texttt{x}
\ce{H2O <=> H+ + OH-}\ce{A ->[x][y] B}\ce{C6H5-CHO}
\ce{A\bond{~}B\bond{...}C\bond{->}D}
\bra{x}\ket{y}\braket{a|b}\not=\centernot\implies\degree
\llap{abcdef}x\rlap{ghijkl}\smash{\frac{\frac{a}{b}}{\frac{c}{d}}}\phantom{x}\raise 2em {x}
\Huge x \tiny y
{}
\prescript{a}{b}{X}\overset{a}{b}\underset{c}{d}\substack{a\\b}
""".strip().splitlines()
LETTERS = [
    r"\text{für}",
    r"\upalpha x",
    r"\textbf{é}",
    r"\textit{é}",
    r"\boldsymbol{\mathit{é}}",
    r"\mathsf{é}",
    r"\mathtt{é}",
]
"""Formulas with letters missing from MathJax's fonts."""

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4ex" height="4ex" viewBox="0 -1500 2000 2000">{}</svg>'
INK = '<g fill="currentColor" stroke="currentColor" stroke-width="0" transform="scale(1,-1)">{}</g>'
BOX = '<path d="M0 0H900V900H0Z"{}/>'
CRAFTED = [
    INK.format('<line data-line="v" class="mjx-dotted" x1="500" y1="0" x2="500" y2="1400"/>'),
    INK.format('<rect data-frame="true" class="mjx-dashed" x="50" y="50" width="1500" height="1000"/>'),
    INK.format(
        '<rect stroke-width="70" fill="#a0a" x="50" y="50" width="1500" height="1000"/>'
        '<rect x="1800" width="0" height="900"/>'
    ),
    INK.format('<line stroke-width="90" stroke-linecap="square" stroke-dasharray="90 200.5" x1="99" x2="1400"/>'),
    '<polygon points="0,0 900,0 300,-800" fill="red" stroke="blue" stroke-width="50"/>',
    '<svg x="100" y="-900" width="700" height="900" viewBox="0 0 500 600"><rect width="450" height="4000"/></svg>',
    f'<g transform="translate(300) rotate(-30 450 450) scale(.7)">{BOX.format("")}</g>',
]
"""MathJax's SVG of packages we do not load, and rare SVG of those we do."""


class Prints:
    """The same HTML twice: with our formulas, and with WeasyPrint's drawings of their SVG."""

    def __init__(self, html: str, drawings: Mapping[str, str]) -> None:
        html = f'<html lang="en"><title>Formulas</title>{html}'
        weasyprint_alone = Printer(ROOT, drawings)
        weasyprint_alone._pictures.clear()
        self.ours, self.theirs = Printer(ROOT, drawings).write_pdf(html), weasyprint_alone.write_pdf(html)


@pytest.fixture
def flavor(make_book: MakeBook) -> PrintFlavor:
    """Return a flavor without drawings."""
    book = read_book(make_book()).book
    return PrintFlavor(book, Templates().labels(book))


def images(pdf: bytes) -> list[Any]:
    """Return the pages of *pdf* as they look, at 300 dots an inch."""
    return [page.render(scale=300 / 72).to_pil() for page in pdfium.PdfDocument(pdf)]


def text_of(pdf: bytes) -> str:
    """Return the text of *pdf* as one would select it."""
    return "\n".join(page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(pdf))


def objects(pdf: pikepdf.Pdf, key: str, value: str) -> list[Any]:
    """Return the objects of *pdf* with this *value* of *key*."""
    kinds = (pikepdf.Dictionary, pikepdf.Stream)
    return [item for item in pdf.objects if isinstance(item, kinds) and item.get(key) == value]


def crafted(shapes: str) -> dict[str, str]:
    """Return a drawing of *shapes* with the name `x`."""
    return {"x": with_rule_styles(SVG.format(shapes))}


def differs(one: Any, other: Any) -> bool:
    """Return True if pages look different: edges may be an eighth darker or lighter."""
    difference: Any = ImageChops.difference(one.convert("L"), other.convert("L")).getextrema()
    return bool(difference[1] > 32)


def test_formulas_look_as_weasyprint_draws_them(flavor: PrintFlavor) -> None:
    """Glyphs, rules, sizes and baselines are the same, in a line of text and alone, in any size."""
    style = "<style>@page{size:900pt 400pt;margin:20pt} p{font-size:11.3pt} div{break-after:page}</style>"
    pages = [
        f"<div><p>Ax {flavor.math(tex, display=False)} xA</p>{flavor.math(tex, display=True)}</div>"
        for tex in TRANSLATED
    ]
    assert formula_images(flavor.drawings).keys() == flavor.drawings.keys()
    prints = Prints(style + "".join(pages), flavor.drawings)
    ours, theirs = images(prints.ours), images(prints.theirs)
    assert len(ours) == len(theirs) == len(TRANSLATED)
    assert not [tex for tex, *pair in zip(TRANSLATED, ours, theirs, strict=True) if differs(*pair)]


@pytest.mark.parametrize("shapes", CRAFTED)
def test_shapes_look_as_weasyprint_draws_them(shapes: str) -> None:
    """Including shapes in no formula of ours yet, and in a box of another shape."""
    drawings = crafted(shapes)
    assert formula_images(drawings)
    prints = Prints('<img src="math:x" alt="x" style="width:3cm;height:2cm">', drawings)
    [ours], [theirs] = images(prints.ours), images(prints.theirs)
    assert not differs(ours, theirs)
    assert ours.convert("L").getextrema()[0] < 200, "something is drawn"


@pytest.mark.parametrize("tex", LETTERS)
def test_letters_that_mathjax_lacks(flavor: PrintFlavor, tex: str) -> None:
    """Letters missing from MathJax are drawn from our fonts, with the ink and color of letters in text."""
    html = flavor.math(tex, display=False)
    assert formula_images(flavor.drawings)
    [image] = images(
        Prints(f"<style>@page{{size:2cm;margin:0}} p{{color:#f00}}</style><p>{html}", flavor.drawings).ours
    )
    assert image.getchannel(0).getextrema() == (255, 255)
    assert image.getchannel(1).getextrema() == (0, 255)


def test_a_letter_that_no_font_has(flavor: PrintFlavor) -> None:
    """It is an error, and not an empty box."""
    html = flavor.math(r"\text{日}", display=False)
    assert formula_images(flavor.drawings) == {}
    with pytest.raises(BuildError, match=r"U\+65E5"):
        Printer(ROOT, flavor.drawings).write_pdf(f'<html lang="en"><title>x</title>{html}')


@pytest.mark.parametrize(
    "shapes",
    [
        '<ellipse rx="9" ry="9"/>',
        BOX.format(' opacity=".5"'),
        BOX.format(' style="opacity:.5"'),
        BOX.format(' fill="#f008"'),
        BOX.format(' fill="url(#x)"'),
        BOX.format(' transform="skewX(9)"'),
        BOX.format(' stroke="red" stroke-dashoffset="3"'),
        f'<svg width="100%" height="9" viewBox="0 0 9 9">{BOX.format("")}</svg>',
        f'<svg width="9" height="9">{BOX.format("")}</svg>',
        '<path d="0 0"/>',
    ],
)
def test_shapes_that_are_not_translated(shapes: str) -> None:
    """Unsupported shapes are refused, rather than drawn wrong."""
    assert formula_images(crafted(shapes)) == {}


def test_rules_look_as_in_a_browser() -> None:
    """There, MathJax's own style sheet makes them hollow, dashed or dotted."""
    css = (
        "line[data-line], rect[data-frame] {stroke-width:70px;fill:none} .mjx-dashed {stroke-dasharray:140}"
        ".mjx-dotted {stroke-linecap:round;stroke-dasharray:0,140}"
    )
    lines = "".join(
        f'<line data-line="h" class="mjx-{style}" x1="0" y1="{y}" x2="1900" y2="{y}"/>'
        f'<rect data-frame="true" class="mjx-{style}" x="99" y="{y + 99}" width="900" height="200"/>'
        for y, style in enumerate(("solid", "dashed", "dotted"))
        for y in [400 * y]
    )
    html, shapes = '<img src="math:x" alt="x" style="width:8cm">', INK.format(lines)
    styled = {"x": SVG.format(f"<style>{css}</style>{shapes}")}
    [ours], [theirs] = images(Prints(html, crafted(shapes)).ours), images(Prints(html, styled).theirs)
    assert not differs(ours, theirs)


def test_frames_are_hollow(flavor: PrintFlavor) -> None:
    """MathJax leaves it to a style sheet, missing in PDFs."""
    html = flavor.math(r"\begin{array}{|c|}\hline \quad\quad \\ \hline\end{array}", display=True)
    [image] = images(Prints(f"<style>@page{{margin:0}}</style>{html}", flavor.drawings).ours)
    left, top, right, bottom = image.convert("L").point(lambda value: 255 * (value < 99)).getbbox()
    assert image.getpixel(((left + right) // 2, (top + bottom) // 2)) == (255, 255, 255)


def test_formulas_take_the_color_of_the_text(flavor: PrintFlavor) -> None:
    """Glyphs, roots, rules and lines are as red as the words beside them; blue parts stay blue."""
    red = flavor.math(
        r"\frac{x}{\sqrt{y}}\boxed{a}\cancel{b}\rule{1em}{1em}\begin{array}{|c:c|}c&d\end{array}", display=True
    )
    blue = flavor.math(r"\cancel[color=blue]{\phantom{x}}", display=True)
    style = "<style>@page{size:500pt 200pt;margin:0} h1{color:#f00}</style>"
    [image] = images(Prints(f"{style}<h1>Red {red}</h1>", flavor.drawings).ours)
    assert image.getchannel(0).getextrema() == (255, 255)
    [image] = images(Prints(f"{style}<h1>{blue}</h1>", flavor.drawings).ours)
    assert image.getchannel(2).getextrema() == (255, 255)


def test_each_glyph_is_in_a_pdf_once(flavor: PrintFlavor) -> None:
    """However many formulas show it, on however many pages, and be it half transparent."""
    html = "<p style='break-after:page'>" + flavor.math("x+y", display=False) + flavor.math("y=x^y", display=False)
    html += f"<p style='opacity:.5'>{flavor.math('x', display=False)}"
    prints = Prints("<style>@page{size:6cm;margin:1cm}</style>" + html * 20, flavor.drawings)
    assert len(pdfium.PdfDocument(prints.ours)) == 21
    pdf = pikepdf.open(io.BytesIO(prints.ours))
    assert len([form for form in objects(pdf, "/Subtype", "/Form") if "/Group" not in form]) == len("xy+="), (
        "WeasyPrint's own are groups"
    )
    assert len(prints.ours) < len(prints.theirs)
    assert not any(differs(*pair) for pair in zip(images(prints.ours), images(prints.theirs), strict=True))


def test_no_formula_is_left_from_the_pdf_before(flavor: PrintFlavor) -> None:
    """A used printer prints the same bytes again, and so does another."""
    html = f'<html lang="en"><title>x</title>{flavor.math("x", display=False)}'
    printer = Printer(ROOT, flavor.drawings)
    first = printer.write_pdf(html)
    printer.write_pdf(html.replace("</title>", "</title>Some words."))
    assert printer.write_pdf(html) == first == Printer(ROOT, flavor.drawings).write_pdf(html)


def test_formulas_are_read_aloud_and_text_is_selected(flavor: PrintFlavor) -> None:
    """Each formula of the structure tree has its TeX; selectable text is unchanged."""
    html = f"<p>One {flavor.math('x<y', display=False)} two {flavor.math(r'θ^2', display=True)} three."
    prints = Prints(html, flavor.drawings)
    assert text_of(prints.ours) == text_of(prints.theirs)
    pdf = pikepdf.open(io.BytesIO(prints.ours))
    assert [str(formula.Alt) for formula in objects(pdf, "/S", "/Formula")] == ["x<y", "θ^2"]
    [page] = pdf.pages
    assert page.Contents.read_bytes().count(b"/Figure") == 2


def test_a_formula_is_sized_in_ems_and_centered() -> None:
    """Units are thousandths of an em; in a box of another shape a formula is centered, as large as possible."""
    image = FormulaImage((100, -700, 2000, 500), ())
    assert image.get_intrinsic_size(1, 12) == (24, 6, 4)
    assert tuple(_centered(image.view, 1000, 500)) == (0.5, 0, 0, 0.5, -50, 475)
    assert tuple(_centered(image.view, 8000, 250)) == (0.5, 0, 0, 0.5, 3450, 350)


def test_operators_of_a_shape() -> None:
    """Colors are fractions, numbers have few decimals, and a glyph's box has a margin around its outline."""
    drawing = SVG.format('<path d="M10 -20L30.25 40Z" fill="#ff3300"/><path d="M0 0H9V9Z" fill="none"/>')
    [image] = formula_images({"x": drawing}).values()
    begin, color, glyph, end = image.parts
    assert (begin, color, end) == ("q 1 0 0 1 0 0 cm", "1 0.2 0 rg", "Q")
    assert isinstance(glyph, GlyphForm)
    assert (glyph.box, glyph.outline) == ((-40, -70, 80.25, 90), "10 -20 m 30.2 40 l 10 -20 l h")


def test_a_rectangle_and_a_line() -> None:
    """A rectangle begins at 0, 0 by default; without width or height it is not drawn."""
    shapes = '<rect width="20" height="30"/><rect x="5" height="30"/><line x1="3" y2="8" stroke="currentColor"/>'
    [image] = formula_images({"x": SVG.format(shapes)}).values()
    assert image.parts == (
        *("q 1 0 0 1 0 0 cm", "0 0 m 20 0 l 20 30 l 0 30 l 0 0 l h f", "Q"),
        *("q 1 0 0 1 0 0 cm", "1 w 0 J", "[] 0 d", "3 0 m 0 8 l S", "Q"),
    )


def test_letters_are_centered() -> None:
    """Letters are centered in MathJax's width for each, 600 units."""
    letters = '<text font-size="500px" font-family="monospace">ab</text>'
    [image] = formula_images({"x": SVG.format(letters)}).values()
    # Source Code Pro is 600 units of 1000 wide, so in half the size there are 150 on both sides
    places = [part for part in image.parts if isinstance(part, str) and part.startswith("q")]
    assert places == ["q 0.5 0 0 -0.5 150 0 cm", "q 0.5 0 0 -0.5 750 0 cm"]
