"""Draw the pictures of README and docs/gallery.md: every output of three books, as readers see it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZipFile

from anki.collection import Collection

from crib.source import read_book
from tests.chromium import chromium, find
from tests.decks import load
from tools.pictures import FONTS, ROOT, Page, Screen, rows, save, screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image as Picture

    from tests.chromium import Chromium

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

E_READER, DESKTOP, PHONE, ANKI = (480, 640), (960, 720), (390, 720), (400, 560)
"""Sizes of screens in CSS pixels."""

MATHJAX = files("mathjax") / "static/mathjax/es5/tex-chtml-full.js"
READ = """
document.head.append(Object.assign(document.createElement("style"), {{textContent: `
html {{ font-size: 17px; {colors} }} body {{ margin: 0; padding: 28px 30px }} :has(~ :target) {{ visibility: hidden }}
`}}));
scrollTo(0, (document.querySelector(":target")?.offsetTop ?? 0) - 24)
"""
"""What an e-reader does: the colors of its reader, and a page that begins where an answer does."""

NIGHT, SEPIA = "background: #121212; color: #d6d6d6", "background: #f6ecd9; color: #3d3024"
CARD = """<!doctype html><meta charset="utf-8"><base href="{media}/"><style>
.typeGood {{ background: #afa }} .typeBad {{ background: #faa }} .typeMissed {{ background: #ccc }} {css}</style>
<script src="{mathjax}"></script><body class="card">{html}"""
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
    """Return a page of a PDF that is built with other options."""
    [pdf, *_] = sorted(build(book, VARIANTS[name], name).rglob("*.pdf"))
    return Page(pdf, page, share)


class Screens:
    """What e-readers, browsers and Anki show."""

    def __init__(self, browser: Chromium, folder: Path) -> None:
        """Use a page of a browser, and a folder for files of its own."""
        self._browser, self._folder = browser, folder

    def epub(self, book: str, page: str, colors: str = "") -> Screen:
        """Return a page of the e-book on the screen of an e-reader, from a place on."""
        folder = self._folder / book
        if not folder.exists():
            ZipFile(BUILT / book / "dist" / f"{KEYS[book]}.epub").extractall(folder)
        name, _, place = page.partition("#")
        url = f"{(folder / 'EPUB' / name).as_uri()}#{place}"
        return Screen(screen(self._browser, url, E_READER, do=READ.format(colors=colors)))

    def web(self, book: str, place: str, size: tuple[int, int], *, dark: bool = False, do: str = "0") -> Screen:
        """Return what the study page shows at a place, after a script."""
        url = f"{(BUILT / book / 'dist' / f'{KEYS[book]}.html').as_uri()}#{place}"
        return Screen(screen(self._browser, url, size, dark=dark, do=do))

    def study(self, book: str, chapters: int) -> None:
        """Let the reader of the study page have rated the answers of the first *chapters*."""
        random = Random(book)  # noqa: S311 - no secret
        keys = [answer.key for answer in read_book(BOOKS[book]).book.answers if answer.chapter <= chapters]
        ratings = {key: random.choice((1, 2, 3, 3, 3)) for key in keys}
        store = f"localStorage.setItem('crib:{KEYS[book]}:progress', '{json.dumps(ratings)}')"
        self.web(book, "", PHONE, do=store)

    def anki(self, book: str, key: str, *sides: str, typed: str = "") -> list[Screen]:
        """Return sides of the card of an answer, `question` or `answer`, where a learner has *typed* an answer."""
        path = self._folder / f"{book}.anki2"
        with closing(Collection(str(path))) as anki:
            load(anki, BUILT / book / "dist" / f"{KEYS[book]}.apkg")
            card = anki.get_card(anki.find_cards(f"Key:{key}")[0])
            media = Path(anki.media.dir()).as_uri()
            output = card.render_output()
            fields = {  # what the reviewer puts in place of the mark
                "question": '<input type="text" id="typeans">',
                "answer": anki.compare_answer(card.note()["Typed"], typed) if typed else "",
            }
            return [
                self._card(media, output.css, getattr(output, f"{side}_text").replace("[[type:Typed]]", fields[side]))
                for side in sides
            ]

    def _card(self, media: str, css: str, html: str) -> Screen:
        page = self._folder / "card.html"
        page.write_text(CARD.format(media=media, css=css, mathjax=MATHJAX, html=html), encoding="utf-8")
        return Screen(screen(self._browser, page.as_uri(), ANKI, do="MathJax.startup.promise.then(() => 0)"))


def pictures(screens: Screens) -> Iterator[tuple[str, Picture]]:
    """Yield the names of all pictures, and these."""
    yield from on_paper()
    yield from on_screens(screens)
    sheet, epub = built(ML, "sheets/04-training-models"), "answers/04-training-models.xhtml#feature-scaling"
    yield "what-comes-out.png", rows([
        sheet, screens.epub(ML, epub), screens.web(ML, "_start", PHONE)
    ], [
        built(ML, "cards", 3), built(ML, "pocket/04-training-models"), built(ML, "book", 49), built(ML, "quiz", 2),
        *screens.anki(GIT, "merge-or-rebase", "answer"),
    ])  # fmt: skip


def on_paper() -> Iterator[tuple[str, Picture]]:
    """Yield pictures of what is printed."""
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
        screens.epub(ML, "text/cover.xhtml"),
        screens.epub(ML, "questions/04-training-models.xhtml"),
        screens.epub(ML, "answers/04-training-models.xhtml#feature-scaling"),
    ])  # fmt: skip
    yield "gallery/epubs.png", rows([
        screens.epub(GIT, "answers/01-commits.xhtml#three-places", SEPIA),
        screens.epub(FRENCH, "answers/02-food.xhtml#du-or-de"),
        screens.epub(GIT, "answers/02-branches.xhtml#merge-or-rebase", NIGHT),
    ])  # fmt: skip
    screens.study(ML, 12)
    screens.study(FRENCH, 2)
    shown = REVEAL.format(key="feature-scaling")
    yield "gallery/web.png", rows([
        screens.web(ML, "_start", DESKTOP),
        screens.web(ML, "feature-scaling", DESKTOP, dark=True, do=shown),
    ])  # fmt: skip
    yield "gallery/phone.png", rows([
        screens.web(FRENCH, "_start", PHONE),
        screens.web(GIT, "three-places", PHONE, do=REVEAL.format(key="three-places")),
        screens.web(GIT, "touches-files", PHONE, do=CHOOSE.format(key="touches-files")),
        screens.web(FRENCH, "du-or-de", PHONE, dark=True, do=REVEAL.format(key="du-or-de")),
    ])  # fmt: skip
    yield "gallery/anki.png", rows([
        *screens.anki(GIT, "merge-or-rebase", "question", "answer"),
        *screens.anki(FRENCH, "le-couteau", "question"),
        *screens.anki(FRENCH, "le-couteau", "answer", typed="nife"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
