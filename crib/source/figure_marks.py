"""Check the marks of pictures for cheat sheets: they belong to figures in the full answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.model.sheet_figures import SHEET, is_marked, marked_figures
from crib.model.tree import find_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.model.elements import Elements
    from crib.problems import Report


def check_figure_marks(body: Elements, others: Sequence[Elements], report: Report) -> None:
    """Report marked pictures outside figures of *body*; *others* are the other text parts."""
    figures = {id(image) for image in find_all(marked_figures(body), "Image")}
    for image in find_all([*others, body], "Image"):
        if is_marked(image) and id(image) not in figures:
            problem = f"`{SHEET}=true` is for figures of the full answer: pictures in a paragraph of their own"
            hint = "remove it; pictures in a gist are on the cheat sheet anyway"
            report.add(image["line"], "misplaced-image", problem, hint)
