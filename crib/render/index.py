"""An index: entries under letters, in the order of the book's language.

The order is that of the Unicode Collation Algorithm with CLDR's rules for the language (UTS 10,
UTS 35), as `Intl.Collator` of V8 has them, which is here for MathJax anyway. Python's own
`locale.strxfrm` knows only the languages that a machine has been set up for.
"""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from markupsafe import Markup

# A letter that a language sorts with another one, as French does É, stands under that one.
_ORDER = """
function order(language, words) {
  const sorting = new Intl.Collator(language, {numeric: true});
  const same = new Intl.Collator(language, {sensitivity: 'base'});
  function letter(word) {
    const first = [...word][0], plain = first.normalize('NFD')[0];
    if (!/\\p{L}/u.test(first)) return '';
    return (same.compare(first, plain) ? first : plain).toLocaleUpperCase(language);
  }
  return words.sort(sorting.compare).map(word => [letter(word), word]);
}
"""


@dataclass(frozen=True)
class IndexTerm:
    """Words that the index leads to: as text, as HTML, and the identifier of their place."""

    text: str
    html: Markup
    target: str


@dataclass(frozen=True)
class IndexEntry:
    """A line of the index; `targets` are in the order of the book."""

    html: Markup
    targets: tuple[str, ...]


@dataclass(frozen=True)
class IndexLetter:
    """The entries that begin with one letter; those that begin with none have no `head`."""

    head: str
    entries: tuple[IndexEntry, ...]


def build_index(terms: Iterable[IndexTerm], language: str) -> tuple[IndexLetter, ...]:
    """Return the index of *terms*; those that differ only in capitals are one entry."""
    places: dict[str, list[IndexTerm]] = {}
    for term in terms:
        places.setdefault(term.text.casefold(), []).append(term)
    entries = {_most_plain(same).text: _entry(same) for same in places.values()}
    return _under_letters(entries, language)


def sort_words(words: Iterable[str], language: str) -> tuple[str, ...]:
    """Return *words* as the language sorts them."""
    return tuple(word for _, word in _ordered(words, language))


def _entry(terms: list[IndexTerm]) -> IndexEntry:
    return IndexEntry(_most_plain(terms).html, tuple(term.target for term in terms))


def _most_plain(terms: list[IndexTerm]) -> IndexTerm:
    """Return the one with the fewest capitals: others begin a sentence or a cell."""
    return min(terms, key=lambda term: sum(map(str.isupper, term.text)))


def _under_letters(entries: Mapping[str, IndexEntry], language: str) -> tuple[IndexLetter, ...]:
    groups = groupby(_ordered(entries, language), key=lambda pair: pair[0])
    return tuple(IndexLetter(head, tuple(entries[word] for _, word in pairs)) for head, pairs in groups)


def _ordered(words: Iterable[str], language: str) -> list[list[str]]:
    """Return each of *words* after its letter."""
    ordered: list[list[str]] = _engine().call("order", language, list(words))
    return ordered


@cache
def _engine() -> Any:
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    atexit.register(engine.close)  # as in crib.mathjax
    engine.eval(_ORDER)
    return engine
