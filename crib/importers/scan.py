"""Scan a run of blocks for questions: try recognizers on each block, in the order of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.importers.drafts import Draft
from crib.importers.inlines import trimmed
from crib.importers.log import NAVIGATION, NOT_AN_ANSWER
from crib.importers.parse_draft import is_answer_mark
from crib.importers.recognizers import bold, callouts, definitions, details, qa_lines
from crib.importers.wording import is_navigation
from crib.model.elements import children

if TYPE_CHECKING:
    from crib.importers.drafts import Recognizer
    from crib.importers.log import ImportLog
    from crib.model.elements import Element, Elements

LABELED: dict[str, Recognizer] = {
    "Q: and A:": qa_lines.recognize,
    "tables of questions and answers": definitions.recognize_labeled_table,
}
"""Shapes of questions that name their parts: never parts of an answer."""

RECOGNIZERS: dict[str, Recognizer] = {
    "<details>": details.recognize,
    "callouts": callouts.recognize,
    **LABELED,
    "bold questions": bold.recognize,
}
"""Shapes of questions anywhere."""

WEAK_RECOGNIZERS: dict[str, Recognizer] = {
    "tables": definitions.recognize_table,
    "definition lists": definitions.recognize_terms,
    "lists of questions": definitions.recognize_list,
}
"""Shapes of questions outside answers."""


def recognized(block: Element, table: dict[str, Recognizer]) -> list[Draft]:
    """Return the questions found in *block* by the first successful recognizer of *table*."""
    return next((drafts for recognize in table.values() if (drafts := recognize(block))), [])


def scan(blocks: Elements, log: ImportLog) -> list[Draft]:
    """Return the questions in *blocks* without headings of questions; other blocks go into *log*."""
    drafts: list[Draft] = []
    pending: Elements = []
    for block in blocks:
        current = drafts[-1] if drafts and drafts[-1].is_open else None
        if is_navigation(block):
            log.leave_out_element(block, NAVIGATION)
        elif new := recognized(block, RECOGNIZERS):
            drafts += new
        elif details.is_folded_answer(block) and not current and (question := _pending_question(pending)):
            drafts.append(Draft(question[0], block["line"], [*question[1], block], is_open=False))
        elif not current and drafts and not pending and is_answer_mark(block):
            drafts[-1].blocks.append(block)
            drafts[-1].is_open = drafts[-1].in_list = True
        elif current and not (current.in_list and definitions.recognize_list(block)):
            current.blocks.append(block)
        elif new := recognized(block, WEAK_RECOGNIZERS):
            drafts += new
        else:
            pending.append(block)
            continue
        if drafts and (new or details.is_folded_answer(block)):
            _leave_out(pending, log)
    _leave_out(pending, log)
    return drafts


def _pending_question(pending: Elements) -> tuple[Elements, Elements] | None:
    """Pop the question of a folded answer from *pending*: its last paragraph, and the blocks after it as its stem."""
    for at in range(len(pending) - 1, -1, -1):
        if pending[at]["t"] in ("Para", "Plain"):
            question, stem = trimmed(children(pending[at])), pending[at + 1 :]
            del pending[at:]
            return question, stem
    return None


def _leave_out(pending: Elements, log: ImportLog) -> None:
    for block in pending:
        if block["t"] not in ("HorizontalRule", "Null"):
            log.leave_out_element(block, NOT_AN_ANSWER)
    pending.clear()
