"""One engine for all formulas."""

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from crib.markup import mathjax
from crib.markup.math_alphabets import in_alphabet
from crib.markup.mathjax import MathError, complaint, to_mathml, to_svg

pytestmark = pytest.mark.usefixtures("uncached")


@pytest.mark.parametrize(
    "tex",
    [
        r"\mathbf{H} = \begin{pmatrix}\mathbf{H}' & 0 & \cdots \\ 0 & 0 & \\ \vdots & & \ddots\end{pmatrix}",
        r"\hat{p}_k = \dfrac{\exp s_k(\mathbf{x})}{\sum_{j=1}^{K}\exp s_j(\mathbf{x})}",
        r"\begin{cases} 0 & \text{if } z < 0 \\ z & \text{otherwise} \end{cases}",
        r"\ell_2, \mathcal{O}(n^2), \mathbb{R}, \operatorname*{argmax}_k, \boldsymbol\theta^\top\mathbf{x}",
        r"\ce{H2O}",
        r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}",
    ],
)
def test_formulas_of_the_field(tex: str) -> None:
    """Formulas of our books are drawn in SVG, are well-formed MathML, and are accepted by Anki."""
    assert complaint(tex) == ""
    drawing = to_svg(tex, display=True)
    ET.fromstring(drawing.svg)
    assert "<text" not in drawing.svg, "every glyph is drawn, none left to a font"
    assert 0 <= drawing.depth < drawing.height < 20
    root = ET.fromstring(to_mathml(tex, display=True))
    assert root.get("alttext") == tex
    assert root.get("display") == "block"


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\frac{a", "Missing close brace"),
        (r"\nosuch", r"Undefined control sequence \nosuch"),
        (r"\begin{pmatrix} a", r"Missing \end{pmatrix}"),
        (r"\newcommand{\x}{y}", r"Undefined control sequence \newcommand"),
        (r"\DeclareMathOperator{\x}{y}", "cannot define commands"),
        (r"\DeclarePairedDelimiter{\x}{(}{)}", "cannot define commands"),
        (r"x \tag{1}", "formulas are not numbered"),
        (r"\eqref{x}", "formulas are not numbered"),
        (r"\href{javascript:alert(1)}{x}", r"Undefined control sequence \href"),
        (r"\style{color:red}{x}", r"Undefined control sequence \style"),
        (r"\require{html} x", r"Undefined control sequence \require"),
    ],
)
def test_what_anki_would_refuse_or_should_not_get(tex: str, why: str) -> None:
    """The complaint is MathJax's own."""
    assert why in complaint(tex)
    with pytest.raises(MathError):
        to_mathml(tex, display=False)


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\rule{999999999em}{2em}", "larger than"),
        (r"a\hspace{99999999em}b", "larger than"),
        (r"\raise 9999999em x", "larger than"),
        (r"\lower 9999999em x", "larger than"),
        (r"\begin{matrix}a\\[999999em]b\end{matrix}", "larger than"),
        (r"\begin{matrix}" + "&" * 4000 + r"\end{matrix}", "larger than"),
        (r"\Huge" * 3 + r"\begin{matrix}" + "a\\\\" * 900 + r"\end{matrix}", "larger than"),
        ("x" * 6000, "more than 5,000 characters"),
        ("x^{" * 600 + "x" + "}" * 600, "cannot read this formula"),
        (r"\sqrt{" * 400 + "x" + "}" * 400, "cannot read this formula"),
    ],
)
def test_formulas_without_measure(tex: str, why: str) -> None:
    """A formula of absurd size is refused before anything is laid out around it."""
    assert why in complaint(tex)


def test_formulas_that_need_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """V8 stops them; the next formula is drawn."""
    engine = mathjax.new_engine()
    monkeypatch.setattr(mathjax, "_engine", lambda: engine)
    engine.eval("var toSVG = source => { const all = []; for (;;) all.push(new Array(10000).fill(1.5)) }")
    engine.set_hard_memory_limit(200_000_000)
    to_svg.cache_clear()
    assert complaint("huge") == "MathJax needs too much memory for this formula"
    assert to_mathml("y", display=True)


@pytest.mark.parametrize("limit", ["ulimit -v 4000000", "ulimit -d 40000"])
def test_too_little_memory_for_v8(limit: str) -> None:
    """V8 would abort; Crib reports an error."""
    code = "from crib.markup.mathjax import complaint; complaint('x')"
    done = subprocess.run(
        ["/bin/sh", "-c", f'{limit} && exec "$@"', "sh", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "BuildError: error[memory]: V8, which draws formulas, does not start" in done.stderr


def test_one_formula_does_not_change_the_next() -> None:
    """Formulas have no memory."""
    first = to_mathml("a+b", display=False)
    to_mathml.cache_clear()
    complaint(r"\def\b{x}\mathbf{b}")
    assert to_mathml("a+b", display=False) == first
    assert "Undefined" in complaint(r"\x")


def test_a_program_that_drew_a_formula_ends() -> None:
    """V8 is closed before Python freezes its threads; left to a destructor it hangs at exit."""
    code = "from crib.markup.mathjax import complaint; complaint('x')"
    for _ in range(5):
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_baseline() -> None:
    """A fraction hangs below the line, a letter does not."""
    assert to_svg("x", display=False).depth < 0.1
    assert to_svg(r"\frac{1}{2}", display=False).depth > 0.5


@pytest.mark.parametrize(
    ("text", "variant", "expected"),
    [
        ("H", "bold", "𝐇"), ("θ", "bold-italic", "𝜽"), ("R", "double-struck", "ℝ"), ("O", "script", "𝒪"),
        ("C", "fraktur", "ℭ"), ("h", "italic", "ℎ"), ("1", "bold", "𝟏"), ("+", "bold", "+"), ("H", "normal", "H"),
        ("Ω", "bold", "𝛀"), ("ς", "bold", "𝛓"),
    ],
)  # fmt: skip
def test_alphabets(text: str, variant: str, expected: str) -> None:
    """MathML Core has no bold but Unicode's."""
    assert in_alphabet(text, variant) == expected


def test_bold_is_bold_in_mathml() -> None:
    """No `mathvariant` remains, since browsers ignore it."""
    mathml = to_mathml(r"\mathbf{H}\boldsymbol\theta\mathrm{d}", display=False)
    assert "𝐇" in mathml
    assert "𝜽" in mathml
    assert 'mathvariant="bold' not in mathml


@pytest.mark.parametrize(
    "tex",
    [
        r'\mmlToken{mtext}[href="javascript:alert(1)"]{x}', r"\mmlToken{mi}[style='position:fixed']{x}",
        r'\mmlToken{mo}[href="file:///etc/passwd"]{x}', r'\mmlToken{mi}[class="a"]{x}', r"\mmlToken{mi}{x}",
        r'\text{a $\mmlToken{mi}[id="a"]{x}$}', r"\mmlToken  {mi}{x}", r"x^\mmlToken{mi}{x}", r"\text{\href{a}{b}}",
        r"\cancel[color=url(https://example.org/x)]{x}", r"\cancel[background=url(//example.org/x)]{x}",
        r"\xcancel[mathbackground=javascript:alert(1)]{x}", r"\bcancel[mathcolor={red;x:y}]{x}",
        r"\genfrac{(}{)}{url(x):0}{0}{a}{b}", r"\begin{array}[url(x)]{c} a \end{array}", r"\text{\bbox[red]{x}}",
        r"\refeq{a}", r"\tag_a", r"\ref_a", r"\text{\unicode{x41}}", r"\text{\cssId{a}{b}}",
    ],
)  # fmt: skip
def test_a_formula_sets_no_attributes(tex: str) -> None:
    """Links, styles, loading and access to the page are refused, in print, e-book and deck."""
    assert complaint(tex)
    with pytest.raises(MathError):
        to_svg(tex, display=False)


@pytest.mark.parametrize(
    "tex",
    [
        r"\cancel[color=red]{x} \xcancel[mathbackground=#ffe]{y} \cancelto{0}{z}", r"\overbracket[1pt]{x}_a",
        r"\underbracket{x}", r"\begin{array}{|c:c|}\hline a & b \\ \hdashline c & d \end{array}", r"5\,\ohm\ \celsius",
        r"\ce{CO2 + C <=>[\alpha][\beta] 2CO ^}", r"\pu{123 kJ//mol}", r"\begin{align} a \notag \\ b \end{align}",
        r"\Rule{1em}{2em}{3em} \hspace{1em} \smash[b]{x}", r"\genfrac{[}{]}{0pt}{}{a}{b}", r"\text{漢字 äöü \n}",
        r"\begin{multline} a \\ b \end{multline}", r"\boxed{x} \xrightarrow[a]{b} \prescript{a}{b}{c}",
    ],
)  # fmt: skip
def test_a_formula_that_only_draws(tex: str) -> None:
    """Whatever else the packages know passes, in colors too."""
    assert complaint(tex) == ""
    to_mathml(tex, display=True)
