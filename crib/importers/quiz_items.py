"""Questions of quizzes such as Moodle's: choices, short answers, true or false, and pairs to match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.importers.finish import unfolded, with_stem
from crib.importers.questions import ImportedChoice, ImportedQuestion
from crib.importers.text_batch import HTML, as_inlines, form_of
from crib.model.elements import bullet_list, paragraph, plain_block, string
from crib.model.tables import table_of
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.importers.text_batch import TextBatch
    from crib.model.elements import Elements

_MOST_TYPED = 60
"""Characters of an answer that learners are asked to type."""


@dataclass(frozen=True)
class QuizItem:
    """A question of a quiz; its texts have the format `form`.

    name      its name in the question bank, of which its key is made
    answers   short answers that are right
    choices   pairs of a choice and whether it is right
    truth     whether a statement is true; None for another kind of question
    pairs     what is to be matched
    feedback  what is said of the right answer, and of the question
    tags      its tags
    """

    question: str
    form: str = HTML
    line: int = 0
    name: str = ""
    answers: tuple[str, ...] = ()
    choices: tuple[tuple[str, bool], ...] = ()
    truth: bool | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    feedback: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def read_items(items: Sequence[QuizItem], batch: TextBatch) -> Iterator[ImportedQuestion]:
    """Yield the question of each of *items*, whose texts *batch* reads. Raises CribError."""
    places = [_collect(item, batch) for item in items]
    blocks = batch.read()
    for item, numbers in zip(items, places, strict=True):
        yield _question(item, [blocks[number] for number in numbers])


def _collect(item: QuizItem, batch: TextBatch) -> list[int]:
    texts = [item.question, *item.answers, *(text for text, _ in item.choices)]
    texts += [text for pair in item.pairs for text in pair]
    forms = [item.form, *[item.form if item.form != HTML else form_of(text) for text in texts[1:]]]
    numbers = [batch.add(text, form, item.line) for text, form in zip(texts, forms, strict=True)]
    return numbers + [batch.add(text, form_of(text), item.line) for text in item.feedback]


def _question(item: QuizItem, blocks: list[Elements]) -> ImportedQuestion:
    asked, *rest = blocks
    question, stem = with_stem([], unfolded(asked))
    answers, rest = rest[: len(item.answers)], rest[len(item.answers) :]
    choices, rest = rest[: len(item.choices)], rest[len(item.choices) :]
    pairs, feedback = rest[: 2 * len(item.pairs)], rest[2 * len(item.pairs) :]
    said: Elements = [block for text in feedback for block in text]
    typed = plain(as_inlines(answers[0])).strip() if len(answers) == 1 else ""
    return ImportedQuestion(
        question=question or [string(item.name)],
        stem=stem,
        answer=[*_answer(answers), *_matched(pairs), *said],
        choices=_truth(item.truth)
        or tuple(ImportedChoice(text, right) for text, (_, right) in zip(choices, item.choices, strict=True)),
        typed=typed if len(typed) <= _MOST_TYPED else "",
        line=item.line,
        key=item.name,
        tags=item.tags,
    )


def _truth(truth: bool | None) -> tuple[ImportedChoice, ...]:  # noqa: FBT001 - of a statement
    """Return the two choices for a statement; none for another kind of question."""
    if truth is None:
        return ()
    return tuple(ImportedChoice([paragraph([string(str(each))])], each is truth) for each in (True, False))


def _answer(answers: Sequence[Elements]) -> Elements:
    if len(answers) > 1:
        return [bullet_list([[plain_block(as_inlines(answer))] for answer in answers if answer])]
    return list(answers[0]) if answers else []


def _matched(pairs: Sequence[Elements]) -> Elements:
    """Return a table of what belongs together, without names of columns."""
    if not pairs:
        return []
    rows = [[pairs[at], pairs[at + 1]] for at in range(0, len(pairs), 2)]
    return [table_of([[], [paragraph([string("→")])]], rows)]
