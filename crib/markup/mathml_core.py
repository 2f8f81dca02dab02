"""Convert MathJax's MathML to MathML Core, for browsers and reading systems (https://w3c.github.io/mathml-core/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.markup.math_alphabets import in_alphabet
from crib.markup.output_allowlist import MATHML

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ACCENTS = {"^": "ˆ", "~": "˜", **{accent: accent for accent in "¯˘˙¨ˇ˚´`"}}
"""Accents, and their form in fonts: a typed circumflex would be as high as a capital."""

_PRIMES = frozenset("′″‴⁗")

_NOTHING, _THIN, _MEDIUM, _THICK = "0", ".167em", ".222em", ".278em"
_UNSPACED = frozenset(("(", ")", "[", "]", "{", "}", "!", "\u2061", *_ACCENTS.values(), *_PRIMES))
_SPACED = {
    **dict.fromkeys("=<>≤≥≠≈≡∼∈→←↦", (_THICK, _THICK)),
    **dict.fromkeys("+−±", (_MEDIUM, _MEDIUM)),
    ",": (_NOTHING, _THIN),
}
"""The default spaces before and after an operator between two operands, by MathML Core's dictionary.

https://w3c.github.io/mathml-core/#operator-dictionary
"""

_ROWS = frozenset(("math", "mrow", "mtd", "mstyle", "msqrt"))
_SPACES = frozenset(("mspace", "mtext", "mstyle"))


def to_core(root: Element) -> None:
    """Convert the formula *root* in place: drop namespaces and MathJax's own attributes, place accents and primes."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{MATHML}}}")
        _tidy(element)
    _unwrap(root)
    for element in list(root.iter()):
        if element.text in _UNSPACED:
            _drop_spaces(element, (_NOTHING, _NOTHING))
        if element.tag in _ROWS:
            _drop_usual_spaces(list(element))
        if element.tag == "mover":
            _lower_accent(element)
        elif element.tag in ("msup", "msubsup"):
            _enlarge_prime(element)


def _tidy(element: Element) -> None:
    """Drop white space and MathJax's own attributes.

    In MathML Core, `mathvariant` can only be `normal`, so other alphabets become Unicode letters.
    """
    for name in [name for name in element.attrib if name.startswith("data-") or name == "braketbar"]:
        del element.attrib[name]
    variant = element.get("mathvariant", "normal")
    if variant != "normal":
        del element.attrib["mathvariant"]
        element.text = in_alphabet(element.text or "", variant.removeprefix("-tex-"))
    if len(element):
        element.text = None
    element.tail = None


def _unwrap(element: Element) -> None:
    """Replace each row or style without effect below *element* by its only child."""
    for position, child in enumerate(element):
        _unwrap(child)
        if len(child) == 1 and _has_no_effect(child):
            element[position] = child[0]


def _has_no_effect(box: Element) -> bool:
    """Return True if a *box* has no effect on its only child."""
    return not box.attrib if box.tag == "mrow" else box.tag == "mstyle" and box[0].tag == "mspace"


def _drop_usual_spaces(row: list[Element]) -> None:
    """Drop the default spaces around operators between two operands in a *row*."""
    for before, element, behind in zip(row, row[1:], row[2:], strict=False):
        if element.text in _SPACED and _SPACES.isdisjoint((before.tag, behind.tag)):
            _drop_spaces(element, _SPACED[element.text])


def _drop_spaces(operator: Element, usual: tuple[str, str]) -> None:
    """Drop the spaces around *operator* if they are the *usual* ones."""
    if (operator.get("lspace"), operator.get("rspace")) == usual:
        del operator.attrib["lspace"], operator.attrib["rspace"]


def _lower_accent(over: Element) -> None:
    """Place an accent close to its letter, at full size."""
    accent = over[-1]
    if accent.tag == "mo" and accent.text in _ACCENTS:
        accent.text = _ACCENTS[accent.text]
        over.set("accent", "true")


def _enlarge_prime(script: Element) -> None:
    """Put a prime beside its letter, not in a superscript: its glyph is raised already, and would be too small."""
    prime = script[-1]
    if prime.tag != "mo" or not prime.text or not _PRIMES.issuperset(prime.text):
        return
    base = list(script)[:-1]
    if script.tag == "msubsup":
        letter = script.makeelement("msub", {})
        letter.extend(base)
        base = [letter]
    script.tag = "mrow"
    script[:] = [*base, prime]
