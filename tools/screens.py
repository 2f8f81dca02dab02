"""Screens of e-readers, browsers and Anki, for pictures."""

from __future__ import annotations

from contextlib import closing
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from anki.collection import Collection
from PIL import Image

from tests.decks import load
from tools.pictures import Screen

if TYPE_CHECKING:
    from tests.chromium import Chromium

E_READER, DESKTOP, PHONE, ANKI = (480, 640), (960, 720), (390, 720), (380, 560)
"""Sizes of screens in CSS pixels."""

MATHJAX = files("mathjax") / "static/mathjax/es5/tex-chtml-full.js"
READ = """
document.head.append(Object.assign(document.createElement("style"), {{textContent: `
html {{ font-size: 17px; {colors} }} body {{ margin: 0; padding: 28px 30px }} :has(~ :target) {{ visibility: hidden }}
`}}));
scrollTo(0, (document.querySelector(":target")?.offsetTop ?? 0) - 24)
"""
"""Imitate an e-reader: colors of its settings, and pages that begin at an answer."""

DRAWN = """
document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50))))
"""
NIGHT, SEPIA = "background: #121212; color: #d6d6d6", "background: #f6ecd9; color: #3d3024"
CARD = """<!doctype html><meta charset="utf-8"><base href="{media}/"><style>
.typeGood {{ background: #afa }} .typeBad {{ background: #faa }} .typeMissed {{ background: #ccc }} {css}</style>
<script src="{mathjax}"></script><body class="card">{html}"""


class Screens:
    """Built files in e-readers, browsers and Anki, with two screen pixels for each CSS pixel."""

    def __init__(self, browser: Chromium, folder: Path, anki: tuple[int, int] = ANKI) -> None:
        """Use a page of a browser, and a folder for files of its own; *anki* is the size of the window of Anki."""
        self._browser, self._folder, self._anki = browser, folder, anki

    def epub(self, book: Path, page: str, colors: str = "", size: tuple[int, int] = E_READER) -> Screen:
        """Return a page of an e-book on the screen of an e-reader, from a place on."""
        folder = self._folder / book.stem
        if not folder.exists():
            ZipFile(book).extractall(folder)
        name, _, place = page.partition("#")
        return self.show(f"{(folder / 'EPUB' / name).as_uri()}#{place}", size, do=READ.format(colors=colors))

    def anki(self, deck: Path, query: str, *sides: str, typed: str = "") -> list[Screen]:
        """Return sides (`question`, `answer`) of the first card that matches *query*, with a *typed* answer."""
        with closing(Collection(str(self._folder / f"{deck.stem}.anki2"))) as anki:
            load(anki, deck)
            card = anki.get_card(anki.find_cards(query, order="c.ord")[0])
            media = Path(anki.media.dir()).as_uri()
            output = card.render_output()
            fields = {  # replace the mark, as Anki's reviewer does
                "question": '<input type="text" id="typeans">',
                "answer": anki.compare_answer(dict(card.note().items()).get("Typed", ""), typed),
            }
            return [
                self._card(media, output.css, getattr(output, f"{side}_text").replace("[[type:Typed]]", fields[side]))
                for side in sides
            ]

    def _card(self, media: str, css: str, html: str) -> Screen:
        page = self._folder / "card.html"
        page.write_text(CARD.format(media=media, css=css, mathjax=MATHJAX, html=html), encoding="utf-8")
        return self.show(page.as_uri(), self._anki, do="MathJax.startup.promise.then(() => 0)")

    def show(self, url: str, size: tuple[int, int], *, dark: bool = False, do: str = "0") -> Screen:
        """Return the page *url* in a window of *size* CSS pixels, after running the script *do*."""
        page = self._browser
        width, height = size
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2, mobile=False)
        page.call("Emulation.setScrollbarsHidden", hidden=True)
        media = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in media.items()]
        page.call("Emulation.setEmulatedMedia", features=features)
        page.open("about:blank")
        page.open(url)
        page.wait("location.protocol === 'file:' && document.readyState === 'complete'")
        page.value(do)
        page.value(DRAWN)
        return Screen(Image.open(BytesIO(page.screenshot())).convert("RGB"))
