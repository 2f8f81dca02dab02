"""Copyfitting of flashcards: the largest type in which question and gist fit on their sides of the card."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from crib.engine.cached import cached_each
from crib.print.fit.box_heights import box_heights
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.outputs.cards.grid import Grid
    from crib.print.chapter_html import AnswerHtml, ChapterHtml
    from crib.print.pdf.print_setup import PrintSetup

STEP = 0.5
"""Type sizes are multiples of this, in points."""

_SIDES = ("front", "back")


@dataclass(frozen=True)
class Face:
    """One side of a card, `front` or `back`, in type of `size` points.

    whole   True if it includes the hint, or the full answer
    height  height of its contents in pixels, after measuring; infinite if a formula is too wide
    """

    entry: AnswerHtml
    side: str
    whole: bool
    size: float
    height: float = 0

    @property
    def id(self) -> str:
        """Its name in the HTML for measuring."""
        return f"{self.entry.key}-{self.side}{'-whole' * self.whole}"


@dataclass(frozen=True)
class Card:
    """Both sides of the card of one answer; `section` is its chapter without other answers."""

    section: ChapterHtml
    front: Face
    back: Face


def fit_cards(section: ChapterHtml, press: PrintSetup, grid: Grid) -> tuple[Card, ...]:
    """Fit the cards of *section* to *grid*: each side whole if it fits, then in the largest type.

    Raises ContentError for questions and gists too long for their cards.
    """
    measurer = _FaceMeasurer(section, press, grid)
    first_fits: dict[tuple[str, str], Face] = {}
    candidates = [face for entry in section.entries for face in _candidates(entry, grid)]
    for face in measurer.measured(candidates):
        if face.height <= grid.room or not face.whole:
            first_fits.setdefault((face.entry.key, face.side), face)
    faces = {(face.entry.key, face.side): face for face in measurer.enlarged(list(first_fits.values()))}
    problems = [
        _too_long(entry, side) for entry in section.entries for side in _SIDES if (entry.key, side) not in faces
    ]
    if problems:
        raise ContentError(problems)
    return tuple(Card(section.only(entry), *(faces[entry.key, side] for side in _SIDES)) for entry in section.entries)


def _candidates(entry: AnswerHtml, grid: Grid) -> Iterator[Face]:
    """Yield candidates for both sides, the fullest first: whole in small type, then without hint or full answer."""
    sizes = grid.type
    if entry.hint:
        yield Face(entry, "front", whole=True, size=sizes.whole)
    yield Face(entry, "front", whole=False, size=sizes.largest)
    if entry.body and _letters(entry) <= grid.letters:
        yield Face(entry, "back", whole=True, size=sizes.whole)
    yield Face(entry, "back", whole=False, size=sizes.largest)


def _letters(entry: AnswerHtml) -> int:
    """Return the number of letters on the back of a card with the full answer, not counting formulas."""
    return len((entry.body if entry.more else entry.right + entry.gist + entry.body).striptags())


def _too_long(entry: AnswerHtml, side: str) -> Problem:
    gist_hint = entry.hint_if_too_long("shorten it, or break its formulas: the full answer has room for the rest")
    what, hint = {
        "front": (f"the question of {entry.code}", "shorten it"),
        "back": (entry.name_of_gist, gist_hint),
    }[side]
    return Problem(entry.file, 0, "card-too-long", f"{what} does not fit on a card", hint, answer=entry.key)


class _FaceMeasurer:
    """Measures the sides of a chapter's cards in one layout."""

    def __init__(self, section: ChapterHtml, press: PrintSetup, grid: Grid) -> None:
        self._title, self._press, self._grid = section.title, press, grid
        self._printer = press.printer(section.drawings, section.entries)

    def measured(self, faces: Sequence[Face]) -> list[Face]:
        """Return *faces* with their heights."""
        high = self._heights(faces, press=self._press, title=self._title, grid=self._grid)
        return [replace(face, height=height) for face, height in zip(faces, high, strict=True)]

    @cached_each(key_only=("press", "title", "grid"))
    def _heights(self, faces: Sequence[Face]) -> list[float]:
        html = self._press.html("cards/measure.html.j2", faces=faces, chapter=self._title, grid=self._grid)
        document = self._printer.lay_out(html)
        wide = {name for formula in self._printer.shrunk_formulas(document) for name in formula.inside}
        high = box_heights(document)
        return [inf if face.id in wide else high[face.id] for face in faces]

    def enlarged(self, faces: Sequence[Face]) -> list[Face]:
        """Return *faces*, already measured once, in the largest fitting type size; leave out those without one."""
        searches = [_SizeSearch(face, self._grid) for face in faces]
        while open_ := [search for search in searches if not search.over]:
            for search, face in zip(open_, self.measured([search.next for search in open_]), strict=True):
                search.learn(face)
        return [search.best for search in searches if search.best]


class _SizeSearch:
    """Searches the largest type for one side of a card: `best` is the largest known to fit."""

    def __init__(self, face: Face, grid: Grid) -> None:
        self._room, self._limit = grid.room, grid.type.largest
        self._least = grid.type.whole if face.whole else grid.type.smallest
        self.best: Face | None = None
        self.learn(face)

    def learn(self, face: Face) -> None:
        """Narrow the search by the measured height of *face*."""
        self._tried = face
        if face.height <= self._room:
            self.best, self._least = face, face.size + STEP
        else:
            self._limit = face.size - STEP

    @property
    def over(self) -> bool:
        """True after the end of the search."""
        return self._least > self._limit

    @property
    def next(self) -> Face:
        """The side in the next size to try: the area of text grows with the square of its size."""
        size: float = self._tried.size * (self._room / self._tried.height) ** 0.5
        return replace(self._tried, size=min(max(size // STEP * STEP, self._least), self._limit))
