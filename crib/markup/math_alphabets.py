"""Unicode's mathematical alphabets: bold, script, double-struck and the rest."""

from __future__ import annotations

from unicodedata import lookup, name

_ALPHABETS = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "script": "SCRIPT",
    "calligraphic": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "bold-calligraphic": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "bold-fraktur": "BOLD FRAKTUR",
    "double-struck": "DOUBLE-STRUCK",
    "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "sans-serif-italic": "SANS-SERIF ITALIC",
    "sans-serif-bold-italic": "SANS-SERIF BOLD ITALIC",
    "monospace": "MONOSPACE",
}
# Unicode has some letters of these alphabets only as older letterlike symbols.
_OLDER = {"FRAKTUR": "BLACK-LETTER"}
_PLANCK = {("ITALIC", "h"): "ℎ"}


def in_alphabet(text: str, variant: str) -> str:
    """Return *text* in the alphabet *variant* of MathML 3; characters missing in it do not change."""
    alphabet = _ALPHABETS.get(variant)
    return "".join(_letter(c, alphabet) for c in text) if alphabet else text


def _letter(character: str, alphabet: str) -> str:
    if older := _PLANCK.get((alphabet, character)):
        return older
    words = name(character, "").split()
    match words:
        case ["LATIN", size, "LETTER", letter] | ["GREEK", size, "LETTER", letter]:
            plain = f"{size} {letter}"
        case ["GREEK", size, "LETTER", "FINAL", "SIGMA"]:
            plain = f"{size} FINAL SIGMA"
        case ["DIGIT", _]:
            plain = " ".join(words)
        case _:
            return character
    for candidate in (f"MATHEMATICAL {alphabet} {plain}", f"{_OLDER.get(alphabet, alphabet)} {plain}"):
        try:
            return lookup(candidate)
        except KeyError:
            continue
    return character
