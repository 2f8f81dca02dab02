"""A book in French: all outputs are in French, and sort, hyphenate and quote in French."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pikepdf
import pyphen
import pytest
import yaml
from anki.collection import Collection
from defusedxml.ElementTree import fromstring
from pypdfium2 import PdfDocument

from crib.home import own_folder
from tests.commands import crib
from tests.conftest import ROOT
from tests.decks import load
from tests.epubs import epubcheck

if TYPE_CHECKING:
    from collections.abc import Iterator

FRENCH = ROOT / "tests" / "fixtures" / "french"
NAMES = ("Source Code Pro", "SIL Open Font License")
"""Names with English words, the same in any language."""


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of all outputs of the book in fixtures/french."""
    folder = tmp_path_factory.mktemp("french")
    shutil.copytree(FRENCH, folder / "content")
    done = crib("all", "--content", folder / "content", "--out", folder / "dist")
    assert done.returncode == 0, done.stderr
    return folder / "dist"


def of_pdf(path: Path) -> str:
    """Return the text of a PDF: of its pages, its outline, its title and its pictures."""
    with PdfDocument(path) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
        outline = [item.get_title() for item in pdf.get_toc()]
    with pikepdf.open(path) as tagged:
        alternatives = [
            str(each.Alt) for each in tagged.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each
        ]
        title = str(tagged.docinfo.get("/Title", ""))
    return "\n".join([*pages, *outline, *alternatives, title])


def of_epub(path: Path) -> str:
    """Return the text of an e-book, including attributes and metadata."""
    with ZipFile(path) as book:
        files = [fromstring(book.read(name)) for name in book.namelist() if name.endswith((".xhtml", ".opf"))]
    spoken = [e.get(name, "") for file in files for e in file.iter() for name in ("alt", "aria-label")]
    return "\n".join([" ".join(e.itertext()) for e in files] + spoken)


def of_deck(path: Path) -> str:
    """Return the text of both sides of every card in Anki."""
    collection = Collection(str(path.with_suffix(".anki2")))
    load(collection, path)
    cards = map(collection.get_card, collection.find_cards(""))
    sides = [re.sub("(?s)<style>.*?</style>", "", side) for card in cards for side in (card.question(), card.answer())]
    collection.close()
    return html.unescape(re.sub("<[^>]*>", " ", "\n".join(sides)))


READ = {".pdf": of_pdf, ".epub": of_epub, ".apkg": of_deck}


def words(labels: Any) -> Iterator[str]:
    """Yield every word or sentence of *labels*, split at placeholders."""
    if isinstance(labels, dict):
        labels = list(labels.values())
    if isinstance(labels, list):
        for each in labels:
            yield from words(each)
    else:
        yield from filter(None, map(str.strip, re.split(r"\{\w+\}|\bN\b", labels)))


def labels(language: str) -> Any:
    """Return Crib's own words in *language*."""
    return yaml.safe_load((own_folder() / f"labels/{language}.yaml").read_text(encoding="utf-8"))


ENGLISH, OURS = ({word for word in words(labels(language)) if re.search("[a-z]{3}", word)} for language in ("en", "fr"))


@pytest.mark.parametrize(
    "name",
    ["book.pdf", "sheets/01-resumer.pdf", "sheets.pdf", "cards.pdf", "quiz.pdf", "pocket/01-resumer.pdf"]
    + [f"statistique-en-questions{kind}" for kind in (".epub", "-svg.epub", ".apkg")],
)
def test_no_english_word_is_left(dist: Path, name: str) -> None:
    """No output contains any of our English labels; it contains French ones."""
    text = " ".join(READ[Path(name).suffix](dist / name).split())
    for each in NAMES:
        text = text.replace(each, "")
    assert [word for word in ENGLISH - OURS if re.search(rf"\b{re.escape(word)}\b", text)] == []
    assert any(word in text for word in OURS - ENGLISH)


@pytest.mark.parametrize("name", ["book.pdf", "sheets.pdf", "cards.pdf", "quiz.pdf", "pocket/01-resumer.pdf"])
def test_pdfs_say_that_they_are_french(dist: Path, name: str) -> None:
    """A screen reader takes a French voice."""
    with pikepdf.open(dist / name) as pdf:
        assert pdf.Root.Lang == "fr"


def test_a_word_of_another_language(dist: Path) -> None:
    """It is marked in the PDF and in the e-book, for screen readers."""
    with pikepdf.open(dist / "book.pdf") as pdf:
        marked = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Lang") == "en"]
    assert [str(tag.S) for tag in marked] == ["/Span"]
    assert '<span lang="en">mean</span>' in page(dist, "answers/01-resumer.xhtml")


def page(dist: Path, name: str) -> str:
    """Return a page of the e-book."""
    with ZipFile(dist / "statistique-en-questions.epub") as book:
        return book.read(f"EPUB/{name}").decode()


def test_the_e_book_is_french_and_right(dist: Path, tmp_path: Path) -> None:
    """Pages, package and contents are French; epubcheck finds nothing."""
    assert '<html xmlns="http://www.w3.org/1999/xhtml"' in page(dist, "nav.xhtml")
    for name in ("nav.xhtml", "answers/01-resumer.xhtml", "package.opf"):
        assert 'xml:lang="fr"' in page(dist, name)
    assert "<dc:language>fr</dc:language>" in page(dist, "package.opf")
    assert '<h2 id="landmarks">Repères</h2>' in page(dist, "nav.xhtml")
    for name in ("statistique-en-questions.epub", "statistique-en-questions-svg.epub"):
        assert epubcheck((dist / name).read_bytes(), tmp_path) == set()


def test_the_index_of_the_e_book_sorts_as_that_of_the_book(dist: Path) -> None:
    """É is sorted with E, and capitals have no letter of their own."""
    found = page(dist, "text/index.xhtml")
    entries = ["boîte à moustaches", "écart type", "échantillon", "effectif", "étendue", "histogramme"]
    places = [found.index(f"<li>{entry} ") for entry in entries]
    assert places == sorted(places)
    assert re.findall("<h2>(.)</h2>", found) == sorted(set(re.findall("<h2>(.)</h2>", found)))


def test_the_index_sorts_as_french_does(dist: Path) -> None:
    """É is sorted with E, unlike in the order of code points."""
    text = of_pdf(dist / "book.pdf")
    entries = ["boîte à moustaches", "écart type", "échantillon", "effectif", "étendue", "histogramme"]
    places = [text.index(f"\n{entry} 2") for entry in entries]
    assert places == sorted(places)


def test_words_are_divided_as_french_does(dist: Path) -> None:
    """Lines end at French syllables; some of these are not English ones."""
    text = of_pdf(dist / "book.pdf")
    divided = [(a, b) for a, b in re.findall("(\\w{5,})\ufffe\\s*(\\w{5,})", text)]
    assert divided
    places = {language: pyphen.Pyphen(lang=language) for language in ("fr", "en_US")}
    fits = {name: [len(a) in each.positions(a + b) for a, b in divided] for name, each in places.items()}
    assert all(fits["fr"])
    assert not all(fits["en_US"])


def test_quotation_marks_are_french(dist: Path) -> None:
    """Straight marks become guillemets with no-break spaces, and English-like ones within them."""
    found = page(dist, "answers/01-resumer.xhtml")
    assert "«\u00a0salaire moyen\u00a0»" in found
    assert "“salarié moyen”" in found
