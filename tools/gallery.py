"""Draw the pictures of README and docs/gallery.md: every output of three books, as readers see it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from crib.source import read_book
from tests.chromium import chromium, find
from tools.pictures import FONTS, ROOT, Page, rows, save
from tools.screens import DESKTOP, NIGHT, PHONE, SEPIA, Screens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image as Picture

DOCS = ROOT / "docs"
BUILT = ROOT / "dist/gallery"
BOOKS = {
    "machine-learning": ROOT / "content",
    "vocabulary": DOCS / "gallery/vocabulary",
    "programming": DOCS / "gallery/programming",
}
ML, FRENCH, GIT = BOOKS
KEYS = {ML: "handson-ml2-answers", FRENCH: "french-house", GIT: "git-questions"}
VARIANTS = {
    "ink": "sheets --chapter 4 --theme ink",
    "large": "sheets --chapter 4 --theme large --portrait",
    "stock": "cards --stock index-3x5",
    "fold": "cards --stock C32010 --fold",
    "booklet": "book --impose booklet",
}
"""Outputs with other options than those of `all`, each in a folder of its own."""

REVEAL = "document.querySelector('#{key} .reveal button').click()"
CHOOSE = """
document.querySelectorAll("#{key} .choose").forEach((choice, i) => i % 2 && choice.click());
document.querySelector("#{key} .check button").click()
"""
"""Choose every second answer."""


def main() -> None:
    """Build the books, and write the pictures."""
    for name in BOOKS:
        build(name, "all")
    with TemporaryDirectory() as folder, chromium(find(), Path(folder), fonts=FONTS) as browser:
        for name, picture in pictures(Screens(browser, Path(folder))):
            save(picture, DOCS / name)


def build(book: str, command: str, variant: str = "") -> Path:
    """Build *book*, a copy of it: its ledger stays as it is. Return the folder of built files."""
    content, out = BUILT / book / "content", BUILT / book / (variant or "dist")
    shutil.rmtree(content, ignore_errors=True)
    shutil.copytree(BOOKS[book], content)
    words = [*command.split(), "--quiet", "--strict", "--content", str(content), "--out", str(out)]
    subprocess.run([sys.executable, "-m", "crib", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return out


def built(book: str, name: str, page: int = 1) -> Page:
    """Return a page of a built PDF."""
    return Page(BUILT / book / "dist" / f"{name}.pdf", page)


def variant(book: str, name: str, page: int = 1, share: float = 1) -> Page:
    """Return a page of a PDF built with other options."""
    [pdf, *_] = sorted(build(book, VARIANTS[name], name).rglob("*.pdf"))
    return Page(pdf, page, share)


def study_page(book: str, place: str = "") -> str:
    """Return the address of a place on the study page."""
    return f"{_file(book, 'html').as_uri()}#{place}"


def study(screens: Screens, book: str, chapters: int) -> None:
    """Let the reader of the study page have rated the answers of the first *chapters*."""
    random = Random(book)  # noqa: S311 - no secret
    keys = [answer.key for answer in read_book(BOOKS[book]).book.answers if answer.chapter <= chapters]
    ratings = {key: random.choice((1, 2, 3, 3, 3)) for key in keys}
    screens.show(
        study_page(book), PHONE, do=f"localStorage.setItem('crib:{KEYS[book]}:progress', '{json.dumps(ratings)}')"
    )


def _file(book: str, ending: str) -> Path:
    return BUILT / book / "dist" / f"{KEYS[book]}.{ending}"


def pictures(screens: Screens) -> Iterator[tuple[str, Picture]]:
    """Yield the names of all pictures, and these."""
    yield from on_paper()
    yield from on_screens(screens)
    sheet, epub = built(ML, "sheets/04-training-models"), "answers/04-training-models.xhtml#feature-scaling"
    yield "what-comes-out.png", rows([
        sheet, screens.epub(_file(ML, "epub"), epub), screens.show(study_page(ML, "_start"), PHONE)
    ], [
        built(ML, "cards", 3), built(ML, "pocket/04-training-models"), built(ML, "book", 49), built(ML, "quiz", 2),
        *screens.anki(_file(GIT, "apkg"), "Key:merge-or-rebase", "answer"),
    ])  # fmt: skip


def on_paper() -> Iterator[tuple[str, Picture]]:
    """Yield pictures of PDFs."""
    yield "gallery/sheet.png", rows([built(ML, "sheets/04-training-models")])
    yield "gallery/sheets.png", rows([built(FRENCH, "sheets", 2), built(GIT, "sheets", 2)])
    yield "gallery/map.png", rows([built(ML, "sheets")])
    yield "gallery/themes.png", rows([variant(ML, "ink"), variant(ML, "large")])
    yield "gallery/pocket.png", rows([built(ML, "pocket/04-training-models"), built(GIT, "pocket/01-commits")])
    yield "gallery/cards.png", rows([built(GIT, "cards", 3), built(GIT, "cards", 4)])
    yield (
        "gallery/stock.png",
        rows([variant(GIT, "stock", 3), variant(GIT, "stock", 4)], [variant(FRENCH, "fold", 2, 0.36)]),
    )
    yield "gallery/quiz.png", rows([built(FRENCH, "quiz", 2), built(GIT, "quiz", 2), built(GIT, "quiz", -1)])
    yield "gallery/book.png", rows([built(ML, "book", 48), built(ML, "book", 49)])
    yield "gallery/books.png", rows([built(FRENCH, "book", 10), built(GIT, "book", 8), built(GIT, "book", 9)])
    yield "gallery/booklet.png", rows([variant(GIT, "booklet"), variant(GIT, "booklet", 10)])


def on_screens(screens: Screens) -> Iterator[tuple[str, Picture]]:
    """Yield pictures of e-readers, browsers and Anki."""
    yield "gallery/epub.png", rows([
        screens.epub(_file(ML, "epub"), "text/cover.xhtml"),
        screens.epub(_file(ML, "epub"), "questions/04-training-models.xhtml"),
        screens.epub(_file(ML, "epub"), "answers/04-training-models.xhtml#feature-scaling"),
    ])  # fmt: skip
    yield "gallery/epubs.png", rows([
        screens.epub(_file(GIT, "epub"), "answers/01-commits.xhtml#three-places", SEPIA),
        screens.epub(_file(FRENCH, "epub"), "answers/02-food.xhtml#du-or-de"),
        screens.epub(_file(GIT, "epub"), "answers/02-branches.xhtml#merge-or-rebase", NIGHT),
    ])  # fmt: skip
    study(screens, ML, 12)
    study(screens, FRENCH, 2)
    revealed = REVEAL.format(key="feature-scaling")
    yield "gallery/web.png", rows([
        screens.show(study_page(ML, "_start"), DESKTOP),
        screens.show(study_page(ML, "feature-scaling"), DESKTOP, dark=True, do=revealed),
    ])  # fmt: skip
    yield "gallery/phone.png", rows([
        screens.show(study_page(FRENCH, "_start"), PHONE),
        screens.show(study_page(GIT, "three-places"), PHONE, do=REVEAL.format(key="three-places")),
        screens.show(study_page(GIT, "touches-files"), PHONE, do=CHOOSE.format(key="touches-files")),
        screens.show(study_page(FRENCH, "du-or-de"), PHONE, dark=True, do=REVEAL.format(key="du-or-de")),
    ])  # fmt: skip
    yield "gallery/anki.png", rows([
        *screens.anki(_file(GIT, "apkg"), "Key:merge-or-rebase", "question", "answer"),
        *screens.anki(_file(FRENCH, "apkg"), "Key:le-couteau", "question"),
        *screens.anki(_file(FRENCH, "apkg"), "Key:le-couteau", "answer", typed="nife"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
