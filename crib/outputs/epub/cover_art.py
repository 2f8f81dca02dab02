"""Cover art: a question mark cut into one piece per answer, with wider gaps between chapters."""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, ceil, cos, pi, radians, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# All lengths are in points. A stroke of constant width follows a line around the bowl, then bends the other
# way and goes down the stem; (0, 0) is the center of the bowl.
_WIDTH = 60
_BOWL = 86
_TURN = 54
_STEM = 16
_BEGIN = radians(188)
_END = acos(_TURN / (_BOWL + _TURN))  # of the bowl: so the stem stands below its center
_ROUND_BOWL = _BOWL * (2 * pi + _END - _BEGIN)
_ROUND_TURN = _TURN * _END
LENGTH = _ROUND_BOWL + _ROUND_TURN + _STEM
"""The length of the line, in points."""

_BETWEEN_CHAPTERS = 3.5
_BETWEEN_ANSWERS = 0.6
_SHORTEST = 1.8  # shorter answers are not cut from their neighbors
_FACET = 2.0


@dataclass(frozen=True)
class MarkPiece:
    """A piece of the question mark.

    chapter  the position, from 0, of its chapter
    outline  a polygon as in SVG's attribute `points`; in points, from the center of the bowl
    """

    chapter: int
    outline: str


def question_mark(counts: Sequence[int]) -> list[MarkPiece]:
    """Return the question mark cut into chapters, their lengths proportional to their *counts* of answers.

    Chapters are cut into answers unless these would be too short to see; without answers there is one piece.
    """
    return [MarkPiece(chapter, _outline(start, end)) for chapter, start, end in cut_into_pieces(counts)]


def cut_into_pieces(counts: Sequence[int]) -> list[tuple[int, float, float]]:
    """Return chapter, start and end of each piece on the line."""
    if not counts:
        return [(0, 0.0, LENGTH)]
    gap = min(_BETWEEN_CHAPTERS, LENGTH / 4 / len(counts))
    answer = (LENGTH - gap * (len(counts) - 1)) / sum(counts)
    cut = _BETWEEN_ANSWERS
    pieces = []
    start = 0.0
    for chapter, count in enumerate(counts):
        number = count if answer >= _SHORTEST else 1
        pitch = (count * answer + cut) / number
        starts = [start + i * pitch for i in range(number)]
        pieces += [(chapter, begin, begin + pitch - cut) for begin in starts]
        start += count * answer + gap
    return pieces


def _outline(start: float, end: float) -> str:
    """Return the polygon of the stroke from *start* to *end*, with facets too short to see."""
    facets = ceil((end - start) / _FACET)
    sides = [_sides(start + (end - start) * i / facets) for i in range(facets + 1)]
    corners = [one for one, _ in sides] + [other for _, other in reversed(sides)]
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)


def _sides(distance: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the points on both sides of the stroke at this *distance* along the line."""
    x, y, across_x, across_y = _at(distance)
    dx, dy = across_x * _WIDTH / 2, across_y * _WIDTH / 2
    return (x + dx, y + dy), (x - dx, y - dy)


def _at(distance: float) -> tuple[float, float, float, float]:
    """Return a point of the line, and the unit vector across it."""
    if distance < _ROUND_BOWL:
        angle = _BEGIN + distance / _BOWL
        return _BOWL * cos(angle), _BOWL * sin(angle), cos(angle), sin(angle)
    center_y = (_BOWL + _TURN) * sin(_END)
    distance -= _ROUND_BOWL
    if distance < _ROUND_TURN:
        angle = _END - distance / _TURN
        return _TURN * (1 - cos(angle)), center_y - _TURN * sin(angle), cos(angle), sin(angle)
    return 0, center_y + distance - _ROUND_TURN, 1, 0
