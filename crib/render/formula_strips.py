"""Formula strips of chapters as HTML, in the flavor of a medium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.markup import pandoc
from crib.model.elements import plain_block
from crib.render.rewriter import TextRewriter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.model import Chapter
    from crib.render.flavor import Flavor


@dataclass(frozen=True)
class FormulaHtml:
    """The HTML of a formula: its name, the formula itself, and when it holds (may be empty)."""

    name: Markup
    formula: Markup
    holds: Markup


def render_formulas(chapters: Iterable[Chapter], flavor: Flavor) -> dict[int, tuple[FormulaHtml, ...]]:
    """Return the formulas of *chapters* by chapter number, leaving out chapters without formulas."""
    rewriter = TextRewriter(flavor)
    strips = {chapter.number: chapter.formulas for chapter in chapters if chapter.formulas}
    trees = {
        f"{number}/{row}/{part}": [plain_block(rewriter.rewrite(words))]
        for number, formulas in strips.items()
        for row, formula in enumerate(formulas)
        for part, words in enumerate(formula.parts)
    }
    html = {name: Markup(text) for name, text in pandoc.write_html(trees).items()}  # noqa: S704 - vetted
    return {
        number: tuple(FormulaHtml(*(html[f"{number}/{row}/{part}"] for part in range(3))) for row in range(len(rows)))
        for number, rows in strips.items()
    }
