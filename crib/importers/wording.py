"""Patterns to recognize questions, answers and navigation by their words, in the most common languages."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING
from unicodedata import category

from crib.model.elements import attributes, children, list_items, target
from crib.model.tree import find_all, plain

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements, Json

_ANSWER = (
    "answers?|ans|solutions?|explanations?|responses?|réponses?|lösung(?:en)?|antwort(?:en)?|respuestas?|solución|"
    "respostas?|rispost[ae]|soluzion[ei]|răspuns|antwoord|svar|vastaus|odpowiedź|odpověď|odgovor|ответ|відповідь|"
    "απάντηση|përgjigja|cevap|jawaban|đáp án|trả lời|คำตอบ|ال[إا]جابة|תשובה|उत्तर|答案|解答|回答|答え|正解|정답|답"
)
_QUESTION = (
    "questions?|q|que|ques|exercises?|problems?|frage|pregunta|aufgabe|exercice|cards?|items?|task|quiz|"
    "pergunta|domanda|întrebare|vraag|fråga|pytanie|otázka|pitanje|вопрос|питання|soru|câu hỏi|سؤال|שאלה|प्रश्न|"
    "问题|問題|質問|질문"
)
_LEAD = "click|tap|press|show|see|view|reveal|check|expand|open|hide|toggle|spoiler|here|voir|display|unfold"
_SMALL = "the|to|for|me|your|my|correct|possible|sample|model|suggested|example|la|le|and|full|short|detailed|on|this"

NUMBER = re.compile(
    rf"^\s*(?:(?:(?:{_QUESTION})\s*[.#№-]?\s*)?\(?\d+(?:\.\d+)*\s*[.):\]–—-]+\s*|(?:{_QUESTION})\s*\d*\s*[:.–—-]+\s+)",
    re.IGNORECASE,
)
"""The number in front of a question: `1.`, `2)`, `Q3:`, `Question 4 –`."""

QUESTION_LABEL = re.compile(
    r"^\s*(?:questions?|q|frage|pregunta|pergunta|domanda|вопрос|问题|問題|質問|질문)\s*\.?\s*\d*\s*[:：.)–—-]\s*",
    re.IGNORECASE,
)
"""The label in front of a question: `Q:`, `Question 3:`, `Q1.`."""

ANSWER_LABEL = re.compile(
    rf"^\s*(?:(?:the\s+)?(?:correct|right|possible|sample|model|suggested|short)\s+)?(?:{_ANSWER}|a|r|sol)"
    r"(?:\s+is|\s+corre\w+)?\s*\.?\s*\d*\s*(?:[:：)–—]|[.-](?=\s))\s*",
    re.IGNORECASE,
)
"""The label in front of an answer: `A:`, `Answer:`, `Solution 3.`."""

_COUNTED = re.compile(rf"^\s*(?:{_QUESTION})\s*[.#№-]?\s*\d+\s*$", re.IGNORECASE)
_ANSWER_HEADING = re.compile(
    rf"^\W*(?:(?:{_LEAD}|{_SMALL})\W+)*(?:{_ANSWER}|reveal|expand|spoiler)"
    rf"(?:\W+(?:{_LEAD}|{_SMALL}|{_ANSWER}|key|below|question|\d+))*\W*$"
    rf"|^\W*(?:{_LEAD})(?:\W+(?:{_LEAD}|{_SMALL}|more|it))*\W*$",
    re.IGNORECASE,
)
_GENERIC = re.compile(rf"^\W*(?:{_QUESTION}|front)?\W*\d*(?:\.\d+)*\W*$", re.IGNORECASE)
_NAVIGATION = re.compile(
    r"^\W*(?:table\s+of\s+contents?|contents?|toc|index|navigation|sommaire|inhalt(?:sverzeichnis)?|"
    r"(?:[⬆↥↑🔝▲]|back|go\s+back|return|top|up)\W*(?:back\W+)?(?:to\W+)?(?:the\W+)?"
    r"(?:top|up|start|beginning|contents?|index|list|home|menu|table\s+of\s+contents?)?)\W*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:what|why|how|when|where|who|whom|whose|which|is|are|was|were|do|does|did|can|could|should|would|will|has|"
    r"have|explain|describe|define|name|list|give|state|compare|write|implement|prove|show|find|calculate|compute|"
    r"discuss|tell|mention|true\s+or\s+false|difference|que|qu|quel\w*|pourquoi|comment|combien|was|wie|warum|welche\w*|"
    r"qué|cuál|cómo|por\s+qué)\b",
    re.IGNORECASE,
)
_MARKS = ("?", "？", "؟")
_REMARK = re.compile(r"(?<=[?？؟\W])\s*[(\[][^()\[\]?]{1,40}[)\]]\W*$")
"""A remark in parentheses after a question: `(easy)`, `[2 points]`."""

_SYMBOLS = ("So", "Sk", "Mn", "Cf", "Me")
"""Unicode categories of characters in emoji."""


def number_of(text: str) -> int:
    """Return the integer in front of *text*, as in `3. Why?` or `Question 3:`; 0 without one."""
    match = NUMBER.match(text) or _COUNTED.match(text)
    digits = re.search(r"\d+", match[0]) if match else None
    return int(digits[0]) if digits and len(digits[0]) < 6 else 0


def is_question(text: str) -> bool:
    """Return True if *text* reads as a question or an exercise, by its end, its number or its first word."""
    bare = NUMBER.sub("", text).strip()
    return _end(bare, ".!:").endswith(_MARKS) or bool(NUMBER.match(text)) or bool(_ASKS.match(bare))


def ends_as_question(text: str) -> bool:
    """Return True if *text* ends with a question mark."""
    return _end(text).endswith(_MARKS)


def _end(text: str, more: str = "") -> str:
    """Return *text* without a remark, emoji, quotation marks, or characters of *more* at its end."""
    bare = _REMARK.sub("", text.rstrip())
    ignored = "*_\"'”’`) " + more
    count = len(list(takewhile(lambda c: c in ignored or category(c) in _SYMBOLS, reversed(bare))))
    return bare[: len(bare) - count]


def is_answer_heading(text: str) -> bool:
    """Return True if *text* only announces the answer: `Answer`, `Show solution`, `Click to reveal`."""
    return bool(text.strip()) and bool(_ANSWER_HEADING.match(text)) and not re.search(r":\W*\w", text)


def is_generic(text: str) -> bool:
    """Return True if *text* is a heading without a question, such as `Item`, `Question 3` or `12`."""
    return bool(_GENERIC.match(text))


def is_counted(text: str) -> bool:
    """Return True if *text* only numbers a question, such as `Question 3`, `Item` or `7`."""
    bare = text.strip().rstrip(":.")
    return (
        is_generic(text)
        and bool(bare)
        and (any(map(str.isdigit, bare)) or not bare.casefold().endswith(("s", "q", "z")))
    )


def is_navigation_heading(text: str) -> bool:
    """Return True if *text* is the heading of a table of contents."""
    return bool(_NAVIGATION.match(text))


def is_navigation(block: Element) -> bool:
    """Return True if *block* is navigation within its file: a table of contents, `Back to Top`."""
    links = list(find_all(block, "Link"))
    if block["t"] == "Div" and attributes(block)[1] == ["details"]:
        return _is_list_of_links(children(block)[1:])
    if not links or not all(target(link).startswith("#") for link in links):
        return bool(block["t"] in ("Para", "Plain") and _NAVIGATION.match(plain(block)) and links)
    if block["t"] in ("BulletList", "OrderedList"):
        return all(item and has_link(item[0]) for item in list_items(block))
    if block["t"] == "Table":
        return len(links) >= 1
    words = plain(block)
    linked = "".join(plain(link) for link in links)
    return len(words.strip()) - len(linked.strip()) <= max(8, len(links) * 3)


def _is_list_of_links(blocks: Elements) -> bool:
    """Return True if *blocks* are one list with a link in each item, and hardly any other text."""
    if [block["t"] for block in blocks] not in (["BulletList"], ["OrderedList"]):
        return False
    items = list_items(blocks[0])
    linked = sum(len(plain(link)) for link in find_all(blocks, "Link"))
    return all(map(has_link, items)) and len(plain(blocks)) - linked < 4 * len(items)


def has_link(node: Json) -> bool:
    """Return True if *node* contains a link."""
    return next(find_all(node, "Link"), None) is not None
