"""Publication data of a book, in the PDF and on the study page."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from pikepdf import Pdf

from crib.audit.pdf import audit_pdf
from crib.outputs.sheets import jobs as sheets
from crib.outputs.web import jobs as web
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import BOOK, write_book
from tests.pdfs import made
from tests.source.test_publication import ALL

if TYPE_CHECKING:
    from tests.conftest import MakeBook

MORE = "description: A & B\nlicense: CC BY 4.0\n"
SECOND = "  - {name: An <Illustrator>, role: illustrator}\n"
PUBLISHED = BOOK + MORE + ALL.replace("role: editor}\n", f"role: editor}}\n{SECOND}")


def opened(data: bytes) -> Pdf:
    """Return the PDF *data*, opened."""
    return Pdf.open(BytesIO(data))


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a sheet of a published book."""
    folder = write_book(tmp_path_factory.mktemp("published") / "content", book=PUBLISHED)
    return next(iter(made(sheets.jobs(read_book(folder).book, Templates())).values()))


def test_xmp_of_a_published_book(sheet: bytes) -> None:
    """Publisher, contributors, identifiers, series, subjects and rights are there, as other programs read them."""
    with opened(sheet) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:publisher"] == {"A Publisher"}
        assert metadata["dc:contributor"] == {"E. Writer", "An <Illustrator>"}
        assert metadata["dc:identifier"] == "urn:isbn:9783161484100"
        assert metadata["dc:subject"] == {"one", "two words"}
        assert metadata["dc:rights"] == "CC BY 4.0"
        names = {"isbn": "9783161484100", "seriesTitle": "A Series", "seriesNumber": "2"}
        for name, value in names.items():
            assert metadata[f"{{http://prismstandard.org/namespaces/basic/3.0/}}{name}"] == value
    with opened(sheet) as pdf:
        root = ET.fromstring(pdf.Root.Metadata.read_bytes().decode())
    assert len(root.findall("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF")) == 1


def test_it_is_still_accessible(sheet: bytes) -> None:
    """The audit finds its title and its mark of PDF/UA."""
    assert not audit_pdf(sheet).findings


def test_a_book_that_says_nothing_has_no_more(make_book: MakeBook) -> None:
    """No empty properties are written."""
    [data, *_] = made(sheets.jobs(read_book(make_book()).book, Templates())).values()
    with opened(data) as pdf:
        text = pdf.Root.Metadata.read_bytes().decode()
    assert not re.search("prism|dc:(publisher|contributor|identifier|subject)", text)


def test_head_of_the_study_page(make_book: MakeBook) -> None:
    """The same facts are in the head of the page."""
    [page] = made(web.jobs(read_book(make_book(book=PUBLISHED)).book, Templates())).values()
    head = page.decode().partition("</head>")[0]
    metas = {name: unescape(content) for name, content in re.findall('<meta name="(.*?)" content="(.*?)"', head)}
    assert metas["dc.publisher"] == "A Publisher"
    assert metas["dc.contributor.2"] == "An <Illustrator>"
    assert metas["dc.identifier"] == "urn:isbn:9783161484100"
    assert metas["keywords"] == "one, two words"
    assert metas["description"] == "A & B"
    assert metas["prism.seriesTitle"] == "A Series"
