"""The e-book: promises to reading systems, screen readers and shops."""

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
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile

import pytest
import yaml
from PIL import Image
from pygments.token import STANDARD_TYPES

from crib.engine.job import Job
from crib.home import own_folder
from crib.model.elements import string
from crib.model.publication import Contributor, Publication
from crib.model.tree import plain, walk
from crib.outputs.epub import jobs as epub
from crib.outputs.epub import package
from crib.outputs.epub.chapters import WAYS, chapter_chunks
from crib.outputs.epub.pictures import with_ground
from crib.render.drawings import drawing
from crib.render.templates import Templates
from crib.selection import Selection
from crib.source import read_book
from tests.conftest import ROOT
from tests.epubs import (
    OPF,
    SMALL_COVER,
    TYPE,
    H,
    M,
    Opened,
    S,
    build,
    by_class,
    by_id,
    editions,
    epubcheck,
    links,
    nav,
    stems,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from crib.model import Answer, Book


NASTY = ROOT / "tests" / "fixtures" / "epub"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a small book of difficult contents; its files are in fixtures/epub."""
    folder = tmp_path_factory.mktemp("nasty") / "content"
    shutil.copytree(NASTY, folder)
    Image.new("RGB", (300, 120), "red").save(folder / "figures" / "Red Ünit.png")
    reading = read_book(folder)
    assert reading.problems == ()
    return reading.book


@pytest.fixture(scope="module")
def small_editions(nasty: Book) -> list[Opened]:
    """Return the small book with formulas in MathML, and with drawings."""
    return editions(nasty)


@pytest.fixture(scope="module")
def whole_editions(shipped: Book) -> list[Opened]:
    """Return the shipped book with formulas in MathML, and with drawings."""
    return editions(shipped, Templates())


@pytest.fixture(scope="module")
def small(small_editions: list[Opened]) -> Opened:
    """Return the small book."""
    return small_editions[0]


@pytest.fixture(scope="module")
def small_drawn(small_editions: list[Opened]) -> Opened:
    """Return the small book with drawings."""
    return small_editions[1]


@pytest.fixture(scope="module")
def whole(whole_editions: list[Opened]) -> Opened:
    """Return the shipped book."""
    return whole_editions[0]


@pytest.fixture(scope="module")
def whole_drawn(whole_editions: list[Opened]) -> Opened:
    """Return the shipped book with drawings."""
    return whole_editions[1]


@pytest.fixture(scope="module")
def wordy(nasty: Book) -> Opened:
    """Return a chapter of the small book without formulas and pictures."""
    return build(replace(nasty.select(Selection((10,))), notation=None))


@pytest.fixture(scope="module")
def long(nasty: Book) -> Opened:
    """Return a book of one chapter with 60 answers linked to each other."""
    return build(many(nasty, 60))


def many(nasty: Book, count: int) -> Book:
    """Return a book of one chapter with *count* answers; each links to the next, and lists the last as related."""
    *_, chapter = nasty.chapters
    answer = chapter.answers[0]
    answers = tuple(
        replace(answer, key=f"many-{n}", number=n, see=(f"many-{count}",), links=(f"many-{n + 1}",)).with_text(
            gist=[{"t": "Para", "c": [{"t": "Link", "c": [["", [], []], [string("Next")], [f"#many-{n + 1}", ""]]}]}],
        )
        for n in range(1, count + 1)
    )
    return replace(nasty, chapters=(replace(chapter, answers=answers),))


@pytest.fixture(params=["small", "small_drawn", "wordy", "long", "whole", "whole_drawn"])
def opened(request: pytest.FixtureRequest) -> Opened:
    """Return each of them in turn."""
    book: Opened = request.getfixturevalue(request.param)
    return book


# The container


def test_epubcheck_finds_nothing(opened: Opened, tmp_path: Path) -> None:
    """No error, no warning, no hint."""
    assert epubcheck(opened.data, tmp_path) == set()


def test_epubcheck_is_asked(small: Opened, tmp_path: Path) -> None:
    """The test above can fail: a page without a title is an error."""
    broken = BytesIO()
    with ZipFile(broken, "w") as archive:
        for name in small.zip.namelist():
            data = re.sub(rb"<title>.*?</title>", b"<title></title>", small.zip.read(name))
            archive.writestr(name, data)
    assert "ERROR" in {severity for severity, _, _ in epubcheck(broken.getvalue(), tmp_path)}


def test_the_first_bytes_tell_the_format(opened: Opened) -> None:
    """`mimetype` comes first, stored and without extra fields, for readers of file formats."""
    first = opened.zip.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
    assert opened.data[30:58] == b"mimetypeapplication/epub+zip"


def test_the_release_is_the_only_time(opened: Opened) -> None:
    """Every file of the container and the metadata have the day of the release."""
    day = opened.book.released
    dates = {info.date_time for info in opened.zip.infolist()}
    assert {(info.external_attr, info.create_system) for info in opened.zip.infolist()} == {(0o100644 << 16, 3)}
    assert dates == {(day.year, day.month, day.day, 0, 0, 0)}
    assert opened.metadata("dcterms:modified") == [f"{day:%Y-%m-%d}T00:00:00Z"]
    assert opened.metadata("date") == [f"{day:%Y-%m-%d}"]


def test_a_book_may_be_older_than_zip(nasty: Book) -> None:
    """A release before 1980, the start of zip's calendar, builds, and keeps its year."""
    old = build(replace(nasty, released=datetime(1969, 7, 20, tzinfo=timezone.utc)))
    assert {info.date_time[0] for info in old.zip.infolist()} == {1980}
    assert old.metadata("date") == ["1969-07-20"]


def test_the_manifest_lists_every_file_once(opened: Opened) -> None:
    """Container and package contain the same files."""
    files = [f"EPUB/{item['href']}" for item in opened.items.values()]
    unlisted = ["mimetype", "META-INF/container.xml", "EPUB/package.opf"]
    assert sorted(files + unlisted) == sorted(opened.zip.namelist())


BUILD = """
import sys, pathlib
from crib.outputs.epub.jobs import editions
from crib.render.templates import Templates
from crib.source import read_book
from tests.pdfs import made
content, templates, folder = map(pathlib.Path, sys.argv[1:])
for path, data in made(editions(read_book(content).book, Templates(templates))).items():
    (folder / path).write_bytes(data)
"""


def test_the_same_source_gives_the_same_bytes(nasty: Book, small_editions: list[Opened], tmp_path: Path) -> None:
    """Both flavors are equal in all builds, whatever the time zone, the locale and the seed of hashes."""
    names = ["salt-and-pepper.epub", "salt-and-pepper-svg.epub"]
    environment = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    command = [sys.executable, "-c", BUILD, str(nasty.folder), str(SMALL_COVER), str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    assert [(tmp_path / name).read_bytes() for name in names] == [each.data for each in small_editions]


def test_workers_make_the_same(nasty: Book, small_editions: list[Opened]) -> None:
    """All jobs and their values pickle, and a spawned process gives the same bytes."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:

        def made_there(job: Job) -> Any:
            arguments = (made_there(each) if isinstance(each, Job) else each for each in job.arguments)
            return pool.submit(job.make, *arguments).result(timeout=120)

        *_, job = epub.editions(nasty, Templates(SMALL_COVER))
        assert made_there(job) == small_editions[0].data


def test_a_leaf_knows_only_what_it_shows(nasty: Book) -> None:
    """A change elsewhere changes none of its arguments, except to the question of a related answer."""
    *others, last = nasty.chapters

    def changed(text: dict[str, Any], **settings: Any) -> list[bool]:
        answers = tuple(replace(answer, **settings).with_text(**text) for answer in last.answers)
        book = replace(nasty, chapters=(*others, replace(last, answers=answers)))
        return [before != after for before, after in zip(chapter_chunks(nasty), chapter_chunks(book), strict=True)]

    assert changed({"body": [], "gist": []}, tags=("new",), see=()) == [False, False, True]
    assert changed({"question": [string("New?")]}) == [True, False, True]
    assert changed({"cloze": [string("Unseen")]}, line=99) == [False, False, False]


# The package


def test_the_package_says_what_the_book_is(small: Opened) -> None:
    """Title and subtitle, every author, language, license, description and companion."""
    book = small.book
    assert small.metadata("title") == [book.title, book.subtitle]
    assert small.metadata("title-type") == ["main", "subtitle"]
    assert small.metadata("creator") == list(book.authors)
    assert small.metadata("language") == [book.language]
    assert small.metadata("rights") == [book.license]
    assert small.metadata("description") == [book.description]
    assert small.metadata("relation") == [book.companion]
    assert small.metadata("publisher") == []


def test_the_package_says_what_a_publisher_says(nasty: Book, tmp_path: Path) -> None:
    """ISBN, publisher, series, subjects, contributors with their roles, and names as libraries sort them."""
    publication = Publication(
        isbn="9783161484100",
        publisher="A & B",
        series="Series <1>",
        position="2",
        subjects=("salt", "pepper & more"),
        contributors=(Contributor("E. Writer", "editor"), Contributor("T. Ongue", "translator")),
        sort={nasty.title: "Pepper", nasty.authors[0]: "Sorted, First", "T. Ongue": "Ongue, T."},
    )
    told = build(replace(nasty, publication=publication))
    assert told.metadata("identifier")[1:] == ["urn:isbn:9783161484100"]
    assert told.metadata("publisher") == ["A & B"]
    assert told.metadata("belongs-to-collection") == ["Series <1>"]
    assert told.metadata("group-position") == ["2"]
    assert told.metadata("subject") == ["salt", "pepper & more"]
    assert told.metadata("contributor") == ["E. Writer", "T. Ongue"]
    assert told.metadata("role")[-2:] == ["edt", "trl"]
    assert told.metadata("file-as") == ["Pepper", "Sorted, First", "Ongue, T."]
    assert epubcheck(told.data, tmp_path) == set()


def test_an_edition_keeps_its_identifier(small: Opened, nasty: Book) -> None:
    """A library replaces an edition by the next: the identifier hangs on the key alone."""
    later = replace(nasty, title="New", released=datetime(2031, 1, 1, tzinfo=timezone.utc))
    assert build(later).metadata("identifier") == small.metadata("identifier")
    assert build(replace(nasty, key="other")).metadata("identifier") != small.metadata("identifier")
    assert small.metadata("identifier") == ["urn:uuid:5bb16113-a636-522f-b054-07b63187c04e"]


def test_flavors_are_two_books_to_a_library(small_editions: list[Opened]) -> None:
    """To a library, the two editions are two books: neither replaces the other."""
    assert len({*(each.metadata("identifier")[0] for each in small_editions)}) == 2


def test_accessibility_is_described_and_true(opened: Opened) -> None:
    """The metadata makes only true claims, and names no review."""
    has_math, has_drawings = (
        any(page.find(f".//{tag}") is not None for page in opened.pages.values()) for tag in (f"{M}math", f"{S}svg")
    )
    has_pictures = any("/media/" in name for name in opened.zip.namelist() if "cover" not in name)
    features = opened.metadata("schema:accessibilityFeature")
    assert ("MathML" in features) == has_math
    assert ("latex" in features) == (has_math or has_drawings)
    assert ("index" in features) == ("text/index.xhtml" in opened.pages)
    assert not {"pageBreakMarkers", "pageNavigation"} & {*features}
    described = any(e.get("aria-details") for page in opened.pages.values() for e in page.iter(f"{H}img"))
    assert ("longDescription" in features) == described
    modes = ["textual"] + ["visual"] * (has_pictures or has_drawings) + ["mathOnVisual"] * has_drawings
    assert opened.metadata("schema:accessMode") == modes
    assert opened.metadata("schema:accessModeSufficient") == ["textual"] + ["textual,visual"] * ("visual" in modes)
    assert opened.metadata("schema:accessibilityHazard") == ["none"]
    [summary] = opened.metadata("schema:accessibilitySummary")
    assert ("MathML" in summary, "drawings" in summary) == (has_math, has_drawings)
    assert opened.metadata("dcterms:conformsTo") == opened.metadata("a11y:certifiedBy") == []
    assert opened.metadata("pageBreakSource") == []


def test_every_picture_has_an_alternative_text(opened: Opened) -> None:
    """`alternativeText` is claimed, so no picture is without; formulas have their TeX."""
    for page in opened.pages.values():
        assert all(img.get("alt", "").strip() for img in page.iter(f"{H}img"))
        assert all(math.get("alttext") for math in page.iter(f"{M}math"))
        assert all(drawing[0].tag == f"{S}title" and text(drawing[0]) for drawing in by_class(page, "drawn"))


def test_properties_are_declared_exactly_where_needed(opened: Opened) -> None:
    """`mathml` or `svg` for pages with formulas, `nav` and `cover-image` once, no others."""
    for item in opened.items.values():
        declared = set(item.get("properties", "").split())
        page = opened.pages.get(item["href"])
        expected = {"nav"} if item["href"] == "nav.xhtml" else set()
        expected |= {"cover-image"} if item["href"] == "media/cover.png" else set()
        for name, tag in (("mathml", f"{M}math"), ("svg", f"{S}svg")):
            expected |= {name} if page is not None and page.find(f".//{tag}") is not None else set()
        assert declared == expected


def test_the_reading_order(small: Opened) -> None:
    """Cover, title page, contents, the chapters by number in each way, and the back matter."""
    assert list(small.pages) == [f"{name}.xhtml" for name in [
        "text/cover", "text/title", "nav",
        "text/questions", "questions/01-amp-and-angle", "questions/10-plain",
        "text/answers", "answers/01-amp-and-angle", "answers/02-only-exercises", "answers/10-plain",
        "text/sheet", "sheet/01-amp-and-angle", "sheet/10-plain",
        "text/notation", "text/changes", "text/exercises", "text/index", "text/topics", "text/about",
    ]]  # fmt: skip


# Finding one's way


def test_every_link_leads_somewhere(opened: Opened) -> None:
    """Pages, style sheets and pictures exist, and so does the place on the page."""
    targets = {(href, e.get("id")) for href, page in opened.pages.items() for e in page.iter() if e.get("id")}
    targets |= {(item["href"], "") for item in opened.items.values()}
    for href, page in opened.pages.items():
        addresses = [address for e in page.iter() if (address := e.get("href") or e.get("src") or "")]
        inner = [address.partition("#") for address in addresses if not re.match(r"https?:|mailto:", address)]
        assert {(normpath(join(dirname(href), file)) if file else href, place) for file, _, place in inner} <= targets


def test_an_identifier_stands_once_on_a_page(opened: Opened) -> None:
    """No two elements of a page share an identifier."""
    for page in opened.pages.values():
        identifiers = [e.attrib["id"] for e in page.iter() if "id" in e.attrib]
        assert len(identifiers) == len(set(identifiers))


def chunk_pages(opened: Opened, way: str) -> Iterator[tuple[str, list[Answer]]]:
    """Yield each page of a *way* with the answers it has to have."""
    for chapter in opened.book.chapters:
        for start in range(0, len(chapter.answers), 25):
            number = start // 25 + 1
            yield f"{way}/{chapter.name}{f'.{number}' if number > 1 else ''}", [*chapter.answers[start : start + 25]]


@pytest.mark.parametrize(("way", "kind"), [("questions", "li"), ("answers", "section"), ("sheet", "section")])
def test_every_answer_is_there_once_in_each_way(opened: Opened, way: str, kind: str) -> None:
    """In each way, one element has the answer's key as its id, after its code; a page has at most 25 answers."""
    for name, answers in chunk_pages(opened, way):
        found = [e for e in opened.page(name).iter(f"{H}{kind}") if "." not in e.get("id", ".")]
        assert [e.get("id") for e in found] == [answer.key for answer in answers]
        codes = [by_class(e, "code-chip")[0].text for e in found]
        assert codes == [answer.code for answer in answers]
    pages = [name for name, _ in chunk_pages(opened, way)]
    others = [chapter.name for chapter in opened.book.chapters if way == "answers" and not chapter.answers]
    assert sorted(stems(opened, way)) == sorted([PurePosixPath(f"{name}.xhtml").stem for name in pages] + others)


def test_the_text_of_an_answer_stands_once(whole: Opened) -> None:
    """Only pages of answers have the whole text, gist first; questions are alone, and cheat sheets have the gists."""
    firsts = [answer.body[0] for answer in whole.book.answers if answer.body[0]["t"] == "Para"]
    firsts = [first for first in firsts if not {"Math", "Note"} & {element["t"] for element in walk(first)}]
    plainly = [words for first in firsts if re.fullmatch(r"[\w ,.:;()]{40,}", words := plain(first))]
    assert len(plainly) > 50
    for way, count in (("questions", 0), ("answers", 1), ("sheet", 0)):
        read = " ".join(text(page) for href, page in whole.pages.items() if href.startswith(f"{way}/"))
        assert {read.count(" ".join(words.split())) for words in plainly} == {count}
    for section in (e for page in whole.pages.values() for e in by_class(page, "answer")):
        assert [e.get("class", e.tag) for e in section][:2] == [f"{H}h2", "gist"]


def test_question_answer_and_gist_lead_to_each_other(opened: Opened) -> None:
    """Questions and gists link to the answer, and answers back to the question."""
    for (name, answers), (there, _), (sheet, _) in zip(
        *(chunk_pages(opened, way) for way in ("answers", "questions", "sheet")), strict=True
    ):
        for answer in answers:
            home = f"../{name}.xhtml#{answer.key}"
            [back] = by_class(by_id(opened.page(name), answer.key), "back")
            assert links(back) == [f"../{there}.xhtml#{answer.key}"]
            assert links(by_id(opened.page(there), answer.key))[0] == home
            assert links(by_id(opened.page(sheet), answer.key))[0] == home


def test_every_question_is_two_taps_from_the_cover(opened: Opened) -> None:
    """The cover has a link to the questions, and these to their pages; so do answers and gists."""
    reached = {"text/cover.xhtml"}
    for _ in range(2):
        reached |= {
            normpath(join(dirname(href), link.partition("#")[0]))
            for href in reached
            for link in links(opened.pages[href])
        }
    assert {f"{name}.xhtml" for way in WAYS for name, _ in chunk_pages(opened, way)} <= reached


def test_the_contents_list_chapters_and_questions(opened: Opened) -> None:
    """Each way lists its chapters, Answers with their questions, too, in reading order; then the back matter."""
    found = links(nav(opened, "toc"))
    pages = list(dict.fromkeys(link.partition("#")[0] for link in found))
    assert pages == [href for href in opened.pages if href not in ("text/cover.xhtml", "text/title.xhtml", "nav.xhtml")]
    questions = [f"{name}.xhtml#{answer.key}" for name, answers in chunk_pages(opened, "answers") for answer in answers]
    assert [link for link in found if "#" in link] == questions


def test_the_contents_of_a_very_long_book(nasty: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contents stay one short list: of pages instead of questions, each named by its first and last code."""
    monkeypatch.setattr(package, "_QUESTIONS_IN_CONTENTS", 50)
    opened = build(many(nasty, 51))
    contents = nav(opened, "toc")
    assert [link for link in links(contents) if "#" in link] == []
    assert "10.1–10.25" in text(contents)
    assert text(contents).count("10.51") == 3
    assert epubcheck(opened.data, tmp_path) == set()


def test_the_landmarks(small: Opened) -> None:
    """A reading system finds the cover, the title page, the contents, the beginning, the end."""
    landmarks = nav(small, "landmarks")
    assert {a.get(TYPE): a.get("href") for a in landmarks.iter(f"{H}a")} == {
        "cover": "text/cover.xhtml",
        "titlepage": "text/title.xhtml",
        "toc": "nav.xhtml#toc",
        "bodymatter": "text/questions.xhtml",
        "index": "text/index.xhtml",
        "backmatter": "text/notation.xhtml",
    }


def test_reading_systems_of_epub_2_find_cover_and_beginning(opened: Opened) -> None:
    """The guide and the old metadata lead to the cover, the title page, the contents and the beginning."""
    references = {e.get("type"): e.get("href") for e in opened.package.iter(f"{OPF}reference")}
    assert references == {
        "cover": "text/cover.xhtml",
        "title-page": "text/title.xhtml",
        "toc": "nav.xhtml",
        "text": "text/questions.xhtml",
    }
    [cover] = [e.attrib["content"] for e in opened.package.iter(f"{OPF}meta") if e.get("name") == "cover"]
    assert opened.items[cover]["href"] == "media/cover.png"


NCX = "{http://www.daisy.org/z3986/2005/ncx/}"


def below(element: Element, tag: str) -> Element:
    """Return the first child with this tag; it must exist."""
    child = element.find(tag)
    assert child is not None
    return child


def ncx_text(element: Element) -> str:
    """Return the label of a point of the old contents."""
    return text(below(element, f"{NCX}navLabel"))


def test_reading_systems_of_epub_2_have_contents(opened: Opened) -> None:
    """After the cover and the contents, the NCX has the entries of the table of contents, in the same tree."""
    [spine] = opened.package.iter(f"{OPF}spine")
    ncx = opened.xml(f"EPUB/{opened.items[spine.attrib['toc']]['href']}")
    assert [meta.get("content") for meta in ncx.iter(f"{NCX}meta")] == opened.metadata("identifier")

    def old(point: Element) -> list[Any]:
        return [below(point, f"{NCX}content").attrib["src"], *map(old, point.findall(f"{NCX}navPoint"))]

    def new(item: Element) -> list[Any]:
        ol = item.find(f"{H}ol")
        return [below(item, f"{H}a").attrib["href"], *([] if ol is None else map(new, ol))]

    cover, contents, *points = below(ncx, f"{NCX}navMap")
    assert (old(cover), old(contents)) == (["text/cover.xhtml"], ["nav.xhtml"])
    expected = [new(item) for item in below(nav(opened, "toc"), f"{H}ol")]
    for way in expected:
        way[1:] = [[href, *parts[parts[:1] == [[href]] :]] for href, *parts in way[1:]]  # the first is the chapter
    assert [old(point) for point in points] == expected
    assert all(ncx_text(point) for point in ncx.iter(f"{NCX}navPoint"))


def test_old_contents_are_plain_text(small: Opened) -> None:
    """Questions are listed with code and TeX; pages of the printed book have a list, too."""
    ncx = small.xml("EPUB/toc.ncx")
    labels = [ncx_text(point) for point in ncx.iter(f"{NCX}navPoint")]
    assert labels[:3] == ["Cover", "Contents", "Questions"]
    assert any(re.match(r"1\.1 Is \\mathbf", label) for label in labels), labels
    assert ncx.find(f"{NCX}pageList") is None


def test_links_do_not_nest(small: Opened) -> None:
    """A link or picture in a question becomes its words inside a link."""
    for page in small.pages.values():
        assert all(a.find(f".//{H}a") is None for a in page.iter(f"{H}a"))
    entry = next(a for a in nav(small, "toc").iter(f"{H}a") if a.attrib["href"].endswith("#4-bit"))
    assert text(entry) == "1.1 Is 𝐱<y & a<b “so”, as the other says, or a disk?"


def test_links_in_the_text(small: Opened, long: Opened) -> None:
    """Links lead to pages of answers in other chapters, and on other pages of a long one."""
    assert links(by_class(by_id(small.page("answers/10-plain"), "far"), "gist")[0]) == [
        "../answers/01-amp-and-angle.xhtml#4-bit"
    ]
    assert links(by_class(by_id(long.page("answers/10-plain"), "many-25"), "gist")[0]) == [
        "../answers/10-plain.2.xhtml#many-26"
    ]


def test_see_also(small: Opened) -> None:
    """Related answers are listed below an answer with code and question, on whatever page."""
    [see] = by_class(by_id(small.page("answers/01-amp-and-angle"), "4-bit"), "answers")
    assert links(see) == [
        "../answers/01-amp-and-angle.xhtml#other",
        "../answers/10-plain.xhtml#far",
        "../answers/10-plain.xhtml#plain",
    ]
    assert [text(li) for li in see] == [
        "1.3 The other?",
        "10.1 What is far away?",
        "10.2 And plain?",
    ]


def test_part_of_a_book(wordy: Opened, small: Opened, nasty: Book) -> None:
    """In an edition of some chapters, links to other chapters are words; its identifier is not the whole book's."""
    jobs = epub.editions(nasty.select(Selection((10,))), Templates())
    assert [job.path for job in jobs] == ["salt-and-pepper-10-svg.epub", "salt-and-pepper-10.epub"]
    assert stems(wordy, "answers") == ["10-plain"]
    gist = by_class(by_id(wordy.page("answers/10-plain"), "far"), "gist")[0]
    assert (text(gist), links(gist)) == ("In short This, from the first.", [])
    assert wordy.metadata("identifier") != small.metadata("identifier")


def test_a_book_may_have_only_exercises(nasty: Book, tmp_path: Path) -> None:
    """A chapter without answers is valid alone, with its cover."""
    assert epubcheck(build(nasty.select(Selection((2,)))).data, tmp_path) == set()


# Contents of a page


def test_every_page_says_its_title_and_language(opened: Opened) -> None:
    """Titles are words, each once, and the language is marked for a voice."""
    titles = [text(title) for page in opened.pages.values() for title in page.iter(f"{H}title")]
    assert len(set(titles)) == len(titles) == len(opened.pages)
    assert all(titles)
    languages = {(page.get("lang"), page.get(XML_LANG)) for page in opened.pages.values()}
    assert languages == {(opened.book.language, opened.book.language)}


def test_headings_are_in_order(opened: Opened) -> None:
    """One h1 a page, the cover aside, and no level is skipped."""
    for path, page in opened.pages.items():
        levels = [int(e.tag[-1]) for e in page.iter() if re.fullmatch(rf"{H}h[1-6]", e.tag)]
        if path != "text/cover.xhtml":
            assert levels[0] == 1
            assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))


def test_notes_stay_with_their_answer(small: Opened) -> None:
    """Mark and note lead to each other, inside the answer, counted from one in each."""
    page = small.page("answers/01-amp-and-angle")
    for key, count in (("4-bit", 2), ("other", 1)):
        answer = by_id(page, key)
        marks = [a for a in answer.iter(f"{H}a") if a.get("role") == "doc-noteref"]
        notes = [e for e in answer.iter(f"{H}aside") if e.get("role") == "doc-footnote"]
        assert [text(mark) for mark in marks] == [str(n + 1) for n in range(count)]
        for mark, note in zip(marks, notes, strict=True):
            assert (mark.get(TYPE), note.get(TYPE)) == ("noteref", "footnote")
            assert mark.get("href") == f"#{note.get('id')}"
            assert links(by_class(note, "mark")[0]) == [f"#{mark.get('id')}"]
    assert text(by_id(page, "4-bit.note2")) == "2 Note two."


def test_a_hint_stands_before_the_answer(small: Opened) -> None:
    """A hint unfolds below its question in the list, out of sight of the answer."""
    page = small.page("questions/01-amp-and-angle")
    [hint] = page.iter(f"{H}details")
    assert hint in list(by_id(page, "4-bit"))
    assert text(hint) == "HintA hint with h, code and a link."


def test_formulas(small: Opened) -> None:
    """A display formula is a scrollable block; bold is bold without attributes."""
    page = small.page("answers/01-amp-and-angle")
    blocks = [math for math in page.iter(f"{M}math") if math.get("display") == "block"]
    assert [math for box in by_class(page, "formula") for math in box] == blocks
    assert len(blocks) == 2
    assert "𝐀" in text(blocks[1])
    variants = {e.get("mathvariant") for e in page.iter() if e.get("mathvariant")}
    assert variants <= {"normal"}


def test_the_shipped_book_is_small(whole: Opened) -> None:
    """It has less than 500 kB for 172 answers with all their figures."""
    assert len(whole.data) < 500_000 / 172 * len(list(whole.book.answers))


def test_only_a_book_with_formulas_carries_their_font(small: Opened, wordy: Opened) -> None:
    """It is not shipped for nothing, nor linked from pages without formulas."""
    font = "EPUB/fonts/STIXTwoMath-Regular.ttf"
    assert font in small.zip.namelist()
    assert font not in wordy.zip.namelist()
    for page in small.pages.values():
        sheets = {PurePosixPath(link.attrib["href"]).name for link in page.iter(f"{H}link")}
        assert ("math.css" in sheets) == (page.find(f".//{M}math") is not None)


def test_pictures(small: Opened, nasty: Book) -> None:
    """A picture is named after its content, typed, and stored once however often it is used."""
    svg = with_ground(drawing((nasty.folder / "figures" / "disk.svg").read_bytes()).encode())
    png = (nasty.folder / "figures" / "Red Ünit.png").read_bytes()
    names = {
        f"media/disk-{sha256(svg).hexdigest()[:8]}.svg": "image/svg+xml",
        f"media/red-nit-{sha256(png).hexdigest()[:8]}.png": "image/png",
        "media/cover.png": "image/png",
    }
    found = {item["href"]: item["media-type"] for item in small.items.values()}
    assert {href: kind for href, kind in found.items() if href.startswith("media/")} == names
    assert [small.zip.read(f"EPUB/{name}") for name in names][:2] == [svg, png]
    [captioned, plain] = small.page("answers/01-amp-and-angle").iter(f"{H}figure")
    assert text(captioned) == "The disk <b> & nothing else"
    assert plain.find(f"{H}figcaption") is None


def test_tables_scroll_in_a_box(small: Opened) -> None:
    """Every table is in a box of its own, in gists, answers and lists."""
    page = small.page("answers/01-amp-and-angle")
    boxed = [table for box in by_class(page, "wide") for table in box]
    assert boxed == list(page.iter(f"{H}table"))
    assert len(boxed) == 2


def test_the_index_and_the_topics(small: Opened) -> None:
    """Terms are sorted for the language and merged ignoring case; tags have their purpose."""
    [*letters] = [text(e) for e in small.page("text/index").iter(f"{H}h2")]
    assert letters == ["E", "Z"]
    lines = [e for lines in by_class(small.page("text/index"), "index") for e in lines]
    assert [text(line) for line in lines] == ["Émigré & co. 1.1", "emit() 1.1", "zone 1.1 1.3 1.3"]
    marked = [
        by_id(small.page("answers/01-amp-and-angle"), link.partition("#")[2]) for line in lines for link in links(line)
    ]
    assert [text(e) for e in marked] == ["Émigré & co.", "emit()", "zone", "zones", "Zone"]
    [topics] = by_class(small.page("text/topics"), "topics")
    assert text(topics) == "logic what <follows> & what does not 1.1 signs how things are written 1.1"
    assert links(topics) == ["../answers/01-amp-and-angle.xhtml#4-bit"] * 2


def test_notation_and_changes(small: Opened) -> None:
    """Meanings of signs, with links to answers; and changed passages, with dates."""
    notation = small.page("text/notation")
    assert links(notation) == ["../answers/10-plain.xhtml#far"]
    assert [math.get("alttext") for math in notation.iter(f"{M}math")] == [r"\mathbf{N} < 1"]
    [change] = by_class(small.page("text/changes"), "answers")[0]
    assert (links(change), text(change)[-8:]) == (["../answers/01-amp-and-angle.xhtml#4-bit"], " 2024-05")


def test_exercises_answered_elsewhere(small: Opened) -> None:
    """A chapter ends with them and a link to their source; it may have nothing else."""
    for name, named in (
        ("01-amp-and-angle", ["Exercises 7–9"]),
        ("02-only-exercises", ["Exercise 1", "Exercises 2–10"]),
    ):
        page = small.page(f"answers/{name}")
        [exercises] = by_class(page, "exercises")
        items = exercises.findall(f".//{H}li")
        assert [text(item) for item in items] == [f"{words}: the shelf & the box" for words in named]
        assert set(links(exercises)) == {"https://example.org/?a=1&b=2"}
    assert by_class(small.page("answers/02-only-exercises"), "answer") == []
    everywhere = small.page("text/exercises")
    assert [text(item) for item in everywhere.iter(f"{H}li")] == [
        f"{words}: the shelf & the box" for words in ("Exercises 7–9", "Exercise 1", "Exercises 2–10")
    ]


def test_the_pages_about_the_book(small: Opened) -> None:
    """The title page names title, subtitle and authors; the last page license and edition."""
    title, about = text(small.page("text/title")), text(small.page("text/about"))
    book = small.book
    assert all(words in title for words in (book.title, book.subtitle, *book.authors, book.companion))
    assert all(words in about for words in (book.description, book.license, book.companion, "2024-02-03"))


def foreign(english: Any) -> Any:
    """Return labels of an invented language."""
    if isinstance(english, dict):
        return {name: foreign(words) for name, words in english.items()}
    return [foreign(words) for words in english] if isinstance(english, list) else "¡!"


def test_another_language_is_spoken_throughout(nasty: Book, tmp_path: Path) -> None:
    """No word of ours is in a template: all of them come from the labels of the language."""
    english = yaml.safe_load((own_folder() / "labels" / "en.yaml").read_text(encoding="utf-8"))
    shutil.copytree(SMALL_COVER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "tlh.yaml").write_text(json.dumps(foreign(english)), encoding="utf-8")
    opened = build(replace(nasty, language="tlh"), Templates(tmp_path))
    assert {page.get("lang") for page in opened.pages.values()} == {"tlh"}
    words = {name: text(opened.page(name)) for name in ("nav", "answers/02-only-exercises", "text/about")}
    assert words["nav"].startswith("¡! ¡! ¡! 1 Amp & <Angle> 10 Plain ¡! 1 Amp & <Angle> 1.1 Is")
    assert words["nav"].endswith("10 Plain" + " ¡!" * 13)
    assert words["answers/02-only-exercises"].startswith("2 Only Exercises 2 Only Exercises ¡! ¡!¡!the shelf")
    assert words["text/about"].startswith("¡! ¡! Salt")
    assert words["text/about"].endswith("¡! CC BY-SA 4.0 & more ¡! 2024-02-03")
    for way in WAYS:
        assert text(opened.page(f"text/{way}")).startswith("¡! " * (3 + (way == "questions")) + "1 Amp")
    page = opened.page("answers/01-amp-and-angle")
    own = [text(e) for name in ("label", "back") for e in by_class(page, name)]
    own += [text(e) for e in opened.page("questions/01-amp-and-angle").iter(f"{H}summary")]
    assert set(own) == {"¡!"}
    assert text(by_class(page, "tags")[0]) == "¡! · logic · signs"
    assert next(by_id(page, "4-bit.note1").iter(f"{H}a")).get("aria-label") == "1¡!¡!"
    [picture] = opened.page("text/cover").iter(f"{H}img")
    assert re.fullmatch("¡!¡!Salt.* ¡!", picture.attrib["alt"])


@pytest.mark.parametrize(
    ("language", "direction"), [("en-US", "ltr"), ("he", "rtl"), ("az-Arab-IR", "rtl"), ("ks-Deva", "ltr")]
)
def test_the_direction_of_a_language(nasty: Book, tmp_path: Path, language: str, direction: str) -> None:
    """Pages of a right-to-left book run and turn that way."""
    shutil.copytree(SMALL_COVER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "labels").mkdir()
    shutil.copy(own_folder() / "labels/en.yaml", tmp_path / f"labels/{language}.yaml")
    opened = build(replace(nasty.select(Selection((10,))), language=language), Templates(tmp_path))
    [spine] = opened.package.iter(f"{OPF}spine")
    assert spine.get("page-progression-direction") == direction
    assert {page.get("dir") for page in [*opened.pages.values(), opened.package]} == {direction}


def test_an_epub_from_right_to_left_is_right(nasty: Book, tmp_path: Path) -> None:
    """Epubcheck accepts its markup of direction."""
    shutil.copytree(SMALL_COVER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "labels").mkdir()
    shutil.copy(own_folder() / "labels/en.yaml", tmp_path / "labels/he.yaml")
    opened = build(replace(nasty, language="he"), Templates(tmp_path))
    assert epubcheck(opened.data, tmp_path) == set()


def test_a_template_of_the_user_comes_first(nasty: Book, tmp_path: Path) -> None:
    """Any one file of templates/epub can be replaced alone."""
    shutil.copytree(SMALL_COVER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "epub" / "epub.css").write_text("p { color: green; }", encoding="utf-8")
    assert build(nasty, Templates(tmp_path)).zip.read("EPUB/epub.css") == b"p { color: green; }"


# The look


def stylesheet() -> str:
    """Return the style sheet of the pages."""
    return (own_folder() / "epub" / "epub.css").read_text(encoding="utf-8")


def luminance(color: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colors_hold_on_any_page() -> None:
    """Only borders have colors, with a contrast of 3:1 on white, sepia, dark gray and black; figures are on white."""
    css = stylesheet()
    assert not re.search(r"@media|(?<!-)color: [^i]|rgb|hsl|specified-fonts", css)
    colors = set(re.findall(r"border[a-z-]*:[^;]*(#[0-9a-f]{3,6})", css))
    assert len(colors) == 2
    assert all(contrast(color, page) >= 3 for color in colors for page in ("#ffffff", "#f8f1e3", "#2b2b2b", "#000000"))
    assert re.findall(r"[^\n]*background[^\n]*", css) == [
        "figure img { box-sizing: border-box; padding: .3em; background: #fff; }"
    ]
    assert {*re.findall(r"#[0-9a-f]{3,6}\b", css)} == colors | {"#fff"}


def test_old_reading_systems_read_the_whole_sheet() -> None:
    """No selector, unit or kind of box is newer than these systems, except in one block they skip."""
    sheet = re.sub(r"/\*.*?\*/", "", stylesheet(), flags=re.DOTALL)
    [newer] = re.findall(r"@supports.*?\n\}", sheet, re.DOTALL)
    old = sheet.replace(newer, "")
    assert not re.search(r":is\(|:where\(|:not\(|:nth-|[\^$*~|]=|var\(|calc\(|@", old)
    assert not re.search(r"\d(?:vh|vw|rem|ch)\b|object-fit|grid|position:|transform", sheet)
    assert set(re.findall(r"display: ([a-z -]+)", old)) == {"block", "inline", "inline flex", "list-item", "none"}
    new_names = {"article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "nav", "section"}
    [blocks] = re.findall(r"^([a-z, ]+) \{ display: block; \}", old, re.MULTILINE)
    assert set(blocks.split(", ")) == new_names


def test_highlighted_code_names_all_its_classes() -> None:
    """The sheet lists all of Pygments' classes of keywords and comments."""
    classes = {f"hl-{short}" for short in STANDARD_TYPES.values() if re.match("k|c", short)}
    assert classes <= set(re.findall(r"\.(hl-\w+)", stylesheet()))
