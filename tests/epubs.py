"""Helpers for tests of e-books: build them, open them like a reading system, run epubcheck."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
from functools import cache
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TextIO
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring

from crib.outputs.epub import jobs as epub
from crib.render.templates import Templates
from tests.conftest import ROOT, session_folder
from tests.pdfs import made

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from crib.model import Book
    from tests.chromium import Chromium

H = "{http://www.w3.org/1999/xhtml}"
M = "{http://www.w3.org/1998/Math/MathML}"
S = "{http://www.w3.org/2000/svg}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
TYPE = "{http://www.idpf.org/2007/ops}type"

SMALL_COVER = ROOT / "tests/fixtures/small-cover"
"""Templates with a quickly drawn cover."""


class Opened:
    """An e-book as a reading system finds it, and the book it was built from."""

    def __init__(self, book: Book, data: bytes) -> None:
        """Open the container; `pages` are those of the spine, in reading order."""
        self.book, self.data, self.zip = book, data, ZipFile(BytesIO(data))
        self.package = self.xml("EPUB/package.opf")
        self.items = {item.attrib["id"]: item.attrib for item in self.package.iter(f"{OPF}item")}
        spine = (self.items[ref.attrib["idref"]]["href"] for ref in self.package.iter(f"{OPF}itemref"))
        self.pages = {href: self.xml(f"EPUB/{href}") for href in spine}

    def xml(self, name: str) -> Element:
        """Return the root of a well-formed file."""
        root: Element = fromstring(self.zip.read(name))
        return root

    def page(self, name: str) -> Element:
        """Return the page with this name, `answers/01-name` or `nav`."""
        return self.pages[f"{name}.xhtml"]

    def metadata(self, name: str) -> list[str]:
        """Return the values of a property, or of an element of Dublin Core."""
        found = [m for m in self.package.iter(f"{OPF}meta") if m.get("property") == name]
        return [text(element) for element in found or self.package.iter(f"{DC}{name}")]


def editions(book: Book, templates: Templates | None = None, printed: Mapping[str, str] | None = None) -> list[Opened]:
    """Return the e-book of *book* with MathML, and with drawings; its cover is that of `build`."""
    files = made(epub.editions(book, templates or Templates(SMALL_COVER), printed))
    return [Opened(book, files[path]) for path in sorted(files, key=len)]


def build(book: Book, templates: Templates | None = None, printed: Mapping[str, str] | None = None) -> Opened:
    """Return the e-book of *book* with formulas in MathML, and a small cover unless *templates* have another."""
    *_, job = epub.editions(book, templates or Templates(SMALL_COVER), printed)
    return Opened(book, made([job])[job.path])


@cache
def _epubchecker(session: Path) -> TextIO:
    """Connect this process to the epubcheck of its test run; start it first if it is not there."""
    command = [sys.executable, "-m", "tests.epubchecker", "epubcheck"]
    with (session / "epubcheck.lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        patch.chdir(session)  # the path of a Unix socket must be short
        if not (connection := _connected()):
            subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
            connection = _connected()
        assert connection
        return connection.makefile("rw")


def _connected() -> socket.socket | None:
    """Return a connection to epubcheck, None if nobody listens."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect("epubcheck")
    except OSError:
        connection.close()
        return None
    return connection


def epubcheck(data: bytes, folder: Path) -> set[tuple[str, str, str]]:
    """Return severity, code and words of epubcheck's findings, except its remark about a font.

    *folder* is the test's own.
    """
    pytest.importorskip("jpype", reason="epubcheck needs jpype1: `make test` installs it")
    path, report = folder / "book.epub", folder / "report.json"
    path.write_bytes(data)
    report.unlink(missing_ok=True)
    checker = _epubchecker(session_folder(folder.parent))
    print(json.dumps(["--usage", "--json", str(report), str(path)]), file=checker, flush=True)
    assert checker.readline().strip() in ("0", "1")
    messages = json.loads(report.read_text(encoding="utf-8"))["messages"]
    found = {(message["severity"], message["ID"], message["message"]) for message in messages}
    return {each for each in found if each[1] != "CSS-028"}


def show(browser: Chromium, page: Path, style: str, scheme: str = "light") -> None:
    """Show *page* in a browser, with a reader's *style*."""
    shown = page.with_stem(f"{page.stem}-shown")
    html = page.read_text(encoding="utf-8").replace("</head>", f"<style>{style}</style></head>")
    shown.write_text(html, encoding="utf-8")
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.open("about:blank")
    browser.open(shown.as_uri())
    browser.wait(f"document.URL === '{shown.as_uri()}' && document.readyState === 'complete'")
    browser.value("document.fonts.ready.then(() => true)")


def text(element: Element) -> str:
    """Return all text of an element as one line."""
    return " ".join("".join(element.itertext()).split())


def by_id(page: Element, identifier: str) -> Element:
    """Return the one element with this identifier."""
    [element] = [e for e in page.iter() if e.get("id") == identifier]
    return element


def by_class(element: Element, name: str) -> list[Element]:
    """Return the elements below with this class."""
    return [e for e in element.iter() if name in e.get("class", "").split()]


def nav(opened: Opened, name: str) -> Element:
    """Return the table of contents (`toc`), the `page-list` or the `landmarks`."""
    [found] = [e for e in opened.page("nav").iter(f"{H}nav") if e.get(TYPE) == name]
    return found


def links(element: Element) -> list[str]:
    """Return the targets of links below."""
    return [a.attrib["href"] for a in element.iter(f"{H}a")]


def stems(opened: Opened, folder: str) -> list[str]:
    """Return the names of the pages in *folder*, in reading order."""
    return [PurePosixPath(href).stem for href in opened.pages if href.startswith(f"{folder}/")]
