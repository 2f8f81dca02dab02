"""Import formats read by pandoc besides Markdown and HTML: Word, OpenDocument, reStructuredText and others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crib.foreign.archive import Archive
from crib.importers.documents import SourceDocument
from crib.importers.html import with_lines
from crib.importers.log import ImportLog
from crib.importers.raw_html import with_html_read
from crib.importers.recognize import recognize
from crib.markup import pandoc
from crib.model.elements import contents
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import Imported, Media
    from crib.model.elements import Elements, Json

    Change = Callable[[Elements], Elements]


def read_with_pandoc(source: SourceFile, options: ReadOptions, reader: str, change: Change | None = None) -> Imported:
    """Return the questions in *source*, read by pandoc's *reader*. Raises CribError.

    change  a function applied to the blocks before questions are recognized
    """
    return recognize(document_of(source, source.text.encode(), reader, change=change), options.chapter_level)


def document_of(
    source: SourceFile,
    data: bytes,
    reader: str,
    *,
    media: Media | None = None,
    change: Change | None = None,
) -> SourceDocument:
    """Return the document in *data*, of the format *reader*. Raises BuildError."""
    log = ImportLog(source.name)
    try:
        meta, blocks, warnings = pandoc.read_as(reader, data)
        blocks = with_html_read(with_lines(blocks, 0), log)
    except pandoc.PandocError as error:
        hint = "open it in the program that made it, and save it again"
        raise source.problem("pandoc", f"cannot be read: {error.problems[0].text}", hint) from None
    for warning in warnings:
        log.leave_out(0, warning, "left out: pandoc cannot read it")
    return SourceDocument(
        source,
        change(blocks) if change else blocks,
        log,
        title=meta_text(meta, "title"),
        language=meta_text(meta, "lang").split("-")[0].lower()[:3],
        inner=media,
    )


def meta_text(meta: Json, name: str) -> str:
    """Return the metadata *name* of a document as text; may be empty."""
    value = meta.get(name)
    if not value:
        return ""
    inside = contents(value)
    return inside if isinstance(inside, str) else " ".join(plain(inside).split())


def _read_archive(source: SourceFile, options: ReadOptions, reader: str, folder: str) -> Imported:
    """Return the questions in a ZIP-based document, with pictures in *folder*."""
    archive = Archive.open(source)

    def media(name: str) -> bytes | None:
        return archive.read_if_there(name) or archive.read_if_there(f"{folder}{name}")

    return recognize(document_of(source, source.data, reader, media=media), options.chapter_level)


read_docx = partial(_read_archive, reader="docx", folder="word/")
read_odt = partial(_read_archive, reader="odt", folder="")
read_epub = partial(_read_archive, reader="epub", folder="EPUB/")
read_rst = partial(read_with_pandoc, reader="rst")
read_typst = partial(read_with_pandoc, reader="typst")
read_latex = partial(read_with_pandoc, reader="latex")
read_rtf = partial(read_with_pandoc, reader="rtf")
read_mediawiki = partial(read_with_pandoc, reader="mediawiki")
read_asciidoc = partial(read_with_pandoc, reader="asciidoc")
read_textile = partial(read_with_pandoc, reader="textile")
read_dokuwiki = partial(read_with_pandoc, reader="dokuwiki")
read_docbook = partial(read_with_pandoc, reader="docbook")
read_opml = partial(read_with_pandoc, reader="opml")
read_djot = partial(read_with_pandoc, reader="djot")
