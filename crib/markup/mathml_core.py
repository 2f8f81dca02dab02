"""MathJax's MathML as MathML Core, which is what browsers and reading systems draw (https://w3c.github.io/mathml-core/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.markup.math_alphabets import in_alphabet
from crib.markup.output_allowlist import MATHML

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ACCENTS = {"^": "ˆ", "~": "˜", **{accent: accent for accent in "¯˘˙¨ˇ˚´`"}}
"""Signs above a letter, and how fonts have them: a circumflex that is typed is as high as a capital."""

_PRIMES = frozenset("′″‴⁗")

_NOTHING, _THIN, _MEDIUM, _THICK = "0", ".167em", ".222em", ".278em"
_UNSPACED = frozenset(("(", ")", "[", "]", "{", "}", "!", "\u2061", *_ACCENTS.values(), *_PRIMES))
_SPACED = {
    **dict.fromkeys("=<>≤≥≠≈≡∼∈→←↦", (_THICK, _THICK)),
    **dict.fromkeys("+−±", (_MEDIUM, _MEDIUM)),
    ",": (_NOTHING, _THIN),
}
"""The spaces before and behind an operator that the dictionary has, too, between two operands: they go without saying.

https://w3c.github.io/mathml-core/#operator-dictionary
"""

_ROWS = frozenset(("math", "mrow", "mtd", "mstyle", "msqrt"))
_SPACES = frozenset(("mspace", "mtext", "mstyle"))


def to_core(root: Element) -> None:
    """Change the formula *root*: no namespaces, no attributes that only MathJax knows, accents and primes in place."""
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
    """Drop white space and attributes that only MathJax knows.

    MathML Core knows `mathvariant` only as `normal`, so other alphabets become Unicode letters.
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
    """Replace each row or style of a single element below *element* by that one, where it does nothing."""
    for position, child in enumerate(element):
        _unwrap(child)
        if len(child) == 1 and _does_nothing(child):
            element[position] = child[0]


def _does_nothing(box: Element) -> bool:
    """Tell whether a *box* does nothing to the only element in it."""
    return not box.attrib if box.tag == "mrow" else box.tag == "mstyle" and box[0].tag == "mspace"


def _drop_usual_spaces(row: list[Element]) -> None:
    """Drop spaces around operators between two operands in a *row* that are those of the dictionary."""
    for before, element, behind in zip(row, row[1:], row[2:], strict=False):
        if element.text in _SPACED and _SPACES.isdisjoint((before.tag, behind.tag)):
            _drop_spaces(element, _SPACED[element.text])


def _drop_spaces(operator: Element, usual: tuple[str, str]) -> None:
    """Drop the spaces around *operator* if they are the *usual* ones."""
    if (operator.get("lspace"), operator.get("rspace")) == usual:
        del operator.attrib["lspace"], operator.attrib["rspace"]


def _lower_accent(over: Element) -> None:
    """Have an accent at its full size close to its letter."""
    accent = over[-1]
    if accent.tag == "mo" and accent.text in _ACCENTS:
        accent.text = _ACCENTS[accent.text]
        over.set("accent", "true")


def _enlarge_prime(script: Element) -> None:
    """Put a prime beside its letter: it is raised already, and too small to be seen in the size of a superscript."""
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
