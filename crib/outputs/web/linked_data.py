"""Structured data for search engines (JSON-LD, schema.org): each answer as a quiz of one question.

https://developers.google.com/search/docs/appearance/structured-data/education-qa
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from crib.model.task_lists import choices_in
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Answer, Book
    from crib.render.fragments import Fragments

_FORMULA = re.compile(r'<math\b[^<>]*?\balttext="([^"]*)"[^<>]*>.*?</math>', re.DOTALL)
_NOTE_MARK = re.compile(r'<sup><a [^<>]*role="doc-noteref">\d+</a></sup>')
_BLOCK_END = re.compile("</(?:caption|dd|div|dt|li|p|pre|td|th)>")
_TWO_MARKS = re.compile("(?<=[.,:;!?…]); ")
_TAG = re.compile("<[^>]*>")


def text_of_html(html: str) -> str:
    """Return the words of *html* as one line, its formulas as TeX, without the marks of notes."""
    html = _NOTE_MARK.sub("", _FORMULA.sub(r"\1", html))
    blocks = (" ".join(unescape(_TAG.sub("", block)).split()) for block in _BLOCK_END.split(html))
    return _TWO_MARKS.sub(" ", "; ".join(filter(None, blocks)))


def linked_data(book: Book, answer: Answer, fragments: Fragments) -> Mapping[str, object]:
    """Return the quiz of one question for *answer*; *book* has only its chapter."""
    [chapter] = book.chapters
    site = {"url": book.publication.site} if book.publication.site else {}
    return {
        "@context": "https://schema.org",
        "@type": "Quiz",
        "name": plain(answer.question),
        "inLanguage": book.language,
        "about": {"@type": "Thing", "name": chapter.title},
        "keywords": list(answer.tags),
        "isPartOf": {"@type": "Book", "name": book.title, **site},
        "hasPart": [{"@type": "Question", "text": plain(answer.question), **_replies(answer, fragments)}],
    }


def _replies(answer: Answer, fragments: Fragments) -> Mapping[str, object]:
    choices = list(choices_in(answer.choices))
    if not choices:
        text = text_of_html(fragments.gist or fragments.body)
        return {"eduQuestionType": "Flashcard", "acceptedAnswer": _reply(text)}
    right, wrong = (
        [_reply(" ".join(map(plain, choice.blocks))) for choice in choices if choice.is_right is is_right]
        for is_right in (True, False)
    )
    kind = "Checkbox" if len(right) > 1 else "Multiple choice"
    return {"eduQuestionType": kind, "acceptedAnswer": right, "suggestedAnswer": wrong}


def _reply(text: str) -> Mapping[str, str]:
    return {"@type": "Answer", "text": text}
