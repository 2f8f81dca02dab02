"""Pages of the website: one for each answer, for links and search engines."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from zlib import compress, decompress

from crib.markup.output_allowlist import ANSWER_PAGE
from crib.model.tree import plain
from crib.outputs.web.chapters import origin, shown_answers
from crib.outputs.web.filling import CANONICAL, POLICY, filled, script_data
from crib.outputs.web.flavor import WebFlavor
from crib.outputs.web.linked_data import linked_data, text_of_html
from crib.outputs.web.minify import minified
from crib.outputs.web.pictures import with_bitmaps, with_drawings
from crib.render import gate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Answer, Book
    from crib.render.templates import Templates

FOLDER = "answers/"
"""The folder of the pages, to keep keys apart from names of other files of the site."""

_TEMPLATE = "web/answer.html.j2"
_POLICY = (
    "default-src 'none'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
_DESCRIPTION = 160
"""Maximum length of a page's description, in characters; search engines show no more."""


class PageFlavor(WebFlavor):
    """Answers with a page each."""

    def address(self, key: str) -> str:
        """Return the address of the answer *key*."""
        return page_name(key)


def page_name(key: str) -> str:
    """Return the file name of the page of the answer *key*."""
    return f"{key}.html"


def render_pages(part: Book, before: Answer | None, after: Answer | None, templates: Templates) -> dict[str, bytes]:
    """Return the page of each answer of *part*, a book of one chapter, compressed, by key.

    *before* and *after* are the neighbors of its first and last answer, for links. Raises BuildError, ContentError.
    """
    [chapter] = part.chapters
    labels = templates.labels(part)
    flavor = PageFlavor(part, labels)
    values, _ = shown_answers(part, flavor)
    pages: dict[str, bytes] = {}
    row = [before, *chapter.answers, after]
    for previous, answer, following in zip(row, chapter.answers, row[2:], strict=False):
        fragments = values["fragments"][answer.key]
        html = templates.render(
            _TEMPLATE,
            **values,
            book=part,
            words=labels["study"],
            answer=answer,
            previous=previous,
            following=following,
            title=plain(answer.question),
            description=_cut(text_of_html(fragments.short or fragments.body)),
        )
        contents = {
            POLICY: _POLICY,
            CANONICAL: escape(f"{part.publication.site}{FOLDER}{page_name(answer.key)}"),
            '<script type="application/ld+json">': script_data(linked_data(part, answer, fragments)),
        }
        html = with_drawings(html, flavor.media)
        gate.check(html, origin(chapter, _TEMPLATE, templates), ANSWER_PAGE)
        html = with_bitmaps(minified(html, part.direction, templates), flavor.media)
        pages[answer.key] = compress(filled(html, contents).encode())
    return pages


def build_page(pages: Mapping[str, bytes], key: str) -> bytes:
    """Return the page of the answer *key*, one of *pages*."""
    return decompress(pages[key])


def _cut(text: str) -> str:
    """Return *text*, cut off at the end of a word if it is too long for a description."""
    if len(text) <= _DESCRIPTION:
        return text
    return f"{text[: _DESCRIPTION - 1].rpartition(' ')[0] or text[: _DESCRIPTION - 2]}…"
