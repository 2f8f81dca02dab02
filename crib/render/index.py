"""The index of a book: entries grouped by first letter, and collation in the book's language.

Words are sorted by the Unicode Collation Algorithm (UTS 10) with CLDR's rules for the language (UTS
35). These come from V8's `Intl.Collator`, since MathJax runs in V8 anyway: Python's `locale.strxfrm`
knows only the system's installed locales.
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

    from crib.model.elements import Elements

# If a language sorts an accented letter with its base letter, such as É in French, they share a group.
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
    """A marked term of an answer: its plain text, its HTML, and the `id` of its anchor."""

    text: str
    html: Markup
    target: str


MarkedTerm = tuple[str, str, "Elements"]
"""An index term before it is rendered: its text, the id of its anchor, and its words as pandoc inlines."""


@dataclass(frozen=True)
class IndexEntry:
    """An entry of the index; `targets` are the anchors of its terms, in book order."""

    html: Markup
    targets: tuple[str, ...]


@dataclass(frozen=True)
class IndexLetter:
    """The entries under one letter; `head` is empty for entries without a first letter."""

    head: str
    entries: tuple[IndexEntry, ...]


def build_index(terms: Iterable[IndexTerm], language: str) -> tuple[IndexLetter, ...]:
    """Return the index of *terms*, sorted for *language* and merged ignoring case."""
    by_text: dict[str, list[IndexTerm]] = {}
    for term in terms:
        by_text.setdefault(term.text.casefold(), []).append(term)
    entries = {_least_capitalized(group).text: _entry(group) for group in by_text.values()}
    return _grouped(entries, language)


def sort_words(words: Iterable[str], language: str) -> tuple[str, ...]:
    """Return *words* in the collation order of *language*."""
    return tuple(word for _, word in _collated(words, language))


def _entry(terms: list[IndexTerm]) -> IndexEntry:
    return IndexEntry(_least_capitalized(terms).html, tuple(term.target for term in terms))


def _least_capitalized(terms: list[IndexTerm]) -> IndexTerm:
    """Return the term with the fewest capitals: the start of a sentence or cell may have added one."""
    return min(terms, key=lambda term: sum(map(str.isupper, term.text)))


def _grouped(entries: Mapping[str, IndexEntry], language: str) -> tuple[IndexLetter, ...]:
    groups = groupby(_collated(entries, language), key=lambda pair: pair[0])
    return tuple(IndexLetter(head, tuple(entries[word] for _, word in pairs)) for head, pairs in groups)


def _collated(words: Iterable[str], language: str) -> list[list[str]]:
    """Return pairs of index letter and word for *words*, in collation order."""
    collated: list[list[str]] = _engine().call("order", language, list(words))
    return collated


@cache
def _engine() -> Any:
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    atexit.register(engine.close)  # as in crib.markup.mathjax
    engine.eval(_ORDER)
    return engine
