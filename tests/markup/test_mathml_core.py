"""MathML for browsers and reading systems: TeX's spaces, accents close to letters, visible primes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from crib.markup.mathjax import to_mathml

pytestmark = pytest.mark.usefixtures("uncached")


USUAL = {"=": (".278em",) * 2, "∈": (".278em",) * 2, "−": (".222em",) * 2, ",": ("0", ".167em")}
"""Spaces of operators between operands in a reading system (https://w3c.github.io/mathml-core/#operator-dictionary)."""


def row(tex: str) -> str:
    """Return the signs of *tex*, with `_` for each of the spaces between them: thin, medium, and thick."""
    widths = {"0": "", ".167em": "_", ".222em": "__", ".278em": "___"}
    text = ""
    for element in ET.fromstring(to_mathml(tex, display=False)).iter():
        if element.tag.endswith("mspace"):
            text += widths[element.get("width", "0").removeprefix("0") or "0"]
        elif element.text and element.text != "\u2061":
            before, behind = USUAL.get(element.text, ("0", "0")) if "lspace" not in element.attrib else ("0", "0")
            text += widths[element.get("lspace", before)] + element.text + widths[element.get("rspace", behind)]
        elif element.text:
            text += widths[element.get("rspace", "0")]
    return text


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a - b", "a__−__b"),
        ("-b", "−b"),
        ("a = -b", "a___=___−b"),
        ("(-1, -x)", "(−1,_−x)"),
        (r"a \times -b", "a__×__−b"),
        (r"a\log b", "a_log_b"),
        (r"\log(b)", "log(b)"),
        (r"-\log b", "−_log_b"),
        (r"n\max(a, b)", "n_max(a,_b)"),
        (r"x \in \{0, 1\}", "x___∈___{0,_1}"),
        (r"|x| = -1", "|x|___=___−1"),
        ("n! = 1", "n!___=___1"),
        (r"f(-\tfrac{1}{2})", "f(−12)"),
        ("e^{-x}", "e−x"),
        (r"\sum i", "∑_i"),
        ("x_{i=1}", "xi=1"),
        (r"p^*", "p∗"),
        (r"a\,b", "a_b"),
        (r"a \mathrel{R} b", "a___R___b"),
    ],
)
def test_spaces_are_those_of_tex(tex: str, expected: str) -> None:
    """TeXbook, chapter 18: they depend on both neighbors, and there are none in exponents and indices."""
    assert row(tex) == expected


def test_boxes_that_do_nothing_are_left_out() -> None:
    """A row of one element, and a style for a space; but no drawn or positioned box."""
    assert to_mathml(r"2\,\mathrm{x}", display=False).endswith(
        '<mn>2</mn><mspace width="0.167em" /><mi mathvariant="normal">x</mi></math>'
    )
    assert "<msqrt><mspace" in to_mathml(r"\sqrt{\,}", display=False)
    assert "<mphantom><mi>x</mi></mphantom>" in to_mathml(r"\phantom{x}", display=False)


def test_usual_spaces_go_without_saying() -> None:
    """Between two operands, the default everywhere; not if a sign could be mistaken for another."""
    assert "<mi>a</mi><mo>=</mo><mi>b</mi><mo>−</mo><mi>c</mi>" in to_mathml("a = b - c", display=False)
    assert '<mo lspace="0" rspace="0">−</mo><mi>c</mi>' in to_mathml("-c", display=False)
    assert '<mo lspace=".278em" rspace="0">−</mo><mi>c</mi>' in to_mathml("a = -c", display=False)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\hat{y}", '<mover accent="true"><mi>y</mi><mo stretchy="false">ˆ</mo></mover>'),
        (r"\tilde{y}", '<mover accent="true"><mi>y</mi><mo stretchy="false">˜</mo></mover>'),
        ("x'", "<mrow><mi>x</mi><mo>′</mo></mrow>"),
        ("x''", "<mrow><mi>x</mi><mo>″</mo></mrow>"),
        ("x_i'", "<mrow><msub><mi>x</mi><mi>i</mi></msub><mo>′</mo></mrow>"),
        ("x^*", '<msup><mi>x</mi><mo lspace="0" rspace="0">∗</mo></msup>'),
    ],
)
def test_accents_and_primes(tex: str, expected: str) -> None:
    """An accent has the size and height of an accent; a prime follows its letter."""
    assert expected in to_mathml(tex, display=False)
