"""Assembly of the study page: one file, with a policy that allows only its own script and style sheet."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from zlib import decompress

from markupsafe import Markup

from crib.markup import pandoc
from crib.markup.output_allowlist import STUDY
from crib.outputs.web.filling import CANONICAL, POLICY, filled, script_data
from crib.outputs.web.flavor import WebFlavor
from crib.outputs.web.minify import minified
from crib.outputs.web.script import joined_script, source_hash
from crib.outputs.web.style import style_sheet
from crib.render import gate
from crib.render.back_matter import changes_in, exercises_in, formulas_in, index_in, sources_in, topics_in
from crib.render.rewriter import TextRewriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Book
    from crib.model.elements import Elements
    from crib.outputs.web.chapters import RenderedChapter
    from crib.render.templates import Labels, Templates

_TEMPLATE = "web/page.html.j2"
_POLICY = (
    "default-src 'none'; script-src {script}; style-src-elem {style}; style-src-attr 'unsafe-inline'; "
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)


def build_page(frame: Book, templates: Templates, *chapters: RenderedChapter) -> bytes:
    """Return the page of *chapters*; *frame* is the book without its answers. Raises BuildError, ContentError."""
    labels = templates.labels(frame)
    html = _checked_frame(frame, templates, labels, chapters)
    bodies = [decompress(chapter.html).decode() for chapter in chapters]
    data = script_data(_data(frame, labels, chapters))
    style, script = style_sheet([html, data, *bodies], templates), joined_script(templates)
    policy = _POLICY.format(script=source_hash(script), style=source_hash(style))
    contents = {
        POLICY: policy,
        CANONICAL: escape(frame.publication.site),
        "<style>": style,
        '<script type="application/json" id="_data">': data,
        '<script type="module">': script,
    }
    contents |= {f'<noscript data-chapter="{c.chapter}">': body for c, body in zip(chapters, bodies, strict=True)}
    return filled(html, contents).encode()


def _checked_frame(frame: Book, templates: Templates, labels: Labels, chapters: tuple[RenderedChapter, ...]) -> str:
    """Return the page around its chapters. Raises ContentError if it has anything not on the allowlist."""
    flavor = WebFlavor(frame, labels)
    codes = {entry.key: entry.code for chapter in chapters for entry in chapter.entries}
    html = templates.render(
        _TEMPLATE,
        book=frame,
        labels=labels,
        words=labels["study"],
        parts=list(zip(frame.chapters, chapters, strict=True)),
        code=lambda place: codes[place.partition(".")[0]],
        back=_back_matter(frame, flavor, chapters),
        sources=sources_in(frame),
        tags=sorted({tag for chapter in chapters for entry in chapter.entries for tag in entry.tags}),
        levels=[level for level in labels["levels"] if any(level in chapter.levels for chapter in chapters)],
        codes=codes,
    )
    gate.check(html, gate.Origin(templates, (_TEMPLATE,)), STUDY)
    return minified(html, frame.direction, templates)


def _back_matter(frame: Book, flavor: WebFlavor, chapters: tuple[RenderedChapter, ...]) -> Mapping[str, object]:
    """Return the sections of the back matter, without empty ones, as lists of headings with the lines below them."""
    sections = {
        "formulas": formulas_in(frame, flavor),
        "topics": topics_in(frame, chapters),
        "index": index_in(frame, chapters),
        "changes": changes_in(frame, chapters),
        "exercises": exercises_in(frame),
    }
    listed = {name: [(head, lines) for head, lines in groups if lines] for name, groups in sections.items()}
    notation = {"notation": _notation(frame.notation.blocks, flavor)} if frame.notation else {}
    return {name: section for name, section in {**notation, **listed}.items() if section}


def _notation(blocks: Elements, flavor: WebFlavor) -> Markup:
    html = pandoc.write_html({"notation": TextRewriter(flavor).rewrite(blocks)})
    return Markup(html["notation"])  # noqa: S704 - vetted


def _data(frame: Book, labels: Labels, chapters: tuple[RenderedChapter, ...]) -> Mapping[str, object]:
    """Return the book's data for the script: its key, its labels, and each answer."""
    return {
        "book": frame.key,
        "title": frame.title,
        "words": labels["study"]["script"],
        "chapters": [
            {
                "number": chapter.chapter,
                "answers": [
                    [entry.key, entry.code, level, entry.tags]
                    for entry, level in zip(chapter.entries, chapter.levels, strict=True)
                ],
            }
            for chapter in chapters
        ],
    }
