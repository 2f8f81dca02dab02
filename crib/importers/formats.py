"""Registry of import formats: detection by suffix and by contents, and a reader for each."""

from __future__ import annotations

from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from crib.problems import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crib.foreign.source_file import SourceFile
    from crib.importers.questions import Imported

    Reader = Callable[[SourceFile, "ReadOptions"], Imported]


@dataclass(frozen=True)
class ReadOptions:
    """Options of readers, from the command line.

    chapter_level  the level of headings of chapters; 0 for the nearest heading above each question
    question       the name of the column or field with the question; empty for the first
    answers        the names of columns or fields with the answer; empty for all others
    """

    chapter_level: int = 0
    question: str = ""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """An import format.

    suffixes  the suffixes of its files
    reader    the function to read them, as `module:function`
    sniff     a function that returns True for a file of this format, as `module:function`; empty if the suffix is
              enough
    """

    suffixes: tuple[str, ...]
    reader: str
    sniff: str = ""


_HERE = "crib.importers"

FORMATS: Mapping[str, Format] = {
    "anki-text": Format((".txt",), f"{_HERE}.csv_table:read", f"{_HERE}.csv_table:is_notes_in_plain_text"),
    "anki": Format((".apkg", ".colpkg"), f"{_HERE}.anki_package:read"),
    "crowdanki": Format((".json",), f"{_HERE}.crowdanki:read", f"{_HERE}.crowdanki:is_crowdanki"),
    "gift": Format((".gift", ".txt"), f"{_HERE}.gift:read", f"{_HERE}.gift:is_gift"),
    "moodle": Format((".xml",), f"{_HERE}.moodle:read", f"{_HERE}.moodle:is_moodle"),
    "jupyter": Format((".ipynb",), f"{_HERE}.notebook:read"),
    "table": Format((".csv", ".tsv", ".tab"), f"{_HERE}.csv_table:read"),
    "markdown": Format((".md", ".markdown", ".mkd", ".mdown", ".txt", ".qmd", ".rmd"), f"{_HERE}.read_markdown:read"),
    "html": Format((".html", ".htm", ".xhtml"), f"{_HERE}.read_html:read"),
    "docx": Format((".docx",), f"{_HERE}.read_pandoc:read_docx"),
    "odt": Format((".odt",), f"{_HERE}.read_pandoc:read_odt"),
    "rst": Format((".rst", ".rest"), f"{_HERE}.read_pandoc:read_rst"),
    "typst": Format((".typ",), f"{_HERE}.read_pandoc:read_typst"),
    "exam": Format((".tex", ".latex"), f"{_HERE}.exam:read", f"{_HERE}.exam:is_exam"),
    "latex": Format((".tex", ".latex"), f"{_HERE}.read_pandoc:read_latex"),
    "org": Format((".org",), f"{_HERE}.org:read"),
    "epub": Format((".epub",), f"{_HERE}.read_pandoc:read_epub"),
    "rtf": Format((".rtf",), f"{_HERE}.read_pandoc:read_rtf"),
    "mediawiki": Format((".wiki", ".mediawiki"), f"{_HERE}.read_pandoc:read_mediawiki"),
    "asciidoc": Format((".adoc", ".asciidoc"), f"{_HERE}.read_pandoc:read_asciidoc"),
    "textile": Format((".textile",), f"{_HERE}.read_pandoc:read_textile"),
    "dokuwiki": Format((".dokuwiki",), f"{_HERE}.read_pandoc:read_dokuwiki"),
    "docbook": Format((".dbk", ".docbook"), f"{_HERE}.read_pandoc:read_docbook"),
    "opml": Format((".opml",), f"{_HERE}.read_pandoc:read_opml"),
    "djot": Format((".dj", ".djot"), f"{_HERE}.read_pandoc:read_djot"),
}
"""Formats by name, in the order of detection: those with a `sniff` function come first."""

SUFFIXES = frozenset(suffix for format_ in FORMATS.values() for suffix in format_.suffixes)


def is_known(source: SourceFile) -> bool:
    """Return True if *source* seems to have a known format. Raises BuildError."""
    return bool(_format_of(source))


def format_of(source: SourceFile) -> str:
    """Return the name of the format of *source*. Raises BuildError."""
    if name := _format_of(source):
        return name
    hint = f"name its format with --format: {', '.join(FORMATS)}"
    raise BuildError(Problem(source.name, 0, "unknown-format", "unknown file format", hint))


def _format_of(source: SourceFile) -> str:
    for name, format_ in FORMATS.items():
        if source.suffix in format_.suffixes and (not format_.sniff or resolve_name(format_.sniff)(source)):
            return name
    return ""


def read(source: SourceFile, name: str, options: ReadOptions) -> Imported:
    """Read *source* in the format *name*; an empty name detects the format. Raises CribError."""
    reader: Reader = resolve_name(FORMATS[name or format_of(source)].reader)
    return reader(source, options)
