"""Parse drafts into questions: separate stem, choices and answer, and drop numbers and labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.importers.choices import find_choices, option_lines
from crib.importers.drafts import line_of
from crib.importers.inlines import lines_of, trimmed, without_prefix
from crib.importers.questions import ImportedQuestion
from crib.importers.recognizers.bold import without_number
from crib.importers.recognizers.details import folded, is_folded_answer, is_hint, summary
from crib.importers.wording import ANSWER_LABEL, is_answer_heading, is_generic
from crib.model.elements import attributes, children, code, paragraph, text_of, with_children
from crib.model.tree import plain, rewrite

if TYPE_CHECKING:
    from crib.importers.drafts import Draft
    from crib.model.elements import Element, Elements

_TEXT = ("Para", "Plain")
_HINT = re.compile(r"^\s*(?:hint|hinweis|tipp|indice|pista|suggerimento)\s*\d*\s*[:：]\s*", re.IGNORECASE)
_SHORT_CODE = 60
"""Characters of code allowed in a question's line."""


def parse_draft(draft: Draft) -> ImportedQuestion:
    """Return *draft* as a question with its answer."""
    parts, blocks = _own_parts(draft.blocks)
    stem, answer = _split(blocks)
    if not stem and len(answer) > 1 and answer[0]["t"] in _TEXT and is_generic(plain(draft.question)):
        stem, answer = answer[:1], answer[1:]
    choices, stem, answer = find_choices(stem, answer)
    if not choices and not _has_answer_mark(blocks):
        choices, answer, _ = find_choices(answer, [])
        if not choices:
            choices, answer = _choices_before_answer(answer)
    question = _without_bold(trimmed(without_number(_without_bold(trimmed(draft.question)))))
    question, stem = with_stem(question, stem)
    return ImportedQuestion(
        question=question,
        answer=_plain_answer(answer),
        line=draft.line,
        stem=stem,
        choices=choices,
        gist=parts["gist"],
        hint=parts["hint"],
        cloze=parts["cloze"],
        **draft.settings,
    )


def _without_bold(question: Elements) -> Elements:
    """Return *question* without bold or emphasis around all of it."""
    while [inline["t"] for inline in question] in (["Strong"], ["Emph"]):
        question = trimmed(children(question[0]))
    return question


def _own_parts(blocks: Elements) -> tuple[dict[str, Elements], Elements]:
    """Return the contents of blocks of Crib's own Markdown, such as `::: gist`, and the other *blocks*."""
    parts: dict[str, Elements] = {"gist": [], "hint": [], "cloze": []}
    others: Elements = []
    for block in blocks:
        names = attributes(block)[1] if block["t"] == "Div" else []
        if len(names) == 1 and names[0] in parts:
            parts[names[0]] += children(block)
        elif is_hint(block):
            parts["hint"] += folded(block)
        elif others and (hint := _labeled_hint(block)):
            parts["hint"] += hint
        else:
            others.append(block)
    return parts, others


def _labeled_hint(block: Element) -> Elements:
    """Return the paragraph of a *block* such as `Hint: words` without its label; empty for other blocks."""
    match = _HINT.match(plain(block)) if block["t"] in _TEXT else None
    words = without_prefix(trimmed(children(block)), match.end()) if match else []
    return [{**paragraph(words), "line": line_of(block)}] if words else []


def _choices_before_answer(answer: Elements) -> tuple[tuple, Elements]:  # type: ignore[type-arg]
    """Return the choices at the start of *answer* if a paragraph such as `Answer: B` follows, and the rest."""
    for at, block in enumerate(answer):
        if block["t"] in _TEXT and ANSWER_LABEL.match(plain(block)):
            choices, stem, rest = find_choices(answer[:at], answer[at:])
            if choices:
                return choices, [*stem, *rest]
    return (), answer


def _split(blocks: Elements) -> tuple[Elements, Elements]:
    """Return the blocks before and after the mark of the answer; without a mark, all are the answer."""
    for at, block in enumerate(blocks):
        if is_folded_answer(block):
            inner = _without_mark(unfolded(folded(block)))
            words = summary(block)
            if ANSWER_LABEL.match(plain(words)) and not is_answer_heading(plain(words)):
                inner = [*_without_mark([paragraph(words)]), *inner]
            return blocks[:at], [*inner, *blocks[at + 1 :]]
        if is_answer_mark(block):
            return blocks[:at], [*_without_mark([block]), *blocks[at + 1 :]]
    return [], blocks


def _has_answer_mark(blocks: Elements) -> bool:
    return any(is_folded_answer(block) or is_answer_mark(block) for block in blocks)


def unfolded(blocks: Elements) -> Elements:
    """Return *blocks* without wrappers."""
    result: Elements = []
    for block in blocks:
        is_wrapper = block["t"] == "Div" and not any(attributes(block))
        result += unfolded(children(block)) if is_wrapper else [block]
    return [block for block in result if block["t"] not in _TEXT or trimmed(children(block))]


def is_answer_mark(block: Element) -> bool:
    """Return True if *block*, a heading or a paragraph, begins an answer: `Answer`, `#### Answer: B`, `A: …`."""
    if block["t"] == "Header":
        return is_answer_heading(plain(block)) or bool(ANSWER_LABEL.match(plain(block)))
    if block["t"] not in _TEXT or option_lines(lines_of(children(block))):
        return False
    text = plain(block)
    inlines = trimmed(children(block))
    is_bold = bool(inlines) and inlines[0]["t"] in ("Strong", "Emph") and ANSWER_LABEL.match(f"{plain(inlines[0])}: ")
    return bool(is_bold or (inlines and is_answer_heading(text)) or ANSWER_LABEL.match(text))


def _without_mark(blocks: Elements) -> Elements:
    """Return *blocks* without the label at the start of the first."""
    if not blocks:
        return []
    first, *rest = blocks
    if first["t"] == "Header" and is_answer_heading(plain(first)):
        return rest
    if first["t"] not in (*_TEXT, "Header"):
        return blocks
    inlines, text = trimmed(children(first)), plain(first)
    if is_answer_heading(text):
        return rest
    match = ANSWER_LABEL.match(text)
    words = without_prefix(inlines, match.end()) if match else inlines
    return [{**paragraph(words), "line": line_of(first)}, *rest] if words else rest


def _plain_answer(answer: Elements) -> Elements:
    """Return *answer* without bold or a quotation around all of it."""
    answer = _without_mark(unfolded(answer)) if _labeled(answer) else unfolded(answer)
    texts = [trimmed(children(block)) for block in answer if block["t"] in _TEXT]
    if len(texts) == len(answer) and texts and all([i["t"] for i in text] in (["Strong"], ["Emph"]) for text in texts):
        return [with_children(block, children(text[0])) for block, text in zip(answer, texts, strict=True)]
    if answer and all(block["t"] == "BlockQuote" for block in answer):
        return [inner for block in answer for inner in children(block)]
    return answer


def _labeled(answer: Elements) -> bool:
    """Return True if *answer* begins with a label, and not with options: the first may look like a label."""
    if not answer or answer[0]["t"] not in _TEXT or option_lines(lines_of(children(answer[0]))):
        return False
    return bool(ANSWER_LABEL.match(plain(answer[0])))


def with_stem(question: Elements, stem: Elements) -> tuple[Elements, Elements]:
    """Return *question* with the text of its *stem* on the same line, and the rest of the stem."""
    if is_generic(plain(question)) and any(block["t"] in _TEXT for block in stem):
        question = []
    others: Elements = []
    for block in stem:
        inlines = _on_a_line(block)
        if inlines and not others:
            question = [*question, {"t": "Space"}, *inlines] if question else inlines
        elif block["t"] != "HorizontalRule":
            others.append(block)
    return question, others


def _on_a_line(block: Element) -> Elements:
    """Return *block* as inlines; none if it needs lines of its own."""
    if block["t"] in _TEXT and not any(part["t"] == "Image" for part in children(block)):
        return trimmed(rewrite(children(block), _no_break))
    if block["t"] == "CodeBlock" and "\n" not in text_of(block) and len(text_of(block)) <= _SHORT_CODE:
        return [{**code(text_of(block)), "line": line_of(block)}]
    return []


def _no_break(element: Element) -> Elements | None:
    return [{"t": "Space"}] if element["t"] in ("SoftBreak", "LineBreak") else None
