"""The least book: a title, and one question without a key. No medium has an empty line for all else."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from anki.collection import Collection

from crib.audit.pdf import audit_pdf
from crib.outputs.registry import OUTPUTS
from crib.render.templates import Templates
from crib.source import read_book
from tests.decks import load
from tests.epubs import DC, H, Opened, epubcheck, text
from tests.pdfs import made, text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crib.model import Book

TITLE = "First Steps"
LEAST = """\
# First Steps

- [Why?](#why)

---

## Why?

Because.
"""
PDFS = ["book.pdf", "sheets/01-first-steps.pdf", "sheets.pdf", "cards.pdf", "quiz.pdf", "pocket/01-first-steps.pdf"]
EPUBS = ["first-steps.epub", "first-steps-svg.epub"]


@pytest.fixture(scope="module")
def least(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book of one file with only the required parts."""
    folder = tmp_path_factory.mktemp("least")
    (folder / "first-steps.md").write_text(LEAST)
    return read_book(folder).book


@pytest.fixture(scope="module")
def files(least: Book) -> Mapping[str, bytes]:
    """Return all its outputs."""
    jobs = [job for output in OUTPUTS for job in output.jobs(least, Templates())]
    assert not any(job.record for job in jobs), "there is no ledger of keys that are not written"
    return made(iter(jobs))


@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_says_nothing_that_is_not_known(files: Mapping[str, bytes], name: str) -> None:
    """Neither on its pages nor in its metadata; no page has the title alone twice; readers of tags find no fault."""
    printed = text_of(files[name])
    assert not re.search(r"1980|Edition of|License:|None", printed)
    assert "Because." in printed
    with pikepdf.open(io.BytesIO(files[name])) as pdf:
        info, xmp = dict(pdf.docinfo), pdf.Root.Metadata.read_bytes().decode()
        assert set(info) <= {"/Title", "/Producer"}
        assert str(info["/Title"]).count(TITLE) == 1 or name == "quiz.pdf"
    assert not re.search(r"1980|dc:creator|dc:description|Date", xmp)
    assert audit_pdf(files[name]).findings == ()


def test_the_book_has_no_imprint_of_its_title_alone(files: Mapping[str, bytes]) -> None:
    """Two leaves before the contents show the title, and the colophon does not."""
    pages = [" ".join(page.split()) for page in texts_of(files["book.pdf"])]
    assert [page == TITLE for page in pages] == [True, False, True, False, False, False, False]
    assert pages[3].startswith(f"{TITLE} Contents") or pages[3].startswith("Contents")
    assert TITLE not in pages[-1]


def test_a_pocket_booklet_says_one_title_once_on_its_cover(files: Mapping[str, bytes]) -> None:
    """The chapter is called as the book is."""
    assert " ".join(text_of(files["pocket/01-first-steps.pdf"]).split()).count(TITLE) == 1 + 7  # with the feet


@pytest.mark.parametrize("name", EPUBS)
def test_the_e_book_is_valid_without_what_is_optional(
    least: Book, files: Mapping[str, bytes], tmp_path: Path, name: str
) -> None:
    """The e-book has the minimum metadata of EPUB, and no empty elements."""
    opened = Opened(least, files[name])
    assert {each.tag for each in opened.package.iter() if each.tag.startswith(DC)} == {
        f"{DC}identifier",
        f"{DC}title",
        f"{DC}language",
    }
    assert "text/about.xhtml" not in opened.pages
    for page in opened.pages.values():
        assert not [each for tag in ("p", "h1", "h2", "li") for each in page.iter(f"{H}{tag}") if not text(each)]
        assert not re.search("1980|License", text(page))
    assert epubcheck(files[name], tmp_path) == set()


def test_the_deck_has_no_description(files: Mapping[str, bytes], tmp_path: Path) -> None:
    """Anki shows none, rather than a line of dots."""
    file = tmp_path / "deck.apkg"
    file.write_bytes(files["first-steps.apkg"])
    collection = Collection(str(tmp_path / "collection.anki2"))
    load(collection, file)
    names = {deck["name"]: deck["desc"] for deck in collection.decks.all() if deck["id"] != 1}
    assert names == {TITLE: "", f"{TITLE}::01 {TITLE}": ""}
    collection.close()


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ({"authors": ("A", "B")}, "A, B"),
        ({"license": "CC0"}, "License: CC0"),
        ({"authors": ("A",), "license": "CC0"}, "A · License: CC0"),
        ({"dated": True}, "Edition of 1980-01-01"),
    ],
)
def test_a_deck_describes_itself_with_what_is_known(least: Book, known: dict[str, Any], line: str) -> None:
    """A deck's description has no separators at its start or end."""
    html = Templates().render("anki/book.html.j2", book=replace(least, **known), labels=Templates().labels(least))
    assert html.strip() == f"<p>{line}</p>"
