"""Figures for cheat sheets: those marked in full answers, `![words](picture.svg){sheet=true}`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.model.elements import attributes, children, target
from crib.model.gist import with_gist
from crib.model.tree import find_all

if TYPE_CHECKING:
    from crib.model import Answer
    from crib.model.elements import Element, Elements

SHEET = "sheet"
"""The attribute of a picture."""


def is_marked(image: Element) -> bool:
    """Return True if *image* is marked for cheat sheets."""
    return SHEET in attributes(image)[2]


def marked_figures(body: Elements) -> Elements:
    """Return the figures with a marked picture in *body*."""
    return [figure for figure in find_all(body, "Figure") if is_marked(_picture(figure))]


def only_figures(answer: Answer) -> Answer:
    """Return *answer* with only its marked figures, as its body, except those in its gist: these are printed anyway."""
    answer = with_gist(answer)
    in_gist = {target(image) for image in find_all(answer.gist, "Image")}
    figures = [figure for figure in marked_figures(answer.body) if target(_picture(figure)) not in in_gist]
    targets = {target(_picture(figure)) for figure in figures}
    alone = replace(answer.only("body"), links=(), see=()).with_text(body=figures)
    return replace(alone, pictures=tuple(picture for picture in alone.pictures if picture.target in targets))


def _picture(figure: Element) -> Element:
    """Return the picture of *figure*: a description may follow it."""
    [image] = children(children(figure)[0])
    return image
