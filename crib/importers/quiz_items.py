"""Quiz questions, such as Moodle's: multiple choice, short answer, true or false, and matching."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from crib.importers.parse_draft import unfolded, with_stem
from crib.importers.questions import ImportedChoice, ImportedQuestion
from crib.importers.text_batch import HTML, as_inlines, form_of
from crib.model.elements import bullet_list, emphasis, paragraph, plain_block, string
from crib.model.tables import table_of
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.importers.text_batch import TextBatch
    from crib.model.elements import Elements

_WHOLE = 99.9
"""The percentage that counts as full points; three options of 33.333 each are right together."""

_MOST_TYPED = 60
"""Characters of an answer to type."""


@dataclass(frozen=True)
class QuizOption:
    """A choice or an expected answer: its text, its share of the points in percent, and its feedback."""

    text: str
    percent: float
    feedback: str = ""


@dataclass(frozen=True)
class QuizItem:
    """A question of a quiz; its texts have the format `form`.

    name        its name in the question bank; its key is made from it
    options     answers: right, partly right, or wrong
    is_offered  the options are choices
    truth       the truth of a statement; None for another kind of question
    pairs       terms to match, each with its match
    feedback    general feedback on the question
    tags        its tags
    """

    question: str
    form: str = HTML
    line: int = 0
    name: str = ""
    options: tuple[QuizOption, ...] = ()
    is_offered: bool = False
    truth: bool | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    feedback: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def right(self) -> tuple[QuizOption, ...]:
        """The options with full points, or else all with some points."""
        whole = tuple(option for option in self.options if option.percent >= _WHOLE)
        return whole or tuple(option for option in self.options if option.percent > 0)

    @property
    def others(self) -> tuple[QuizOption, ...]:
        """The options with feedback or some points, but not right."""
        others = [option for option in self.options if option not in self.right]
        return tuple(option for option in others if option.percent > 0 or option.feedback)


def read_items(items: Sequence[QuizItem], batch: TextBatch) -> Iterator[ImportedQuestion]:
    """Yield the question of each of *items*, with all texts read in one *batch*. Raises CribError."""
    places = [_collect(item, batch) for item in items]
    blocks = batch.read()
    for item, numbers in zip(items, places, strict=True):
        yield _question(item, [blocks[number] for number in numbers])


def _collect(item: QuizItem, batch: TextBatch) -> list[int]:
    texts = [item.question, *(option.text for option in _shown(item)), *(text for pair in item.pairs for text in pair)]
    forms = [item.form, *[item.form if item.form != HTML else form_of(text) for text in texts[1:]]]
    numbers = [batch.add(text, form, item.line) for text, form in zip(texts, forms, strict=True)]
    remarks = [*_feedback(item), *(text for option in item.others for text in (_name(option), option.feedback))]
    return numbers + [batch.add(text, form_of(text), item.line) for text in remarks]


def _shown(item: QuizItem) -> tuple[QuizOption, ...]:
    return item.options if item.is_offered else item.right


def _feedback(item: QuizItem) -> tuple[str, ...]:
    """Return the feedback on the right answers and on the question, without duplicates."""
    return tuple(dict.fromkeys(filter(None, (*(option.feedback for option in item.right), *item.feedback))))


def _name(option: QuizOption) -> str:
    """Return the text of an option, with its share of the points unless that is 0."""
    return f"{option.text} ({option.percent:g} %)" if option.percent > 0 else option.text


def _question(item: QuizItem, blocks: list[Elements]) -> ImportedQuestion:
    front, *rest = blocks
    question, stem = with_stem([], unfolded(front))
    options, rest = rest[: len(_shown(item))], rest[len(_shown(item)) :]
    pairs, rest = rest[: 2 * len(item.pairs)], rest[2 * len(item.pairs) :]
    feedback, others = rest[: len(_feedback(item))], rest[len(_feedback(item)) :]
    answers = [] if item.is_offered else options
    typed = plain(as_inlines(answers[0])).strip() if len(answers) == 1 else ""
    return ImportedQuestion(
        question=question or [string(item.name)],
        stem=stem,
        answer=[*_answer(answers), *_matched(pairs), *chain.from_iterable(feedback), *_remarks(others)],
        choices=_choices(item, options) if item.is_offered else _truth(item.truth),
        typed=typed if len(typed) <= _MOST_TYPED else "",
        line=item.line,
        key=item.name,
        tags=item.tags,
    )


def _choices(item: QuizItem, texts: Sequence[Elements]) -> tuple[ImportedChoice, ...]:
    return tuple(ImportedChoice(text, option in item.right) for text, option in zip(texts, item.options, strict=True))


def _remarks(others: Sequence[Elements]) -> Elements:
    """Return a list of the other options with their feedback; *others* has name and feedback of each in turn."""
    items = []
    for at in range(0, len(others), 2):
        name, feedback = as_inlines(others[at]), as_inlines(others[at + 1])
        remark = [string(":"), {"t": "Space"}, *feedback] if feedback else []
        items.append([plain_block([emphasis(name), *remark])])
    return [bullet_list(items)] if items else []


def _truth(truth: bool | None) -> tuple[ImportedChoice, ...]:  # noqa: FBT001 - of a statement
    """Return the two choices for a statement; none for another kind of question."""
    if truth is None:
        return ()
    return tuple(ImportedChoice([paragraph([string(str(value))])], value is truth) for value in (True, False))


def _answer(answers: Sequence[Elements]) -> Elements:
    if len(answers) > 1:
        return [bullet_list([[plain_block(as_inlines(answer))] for answer in answers if answer])]
    return list(answers[0]) if answers else []


def _matched(pairs: Sequence[Elements]) -> Elements:
    """Return a table of matching pairs, without names of columns."""
    if not pairs:
        return []
    rows = [[pairs[at], pairs[at + 1]] for at in range(0, len(pairs), 2)]
    return [table_of([[], [paragraph([string("→")])]], rows)]
