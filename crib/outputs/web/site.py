"""Jobs of the website beside the study page: a page for each answer, their style sheet, and the sitemap."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import decompress

from crib.engine.job import Job
from crib.model.book_files import BOOK_FILE
from crib.outputs.web.answer_pages import FOLDER, build_page, page_name, render_pages
from crib.outputs.web.chapters import chapter_parts
from crib.outputs.web.style import style_sheet
from crib.problems import WARNING, Problem
from crib.render import gate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Book, Chapter
    from crib.render.templates import Templates

_AT_ONCE = 25
"""Answers per job."""

_SITEMAP = "web/sitemap.xml"


def site_jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the jobs of all files except the study page. Raises BuildError."""
    answers = [None, *(answer.bare for answer in book.answers), None]
    parts = chapter_parts(replace(book, chapters=tuple(_in_chunks(book))))
    rendered: list[Job] = []
    at = 0
    for part in parts:
        keys = [answer.key for answer in part.answers]
        pages = Job("", render_pages, (part, answers[at], answers[at + len(keys) + 1], templates))
        yield from (Job(f"{FOLDER}{page_name(key)}", build_page, (pages, key)) for key in keys)
        rendered.append(pages)
        at += len(keys)
    yield Job("style.css", _build_style, (templates, *rendered))
    if site := book.publication.site:
        names = tuple(f"{FOLDER}{page_name(answer.key)}" for answer in book.answers)
        yield Job("sitemap.xml", _build_sitemap, (site, names, templates))


def unlisted(book: Book) -> tuple[Problem, ...]:
    """Return a warning if *book* does not set the address of its website."""
    if book.publication.site:
        return ()
    text = "the pages have no canonical address, and there is no sitemap: the book does not set its website's address"
    hint = "set `site`, such as `site: https://example.org/my-book/`"
    return (Problem(str(book.folder / BOOK_FILE), 0, "no-site", text, hint, WARNING),)


def _in_chunks(book: Book) -> Iterator[Chapter]:
    for chapter in book.chapters:
        for start in range(0, len(chapter.answers), _AT_ONCE):
            yield replace(chapter, answers=chapter.answers[start : start + _AT_ONCE], exercises=())


def _build_style(templates: Templates, *rendered: Mapping[str, bytes]) -> bytes:
    """Return the style sheet of all pages. Raises BuildError, ContentError."""
    return style_sheet((decompress(page).decode() for pages in rendered for page in pages.values()), templates).encode()


def _build_sitemap(site: str, names: tuple[str, ...], templates: Templates) -> bytes:
    """Return the sitemap (https://www.sitemaps.org/protocol.html). Raises BuildError, ContentError."""
    xml = templates.render(_SITEMAP, addresses=[site, *(f"{site}{name}" for name in names)])
    gate.check_xml(xml, gate.Origin(templates, (_SITEMAP,)))
    return xml.encode()
