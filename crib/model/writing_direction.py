"""Writing direction of a language: left to right, or right to left."""

from __future__ import annotations

# https://cldr.unicode.org: likely subtags, and the scripts of those that run from right to left
_RTL_LANGUAGES = {
    "ar",
    "arc",
    "ckb",
    "dv",
    "fa",
    "he",
    "ks",
    "lrc",
    "mzn",
    "nqo",
    "pnb",
    "ps",
    "sd",
    "syr",
    "ug",
    "ur",
    "yi",
}
_RTL_SCRIPTS = {"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"}


def writing_direction(language: str) -> str:
    """Return the direction of *language* (a BCP 47 tag, perhaps with a script): `ltr` or `rtl`."""
    name, *rest = language.split("-")
    script = next((part for part in rest if part.isalpha() and len(part) == 4), "")
    return "rtl" if (script in _RTL_SCRIPTS if script else name in _RTL_LANGUAGES) else "ltr"
